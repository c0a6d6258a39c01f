//! One command a file: arguments in, calls, report out.

mod check;
mod diff;
mod fleet;
mod generate;
mod git_merge;
mod history;
mod init;
mod manual;
mod merge;
mod offline;
mod redo;
mod refs;
mod rehash;
mod repair;
mod review;
mod revision;
mod schema;
mod show;
mod squash;
mod stamp;
mod stats;
mod status;
mod upgrade;
mod verify;
mod watch;

use std::process::ExitCode;
use std::sync::Arc;

use autogen_codegen::{Online, PlanOptions};
use autogen_engine::Project;
use autogen_engine::request::Overrides;

use crate::args::{Cli, Command, GenerateArgs};
use crate::command_error::CommandError;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs the command of the command line.
pub(crate) fn run(cli: Cli) -> Result<ExitCode, Failure> {
    // Options that hold for every command may stand before it; those of `autogen -m` are a command of their own.
    if cli.command.is_some() && cli.generate != GenerateArgs::default() {
        return Err(CommandError::OptionsBeforeCommand.into());
    }
    let overrides = overrides(&cli);
    let folder = std::env::current_dir()?;
    // What needs no project works where its settings are wrong, too.
    let project = || Project::discover(&folder, &overrides, Arc::new(Terminal::default()));
    let exit = match cli.command {
        None => generate::run(&project()?, &cli.generate),
        Some(Command::Generate(args)) => generate::run(&project()?, &args),
        Some(Command::Init(args)) => init::run(project, &args),
        Some(Command::GitMerge(args)) => git_merge::run(&args),
        Some(Command::Diff(args)) => diff::run(&project()?, &args),
        Some(Command::Check(args)) if args.fleet.is_named() => fleet::check(&project()?, &args),
        Some(Command::Upgrade(args)) if args.fleet.is_named() => fleet::up(&project()?, &args),
        Some(Command::Downgrade(args)) if args.fleet.is_named() => fleet::down(&project()?, &args),
        Some(Command::Stamp(args)) if args.fleet.is_named() => fleet::stamp(&project()?, &args),
        Some(Command::Status(args)) if args.fleet.is_named() => fleet::status(&project()?, &args),
        Some(Command::Check(args)) => check::run(&project()?, &args),
        Some(Command::Upgrade(args)) if args.sql => offline::up(&project()?, &args),
        Some(Command::Downgrade(args)) if args.sql => offline::down(&project()?, &args),
        Some(Command::Upgrade(args)) => upgrade::up(&project()?, &args),
        Some(Command::Downgrade(args)) => upgrade::down(&project()?, &args),
        Some(Command::Redo(args)) => redo::run(&project()?, &args),
        Some(Command::Revision(args)) => return Err(revision::points_to(&args).into()),
        Some(Command::Current(args)) => history::current(&project()?, &args),
        Some(Command::History(args)) => history::history(&project()?, &args),
        Some(Command::Heads(args)) => show::heads(&project()?, &args),
        Some(Command::Branches(args)) => show::branches(&project()?, &args),
        Some(Command::Merge(args)) => merge::run(&project()?, &args),
        Some(Command::Squash(args)) => squash::run(&project()?, &args),
        Some(Command::Explain { code }) => Ok(show::explain(code)),
        Some(Command::Completions { shell }) => manual::completions(shell),
        Some(Command::Man { folder }) => manual::pages(&folder),
        Some(Command::Watch(args)) => watch::run(project, &args),
        Some(Command::Show(args)) => show::show(&project()?, &args),
        Some(Command::Review(args)) => review::run(&project()?, &args),
        Some(Command::Lint(args)) => review::lint(&project()?, &args),
        Some(Command::Verify(args)) => verify::run(&project()?, &args),
        Some(Command::Status(args)) => status::run(&project()?, &args),
        Some(Command::Stamp(args)) => stamp::run(&project()?, &args),
        Some(Command::Ref(args)) => refs::run(&project()?, &args),
        Some(Command::Rehash(args)) => rehash::run(&project()?, &args),
        Some(Command::Repair(args)) => repair::run(&project()?, &args),
        Some(Command::Schema(args)) => schema::run(&project()?, &args),
        Some(Command::Stats(args)) => stats::run(&project()?, &args),
    }?;
    Ok(exit.into())
}

/// What the command line says of the project.
fn overrides(cli: &Cli) -> Overrides {
    let global = cli.global.clone();
    let online = match &cli.command {
        None => cli.generate.online,
        Some(Command::Generate(args)) => args.online,
        Some(_) => false,
    };
    let online = if online { Online::Split } else { Online::Hint };
    let (owners, repartition) = match &cli.command {
        None => (false, cli.generate.repartition),
        Some(Command::Generate(args)) => (false, args.repartition),
        Some(Command::Diff(args)) => (args.owners, args.repartition),
        Some(_) => (false, false),
    };
    let full = match &cli.command {
        Some(Command::Check(args)) => args.full,
        Some(Command::Diff(args)) => args.full,
        Some(Command::Generate(args)) => args.full,
        None => cli.generate.full,
        Some(_) => false,
    };
    Overrides {
        database_url: global.database_url,
        scratch: global.scratch.map(Into::into),
        scratch_url: global.scratch_url,
        allow_code: global.allow_code,
        flavor: global.flavor,
        config: global.config,
        owners,
        full,
        plan: PlanOptions { repartition, online, ..PlanOptions::default() },
    }
}
