//! Partitions, and tables that are partitioned anew.

use autogen_diff_core::model::{PartitionOf, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::Effects;
use super::table::{dropped_table_ids, table_ids};

/// What is done to partitions.
#[derive(Clone, Debug, PartialEq)]
pub enum PartitionOperation {
    /// `ATTACH PARTITION`.
    Attach {
        /// The table that becomes a partition.
        table: QualifiedName,
        /// Its place.
        partition: PartitionOf,
    },
    /// `DETACH PARTITION`.
    Detach {
        /// The partition.
        table: QualifiedName,
        /// The place that it leaves.
        partition: PartitionOf,
    },
    /// Moves tables that new ones take the place of out of the way.
    SetAside {
        /// Namespaces that are made for it.
        namespaces: Vec<Ident>,
        /// The tables, each with the name that it goes to.
        tables: Vec<(QualifiedName, Table)>,
    },
    /// Gives new tables the rows and counters of the old ones, and drops those.
    TakeRows {
        /// Namespaces that are dropped then.
        namespaces: Vec<Ident>,
        /// The tables, each with the name under which the old one waits.
        tables: Vec<(QualifiedName, Pair<Table>)>,
    },
}

impl PartitionOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Attach { table, partition } | Self::Detach { table, partition } => Effects::default()
                .needing([ObjectId::Table(table.clone()), ObjectId::Table(partition.parent.clone())]),
            Self::SetAside { namespaces: _, tables } => {
                Effects::drops(tables.iter().flat_map(|(_, table)| dropped_table_ids(table)))
            }
            Self::TakeRows { namespaces: _, tables } => {
                Effects::alters(tables.iter().flat_map(|(_, pair)| table_ids(&pair.to)))
            }
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Detach { .. } => 7,
            Self::Attach { .. } => 19,
            // Between plans of their own, not in one.
            Self::SetAside { .. } | Self::TakeRows { .. } => 23,
        }
    }
}
