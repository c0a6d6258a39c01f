//! `autogen redo`: the newest migration down and up again, as `diesel migration redo` does.

use autogen_engine::{Error, Project};

use super::upgrade;
use crate::args::{DowngradeArgs, RedoArgs, UpgradeArgs};
use crate::exit::Exit;

pub(crate) fn run(project: &Project, args: &RedoArgs) -> Result<Exit, Error> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    let history = project.history()?;
    let Some(newest) = history.current(directory) else {
        return Err(Error::usage(
            "no migration is applied, so there is none to redo",
            "`autogen upgrade` applies what is pending",
        ));
    };
    let older: Vec<&str> = history
        .pending(directory)
        .into_iter()
        .filter(|pending| pending.version < newest.version)
        .map(|pending| pending.name.as_str())
        .collect();
    if !older.is_empty() {
        return Err(Error::History {
            message: format!(
                "{} would be applied too: pending, and older than {}",
                older.join(", "),
                newest.name
            ),
            hint: "`autogen upgrade --allow-out-of-order` first".to_owned(),
        });
    }
    let down = DowngradeArgs {
        target: Some("-1".to_owned()),
        sql: false,
        dry_run: args.dry_run,
        yes: args.yes,
        guards: args.guards.clone(),
    };
    upgrade::down(project, &down)?;
    if args.dry_run {
        return Ok(Exit::Success);
    }
    let up = UpgradeArgs {
        target: Some(newest.name.clone()),
        sql: false,
        dry_run: false,
        // What is older and pending was refused above, and the order of branches that are applied is no question now.
        allow_out_of_order: true,
        environment: None,
        guards: args.guards.clone(),
    };
    upgrade::up(project, &up)
}
