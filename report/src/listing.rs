//! Migrations for machines: what `current`, `history`, `heads`, `branches` and `show` give as JSON. `version` tells the layout.

use serde::Serialize;

/// Some migrations of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Listing {
    /// The version of the layout.
    pub version: u32,
    /// In the order that was asked for.
    pub migrations: Vec<ListedMigration>,
    /// Applied migrations that have no folder.
    pub missing: Vec<String>,
}

/// One of them, and its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ListedMigration {
    /// The folder's name.
    pub name: String,
    /// Its version, as a history has it.
    pub version: String,
    /// What it is for.
    pub message: String,
    /// The hash of what it does; none where nothing tells for which kind of database.
    pub hash: Option<String>,
    /// The names of those that it goes behind.
    pub after: Vec<String>,
    /// The names of those that go behind it.
    pub before: Vec<String>,
    /// None without a database.
    pub applied: Option<bool>,
    /// Whether it is the newest applied one.
    pub current: bool,
    /// Whether none goes behind it.
    pub head: bool,
    /// Whether it can be undone.
    pub has_down: bool,
    /// Whether it runs in one transaction.
    pub in_transaction: bool,
}
