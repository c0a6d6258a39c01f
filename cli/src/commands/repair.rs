//! `autogen repair`: what is done of a migration that stopped half-way, and what of a statement whose end nobody saw.

use autogen_runner::{
    Backend, Migration, MigrationDirectory, RunError, SUM_FILE, StatementState, Unfinished,
};

use crate::args::RepairArgs;
use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders;
use crate::output::{self, escape};
use crate::project::Project;

pub(crate) fn run(project: &Project, args: &RepairArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    if let Some(revision) = &args.record {
        return record(project, &directory, revision);
    }
    let access = if args.done || args.again { Access::Write } else { Access::Read };
    let mut connection = open(project.existing_database()?, access)?;
    let found = with_connection!(&mut connection, c => autogen_runner::unfinished(c)?);
    if found.is_empty() {
        output::status("Whole", "no migration is done in part");
        return Ok(Exit::Success);
    }
    let state = match (args.done, args.again) {
        (true, _) => StatementState::Done,
        (false, true) => StatementState::Failed,
        (false, false) => {
            for unfinished in &found {
                let (said, sql) = with_connection!(&mut connection, c => {
                    (autogen_runner::probe(c, &directory, unfinished)?, open_statement(c, &directory, unfinished))
                });
                show(&directory, unfinished, said, sql.as_deref());
            }
            return Ok(Exit::Findings);
        }
    };
    let stopped = found.iter().find_map(|unfinished| Some((unfinished, unfinished.stopped_at()?.clone())));
    let Some((unfinished, entry)) = stopped else {
        return Err(CliError::usage(
            "every statement that began is done",
            "run the command that stopped again: it goes on behind them",
        ));
    };
    with_connection!(&mut connection, c => autogen_runner::end(c, unfinished, entry.position, state)?);
    output::status("Noted", &format!("statement {} as {}", entry.position, words(state)));
    output::hint("run the command that stopped again");
    Ok(Exit::Success)
}

/// Records one edited migration; edits of others stay errors.
fn record(project: &Project, directory: &MigrationDirectory, revision: &str) -> Result<Exit, CliError> {
    let place = autogen_runner::resolve(revision, directory, directory.migrations.len())?;
    let Some(migration) = place.0.checked_sub(1).map(|at| &directory.migrations[at]) else {
        return Err(CliError::usage("base has no files", "name the migration that was edited"));
    };
    must_be_the_only_one(directory, migration)?;
    let covered = directory.sum.folders();
    let covered: Vec<&Migration> =
        directory.migrations.iter().filter(|m| covered.contains(&m.name.as_str())).collect();
    folders::record(&directory.path, &covered)?;
    let mut changed = 0;
    if let Some(url) = &project.database {
        let mut connection = open(url, Access::Write)?;
        changed = with_connection!(&mut connection, c => autogen_runner::accept(c, &[migration])?);
    }
    let place = if changed > 0 { " and in the database" } else { "" };
    output::status("Recorded", &escape(&format!("{} in {SUM_FILE}{place}, unproven", migration.name)));
    Ok(Exit::Success)
}

/// Edits of other migrations stay errors.
fn must_be_the_only_one(directory: &MigrationDirectory, migration: &Migration) -> Result<(), CliError> {
    match directory.sum.check(directory) {
        Err(RunError::Edited(files) | RunError::FileDeleted(files)) => {
            let is_other = |file: &String| file.split('/').next() != Some(&migration.name);
            let others: Vec<String> = files.into_iter().filter(is_other).collect();
            if others.is_empty() { Ok(()) } else { Err(RunError::Edited(others).into()) }
        }
        checked => Ok(checked?),
    }
}

/// The text of the statement whose end nobody saw; the connection is there for its kind.
fn open_statement<C: Backend>(
    _: &mut C,
    directory: &MigrationDirectory,
    unfinished: &Unfinished,
) -> Option<String> {
    let (open, migration) = unfinished.open().zip(directory.get(&unfinished.version))?;
    autogen_runner::statement_at::<C>(migration, unfinished.direction, open.position).map(str::to_owned)
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
                "look whether it is done: `autogen repair --done` when it is, `autogen repair --again` when it is not",
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
