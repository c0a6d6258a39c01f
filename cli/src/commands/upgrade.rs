//! `autogen upgrade` and `autogen downgrade`.

use autogen_diff_core::Schema;
use autogen_runner::{
    Direction, Event, Migration, MigrationDirectory, RunError, RunOptions, RunReport, Target,
};

use crate::args::{DowngradeArgs, UpgradeArgs};
use crate::connection::{Access, AnyConnection, must_be_direct, open, with_connection};
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
    let access = if args.dry_run { Access::Read } else { Access::Create };
    let (mut connection, applied) = connect(project, &directory, access)?;
    let options = RunOptions {
        lock_budget: args.lock_timeout,
        allow_out_of_order: args.allow_out_of_order,
        target: target(args.target.as_deref(), &directory, applied)?,
        on_event: Some(&|event| tell(event, "Applying", "Applied")),
    };
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    let steps = autogen_runner::upgrade_steps(&directory, &history, &options)?;
    if args.dry_run {
        list(&steps, "would be applied");
        return Ok(Exit::Success);
    }
    let names: Vec<String> = steps.iter().map(|migration| migration.name.clone()).collect();
    let stated = environment::Stated {
        name: args.environment.as_deref(),
        confirmed: args.confirm_database.as_deref(),
    };
    environment::check(project, &mut connection, &stated, environment::loses_data(&steps))?;
    drift::check(project, &mut connection, steps.first().copied(), args.allow_drift)?;
    if !names.is_empty() {
        output::status("Pending", &migrations(names.len()));
        hooks::run(project, Moment::Backup, &names)?;
        hooks::run(project, Moment::Before, &names)?;
    }
    let (report, schema) = apply(project, &mut connection, &directory, &options, Direction::Up)?;
    summary(&report, "applied", "already at head; nothing to apply", args.target.as_deref());
    schema.map_or(Ok(()), |schema| schema_rs::write(project, &schema))?;
    if !report.ran.is_empty() {
        let ran: Vec<String> = report.ran.iter().map(|step| step.name.clone()).collect();
        hooks::run(project, Moment::After, &ran)?;
    }
    Ok(Exit::Success)
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, CliError> {
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    let (mut connection, applied) = connect(project, &directory, Access::Write)?;
    let options = RunOptions {
        lock_budget: args.lock_timeout,
        allow_out_of_order: true,
        target: target(Some(&args.target), &directory, applied)?,
        on_event: Some(&|event| tell(event, "Undoing", "Undid")),
    };
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    let steps = autogen_runner::downgrade_steps(&directory, &history, &options)?;
    if args.dry_run {
        list(&steps, "would be undone");
        return Ok(Exit::Success);
    }
    let stated = environment::Stated { name: None, confirmed: args.confirm_database.as_deref() };
    environment::check(project, &mut connection, &stated, Some(Danger::Downgrade))?;
    drift::check(project, &mut connection, steps.first().copied(), args.allow_drift)?;
    let (report, schema) = apply(project, &mut connection, &directory, &options, Direction::Down)?;
    summary(&report, "undone", "nothing to undo", Some(&args.target));
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

fn target(
    text: Option<&str>,
    directory: &MigrationDirectory,
    applied: usize,
) -> Result<Option<Target>, CliError> {
    let resolve = |text| autogen_runner::resolve(text, directory, applied);
    Ok(text.map(resolve).transpose()?)
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

fn list(steps: &[&Migration], what: &str) {
    for migration in steps {
        output::answer(&migration.name);
    }
    output::status("Dry run", &format!("{} {what}", migrations(steps.len())));
}

fn summary(report: &RunReport, what: &str, nothing: &str, target: Option<&str>) {
    if report.ran.is_empty() {
        let place = target.map(|target| format!(" (target {target})")).unwrap_or_default();
        output::status("Done", &format!("{nothing}{place}"));
    } else {
        output::status("Done", &format!("{} {what}", migrations(report.ran.len())));
    }
}

fn migrations(count: usize) -> String {
    if count == 1 { "1 migration".to_owned() } else { format!("{count} migrations") }
}
