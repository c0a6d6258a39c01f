//! Applies migrations to the database of a project, and takes them back.

use std::ops::Range;
use std::time::Duration;

use autogen_diff_core::{Dialect, Schema};
use autogen_migration_files::{Phase, RunnerTask};
use autogen_runner::{
    Direction, EnvironmentGuard, History, Migration, MigrationDirectory, PlanHashes, RunError, RunOptions,
    RunReport, Session as _, Target,
};
use autogen_sql_text::split;

use crate::connection::{Access, AnyConnection, must_be_in, with_connection};
use crate::error::Error;
use crate::hook_point::HookPoint;
use crate::hooks;
use crate::migrations::Migrations;
use crate::observer::Event;
use crate::project::Project;
use crate::ran::Ran;
#[cfg(feature = "postgres")]
use crate::statement_watch::StatementWatch;
use crate::{drift, loss, schema_rs};

/// What has to hold before anything is applied or taken back.
#[derive(Clone, Debug)]
pub struct Guards {
    /// The name of the database, which confirms what loses rows on production.
    pub confirmed_database: Option<String>,
    /// Whether a schema that something else has changed is no hindrance.
    pub allow_drift: bool,
    /// How long to wait for the lock of another upgrade.
    pub lock_budget: Duration,
}

impl Default for Guards {
    fn default() -> Self {
        let lock_budget = RunOptions::default().lock_budget;
        Self { confirmed_database: None, allow_drift: false, lock_budget }
    }
}

/// What to apply.
#[derive(Clone, Debug, Default)]
pub struct UpgradeRequest {
    /// Where to stop; the head without it.
    pub target: Option<String>,
    /// Whether it stops before the first migration that programs of the release before can't live with.
    pub expand_only: bool,
    /// Whether migrations older than applied ones are applied.
    pub allow_out_of_order: bool,
    /// Names the environment of a database that has none.
    pub environment: Option<String>,
    /// The hash of the plan that was approved; anything else is refused before the lock is taken, and again under it.
    pub plan: Option<String>,
    /// What has to hold before.
    pub guards: Guards,
}

/// What to take back.
#[derive(Clone, Debug, Default)]
pub struct DowngradeRequest {
    /// Where to stop.
    pub target: String,
    /// Whether nobody is asked before rows or values are lost. Where nobody answers, it goes on.
    pub is_confirmed: bool,
    /// What has to hold before.
    pub guards: Guards,
}

