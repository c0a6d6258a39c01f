//! `autogen upgrade` and `autogen downgrade`.

use autogen_diff_core::Dialect;
use autogen_engine::{DowngradeRequest, Error, Guards, Project, UpgradeRequest, counted, hazards_of};
use autogen_runner::{Direction, Migration};

use crate::args::{DowngradeArgs, GuardArgs, UpgradeArgs};
use crate::exit::Exit;
use crate::output::{self, escape};

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, Error> {
    let request = UpgradeRequest {
        target: args.target.clone(),
        allow_out_of_order: args.allow_out_of_order,
        environment: args.environment.clone(),
        guards: guards(&args.guards),
    };
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        list(project.database_url()?.dialect(), &migrations.to_apply(&request)?, Direction::Up);
    } else {
        migrations.upgrade(&request)?;
    }
    Ok(Exit::Success)
}

/// Where a downgrade is to stop, which it has to be told.
pub(super) fn downgrade_target(args: &DowngradeArgs) -> Result<&str, Error> {
    args.target.as_deref().ok_or_else(|| {
        Error::usage(
            "a downgrade has to be told where to stop",
            "`autogen downgrade -1` undoes the newest migration, `autogen downgrade REV` all behind REV, `autogen downgrade \
             base` all of them",
        )
    })
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, Error> {
    let request = DowngradeRequest {
        target: downgrade_target(args)?.to_owned(),
        is_confirmed: args.yes,
        guards: guards(&args.guards),
    };
    let migrations = project.existing_migrations()?;
    if args.dry_run {
        list(project.database_url()?.dialect(), &migrations.to_undo(&request)?, Direction::Down);
    } else {
        migrations.downgrade(&request)?;
    }
    Ok(Exit::Success)
}

fn guards(args: &GuardArgs) -> Guards {
    Guards {
        confirmed_database: args.confirm_database.clone(),
        allow_drift: args.allow_drift,
        lock_budget: args.lock_timeout,
    }
}

/// What would run: the names, what is dangerous about them, and with `-v` the SQL.
fn list(dialect: Dialect, steps: &[&Migration], direction: Direction) {
    for migration in steps {
        output::answer(&escape(&migration.name));
        let hazards = hazards_of(dialect, migration, direction);
        hazards.iter().for_each(|text| output::hazard(&escape(text)));
        if output::is_verbose() {
            output::answer_raw(migration.text(direction).unwrap_or_default());
        }
    }
    let what = match direction {
        Direction::Up => "would be applied",
        Direction::Down => "would be undone",
    };
    output::status("Dry run", &format!("{} {what}", counted(steps.len())));
    if !steps.is_empty() && !output::is_verbose() {
        output::hint("-v shows their SQL");
    }
}
