//! Where a database is, and whether anything is wrong with it.

use serde::Serialize;

use crate::environment::Environment;
use crate::printable::printable;

/// Where a database is. `version` tells the layout of its JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The version of the layout.
    pub version: u32,
    /// Without its password.
    pub database: String,
    /// Whether it answers; nothing is known of it otherwise.
    pub reachable: bool,
    /// How many migrations the folder has.
    pub migrations: usize,
    /// The folder.
    pub path: String,
    /// The newest applied migration.
    pub current: Option<String>,
    /// None where the database does not answer.
    pub pending: Option<Vec<String>>,
    /// The hash of what an upgrade would do, where something is pending and nothing hinders it.
    pub plan: Option<String>,
    /// Those of the pending ones that wait until no program of the release before runs.
    pub contract: Vec<String>,
    /// What is dangerous about what is pending, each with its place.
    pub hazards: Vec<String>,
    /// Applied migrations that have no folder.
    pub missing: Vec<String>,
    /// The migrations that nothing comes after.
    pub heads: Vec<String>,
    /// Migrations that are done in part.
    pub unfinished: Vec<UnfinishedFile>,
    /// What became of the schema since the last upgrade.
    pub schema: SchemaState,
    /// Where environments are expected to be, as the repository records it.
    pub environments: Vec<Environment>,
    /// What is wrong with the history, or with the way to the database.
    pub problem: Option<String>,
}

/// A migration that is done in part.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct UnfinishedFile {
    /// Its version.
    pub migration: String,
    /// `up.sql` or `down.sql`.
    pub file: &'static str,
}

/// What became of a schema since the last upgrade.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaState {
    /// Nothing.
    Unchanged,
    /// Something else changed it.
    Changed,
    /// Nothing comparable was recorded, or nobody looked.
    #[default]
    Unknown,
}

/// What stands behind a pending migration whose phase is `contract`.
const WAITS: &str = " (contract: waits until no program of the release before runs)";

impl Status {
    /// The lines for a terminal.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = Lines::default();
        lines.add("database", &self.database);
        lines.add("migrations", &format!("{} in {}", self.migrations, self.path));
        match &self.pending {
            Some(pending) => self.add_place(pending, &mut lines),
            None => lines.add("current", "unreachable: the database does not answer"),
        }
        self.hazards.iter().for_each(|text| lines.add("hazard", text));
        for name in &self.missing {
            lines.add("missing", &format!("{name}: applied, without a folder"));
        }
        if self.heads.len() > 1 {
            lines.add("heads", &format!("{}; see `autogen merge`", self.heads.len()));
            self.heads.iter().for_each(|name| lines.add("", name));
        }
        for part in &self.unfinished {
            lines.add("unfinished", &format!("{} of {}; see `autogen repair`", part.file, part.migration));
        }
        match self.schema {
            SchemaState::Unchanged => lines.add("schema", "unchanged since the last upgrade"),
            SchemaState::Changed => {
                lines.add("schema", "changed since the last upgrade; see `autogen diff migrations database`");
            }
            SchemaState::Unknown => {}
        }
        if self.problem.is_none() {
            lines.add("files", "checksums match");
        }
        for environment in &self.environments {
            lines.add("environment", &environment.summary());
            environment.problems.iter().for_each(|problem| lines.add("", &problem.message));
        }
        lines.0
    }

    /// Where the database is, and what it has not yet.
    fn add_place(&self, pending: &[String], lines: &mut Lines) {
        lines.add("current", self.current.as_deref().unwrap_or("none"));
        lines.add("pending", &pending.len().to_string());
        for name in pending {
            let waits = if self.contract.contains(name) { WAITS } else { "" };
            lines.add("", &format!("{name}{waits}"));
        }
        self.plan.iter().for_each(|plan| lines.add("plan", plan));
    }
}

/// Lines with a label each.
#[derive(Default)]
struct Lines(Vec<String>);

impl Lines {
    fn add(&mut self, label: &str, text: &str) {
        self.0.push(printable(&format!("{label:<12}{text}")));
    }
}
