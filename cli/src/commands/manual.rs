//! `autogen completions` and `autogen man`: what is made from the command line's own description.

use std::path::Path;

use clap::CommandFactory as _;

use crate::args::{Cli, Shell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;
use crate::shells;

/// Prints what makes a shell ask for completions.
pub(crate) fn completions(shell: Shell) -> Result<Exit, Failure> {
    output::answer_raw(&shells::registration(shell)?);
    Ok(Exit::Success)
}

/// Writes a page for autogen and one for each of its commands.
pub(crate) fn pages(folder: &Path) -> Result<Exit, Failure> {
    std::fs::create_dir_all(folder)?;
    let command = Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder)?;
    output::status("Wrote", &output::escape(&folder.display().to_string()));
    Ok(Exit::Success)
}
