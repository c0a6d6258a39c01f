//! What the folder says that a database should be, worked out once for all of them.

use std::collections::BTreeMap;

use autogen_runner::{Glance, History, Migration, MigrationDirectory, PlanHashes, RunError};

use super::standing::Standing;
use crate::error::Error;
use crate::upgrade::{DowngradeRequest, UpgradeRequest, steps, steps_back};
use crate::upgrade_plan::approved_steps;

/// The folder, with what every database is compared with.
pub(super) struct Head<'a> {
    pub(super) directory: &'a MigrationDirectory,
    /// The hash of each migration, by version.
    hashes: BTreeMap<&'a str, String>,
    /// What is asked for, where each database's plan is to be told.
    told: Option<(&'a UpgradeRequest, &'a PlanHashes)>,
}

impl<'a> Head<'a> {
    pub(super) fn of(directory: &'a MigrationDirectory) -> Self {
        let hash = |migration: &'a Migration| (migration.version.as_str(), migration.hash());
        Self { directory, hashes: directory.migrations.iter().map(hash).collect(), told: None }
    }

    /// The same, telling what an upgrade would do.
    pub(super) fn telling_plans(self, request: &'a UpgradeRequest, hashes: Option<&'a PlanHashes>) -> Self {
        Self { told: hashes.map(|hashes| (request, hashes)), ..self }
    }

    /// Whether just the folder's migrations are applied, as they are here.
    fn is_reached(&self, history: &History) -> bool {
        history.applied.len() == self.hashes.len()
            && history.applied.values().zip(&self.hashes).all(|(applied, (version, hash))| {
                applied.version == *version && applied.hash.as_ref().is_none_or(|own| own == hash)
            })
    }

    /// Whether an upgrade would do, record or refuse something. What can't be told is asked of the upgrade itself.
    /// `hashes` are those of the folder's migrations, where a plan was approved.
    pub(super) fn needs_upgrade(
        &self,
        glance: &Glance,
        request: &UpgradeRequest,
        hashes: Option<&PlanHashes>,
    ) -> bool {
        let is_marked = request.environment.is_none() || request.environment == glance.environment;
        if glance.unfinished.is_some() || !is_marked || self.lacks_record(glance) {
            return true;
        }
        if self.is_reached(&glance.history) && request.target.is_none() && request.plan.is_none() {
            return false;
        }
        let steps = match hashes {
            Some(hashes) => approved_steps(request, self.directory, &glance.history, hashes),
            None => steps(request, self.directory, &glance.history),
        };
        steps.map_or(true, |steps| !steps.is_empty())
    }

    /// The hash of what an upgrade would do, where that is to be told and would not be refused.
    fn plan(&self, glance: &Glance) -> Option<String> {
        let (request, hashes) = self.told?;
        let steps = steps(request, self.directory, &glance.history).ok()?;
        Some(hashes.plan(self.directory, &glance.history, &steps))
    }

    /// Whether a downgrade would take something back, or refuse to.
    pub(super) fn needs_downgrade(&self, glance: &Glance, request: &DowngradeRequest) -> bool {
        let steps = steps_back(request, self.directory, &glance.history);
        glance.unfinished.is_some() || steps.map_or(true, |steps| !steps.is_empty())
    }

    /// Whether an upgrade was killed before it recorded the schema, which the next one makes up for.
    fn lacks_record(&self, glance: &Glance) -> bool {
        let newest = glance.history.current(self.directory);
        let is_told = newest.is_some_and(|newest| newest.header_fingerprints().is_some());
        is_told && glance.schema_recorded_at != Some(glance.history.history_hash())
    }

    /// Where a database is, and what is wrong with its history.
    pub(super) fn standing(&self, glance: &Glance) -> (Standing, Option<Error>) {
        let history = &glance.history;
        let standing = Standing {
            current: history.current(self.directory).map(|migration| migration.name.clone()),
            pending: history.pending(self.directory).len(),
            plan: self.plan(glance),
        };
        let problem = match &glance.unfinished {
            Some((version, direction)) => {
                Some(RunError::Unfinished { version: version.clone(), file: direction.file() })
            }
            None if self.is_reached(history) => None,
            None => autogen_runner::check(self.directory, history).err(),
        };
        (standing, problem.map(Error::from))
    }
}
