//! `autogen stats`: how large the tables are, and how fast the server is.

use autogen_engine::Project;
use autogen_engine::files::{to_text, write_stats};
use autogen_engine::request::StatsRequest;

use crate::args::StatsArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &StatsArgs) -> Result<Exit, Failure> {
    let stats = project.measure(StatsRequest { sizes_only: args.sizes_only })?;
    match &args.out {
        None => output::answer_raw(&to_text(&stats)?),
        Some(path) => {
            write_stats(path, &stats)?;
            output::status("Wrote", &path.display().to_string());
        }
    }
    Ok(Exit::Success)
}
