//! What an upgrade would do, as a plan that can be approved before.

use autogen_diff_core::Dialect;
use autogen_introspect::DatabaseUrl;
use autogen_migration_files::{Phase, RunnerTask};
use autogen_report::{Planned, PlannedMigration};
use autogen_runner::{Direction, History, Migration, MigrationDirectory, PlanHashes, hazards_of};

use crate::connection::{Access, with_connection};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::upgrade::{UpgradeRequest, connect, steps};

/// What an upgrade would do.
#[derive(Clone, Debug)]
pub struct UpgradePlan<'m> {
    /// Its hash, which [`UpgradeRequest::plan`] takes.
    pub hash: String,
    /// Where the database is now; none where nothing is applied.
    pub current: Option<&'m Migration>,
    /// The migrations that would run, in order.
    pub steps: Vec<&'m Migration>,
    /// The database.
    url: &'m DatabaseUrl,
}

impl UpgradePlan<'_> {
    /// The kind of the database.
    pub const fn dialect(&self) -> Dialect {
        self.url.dialect()
    }

    /// The same for machines.
    pub fn report(&self) -> Planned {
        let dialect = self.dialect();
        let step = |migration: &&Migration| PlannedMigration {
            name: migration.name.clone(),
            hash: migration.statements_hash(dialect),
            hazards: hazards_of(dialect, migration, Direction::Up),
            contract: migration.phase() == Some(Phase::Contract),
            sql: migration.up.clone(),
        };
        Planned {
            version: 1,
            database: self.url.to_string(),
            plan: self.hash.clone(),
            current: self.current.map(|current| current.name.clone()),
            migrations: self.steps.iter().map(step).collect(),
        }
    }
}

impl Migrations<'_> {
    /// What an upgrade would do. Nothing is changed.
    ///
    /// # Errors
    /// When the database can't be read, its history does not fit the folder, or another plan was approved.
    pub fn upgrade_plan(&self, request: &UpgradeRequest) -> Result<UpgradePlan<'_>, Error> {
        self.project.must_run_migrations(RunnerTask::Upgrade)?;
        let (mut connection, _) = connect(self.project, self.directory(), Access::Read)?;
        let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
        self.upgrade_plan_from(request, &history)
    }

    /// The same of a database with a history.
    pub(crate) fn upgrade_plan_from(
        &self,
        request: &UpgradeRequest,
        history: &History,
    ) -> Result<UpgradePlan<'_>, Error> {
        let directory = self.directory();
        let url = self.project.database_url()?;
        let hashes = PlanHashes::of(url.dialect(), directory);
        let steps = approved_steps(request, directory, history, &hashes)?;
        let hash = hashes.plan(directory, history, &steps);
        Ok(UpgradePlan { hash, current: history.current(directory), steps, url })
    }
}

/// The migrations that an upgrade applies to a database with a history, unless another plan was approved.
pub(crate) fn approved_steps<'d>(
    request: &UpgradeRequest,
    directory: &'d MigrationDirectory,
    history: &History,
    hashes: &PlanHashes,
) -> Result<Vec<&'d Migration>, Error> {
    let steps = steps(request, directory, history)?;
    if let Some(approved) = &request.plan {
        hashes.must_be(approved, directory, history, &steps)?;
    }
    Ok(steps)
}
