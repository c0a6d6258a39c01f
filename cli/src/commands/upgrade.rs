//! `autogen upgrade` and `autogen downgrade`.

use std::ops::Range;

use autogen_diff_core::{Dialect, Schema};
use autogen_runner::{
    Direction, Event, History, Migration, MigrationDirectory, RunError, RunOptions, RunReport, Session as _,
    Target,
};
use autogen_sql_text::split;

use crate::args::{DowngradeArgs, UpgradeArgs};
use crate::connection::{Access, AnyConnection, must_be_direct, open, with_connection};
use crate::dangers;
use crate::drift;
use crate::environment::{self, Danger};
use crate::error::CliError;
use crate::exit::Exit;
use crate::hooks::{self, Moment};
use crate::output;
use crate::project::Project;
use crate::schema_rs;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, CliError> {
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    let url = project.database()?;
    let access = if args.dry_run { Access::Read } else { Access::Write };
    let is_new = url.missing_file().is_some();
    let (mut connection, applied) = connect(project, &directory, access)?;
    let dialect = url.dialect();
    let options = RunOptions {
        lock_budget: args.guards.lock_timeout,
        allow_out_of_order: args.allow_out_of_order,
        target: target(args.target.as_deref(), &directory, applied)?,
        on_event: Some(&|event| tell(event, "Applying", "Applied")),
        split: Some(&|text| statements(dialect, text)),
    };
    let look = |connection: &mut AnyConnection| -> Result<(History, Vec<&Migration>), CliError> {
        let history = with_connection!(connection, c => autogen_runner::applied(c)?);
        let steps = autogen_runner::upgrade_steps(&directory, &history, &options)?;
        Ok((history, steps))
    };
    let (mut history, mut steps) = look(&mut connection)?;
    if args.dry_run {
        list(dialect, &steps, Direction::Up);
        return Ok(Exit::Success);
    }
    // A file that is not there yet is made once it is known what for. Another upgrade may have been faster.
    if is_new {
        connection = open(url, Access::Create)?;
        (history, steps) = look(&mut connection)?;
    }
    before_upgrade(project, &mut connection, args, &steps)?;
    let applied = apply(project, &mut connection, &directory, &options, Direction::Up);
    let (report, schema) = applied.map_err(|error| already_exists(project, error, &history))?;
    summary(&report, "applied", &at_target(args.target.as_deref(), &directory, &history));
    schema.map_or(Ok(()), |schema| schema_rs::write(project, &schema))?;
    if !report.ran.is_empty() {
        let ran: Vec<String> = report.ran.iter().map(|step| step.name.clone()).collect();
        hooks::run(project, Moment::After, &ran)?;
    }
    Ok(Exit::Success)
}

/// What has to hold, and to be done, before migrations are applied.
fn before_upgrade(
    project: &Project,
    connection: &mut AnyConnection,
    args: &UpgradeArgs,
    steps: &[&Migration],
) -> Result<(), CliError> {
    let stated = environment::Stated {
        name: args.environment.as_deref(),
        confirmed: args.guards.confirm_database.as_deref(),
    };
    let danger = environment::loses_data(project.database()?.dialect(), steps);
    environment::check(project, connection, &stated, danger)?;
    drift::check(project, connection, steps.first().copied(), args.guards.allow_drift)?;
    if steps.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = steps.iter().map(|migration| migration.name.clone()).collect();
    output::status("Pending", &output::migrations(names.len()));
    hooks::run(project, Moment::Backup, &names)?;
    hooks::run(project, Moment::Before, &names)
}

