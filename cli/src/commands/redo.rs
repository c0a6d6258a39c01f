//! `autogen redo`: the newest migration down and up again, as `diesel migration redo` does.

use autogen_engine::Project;
use autogen_engine::request::{DowngradeRequest, UpgradeRequest};
use autogen_runner::Direction;

use crate::args::RedoArgs;
use crate::command_error::CommandError;
use crate::dry_run;
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn run(project: &Project, args: &RedoArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    let history = project.history()?;
    let Some(newest) = history.current(directory) else {
        return Err(CommandError::NothingToRedo.into());
    };
    let pending: Vec<String> = history
        .pending(directory)
        .into_iter()
        .filter(|pending| pending.version < newest.version)
        .map(|pending| pending.name.clone())
        .collect();
    if !pending.is_empty() {
        return Err(CommandError::OlderPending { pending, newest: newest.name.clone() }.into());
    }
    let down =
        DowngradeRequest { target: "-1".to_owned(), is_confirmed: args.yes, guards: (&args.guards).into() };
    if args.dry_run {
        dry_run::list(project.database_url()?.dialect(), &migrations.to_undo(&down)?, Direction::Down);
        return Ok(Exit::Success);
    }
    migrations.downgrade(&down)?;
    migrations.upgrade(&UpgradeRequest {
        target: Some(newest.name.clone()),
        expand_only: false,
        // What is older and pending was refused above, and the order of branches that are applied is no question now.
        allow_out_of_order: true,
        environment: None,
        plan: None,
        guards: (&args.guards).into(),
    })?;
    Ok(Exit::Success)
}
