//! `autogen repair`: what is done of a migration that stopped half-way, and what of a statement whose end nobody saw.

use autogen_engine::Project;
use autogen_engine::request::{Access, RunnerTask};
use autogen_runner::{MigrationDirectory, SUM_FILE, StatementState, Unfinished};

use crate::args::RepairArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn run(project: &Project, args: &RepairArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    if let Some(revision) = &args.record {
        let (migration, in_database) = migrations.record(revision)?;
        let place = if in_database { " and in the database" } else { "" };
        let text = format!("{} in {SUM_FILE}{place}, unproven", migration.name);
        output::status("Recorded", &escape(&text));
        return Ok(Exit::Success);
    }
    project.must_run_migrations(RunnerTask::Upgrade)?;
    project.existing_database()?;
    let access = if args.applied || args.retry { Access::Write } else { Access::Read };
    let mut database = project.database(access)?;
    let found = database.unfinished()?;
    if found.is_empty() {
        output::status("Whole", "no migration is done in part");
        return Ok(Exit::Success);
    }
    let state = match (args.applied, args.retry) {
        (true, _) => StatementState::Done,
        (false, true) => StatementState::Failed,
        (false, false) => {
            for unfinished in &found {
                let (said, sql) = database.probe(&migrations, unfinished)?;
                show(migrations.directory(), unfinished, said, sql.as_deref());
            }
            return Ok(Exit::Findings);
        }
    };
    let position = database.settle(&found, state)?;
    output::status("Noted", &format!("statement {position} as {}", words(state)));
    output::hint("run the command that stopped again");
    Ok(Exit::Success)
}

/// How far a migration is, and what the catalog says of the statement whose end nobody saw.
fn show(
    directory: &MigrationDirectory,
    unfinished: &Unfinished,
    said: Option<StatementState>,
    sql: Option<&str>,
) {
    let name = directory.get(&unfinished.version).map_or(unfinished.version.as_str(), |m| &m.name);
    output::answer(&escape(&format!("{name}/{} is done in part", unfinished.direction.file())));
    for entry in &unfinished.statements {
        output::answer(&format!("    statement {}: {}", entry.position, words(entry.state)));
    }
    match (unfinished.open(), said) {
        (Some(_), None) => {
            sql.iter()
                .flat_map(|sql| sql.lines())
                .for_each(|line| output::answer(&escape(&format!("        {line}"))));
            output::hint(
                "look whether it is applied: `autogen repair --applied` when it is, `autogen repair --retry` when it is not",
            );
        }
        (Some(open), Some(state)) => {
            let found = match state {
                StatementState::Done => "it is done",
                StatementState::Failed | StatementState::Started => "it is not done",
            };
            output::answer(&format!("    the catalog shows of statement {} that {found}", open.position));
            output::hint("run the command that stopped again: it goes on by what the catalog shows");
        }
        (None, _) => output::hint("mend what made it fail and run the command that stopped again"),
    }
}

const fn words(state: StatementState) -> &'static str {
    match state {
        StatementState::Started => "began, and nobody saw its end",
        StatementState::Failed => "to be run again",
        StatementState::Done => "done",
    }
}
