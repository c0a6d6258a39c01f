//! Upgrades at an application's start: what to run, how, and from where, put together in one place.

use std::time::Duration;

use autogen_migration_files::{Direction, Migration, MigrationDirectory, resolve};

use crate::backend::Backend;
use crate::drift::{Drift, SchemaState, drift, make_up_for_record, record_schema};
use crate::environment_guard::EnvironmentGuard;
use crate::error::RunError;
use crate::event::Event;
use crate::history::applied;
use crate::options::RunOptions;
use crate::plan::PlanHashes;
use crate::run::{self, RunReport, downgrade_steps, upgrade_steps};
use crate::source::Source;

/// Applies the migrations of a source. Of many runners at once, on as many machines as you like,
/// each migration is applied by one, and all of them return when everything is applied.
pub struct Runner<S> {
    source: S,
    lock_timeout: Duration,
    allow_out_of_order: bool,
    plan: Option<String>,
    on_event: Box<dyn Fn(&Event<'_>) + Send>,
    environment: EnvironmentGuard,
    schema: Option<Box<ReadSchema>>,
    allow_drift: bool,
}

/// Reads the schema of the database that is upgraded.
type ReadSchema = dyn Fn() -> Result<SchemaState, RunError> + Send;

impl<S: Source> Runner<S> {
    /// A runner of a folder (a path), of migrations read before, or of those that
    /// `diesel_migrations::embed_migrations!` has built into the program.
    pub fn new(source: S) -> Self {
        let RunOptions { lock_budget, allow_out_of_order, .. } = RunOptions::default();
        Self {
            source,
            lock_timeout: lock_budget,
            allow_out_of_order,
            plan: None,
            on_event: Box::new(|_| ()),
            environment: EnvironmentGuard::default(),
            schema: None,
            allow_drift: false,
        }
    }

    /// How long to wait for other upgraders, and for a table that others hold; 60 seconds without it.
    #[must_use]
    pub fn lock_timeout(mut self, timeout: Duration) -> Self {
        self.lock_timeout = timeout;
        self
    }

    /// Also runs pending migrations that are older than an applied one; an error without it.
    #[must_use]
    pub fn allow_out_of_order(mut self) -> Self {
        self.allow_out_of_order = true;
        self
    }

    /// Refuses to apply anything but the plan that was approved, by its hash: `autogen upgrade --dry-run` and [`Runner::pending_plan`]
    /// tell it. A plan that was begun goes on, and one that is done has nothing left to do.
    #[must_use]
    pub fn plan(mut self, hash: impl Into<String>) -> Self {
        self.plan = Some(hash.into());
        self
    }

