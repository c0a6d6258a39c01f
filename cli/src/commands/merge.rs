//! `autogen merge`: brings two branches together, or moves one behind the other.

use autogen_engine::Project;
use autogen_engine::report::Merged;
use autogen_engine::request::MergeRequest;

use crate::args::MergeArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &MergeArgs) -> Result<Exit, Failure> {
    let MergeArgs { revisions, rebase, message } = args.clone();
    match project.merge(&MergeRequest { revisions, message, rebase })? {
        Merged::OneHead => output::status("Done", "there is one head; nothing to merge"),
        Merged::Rebased => {
            output::status("Proven", "up, down, up in a scratch database, and the same changes as before");
        }
        Merged::Written { path, more_heads } => {
            output::status("Proven", "both orders lead to the same schema");
            output::status("Wrote", &path.display().to_string());
            if more_heads {
                output::hint("there are more heads; run it again");
            }
        }
    }
    Ok(Exit::Success)
}
