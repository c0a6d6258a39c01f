//! Migrations for machines: `--format json` of `current`, `history` and `heads`.

use autogen_diff_core::Dialect;
use autogen_runner::{History, Migration, MigrationDirectory, RevisionGraph};
use serde::Serialize;

use crate::failure::Failure;
use crate::output;

/// The answer; `version` tells the layout.
#[derive(Serialize)]
struct Listing<'a> {
    version: u32,
    migrations: Vec<Entry<'a>>,
    /// Applied migrations that have no folder.
    missing: Vec<String>,
}

#[derive(Serialize)]
struct Entry<'a> {
    name: &'a str,
    version: &'a str,
    message: String,
    /// The hash of what it does; `null` where nothing tells for which kind of database.
    hash: Option<String>,
    /// The names of those before and after.
    after: Vec<&'a str>,
    before: Vec<&'a str>,
    /// `null` without a database.
    applied: Option<bool>,
    current: bool,
    head: bool,
    has_down: bool,
    in_transaction: bool,
}

/// Prints migrations in the order given.
pub(crate) fn print(
    directory: &MigrationDirectory,
    dialect: Option<Dialect>,
    history: Option<&History>,
    migrations: &[&Migration],
) -> Result<(), Failure> {
    let current = history.and_then(|history| history.current(directory));
    let graph = directory.graph();
    let entries = migrations.iter().map(|migration| entry((&graph, dialect), history, current, migration));
    let missing = history.map(|history| history.missing(directory)).unwrap_or_default();
    let listing = Listing { version: 1, migrations: entries.collect(), missing };
    Ok(output::json(&listing)?)
}

fn entry<'a>(
    (graph, dialect): (&RevisionGraph<'a>, Option<Dialect>),
    history: Option<&History>,
    current: Option<&Migration>,
    migration: &'a Migration,
) -> Entry<'a> {
    let before: Vec<&str> = graph.children(migration).iter().map(|child| child.name.as_str()).collect();
    Entry {
        name: &migration.name,
        version: &migration.version,
        message: migration.message(),
        hash: dialect.map(|dialect| migration.statements_hash(dialect)),
        after: graph.parents(migration).iter().map(|parent| parent.name.as_str()).collect(),
        head: before.is_empty(),
        before,
        applied: history.map(|history| history.has(migration)),
        current: current == Some(migration),
        has_down: migration.down.is_some(),
        in_transaction: migration.run_in_transaction,
    }
}
