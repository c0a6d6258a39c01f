//! How long the statements of a script take in a database whose sizes are known.

use std::collections::BTreeSet;

use autogen_diff_core::QualifiedName;
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::estimate::{Estimate, TableTask, Task};
use autogen_diff_core::lock::{LockWork, TakenLock};
use autogen_diff_core::stats::{DatabaseStats, Rates, TableStats};

use crate::script::{Script, Statement};

/// The sizes of a database and the rates of its server, as a script finds them.
#[derive(Clone, Copy, Debug)]
pub struct Estimator<'a> {
    stats: &'a DatabaseStats,
    rates: &'a Rates,
    /// What a script renames before it does anything else.
    renames: &'a [Rename],
}

impl<'a> Estimator<'a> {
    /// None where no rates are known.
    pub fn of(stats: &'a DatabaseStats, renames: &'a [Rename]) -> Option<Self> {
        Some(Self { stats, rates: stats.rates.as_ref()?, renames })
    }

    /// Says of each statement how long it takes, and of each lock that lasts.
    pub fn annotate(&self, script: &mut Script) {
        script.statements.iter_mut().for_each(|statement| self.annotate_statement(statement));
    }

    /// The same of one statement.
    pub fn annotate_statement(&self, statement: &mut Statement) {
        statement.estimate = self.total(&statement.tasks);
        let Some(total) = statement.estimate else { return };
        let sizes: Vec<(QualifiedName, Estimate)> = statement
            .locks
            .iter()
            .filter(|lock| lock.work > LockWork::Instant)
            .filter_map(|lock| {
                let parts =
                    statement.locks.iter().filter(|part| part.part_of.as_ref() == Some(&lock.relation));
                let relations = std::iter::once(&lock.relation).chain(parts.map(|part| &part.relation));
                Some((lock.relation.clone(), self.sized(total, relations)?))
            })
            .collect();
        for lock in statement.locks.iter_mut().filter(|lock| lock.work > LockWork::Instant) {
            lock.estimate =
                sizes.iter().find(|(name, _)| *name == lock.relation).map(|(_, estimate)| *estimate);
        }
    }

    /// How long a statement takes that was seen to read or to rewrite a table, and nothing else is known of.
    pub fn seen(&self, lock: &TakenLock) -> Option<Estimate> {
        let task = match lock.work {
            LockWork::Instant => return None,
            LockWork::Scan => Task::Scan,
            LockWork::Rewrite => Task::Rewrite,
        };
        let table = self.stats.tables.iter().find(|table| table.shown() == lock.relation)?;
        Some(Estimate::of(task, table, self.rates))
    }

    /// How long all tasks take; none where the size of a table is not known.
    fn total(&self, tasks: &[TableTask]) -> Option<Estimate> {
        let each = tasks
            .iter()
            .map(|TableTask { table, task }| Some(Estimate::of(*task, self.table(table)?, self.rates)));
        let each: Vec<Estimate> = each.collect::<Option<_>>()?;
        let total = each.into_iter().reduce(|all, one| all + one)?;
        let tables: BTreeSet<&QualifiedName> = tasks.iter().map(|task| &task.table).collect();
        self.sized(total, tables)
    }

    /// The same times, with the sizes of some tables.
    fn sized<'n>(
        &self,
        estimate: Estimate,
        tables: impl IntoIterator<Item = &'n QualifiedName>,
    ) -> Option<Estimate> {
        let tables: Vec<&TableStats> = tables.into_iter().filter_map(|name| self.table(name)).collect();
        let rows = tables.iter().map(|table| table.rows).sum();
        let bytes = tables.iter().map(|table| table.all_bytes()).sum();
        (!tables.is_empty()).then_some(Estimate { rows, bytes, ..estimate })
    }

    /// A table by its name, or by the one that it had when the sizes were read.
    fn table(&self, name: &QualifiedName) -> Option<&'a TableStats> {
        let old_name = self.renames.iter().find_map(|rename| match rename {
            Rename::Table(names) if names.to == *name => Some(&names.from),
            Rename::Table(_) | Rename::Column(..) | Rename::EnumValue(..) | Rename::Object(_) => None,
        });
        old_name.and_then(|name| self.stats.table(name)).or_else(|| self.stats.table(name))
    }
}
