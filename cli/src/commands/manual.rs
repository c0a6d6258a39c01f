//! `autogen completions` and `autogen man`: what is made from the command line's own description.

use std::path::Path;

use clap::CommandFactory as _;
use clap_complete::aot;
use clap_complete_nushell::Nushell;

use crate::args::{Cli, Shell};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Prints the completions of a shell.
pub(crate) fn completions(shell: Shell) -> Exit {
    let text = match shell {
        Shell::Bash => completions_by(aot::Bash),
        Shell::Elvish => completions_by(aot::Elvish),
        Shell::Fish => completions_by(aot::Fish),
        Shell::Nushell => completions_by(Nushell),
        Shell::Powershell => completions_by(aot::PowerShell),
        Shell::Zsh => completions_by(aot::Zsh),
    };
    output::answer_raw(&text);
    Exit::Success
}

fn completions_by(generator: impl aot::Generator) -> String {
    let mut text = Vec::new();
    let mut command = Cli::command();
    let name = command.get_name().to_owned();
    clap_complete::generate(generator, &mut command, name, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Writes a page for autogen and one for each of its commands.
pub(crate) fn pages(folder: &Path) -> Result<Exit, Failure> {
    std::fs::create_dir_all(folder)?;
    let command = Cli::command().disable_help_subcommand(true);
    clap_mangen::generate_to(command, folder)?;
    output::status("Wrote", &output::escape(&folder.display().to_string()));
    Ok(Exit::Success)
}
