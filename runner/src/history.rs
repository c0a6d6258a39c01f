//! What is applied: Diesel's table, and beside it the hashes of what was run.

use std::collections::BTreeMap;
use std::time::Duration;

use autogen_migration_files::{FilesError, Migration, MigrationDirectory, normalise_version};

use crate::backend::Backend;
use crate::change::Change;
use crate::error::RunError;
use crate::journal;
use crate::lock::{locked, waited};
use crate::tables::OwnTable;
use crate::timing;

/// The statements that make Diesel's table, as Diesel makes it (`diesel/src/migration/setup_migration_table.sql`), and ours.
pub const SETUP: &str = "CREATE TABLE IF NOT EXISTS __diesel_schema_migrations (\
    version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);\
    CREATE TABLE IF NOT EXISTS __autogen_history (\
    version VARCHAR(50) PRIMARY KEY NOT NULL, hash VARCHAR(64) NOT NULL, \
    run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, took_ms INTEGER, estimate VARCHAR(100))";

/// An applied migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Its version.
    pub version: String,
    /// The hash of what was run, when autogen ran it.
    pub hash: Option<String>,
}

/// What is applied and what is not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    /// Applied, by version.
    pub applied: BTreeMap<String, Applied>,
}

/// Makes the two tables when they are not there.
pub(crate) fn set_up<C: Backend>(connection: &mut C) -> Result<(), RunError> {
    let has = tables(connection)?;
    if has.0 && has.1 {
        timing::set_up(connection);
        return Ok(());
    }
    // Of several that make them at the same moment, the later ones may be told so.
    let made = connection.execute(SETUP);
    if tables(connection)? != (true, true) {
        made?;
    }
    Ok(())
}

/// Whether Diesel's table and ours are there.
fn tables<C: Backend>(connection: &mut C) -> Result<(bool, bool), RunError> {
    Ok((connection.has_table(OwnTable::Applied)?, connection.has_table(OwnTable::History)?))
}

/// What is applied. Nothing is written; without the table nothing is.
///
/// # Errors
/// When the database can't be read.
pub fn applied<C: Backend>(connection: &mut C) -> Result<History, RunError> {
    let (diesel, ours) = tables(connection)?;
    let mut history = History::default();
    if !diesel {
        return Ok(history);
    }
    let applied = connection.applied_rows()?;
    let hashes = if ours { connection.history_rows()? } else { Vec::new() };
    let mut hashes: BTreeMap<String, String> =
        hashes.into_iter().map(|row| (row.version, row.hash)).collect();
    for version in applied.into_iter().map(|row| row.version) {
        let hash = hashes.remove(&version);
        history.applied.insert(version.clone(), Applied { version, hash });
    }
    Ok(history)
}

impl History {
    /// Whether a migration is applied.
    pub fn has(&self, migration: &Migration) -> bool {
        self.applied.contains_key(&migration.version)
    }

    /// Whether it may be this very migration that ran under its version: the text is, or nothing tells.
    pub fn may_have_run(&self, migration: &Migration) -> bool {
        let applied = self.applied.get(&migration.version);
        let is_this = |hash: &String| *hash == migration.hash();
        applied.is_some_and(|applied| applied.hash.as_ref().is_none_or(is_this))
    }

    /// The newest applied version that has a folder.
    pub fn current<'a>(&self, directory: &'a MigrationDirectory) -> Option<&'a Migration> {
        directory.migrations.iter().rev().find(|migration| self.has(migration))
    }

    /// The applied versions that have no folder, and no migration in their place. Diesel's own set-up migration
    /// has a version of zeros and needs none.
    pub fn unknown(&self, directory: &MigrationDirectory) -> Vec<String> {
        let replaced: Vec<String> = directory.migrations.iter().flat_map(Migration::replaces).collect();
        let unknown = self.applied.keys().filter(|v| directory.get(v).is_none() && !replaced.contains(v));
        unknown.filter(|version| version.bytes().any(|b| b != b'0')).cloned().collect()
    }

    /// The same by the names that their folders had, where the sum file knows them.
    pub fn missing(&self, directory: &MigrationDirectory) -> Vec<String> {
        let names = directory.sum.folders();
        let name = |version: &String| names.iter().find(|name| normalise_version(name) == *version);
        let missing = self.unknown(directory).into_iter();
        missing.map(|version| name(&version).map_or(version, |name| (*name).to_owned())).collect()
    }

    /// What is applied of the migrations that one stands in the place of.
    fn replaced(&self, migration: &Migration) -> Vec<String> {
        migration.replaces().into_iter().filter(|version| self.applied.contains_key(version)).collect()
    }

    /// How many migrations come before the place where the database is.
    pub fn place(&self, directory: &MigrationDirectory) -> usize {
        directory.migrations.iter().rposition(|migration| self.has(migration)).map_or(0, |place| place + 1)
    }

    /// The migrations that are not applied, in order.
    pub fn pending<'a>(&self, directory: &'a MigrationDirectory) -> Vec<&'a Migration> {
        directory.migrations.iter().filter(|migration| !self.has(migration)).collect()
    }
}

