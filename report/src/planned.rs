//! What was written, and what an upgrade would do, for machines. `version` tells the layout.

use std::path::PathBuf;

use autogen_codegen::report::Entry;
use serde::Serialize;

/// What a new migration changes, and what was written of it.
#[derive(Clone, Debug, Serialize)]
pub struct Generated {
    /// The version of the layout.
    pub version: u32,
    /// What changes, one entry an object; empty where nothing differs.
    pub changes: Vec<Entry>,
    /// The statements of the way up, of all migrations.
    pub sql: String,
    /// What was written; nothing where that was not asked for.
    pub migrations: Vec<Written>,
}

impl Default for Generated {
    fn default() -> Self {
        Self { version: 1, changes: Vec::new(), sql: String::new(), migrations: Vec::new() }
    }
}

/// A migration that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Written {
    /// The folder's name.
    pub name: String,
    /// Its version, as a history has it.
    pub version: String,
    /// Its folder, or in another tool's layout its file.
    pub path: PathBuf,
    /// The hash of what it does; none where nothing tells for which kind of database.
    pub hash: Option<String>,
    /// How it was run in a scratch database, by its header.
    pub proven: Option<String>,
    /// What is dangerous about the way up, each with its place.
    pub hazards: Vec<String>,
}

/// What an upgrade would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Planned {
    /// The version of the layout.
    pub version: u32,
    /// Without its password.
    pub database: String,
    /// The hash of all of it, by which it is approved.
    pub plan: String,
    /// The newest applied migration.
    pub current: Option<String>,
    /// What would run, in order.
    pub migrations: Vec<PlannedMigration>,
}

/// A migration that would run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PlannedMigration {
    /// The folder's name.
    pub name: String,
    /// The hash of what it does.
    pub hash: String,
    /// What is dangerous about it, each with its place.
    pub hazards: Vec<String>,
    /// Whether it waits until no program of the release before runs.
    pub contract: bool,
    /// `up.sql`.
    pub sql: String,
}
