//! Holds the locks that are declared for the statements of a transaction against those that it takes: `pg_locks`, the files of
//! the relations (`pg_class.relfilenode`), and how often each was read (`pg_stat_xact_all_tables`).

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::lock::{Lock, LockDifference, LockMode, LockWork};

use super::seen_locks::{SeenLocks, SeenRelation, work};

/// A transaction that is looked at after each of its operations.
#[derive(Debug)]
pub struct LockWatch {
    /// What was there when it began, by object identifier.
    old: BTreeSet<String>,
    /// What is there, as it was last seen.
    relations: BTreeMap<String, SeenRelation>,
    /// The strongest lock that was declared for each.
    declared: BTreeMap<String, LockMode>,
}

/// What one operation declares.
struct Operation<'a> {
    /// Its locks, by object identifier.
    locks: BTreeMap<String, &'a Lock>,
}

impl LockWatch {
    /// Begins with all relations, before the first operation.
    pub fn begin(start: SeenLocks) -> Self {
        let old = start.relations.keys().cloned().collect();
        Self { old, relations: start.relations, declared: BTreeMap::new() }
    }

    /// What an operation did otherwise than it declares, to relations that were there when the transaction began. `after` is
    /// what is locked since. What was told once is taken for declared from then on.
    pub fn step(&mut self, declared: &[Lock], after: SeenLocks) -> Vec<LockDifference> {
        let (operation, mut differences) = self.operation(declared);
        for (oid, lock) in &operation.locks {
            let declared = self.declared.entry(oid.clone()).or_insert(lock.mode);
            *declared = lock.mode.max(*declared);
        }
        let modes = after.modes();
        let touched: BTreeSet<&str> =
            modes.keys().copied().chain(self.declared.keys().map(String::as_str)).collect();
        let touched = touched.into_iter().filter(|oid| self.old.contains(*oid));
        let found =
            touched.filter_map(|oid| self.difference(&operation, oid, modes.get(oid).copied(), &after));
        let found: Vec<(String, LockDifference)> = found.collect();
        for (oid, difference) in found {
            match difference.taken.0 {
                Some(mode) => self.declared.insert(oid, mode),
                None => self.declared.remove(&oid),
            };
            differences.push(difference);
        }
        self.remember(after);
        differences
    }

    /// The declared locks by object identifier, and those on what is not there.
    fn operation<'a>(&self, declared: &'a [Lock]) -> (Operation<'a>, Vec<LockDifference>) {
        let mut locks = BTreeMap::new();
        let mut absent = Vec::new();
        for lock in declared {
            let relation = lock.relation.to_string();
            match self.relations.iter().find(|(_, known)| known.name == relation) {
                Some((oid, _)) => {
                    locks.insert(oid.clone(), lock);
                }
                None => absent.push(LockDifference {
                    relation,
                    declared: (Some(lock.mode), lock.work),
                    taken: (None, LockWork::Instant),
                }),
            }
        }
        (Operation { locks }, absent)
    }

    fn difference(
        &self,
        operation: &Operation<'_>,
        oid: &str,
        held: Option<LockMode>,
        after: &SeenLocks,
    ) -> Option<(String, LockDifference)> {
        let relation = self.relations.get(oid)?;
        // What queries take is not told.
        let said = self.declared.get(oid).copied().filter(|mode| *mode > LockMode::AccessShare);
        let declared = operation.work_on(oid);
        let seen = after.relations.get(oid).map_or(declared, |new| work(relation, new));
        // What a statement about a table does to its sequences goes without saying.
        let goes_along = relation.kind == "S" && said <= held;
        let has_rows = matches!(relation.kind.as_str(), "r" | "m");
        let is_as_said = (held == said || goes_along) && (!has_rows || operation.does(oid, seen));
        let difference = LockDifference {
            relation: relation.name.clone(),
            declared: (said, declared),
            taken: (held, seen),
        };
        (!is_as_said).then(|| (oid.to_owned(), difference))
    }

    /// Keeps how the relations are now. What is locked and not there any more was dropped.
    fn remember(&mut self, after: SeenLocks) {
        let gone: Vec<String> = after.modes().into_keys().map(str::to_owned).collect();
        gone.iter().filter(|oid| !after.relations.contains_key(*oid)).for_each(|oid| {
            self.relations.remove(oid);
        });
        self.relations.extend(after.relations);
    }
}

impl Operation<'_> {
    fn work_on(&self, oid: &str) -> LockWork {
        self.locks.get(oid).map_or(LockWork::Instant, |lock| lock.work)
    }

    /// Whether it may do so much to the rows of a relation.
    fn does(&self, oid: &str, seen: LockWork) -> bool {
        let declared = self.work_on(oid);
        let is_read_by_another =
            self.locks.iter().any(|(other, lock)| other != oid && lock.work > LockWork::Instant);
        match (declared, seen) {
            (LockWork::Rewrite, seen) | (_, seen @ LockWork::Rewrite) => declared == seen,
            // What it does not lock it may ask.
            (_, _) if !self.locks.contains_key(oid) => true,
            // Of a foreign key's target is read what is asked for; where there are no rows, nothing is.
            (LockWork::Scan, LockWork::Instant) => is_read_by_another,
            (LockWork::Instant, LockWork::Scan) => false,
            (LockWork::Scan, LockWork::Scan) | (LockWork::Instant, LockWork::Instant) => true,
        }
    }
}
