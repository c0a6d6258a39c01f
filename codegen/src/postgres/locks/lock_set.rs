//! Locks by relation, the strongest of each.

use std::collections::BTreeMap;

use autogen_diff_core::QualifiedName;
use autogen_diff_core::lock::{Lock, LockMode, LockWork};

use super::Relations;

/// The strongest lock on each relation, and the longest work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::postgres) struct LockSet(BTreeMap<QualifiedName, (LockMode, LockWork)>);

impl LockSet {
    /// One lock on some relations.
    pub(super) fn on(
        relations: impl IntoIterator<Item = QualifiedName>,
        mode: LockMode,
        work: LockWork,
    ) -> Self {
        Self(relations.into_iter().map(|relation| (relation, (mode, work))).collect())
    }

    /// These and others.
    pub(super) fn and(mut self, others: Self) -> Self {
        for (relation, (mode, work)) in others.0 {
            let held = self.0.entry(relation).or_insert((mode, work));
            *held = (held.0.max(mode), held.1.max(work));
        }
        self
    }

    /// Without those on what the script itself makes: nobody waits for that.
    pub(super) fn on_existing(mut self, there: &Relations<'_>) -> Self {
        self.0.retain(|relation, _| there.is_there(relation));
        self
    }

    /// Each relation with its lock, by name.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&QualifiedName, LockMode, LockWork)> {
        self.0.iter().map(|(relation, (mode, work))| (relation, *mode, *work))
    }

    /// The topmost table above a relation that is locked in the same way.
    pub(super) fn whole_of(&self, relation: &QualifiedName, there: &Relations<'_>) -> Option<&QualifiedName> {
        let held = self.0.get(relation)?;
        let alike = |table: &QualifiedName| self.0.get_key_value(table).filter(|(_, lock)| *lock == held);
        there.above(relation).iter().rev().find_map(alike).map(|(table, _)| table)
    }

    /// The locks, by the name of what is locked.
    pub(in crate::postgres) fn locks(&self, there: &Relations<'_>) -> Vec<Lock> {
        let lock = |(relation, mode, work): (&QualifiedName, LockMode, LockWork)| Lock {
            relation: relation.clone(),
            part_of: self.whole_of(relation, there).cloned(),
            mode,
            work,
            estimate: None,
        };
        self.iter().map(lock).collect()
    }
}