impl Migrations<'_> {
    /// The migrations that a downgrade would take back.
    ///
    /// # Errors
    /// When the database can't be read, or its history does not fit the folder.
    pub fn to_undo(&self, request: &DowngradeRequest) -> Result<Vec<&Migration>, Error> {
        self.project.must_run_migrations(RunnerTask::Downgrade)?;
        self.project.existing_database()?;
        let (mut connection, _) = connect(self.project, self.directory(), Access::Read)?;
        let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
        steps_back(request, self.directory(), &history)
    }

    /// Applies what is pending, under the lock, with the hooks and guards of the project.
    ///
    /// # Errors
    /// What hinders it, or the statement that failed.
    pub fn upgrade(&self, request: &UpgradeRequest) -> Result<Ran, Error> {
        let (project, directory) = (self.project, self.directory());
        project.must_run_migrations(RunnerTask::Upgrade)?;
        let url = project.database_url()?;
        let is_new = url.missing_file().is_some();
        let (mut connection, applied) = connect(project, directory, Access::Write)?;
        let dialect = url.dialect();
        let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
        let hashes = request.plan.as_ref().map(|_| PlanHashes::of(dialect, directory));
        let options = RunOptions {
            lock_budget: request.guards.lock_budget,
            allow_out_of_order: request.allow_out_of_order,
            plan: request.plan.as_deref().zip(hashes.as_ref()),
            target: upgrade_target(request, directory, applied, &history)?,
            on_event: Some(&|event| project.tell(&Event::Run(Direction::Up, event))),
            split: Some(&|text| statements(dialect, text)),
        };
        let look = |connection: &mut AnyConnection| -> Result<(History, Vec<&Migration>), Error> {
            let history = with_connection!(connection, c => autogen_runner::applied(c)?);
            let steps = autogen_runner::upgrade_steps(directory, &history, &options)?;
            Ok((history, steps))
        };
        let (mut history, mut steps) = look(&mut connection)?;
        // A file that is not there yet is made once it is known what for. Another upgrade may have been faster.
        if is_new {
            connection = project.open(Access::Create)?;
            (history, steps) = look(&mut connection)?;
        }
        before_upgrade(project, &mut connection, request, &steps)?;
        let applied = apply(project, &mut connection, directory, &options, Direction::Up);
        let (report, schema) = applied.map_err(|error| already_exists(project, error, &history))?;
        let pending = history.pending(directory).len();
        let target =
            request.target.clone().or_else(|| request.expand_only.then(|| Phase::Expand.to_string()));
        let ran = Ran { report, pending, target };
        project.tell(&Event::Applied(&ran));
        schema.map_or(Ok(()), |schema| schema_rs::write(project, &schema))?;
        if !ran.report.ran.is_empty() {
            let names: Vec<String> = ran.report.ran.iter().map(|step| step.name.clone()).collect();
            hooks::run(project, HookPoint::After, &names)?;
        }
        Ok(ran)
    }

    /// Takes migrations back, newest first.
    ///
    /// # Errors
    /// What hinders it, or the statement that failed.
    pub fn downgrade(&self, request: &DowngradeRequest) -> Result<Ran, Error> {
        let (project, directory) = (self.project, self.directory());
        project.must_run_migrations(RunnerTask::Downgrade)?;
        project.existing_database()?;
        let (mut connection, applied) = connect(project, directory, Access::Write)?;
        let dialect = project.database_url()?.dialect();
        let options = RunOptions {
            lock_budget: request.guards.lock_budget,
            allow_out_of_order: true,
            plan: None,
            target: target(Some(&request.target), directory, applied)?,
            on_event: Some(&|event| project.tell(&Event::Run(Direction::Down, event))),
            split: Some(&|text| statements(dialect, text)),
        };
        let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
        let steps = autogen_runner::downgrade_steps(directory, &history, &options)?;
        let confirmed = &request.guards.confirmed_database;
        let guard = EnvironmentGuard { environment: None, confirmed_database: confirmed.clone() };
        with_connection!(&mut connection, c => guard.check(c, &steps, Direction::Down)?);
        loss::ask_before(project, &steps, request.is_confirmed || confirmed.is_some())?;
        let (first, allowed) = (steps.first().copied(), request.guards.allow_drift);
        drift::check(project, &mut connection, first, Direction::Down, allowed)?;
        let (report, schema) = apply(project, &mut connection, directory, &options, Direction::Down)?;
        let pending = history.pending(directory).len();
        let ran = Ran { report, pending, target: Some(request.target.clone()) };
        project.tell(&Event::Undone(&ran));
        schema.map_or(Ok(()), |schema| schema_rs::write(project, &schema))?;
        Ok(ran)
    }
}

/// What has to hold, and to be done, before migrations are applied.
fn before_upgrade(
    project: &Project,
    connection: &mut AnyConnection,
    request: &UpgradeRequest,
    steps: &[&Migration],
) -> Result<(), Error> {
    let guard = EnvironmentGuard {
        environment: request.environment.clone(),
        confirmed_database: request.guards.confirmed_database.clone(),
    };
    with_connection!(&mut *connection, c => guard.check(c, steps, Direction::Up)?);
    let (first, allowed) = (steps.first().copied(), request.guards.allow_drift);
    drift::check(project, connection, first, Direction::Up, allowed)?;
    if steps.is_empty() {
        return Ok(());
    }
    let names: Vec<String> = steps.iter().map(|migration| migration.name.clone()).collect();
    project.tell(&Event::Pending(names.len()));
    hooks::run(project, HookPoint::Backup, &names)?;
    hooks::run(project, HookPoint::Before, &names)
}

