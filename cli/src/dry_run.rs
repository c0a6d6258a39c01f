//! What an upgrade or a downgrade would run.

use autogen_diff_core::Dialect;
use autogen_engine::report::{UpgradePlan, counted};
use autogen_report::FleetFormat;
use autogen_runner::{Direction, Migration, hazards_of};

use crate::command_error::CommandError;
use crate::failure::Failure;
use crate::output::{self, escape};

/// What an upgrade would do.
pub(crate) fn plan(plan: &UpgradePlan<'_>, format: FleetFormat) -> Result<(), Failure> {
    match format {
        FleetFormat::Text => {
            list(plan.dialect(), &plan.steps, Direction::Up);
            output::status("Plan", &plan.hash);
            Ok(())
        }
        FleetFormat::Json => Ok(output::json(&plan.report())?),
        FleetFormat::Junit | FleetFormat::Markdown | FleetFormat::Html => {
            Err(CommandError::NoPlanFormat.into())
        }
    }
}

/// What would run: the names, what is dangerous about them, and with `-v` the SQL.
pub(crate) fn list(dialect: Dialect, steps: &[&Migration], direction: Direction) {
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
