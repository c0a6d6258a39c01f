//! `autogen upgrade` and `autogen downgrade`.

use autogen_engine::Project;
use autogen_engine::request::{DowngradeRequest, UpgradeRequest};
use autogen_runner::Direction;

use crate::args::{DowngradeArgs, UntilPhase, UpgradeArgs};
use crate::dry_run;
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, Failure> {
    let request = UpgradeRequest {
        target: args.target.clone(),
        expand_only: args.until == Some(UntilPhase::Expand),
        allow_out_of_order: args.allow_out_of_order,
        environment: args.environment.clone(),
        guards: (&args.guards).into(),
    };
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        dry_run::list(project.database_url()?.dialect(), &migrations.to_apply(&request)?, Direction::Up);
    } else {
        migrations.upgrade(&request)?;
    }
    Ok(Exit::Success)
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, Failure> {
    let request = DowngradeRequest {
        target: args.target()?.to_owned(),
        is_confirmed: args.yes,
        guards: (&args.guards).into(),
    };
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        dry_run::list(project.database_url()?.dialect(), &migrations.to_undo(&request)?, Direction::Down);
    } else {
        migrations.downgrade(&request)?;
    }
    Ok(Exit::Success)
}
