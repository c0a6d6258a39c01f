//! Upgrades at an application's start: what to run, how, and from where, put together in one place.

use std::time::Duration;

use autogen_migration_files::{Migration, MigrationDirectory, resolve};

use crate::backend::Backend;
use crate::error::RunError;
use crate::event::Event;
use crate::history::applied;
use crate::options::RunOptions;
use crate::run::{self, RunReport};
use crate::source::Source;

/// Applies the migrations of a source. Of many runners at once, on as many machines as you like,
/// each migration is applied by one, and all of them return when everything is applied.
pub struct Runner<S> {
    source: S,
    lock_timeout: Duration,
    allow_out_of_order: bool,
    on_event: Box<dyn Fn(&Event<'_>) + Send>,
}

impl<S: Source> Runner<S> {
    /// A runner of a folder (a path), of migrations read before, or of those that
    /// `diesel_migrations::embed_migrations!` has built into the program.
    pub fn new(source: S) -> Self {
        let RunOptions { lock_budget, allow_out_of_order, .. } = RunOptions::default();
        Self { source, lock_timeout: lock_budget, allow_out_of_order, on_event: Box::new(|_| ()) }
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

    /// Is told when a migration starts, waits, and is done.
    #[must_use]
    pub fn on_event(mut self, tell: impl Fn(&Event<'_>) + Send + 'static) -> Self {
        self.on_event = Box::new(tell);
        self
    }

    /// Applies all that is pending.
    ///
    /// # Errors
    /// When the lock is not had in time, the history does not allow it (a file that was edited, a
    /// migration that is applied and not there, one that is out of order), or a statement fails.
    pub fn upgrade<C: Backend>(&self, connection: &mut C) -> Result<RunReport, RunError> {
        self.upgrade_to(connection, "head")
    }

    /// Applies what is pending up to a place, in Alembic's words: `head`, `+1`, a version or its start.
    ///
    /// # Errors
    /// As for [`Runner::upgrade`], and when there is no such place.
    pub fn upgrade_to<C: Backend>(&self, connection: &mut C, target: &str) -> Result<RunReport, RunError> {
        self.run(connection, target, run::upgrade)
    }

    /// Goes back to a place: `-1`, `base`, a version or its start.
    ///
    /// # Errors
    /// As for [`Runner::upgrade_to`].
    pub fn downgrade_to<C: Backend>(&self, connection: &mut C, target: &str) -> Result<RunReport, RunError> {
        self.run(connection, target, run::downgrade)
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

    fn run<C: Backend>(
        &self,
        connection: &mut C,
        target: &str,
        work: impl FnOnce(&mut C, &MigrationDirectory, &RunOptions<'_>) -> Result<RunReport, RunError>,
    ) -> Result<RunReport, RunError> {
        let directory = self.source.read()?;
        connection.wait_up_to(self.lock_timeout)?;
        let place = applied(connection)?.place(&directory);
        let options = RunOptions {
            lock_budget: self.lock_timeout,
            allow_out_of_order: self.allow_out_of_order,
            target: Some(resolve(target, &directory, place)?),
            on_event: Some(&self.on_event),
            split: None,
        };
        work(connection, &directory, &options)
    }
}
