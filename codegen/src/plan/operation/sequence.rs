//! Sequences.

use autogen_diff_core::model::{Column, Persistence, Sequence};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::super::replace_type_in_use::foreign_table;
use super::{Effects, column_id};

/// What is done to a sequence.
#[derive(Clone, Debug, PartialEq)]
pub enum SequenceOperation {
    /// `CREATE SEQUENCE`.
    Create(Sequence),
    /// `DROP SEQUENCE`.
    Drop(Sequence),
    /// Its type and its numbers.
    Alter(Pair<Sequence>),
    /// `OWNED BY`.
    SetOwner {
        /// The sequence.
        sequence: QualifiedName,
        /// The table and the column that it goes with.
        owner: Option<(QualifiedName, Ident)>,
    },
    /// Parts a sequence from a column that may go, so that it does not go along.
    Detach {
        /// The sequence.
        sequence: QualifiedName,
        /// The table and the column that it went with.
        owner: (QualifiedName, Ident),
    },
    /// `SET LOGGED` or `SET UNLOGGED` of a column's sequence, apart from its table.
    SetPersistence {
        /// The sequence.
        sequence: QualifiedName,
        /// The column's table.
        table: QualifiedName,
        /// What it becomes.
        persistence: Persistence,
    },
    /// Goes on behind the values that the owning column holds.
    Continue {
        /// The sequence.
        sequence: Sequence,
        /// The column's table.
        table: QualifiedName,
        /// The owning column.
        column: Column,
    },
}

impl SequenceOperation {
    pub(super) fn effects(&self) -> Effects {
        let id = |sequence: &Sequence| ObjectId::Sequence(sequence.name.clone());
        match self {
            Self::Create(sequence) => Effects::creates([id(sequence)]),
            Self::Drop(sequence) => Effects::drops([id(sequence)]),
            Self::Alter(pair) => Effects::alters([id(&pair.to)]),
            Self::SetOwner { sequence, owner } => owned(sequence, owner.as_ref()),
            Self::Detach { sequence, owner: _ } => owned(sequence, None),
            Self::Continue { sequence, table: _, column: _ } => {
                owned(&sequence.name, sequence.owned_by.as_ref())
            }
            Self::SetPersistence { sequence, table, persistence: _ } => Effects::default()
                .needing([ObjectId::Sequence(sequence.clone()), ObjectId::Table(table.clone())]),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Detach { .. } => 7,
            Self::Create(_) | Self::Alter(_) => 10,
            Self::SetOwner { .. } | Self::SetPersistence { .. } | Self::Continue { .. } => 15,
            Self::Drop(_) => 41,
        }
    }
}

fn owned(sequence: &QualifiedName, owner: Option<&(QualifiedName, Ident)>) -> Effects {
    let owner =
        owner.into_iter().flat_map(|(table, column)| [column_id(table, column), foreign_table(table)]);
    Effects::default().needing(std::iter::once(ObjectId::Sequence(sequence.clone())).chain(owner))
}