/// Compares the folder with its sum file and with the database.
///
/// # Errors
/// A file that was edited, an applied migration whose text is another here, or one without a folder.
pub fn check(directory: &MigrationDirectory, history: &History) -> Result<(), RunError> {
    let missing = history.missing(directory);
    match directory.check_sum() {
        Err(FilesError::FolderDeleted(_)) if !missing.is_empty() => {}
        checked => checked?,
    }
    if !missing.is_empty() {
        return Err(RunError::Missing(missing));
    }
    for migration in &directory.migrations {
        let replaced = history.replaced(migration);
        if !history.has(migration) && !replaced.is_empty() {
            return Err(RunError::SquashPartlyApplied { name: migration.name.clone(), applied: replaced });
        }
    }
    // A database that ran what was squashed has the hash of the last of them.
    let whole = directory.migrations.iter().filter(|migration| history.replaced(migration).is_empty());
    let changed = whole.filter(|migration| {
        let hash = history.applied.get(&migration.version).and_then(|applied| applied.hash.as_ref());
        hash.is_some_and(|hash| *hash != migration.hash())
    });
    // The hash is one of both files.
    let files = |migration: &Migration| match &migration.down {
        Some(_) => format!("{0}/up.sql or {0}/down.sql", migration.name),
        None => format!("{}/up.sql", migration.name),
    };
    let differs: Vec<String> = changed.map(files).collect();
    if differs.is_empty() { Ok(()) } else { Err(RunError::AppliedDiffers(differs)) }
}

/// Marks exactly the given migrations as applied, running nothing.
///
/// # Errors
/// When the lock is not had in time, or the database can't be written.
pub fn stamp<C: Backend>(
    connection: &mut C,
    wanted: &[&Migration],
    lock_budget: Duration,
) -> Result<(), RunError> {
    locked(connection, lock_budget, |connection| {
        stamp_locked(connection, wanted).map_err(|error| waited::<C>(error, lock_budget))
    })
}

fn stamp_locked<C: Backend>(connection: &mut C, wanted: &[&Migration]) -> Result<(), RunError> {
    set_up(connection)?;
    connection.execute(C::BEGIN)?;
    let mut changes = vec![Change::DeleteAllApplied, Change::DeleteAllHistory];
    changes.extend(wanted.iter().flat_map(|migration| record(migration)));
    let changed = connection.change_all(&changes).map_err(RunError::from);
    let cleared = changed.and_then(|()| journal::clear(connection));
    let committed = cleared.and_then(|()| Ok(connection.execute("COMMIT")?));
    if committed.is_err() {
        // The first error is the one to tell about.
        let _ = connection.execute("ROLLBACK");
    }
    committed
}

/// What marks a migration as applied.
pub(crate) fn record(migration: &Migration) -> Vec<Change> {
    let version = || migration.version.clone();
    vec![
        Change::InsertApplied(version()),
        Change::DeleteHistory(version()),
        Change::InsertHistory { version: version(), hash: migration.hash() },
    ]
}

/// What marks a migration, and those in whose place it stands, as not applied.
pub(crate) fn erase(migration: &Migration) -> Vec<Change> {
    let versions = migration.replaces().into_iter().chain([migration.version.clone()]);
    let erased = |version: String| [Change::DeleteApplied(version.clone()), Change::DeleteHistory(version)];
    versions.flat_map(erased).collect()
}

/// Records anew what applied migrations consist of; gives how many changed.
///
/// # Errors
/// When the lock is not had in time, or the database can't be written.
pub fn rehash<C: Backend>(
    connection: &mut C,
    migrations: &[&Migration],
    lock_budget: Duration,
) -> Result<usize, RunError> {
    locked(connection, lock_budget, |connection| {
        accept_locked(connection, migrations).map_err(|error| waited::<C>(error, lock_budget))
    })
}

fn accept_locked<C: Backend>(connection: &mut C, migrations: &[&Migration]) -> Result<usize, RunError> {
    let history = applied(connection)?;
    let mut changed = 0;
    for migration in migrations {
        let hash = history.applied.get(&migration.version).and_then(|applied| applied.hash.as_ref());
        let now = migration.hash();
        if hash.is_some_and(|hash| *hash != now) {
            connection
                .change_row(&Change::UpdateHistory { version: migration.version.clone(), hash: now })?;
            changed += 1;
        }
    }
    Ok(changed)
}
