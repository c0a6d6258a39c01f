//! What a session sees of its own locks: `pg_locks`, the files of the relations (`pg_class.relfilenode`), and how often each was
//! read (`pg_stat_xact_all_tables`).

use std::collections::BTreeMap;

use autogen_diff_core::lock::{LockMode, LockWork, TakenLock};
use diesel::sql_types::Bool;
use diesel::{PgConnection, RunQueryDsl as _, sql_query};
use serde::Deserialize;

use crate::error::IntrospectError;
use crate::scratch::OneText;

/// The relations of a database and the session's locks on them, at one moment of a transaction.
#[derive(Debug, Deserialize)]
pub struct SeenLocks {
    /// The relations by object identifier.
    pub relations: BTreeMap<String, SeenRelation>,
    /// The object identifier and the mode of each lock, as `pg_locks` names it.
    locks: Vec<(String, String)>,
}

/// A relation at one moment of a transaction.
#[derive(Debug, Deserialize)]
pub struct SeenRelation {
    /// Its name, with its schema unless that is `public`.
    pub name: String,
    /// `pg_class.relkind`.
    pub kind: String,
    /// `pg_class.relfilenode`, another one once all rows are written anew.
    pub file: String,
    /// How often its rows were read in the transaction.
    pub reads: u64,
}

impl SeenLocks {
    /// Looks at the session's database.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn of(connection: &mut PgConnection) -> Result<Self, IntrospectError> {
        Self::read(connection, true)
    }

    /// Looks at those relations alone that the session locks: no others can have been rewritten.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn of_locked(connection: &mut PgConnection) -> Result<Self, IntrospectError> {
        Self::read(connection, false)
    }

    fn read(connection: &mut PgConnection, whole: bool) -> Result<Self, IntrospectError> {
        let what = "looking at the locks of the session";
        let query = sql_query(include_str!("queries/locks.sql")).bind::<Bool, _>(whole);
        let found: OneText =
            query.get_result(connection).map_err(|error| IntrospectError::query(what, &error))?;
        serde_json::from_str(&found.value)
            .map_err(|error| IntrospectError::Query { what: what.to_owned(), message: error.to_string() })
    }

    /// The strongest lock on a relation.
    pub fn held(&self, oid: &str) -> Option<LockMode> {
        let own = self.locks.iter().filter(|(relation, _)| relation == oid);
        own.filter_map(|(_, mode)| LockMode::of_catalog(mode)).max()
    }

    /// The object identifier of a relation.
    pub fn oid(&self, name: &str) -> Option<&String> {
        self.relations.iter().find(|(_, relation)| relation.name == name).map(|(oid, _)| oid)
    }

    /// The strongest lock on each relation that is locked, by object identifier.
    pub(super) fn modes(&self) -> BTreeMap<&str, LockMode> {
        let mut modes = BTreeMap::new();
        for (oid, mode) in &self.locks {
            if let Some(mode) = LockMode::of_catalog(mode) {
                modes.entry(oid.as_str()).and_modify(|held| *held = mode.max(*held)).or_insert(mode);
            }
        }
        modes
    }

    /// What was done since to what was there, by name.
    pub fn taken_since(&self, before: &Self) -> Vec<TakenLock> {
        let taken = before.relations.iter().filter_map(|(oid, old)| {
            let mode = self.held(oid)?;
            let work = self.relations.get(oid).map_or(LockWork::Instant, |new| work(old, new));
            Some(TakenLock { relation: old.name.clone(), mode, work })
        });
        let mut taken: Vec<TakenLock> = taken.collect();
        taken.sort_by(|a, b| a.relation.cmp(&b.relation));
        taken
    }

    /// What was written anew since: no statement that does so lets others at the rows meanwhile.
    pub fn rewritten_since(&self, before: &Self) -> Vec<TakenLock> {
        let rewritten = before.relations.iter().filter(|(oid, old)| {
            self.relations.get(*oid).is_some_and(|new| work(old, new) == LockWork::Rewrite)
        });
        let taken = rewritten.map(|(_, old)| TakenLock {
            relation: old.name.clone(),
            mode: LockMode::AccessExclusive,
            work: LockWork::Rewrite,
        });
        taken.collect()
    }
}

/// What was done to the rows of a relation between two looks at it.
pub(super) fn work(old: &SeenRelation, new: &SeenRelation) -> LockWork {
    // A sequence has another file whenever its parameters change, and that is one row.
    match matches!(old.kind.as_str(), "r" | "m") {
        true if old.file != new.file => LockWork::Rewrite,
        true if new.reads > old.reads => LockWork::Scan,
        true | false => LockWork::Instant,
    }
}
