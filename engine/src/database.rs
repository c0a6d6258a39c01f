//! The database of a project as its migrations know it: where it is, and what can be set right there.

use std::collections::BTreeMap;

use autogen_migration_files::{Phase, RunnerTask};
use autogen_runner::{
    Backend, Direction, Drift, History, Migration, MigrationDirectory, RunError, RunOptions, StatementState,
    Timing, Unfinished,
};

use crate::advice::Advice;
use crate::connection::{Access, AnyConnection, with_connection};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::project::Project;
use crate::upgrade::UpgradeRequest;
use crate::{applied, drift};

/// An open database of a project.
pub struct Database<'a> {
    project: &'a Project,
    connection: AnyConnection,
}

/// Where a database is, and whether anything is wrong with it.
#[derive(Debug)]
pub struct DatabaseStatus {
    /// What is applied.
    pub history: History,
    /// Migrations that are done in part.
    pub unfinished: Vec<Unfinished>,
    /// Whether something else changed the schema since the last upgrade.
    pub drift: Drift,
    /// What is dangerous about what is pending, each with its place.
    pub hazards: Vec<String>,
    /// The hash of what an upgrade would do, where something is pending and nothing hinders it.
    pub plan: Option<String>,
    /// What is wrong with the history, if anything is.
    pub checked: Result<(), Error>,
}

impl DatabaseStatus {
    /// The pending migrations that wait until no program of the release before runs.
    pub fn contract(&self, directory: &MigrationDirectory) -> Vec<String> {
        let pending = self.history.pending(directory).into_iter();
        let contracting = pending.filter(|migration| migration.phase() == Some(Phase::Contract));
        contracting.map(|migration| migration.name.clone()).collect()
    }
}

impl Project {
    /// Opens the database.
    ///
    /// # Errors
    /// When none is named, or it can't be reached.
    pub fn database(&self, access: Access) -> Result<Database<'_>, Error> {
        Ok(Database { project: self, connection: self.open(access)? })
    }
}

impl Database<'_> {
    /// What is applied.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn history(&mut self) -> Result<History, Error> {
        applied::of(self.project, &mut self.connection)
    }

    /// How long applied migrations took, by version.
    ///
    /// # Errors
    /// When the database can't be read.
    pub fn timings(&mut self) -> Result<BTreeMap<String, Timing>, Error> {
        Ok(with_connection!(&mut self.connection, c => autogen_runner::timings(c)?))
    }

    /// The migrations that are done in part.
    ///
    /// # Errors
    /// When the journal can't be read.
    pub fn unfinished(&mut self) -> Result<Vec<Unfinished>, Error> {
        Ok(with_connection!(&mut self.connection, c => autogen_runner::unfinished(c)?))
    }

    /// Where the database is, and whether anything is wrong with it.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn status(&mut self, migrations: &Migrations<'_>) -> Result<DatabaseStatus, Error> {
        let (history, unfinished) = (self.history()?, self.unfinished()?);
        let drift = drift::look(self.project, &mut self.connection, None)?;
        let directory = migrations.directory();
        migrations.tell_not_covered();
        let checked = autogen_runner::check(directory, &history).map_err(Error::from);
        let checked = checked.and_then(|()| migrations.one_head().map(drop));
        let dialect = self.project.database_url()?.dialect();
        let hazards = |m: &&Migration| autogen_runner::hazards_of(dialect, m, Direction::Up);
        let hazards = history.pending(directory).iter().flat_map(hazards).collect();
        let plan = self.pending_plan(migrations, &history);
        Ok(DatabaseStatus { history, unfinished, drift, hazards, plan, checked })
    }

    /// The hash of what an upgrade would do, where it would do anything.
    fn pending_plan(&self, migrations: &Migrations<'_>, history: &History) -> Option<String> {
        let is_pending = !history.pending(migrations.directory()).is_empty();
        self.project.must_run_migrations(RunnerTask::Upgrade).ok().filter(|()| is_pending)?;
        Some(migrations.upgrade_plan_from(&UpgradeRequest::default(), history).ok()?.hash)
    }

    /// Marks a migration, and all before it, as applied; nothing runs. Gives the newest of them. `purge` forgets applied
    /// migrations that have no folder.
    ///
    /// # Errors
    /// When a migration without a folder would be forgotten.
    pub fn stamp<'m>(
        &mut self,
        migrations: &'m Migrations<'_>,
        revision: &str,
        purge: bool,
    ) -> Result<Option<&'m Migration>, Error> {
        self.project.must_run_migrations(RunnerTask::Stamp)?;
        let directory = migrations.directory();
        let history = self.history()?;
        let target = autogen_runner::resolve(revision, directory, history.applied.len())?;
        let wanted: Vec<_> = directory.migrations[..target.0].iter().collect();
        let unknown = history.unknown(directory);
        if !unknown.is_empty() && !purge {
            return Err(Error::Refused {
                message: format!(
                    "applied, and without a folder: {}; a stamp would forget that they are applied",
                    unknown.join(", ")
                ),
                advice: Advice::RestoreFoldersOrPurge,
            });
        }
        let wait = RunOptions::default().lock_budget;
        with_connection!(&mut self.connection, c => autogen_runner::stamp(c, &wanted, wait)?);
        Ok(wanted.last().copied())
    }

    /// What the catalog says of the statement whose end nobody saw, and its text.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn probe(
        &mut self,
        migrations: &Migrations<'_>,
        unfinished: &Unfinished,
    ) -> Result<(Option<StatementState>, Option<String>), Error> {
        let directory = migrations.directory();
        let open = unfinished.open().zip(directory.get(&unfinished.version));
        let text = |connection: &mut AnyConnection| {
            let (entry, migration) = open?;
            with_connection!(connection, c => statement(c, migration, unfinished, entry.position))
        };
        let said =
            with_connection!(&mut self.connection, c => autogen_runner::probe(c, directory, unfinished)?);
        Ok((said, text(&mut self.connection)))
    }

    /// Notes how the statement ended that a migration stopped at, and gives its place.
    ///
    /// # Errors
    /// When every statement that began is done.
    pub fn settle(&mut self, found: &[Unfinished], state: StatementState) -> Result<usize, Error> {
        let stopped = found.iter().find_map(|unfinished| Some((unfinished, unfinished.stopped_at()?)));
        let Some((unfinished, entry)) = stopped else {
            return Err(Error::usage("every statement that began is done", Advice::ResumeCommand));
        };
        let (position, wait) = (entry.position, RunOptions::default().lock_budget);
        with_connection!(&mut self.connection, c => autogen_runner::end(c, unfinished, position, state, wait)?);
        Ok(position)
    }
}

impl DatabaseStatus {
    /// Gives what is wrong, if anything is.
    ///
    /// # Errors
    /// What is wrong with the history, or a migration that is done in part.
    pub fn into_result(self) -> Result<(), Error> {
        self.checked?;
        match self.unfinished.first() {
            None => Ok(()),
            Some(part) => {
                let (version, file) = (part.version.clone(), part.direction.file());
                Err(RunError::Unfinished { version, file }.into())
            }
        }
    }
}

/// The text of a statement of a file; the connection is there for its kind.
fn statement<C: Backend>(
    _: &mut C,
    migration: &Migration,
    unfinished: &Unfinished,
    position: usize,
) -> Option<String> {
    autogen_runner::statement_at::<C>(migration, unfinished.direction, position).map(str::to_owned)
}