/// The connection, and how many migrations come before the place where the database is.
pub(crate) fn connect(
    project: &Project,
    directory: &MigrationDirectory,
    access: Access,
) -> Result<(AnyConnection, usize), Error> {
    let url = project.database_url()?;
    let mut connection = project.open(access)?;
    if access == Access::Read {
        // What would be refused is not shown as a plan.
        project.must_be_direct(&mut connection)?;
    }
    if let Some(namespace) = &project.namespace {
        must_be_in(url, namespace, &mut connection)?;
    }
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
) -> Result<(RunReport, Option<Schema>), Error> {
    let mut tries = 1;
    let report = loop {
        #[cfg(feature = "postgres")]
        let watch = StatementWatch::begin(project, connection);
        let ran = with_connection!(&mut *connection, c => match direction {
            Direction::Up => autogen_runner::upgrade(c, directory, options),
            Direction::Down => autogen_runner::downgrade(c, directory, options),
        });
        #[cfg(feature = "postgres")]
        drop(watch);
        match ran {
            Err(error @ RunError::CommitOutcomeUnknown { .. }) if tries < 3 => {
                project.tell(&Event::CommitOutcomeUnknown(&error));
                *connection = project.open(Access::Write)?;
                tries += 1;
            }
            other => break other?,
        }
    };
    if report.ran.is_empty() {
        drift::make_up_for_record(project, connection, directory);
        return Ok((report, None));
    }
    Ok((report, drift::record(project, connection, direction)?))
}

/// A first migration that makes what is there was most likely applied before by something else.
fn already_exists(project: &Project, error: Error, before: &History) -> Error {
    let is_filled = || drift::is_empty(project).is_ok_and(|is_empty| !is_empty);
    match error {
        Error::Run(error @ (RunError::Failed { .. } | RunError::Stopped { position: 1, .. }))
            if before.applied.is_empty() && error.to_string().contains("already exists") && is_filled() =>
        {
            Error::AlreadyExists(error)
        }
        other => other,
    }
}

/// The migrations that an upgrade applies to a database with a history.
pub(crate) fn steps<'d>(
    request: &UpgradeRequest,
    directory: &'d MigrationDirectory,
    history: &History,
) -> Result<Vec<&'d Migration>, Error> {
    let target = upgrade_target(request, directory, history.place(directory), history)?;
    let options =
        RunOptions { allow_out_of_order: request.allow_out_of_order, target, ..RunOptions::default() };
    Ok(autogen_runner::upgrade_steps(directory, history, &options)?)
}

/// The migrations that a downgrade takes back from a database with a history.
pub(crate) fn steps_back<'d>(
    request: &DowngradeRequest,
    directory: &'d MigrationDirectory,
    history: &History,
) -> Result<Vec<&'d Migration>, Error> {
    let target = target(Some(&request.target), directory, history.place(directory))?;
    let options = RunOptions { allow_out_of_order: true, target, ..RunOptions::default() };
    Ok(autogen_runner::downgrade_steps(directory, history, &options)?)
}

/// Where an upgrade stops.
fn upgrade_target(
    request: &UpgradeRequest,
    directory: &MigrationDirectory,
    applied: usize,
    history: &History,
) -> Result<Option<Target>, Error> {
    let wanted = target(request.target.as_deref(), directory, applied)?;
    let contracts =
        |migration: &Migration| !history.has(migration) && migration.phase() == Some(Phase::Contract);
    let first = request.expand_only.then(|| directory.migrations.iter().position(contracts)).flatten();
    Ok(match (wanted, first.map(Target)) {
        (Some(wanted), Some(first)) => Some(wanted.min(first)),
        (wanted, first) => wanted.or(first),
    })
}

fn target(
    text: Option<&str>,
    directory: &MigrationDirectory,
    applied: usize,
) -> Result<Option<Target>, Error> {
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
