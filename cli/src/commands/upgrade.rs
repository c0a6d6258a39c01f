//! `autogen upgrade` and `autogen downgrade`.

use autogen_engine::Project;
use autogen_runner::Direction;

use crate::args::{DowngradeArgs, UpgradeArgs};
use crate::dry_run;
use crate::exit::Exit;
use crate::failure::Failure;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, Failure> {
    let request = args.request();
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        dry_run::plan(&migrations.upgrade_plan(&request)?, args.format.format)?;
    } else {
        migrations.upgrade(&request)?;
    }
    Ok(Exit::Success)
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, Failure> {
    let request = args.request()?;
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        dry_run::list(project.database_url()?.dialect(), &migrations.to_undo(&request)?, Direction::Down);
    } else {
        migrations.downgrade(&request)?;
    }
    Ok(Exit::Success)
}
