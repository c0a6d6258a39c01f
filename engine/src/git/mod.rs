//! What git is asked and told. Only `git` itself is run.

mod driver;
mod merge;
mod tree;

use std::path::Path;
use std::process::{Command, Output};

use crate::advice::Advice;
use crate::error::Error;
pub use merge::{ThreeSides, merged};
pub(crate) use tree::{file_at, folders_at};

/// Runs git in a folder.
fn git(folder: &Path, arguments: &[&str]) -> Result<Output, Error> {
    let ran = Command::new("git").current_dir(folder).args(arguments).output();
    ran.map_err(|error| Error::usage(format!("git can't be run: {error}"), Advice::NameGitRevision))
}