    /// Is told when a migration starts, waits, and is done.
    #[must_use]
    pub fn on_event(mut self, tell: impl Fn(&Event<'_>) + Send + 'static) -> Self {
        self.on_event = Box::new(tell);
        self
    }

    /// What the database is for. The first upgrade that says so marks the database; from then on another environment is
    /// refused. On one that is marked `production`, whoever marked it, migrations that lose data and those that go back are
    /// refused without [`Runner::confirm_database`].
    #[must_use]
    pub fn environment(mut self, name: impl Into<String>) -> Self {
        self.environment.environment = Some(name.into());
        self
    }

    /// Confirms by the database's name (of a SQLite file, the file's name) that what loses data on production is meant.
    #[must_use]
    pub fn confirm_database(mut self, name: impl Into<String>) -> Self {
        self.environment.confirmed_database = Some(name.into());
        self
    }

    /// Refuses to go on from a schema that something else has changed since the last upgrade, and records the schema that an
    /// upgrade leads to. `read` says what the schema is: `Project::schema_state` of the crate `autogen-engine` does, and then
    /// the command line and the application see each other's records.
    #[must_use]
    pub fn guard_drift<E: ToString>(
        mut self,
        read: impl Fn() -> Result<SchemaState, E> + Send + 'static,
    ) -> Self {
        self.schema =
            Some(Box::new(move || read().map_err(|error| RunError::SchemaNotRead(error.to_string()))));
        self
    }

    /// Tells of drift ([`Event::DriftAllowed`]) and goes on.
    #[must_use]
    pub fn allow_drift(mut self) -> Self {
        self.allow_drift = true;
        self
    }

    /// Applies all that is pending.
    ///
    /// # Errors
    /// When the lock is not had in time, a guard refuses it, the history does not allow it (a file that was edited, a
    /// migration that is applied and not there, one that is out of order), or a statement fails.
    pub fn upgrade<C: Backend>(&self, connection: &mut C) -> Result<RunReport, RunError> {
        self.upgrade_to(connection, "head")
    }

    /// Applies what is pending up to a place, in Alembic's words: `head`, `+1`, a version or its start.
    ///
    /// # Errors
    /// As for [`Runner::upgrade`], and when there is no such place.
    pub fn upgrade_to<C: Backend>(&self, connection: &mut C, target: &str) -> Result<RunReport, RunError> {
        self.run(connection, target, Direction::Up)
    }

    /// Goes back to a place: `-1`, `base`, a version or its start.
    ///
    /// # Errors
    /// As for [`Runner::upgrade_to`].
    pub fn downgrade_to<C: Backend>(&self, connection: &mut C, target: &str) -> Result<RunReport, RunError> {
        self.run(connection, target, Direction::Down)
    }

    /// The migrations that are not applied, in order. Nothing is written.
    ///
    /// # Errors
    /// When the migrations or the database can't be read.
    pub fn pending<C: Backend>(&self, connection: &mut C) -> Result<Vec<Migration>, RunError> {
        let directory = self.source.read()?;
        connection.wait_up_to(self.lock_timeout)?;
        Ok(applied(connection)?.pending(&directory).into_iter().cloned().collect())
    }

    /// The hash of what [`Runner::upgrade`] would do, for [`Runner::plan`]. Nothing is written.
    ///
    /// # Errors
    /// When the migrations or the database can't be read, or the history does not allow an upgrade.
    pub fn pending_plan<C: Backend>(&self, connection: &mut C) -> Result<String, RunError> {
        let directory = self.source.read()?;
        connection.wait_up_to(self.lock_timeout)?;
        let history = applied(connection)?;
        let options = RunOptions { allow_out_of_order: self.allow_out_of_order, ..RunOptions::default() };
        let steps = upgrade_steps(&directory, &history, &options)?;
        Ok(PlanHashes::of(C::DIALECT, &directory).plan(&directory, &history, &steps))
    }

    fn run<C: Backend>(
        &self,
        connection: &mut C,
        target: &str,
        direction: Direction,
    ) -> Result<RunReport, RunError> {
        let directory = self.source.read()?;
        connection.wait_up_to(self.lock_timeout)?;
        let history = applied(connection)?;
        let hashes = self.plan.as_ref().map(|_| PlanHashes::of(C::DIALECT, &directory));
        let options = RunOptions {
            lock_budget: self.lock_timeout,
            allow_out_of_order: self.allow_out_of_order,
            target: Some(resolve(target, &directory, history.place(&directory))?),
            plan: self.plan.as_deref().zip(hashes.as_ref()),
            on_event: Some(&self.on_event),
            split: None,
        };
        let steps = match direction {
            Direction::Up => upgrade_steps(&directory, &history, &options)?,
            Direction::Down => downgrade_steps(&directory, &history, &options)?,
        };
        self.environment.check(connection, &steps, direction)?;
        self.must_not_have_drifted(connection, steps.first().copied())?;
        let report = match direction {
            Direction::Up => run::upgrade(connection, &directory, &options)?,
            Direction::Down => run::downgrade(connection, &directory, &options)?,
        };
        self.record(connection, &directory, &report)?;
        Ok(report)
    }

    fn must_not_have_drifted<C: Backend>(
        &self,
        connection: &mut C,
        first: Option<&Migration>,
    ) -> Result<(), RunError> {
        let (Some(read), Some(first)) = (&self.schema, first) else { return Ok(()) };
        match drift(connection, Some(first), |_| read())? {
            Drift::Absent | Drift::Unknown => Ok(()),
            Drift::Found if self.allow_drift => {
                (self.on_event)(&Event::DriftAllowed);
                Ok(())
            }
            Drift::Found => Err(RunError::Drift),
        }
    }

    /// Records the schema that a run led to; where it can't be read, the run was still one.
    fn record<C: Backend>(
        &self,
        connection: &mut C,
        directory: &MigrationDirectory,
        report: &RunReport,
    ) -> Result<(), RunError> {
        let Some(read) = &self.schema else { return Ok(()) };
        let read = |_: &mut C| match read() {
            Ok(state) => Some(state),
            Err(error) => {
                (self.on_event)(&Event::NotRecorded(&error.to_string()));
                None
            }
        };
        if !report.ran.is_empty() {
            return record_schema(connection, read).map(drop);
        }
        // Nothing was to be applied, so that a database that can't be written is no hindrance.
        if let Err(error) = make_up_for_record(connection, directory, read) {
            (self.on_event)(&Event::NotRecorded(&error.to_string()));
        }
        Ok(())
    }
}
