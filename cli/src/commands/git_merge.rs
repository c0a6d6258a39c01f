//! `autogen git-merge`: what git runs to merge a file that autogen writes.

use autogen_engine::git::{ThreeSides, merged};

use crate::args::GitMergeArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Writes the result over our side, and ends with 1 where both sides changed one thing otherwise, which git then tells.
pub(crate) fn run(args: &GitMergeArgs) -> Result<Exit, Failure> {
    let read = |path| std::fs::read_to_string(path).map_err(|error| output::at(path, &error));
    let (base, ours, theirs) = (read(&args.base)?, read(&args.ours)?, read(&args.theirs)?);
    let result = merged(&args.path, ThreeSides { base: &base, ours: &ours, theirs: &theirs });
    let (text, exit) = match result {
        Ok(text) => (text, Exit::Success),
        Err(text) => (text, Exit::Findings),
    };
    std::fs::write(&args.ours, text).map_err(|error| output::at(&args.ours, &error))?;
    Ok(exit)
}
