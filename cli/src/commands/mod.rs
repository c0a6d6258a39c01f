//! One command a file: arguments in, calls, report out.

mod accept;
mod check;
mod diff;
mod generate;
mod history;
mod init;
mod schema;
mod stamp;
mod upgrade;

use std::process::ExitCode;

use crate::args::{Cli, Command};
use crate::error::CliError;
use crate::project::Project;

/// Runs the command of the command line.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, CliError> {
    let project = Project::find(&cli.global)?;
    let exit = match cli.command {
        None => generate::run(&project, &cli.generate),
        Some(Command::Generate(args)) => generate::run(&project, &args),
        Some(Command::Init(args)) => init::run(&project, &args),
        Some(Command::Diff(args)) => diff::run(&project, &args),
        Some(Command::Check) => check::run(&project),
        Some(Command::Upgrade(args)) => upgrade::up(&project, &args),
        Some(Command::Downgrade(args)) => upgrade::down(&project, &args),
        Some(Command::Current) => history::current(&project),
        Some(Command::History) => history::history(&project),
        Some(Command::Status) => history::status(&project),
        Some(Command::Stamp(args)) => stamp::run(&project, &args),
        Some(Command::Accept) => accept::run(&project),
        Some(Command::Schema(args)) => schema::run(&project, &args),
    }?;
    Ok(exit.into())
}