/// Where a downgrade is to stop, which it has to be told.
pub(super) fn downgrade_target(args: &DowngradeArgs) -> Result<&str, CliError> {
    args.target.as_deref().ok_or_else(|| {
        CliError::usage(
            "a downgrade has to be told where to stop",
            "`autogen downgrade -1` undoes the newest migration, `autogen downgrade REV` all behind REV, `autogen downgrade \
             base` all of them",
        )
    })
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, CliError> {
    let place = downgrade_target(args)?;
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    project.existing_database()?;
    let access = if args.dry_run { Access::Read } else { Access::Write };
    let (mut connection, applied) = connect(project, &directory, access)?;
    let dialect = project.database()?.dialect();
    let options = RunOptions {
        lock_budget: args.guards.lock_timeout,
        allow_out_of_order: true,
        target: target(Some(place), &directory, applied)?,
        on_event: Some(&|event| tell(event, "Undoing", "Undid")),
        split: Some(&|text| statements(dialect, text)),
    };
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    let steps = autogen_runner::downgrade_steps(&directory, &history, &options)?;
    if args.dry_run {
        list(dialect, &steps, Direction::Down);
        return Ok(Exit::Success);
    }
    let stated = environment::Stated { name: None, confirmed: args.guards.confirm_database.as_deref() };
    environment::check(project, &mut connection, &stated, Some(Danger::Downgrade))?;
    environment::ask_before_loss(project, &steps, &args.guards, args.yes)?;
    drift::check(project, &mut connection, steps.first().copied(), args.guards.allow_drift)?;
    let (report, schema) = apply(project, &mut connection, &directory, &options, Direction::Down)?;
    summary(&report, "undone", &format!("nothing to undo (target {place})"));
    schema.map_or(Ok(()), |schema| schema_rs::write(project, &schema))?;
    Ok(Exit::Success)
}

/// The connection, and how many migrations come before the place where the database is.
fn connect(
    project: &Project,
    directory: &MigrationDirectory,
    access: Access,
) -> Result<(AnyConnection, usize), CliError> {
    let url = project.database()?;
    let mut connection = open(url, access)?;
    must_be_direct(url, &mut connection)?;
    if let Some(session) = project.session(url.dialect()) {
        with_connection!(&mut connection, c => c.execute(session).map_err(RunError::from)?);
    }
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    Ok((connection, history.place(directory)))
}

/// Runs the migrations and records the schema that they lead to; gives it when anything ran.
///
/// When the connection breaks while the server commits, a new one tells whether it did; going on is
/// the same in both cases, since what is committed is not run again.
fn apply(
    project: &Project,
    connection: &mut AnyConnection,
    directory: &MigrationDirectory,
    options: &RunOptions<'_>,
    direction: Direction,
) -> Result<(RunReport, Option<Schema>), CliError> {
    let mut tries = 1;
    let report = loop {
        let ran = with_connection!(&mut *connection, c => match direction {
            Direction::Up => autogen_runner::upgrade(c, directory, options),
            Direction::Down => autogen_runner::downgrade(c, directory, options),
        });
        match ran {
            Err(error @ RunError::CommitUnseen { .. }) if tries < 3 => {
                output::warning(&output::escape(&error.to_string()));
                *connection = open(project.database()?, Access::Write)?;
                tries += 1;
            }
            other => break other?,
        }
    };
    let schema = if report.ran.is_empty() { None } else { drift::record(project, connection)? };
    Ok((report, schema))
}

/// A first migration that makes what is there was most likely applied before by something else.
fn already_exists(project: &Project, error: CliError, before: &History) -> CliError {
    let is_filled = || drift::is_empty(project).is_ok_and(|is_empty| !is_empty);
    match error {
        CliError::Run(error @ (RunError::Failed { .. } | RunError::Stopped { position: 1, .. }))
            if before.applied.is_empty() && error.to_string().contains("already exists") && is_filled() =>
        {
            CliError::AlreadyExists(error)
        }
        other => other,
    }
}

fn target(
    text: Option<&str>,
    directory: &MigrationDirectory,
    applied: usize,
) -> Result<Option<Target>, CliError> {
    let resolve = |text| autogen_runner::resolve(text, directory, applied);
    Ok(text.map(resolve).transpose()?)
}

/// The bytes of a file's statements; nothing when it can't be cut, which the server then says, and for a file of many
/// statements, most likely rows, which go to the server in one piece rather than in as many round trips.
fn statements(dialect: Dialect, text: &str) -> Option<Vec<Range<usize>>> {
    const MANY: usize = 500;
    let statements = split(dialect, text).ok().filter(|statements| statements.len() <= MANY)?;
    Some(statements.iter().map(|found| found.offset..found.offset + found.text.len()).collect())
}

fn tell(event: &Event<'_>, doing: &str, done: &str) {
    match event {
        Event::Started(migration) => output::status(doing, &migration.name),
        Event::Waiting(migration, message) => {
            output::status(
                "Waiting",
                &output::escape(&format!("{}: {message}; it is tried again", migration.name)),
            );
        }
        Event::Finished(migration, took) => {
            output::status(done, &format!("{} in {} ms", migration.name, took.as_millis()));
        }
    }
}

/// What would run: the names, what is dangerous about them, and with `-v` the SQL.
fn list(dialect: Dialect, steps: &[&Migration], direction: Direction) {
    for migration in steps {
        output::answer(&output::escape(&migration.name));
        let hazards = dangers::hazards_of(dialect, migration, direction);
        hazards.iter().for_each(|text| output::hazard(&output::escape(text)));
        if output::is_verbose() {
            output::answer_raw(migration.text(direction).unwrap_or_default());
        }
    }
    let what = match direction {
        Direction::Up => "would be applied",
        Direction::Down => "would be undone",
    };
    output::status("Dry run", &format!("{} {what}", output::migrations(steps.len())));
    if !steps.is_empty() && !output::is_verbose() {
        output::hint("-v shows their SQL");
    }
}

/// What is said when nothing is applied: head, or a target that is, while others may be pending.
fn at_target(target: Option<&str>, directory: &MigrationDirectory, before: &History) -> String {
    let pending = before.pending(directory).len();
    match target {
        Some(target) if pending > 0 => {
            format!("{target} is applied already; nothing to apply; {} pending", output::migrations(pending))
        }
        Some(_) | None => "already at head; nothing to apply".to_owned(),
    }
}

fn summary(report: &RunReport, what: &str, nothing: &str) {
    if report.ran.is_empty() {
        output::status("Done", nothing);
    } else {
        output::status("Done", &format!("{} {what}", output::migrations(report.ran.len())));
    }
}
