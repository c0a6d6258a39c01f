//! Columns.

use autogen_diff_core::model::Column;
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::{Effects, Names, column_id, constraint_id};

/// What is done to a column of a table that stays.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each has the table, and the column or its name")]
pub enum ColumnOperation {
    /// `ADD COLUMN`.
    Add { table: QualifiedName, column: Column },
    /// `DROP COLUMN`.
    Drop { table: QualifiedName, column: Column },
    /// `ALTER COLUMN`.
    Alter { table: QualifiedName, column: Pair<Column> },
    /// Takes the default off, before what it needs goes.
    DropDefault { table: QualifiedName, column: Ident },
    /// `DROP IDENTITY`, apart from what else changes.
    DropIdentity { table: QualifiedName, column: Column },
    /// Puts the default on, when what it needs is there.
    SetDefault { table: QualifiedName, column: Column },
}

impl ColumnOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Add { table, column } => {
                Effects::creates(column_ids(table, column)).needing([ObjectId::Table(table.clone())])
            }
            Self::Drop { table, column } | Self::DropIdentity { table, column } => {
                let own = std::iter::once(column_id(table, &column.name));
                Effects::drops(own.chain(identity_sequence(column)))
            }
            Self::Alter { table, column } => {
                let own = std::iter::once(column_id(table, &column.to.name));
                let made =
                    column.to.not_null_name().filter(|name| column.from.not_null_name() != Some(*name));
                let made = made.map(|name| constraint_id(table, name));
                Effects::alters(own.chain(made).chain(identity_sequence(&column.to)))
                    .needing([ObjectId::Table(table.clone())])
            }
            Self::DropDefault { table, column } => Effects::drops([column_id(table, column)]),
            Self::SetDefault { table, column } => Effects::creates([column_id(table, &column.name)]),
        }
    }

    /// Whether a view over the column is held by what it was before.
    pub(in crate::plan) fn is_felt_by_views(&self) -> bool {
        match self {
            Self::Alter { column: Pair { from, to }, .. } => {
                (&from.data_type, &from.collation, &from.generated)
                    != (&to.data_type, &to.collation, &to.generated)
            }
            Self::Add { .. }
            | Self::Drop { .. }
            | Self::DropDefault { .. }
            | Self::DropIdentity { .. }
            | Self::SetDefault { .. } => true,
        }
    }

    pub(super) fn names(&self) -> Names {
        match self {
            Self::Alter { column, .. } if column.from.identity.is_none() => {
                Names { taken: identity_name(&column.to).into_iter().collect(), given_up: Vec::new() }
            }
            Self::Alter { column, .. } => Names::of_rename(renamed_identity(column)),
            Self::Add { .. }
            | Self::Drop { .. }
            | Self::DropDefault { .. }
            | Self::DropIdentity { .. }
            | Self::SetDefault { .. } => Names::default(),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::DropDefault { .. } | Self::DropIdentity { .. } => 7,
            Self::Add { .. } | Self::Alter { .. } | Self::SetDefault { .. } => 14,
            Self::Drop { .. } => 16,
        }
    }
}

/// A column with the constraint behind its `NOT NULL` and the sequence behind its identity.
fn column_ids(table: &QualifiedName, column: &Column) -> impl Iterator<Item = ObjectId> {
    let not_null = column.not_null_name().map(|name| constraint_id(table, name));
    std::iter::once(column_id(table, &column.name)).chain(not_null).chain(identity_sequence(column))
}

/// The names of an identity's sequence that gets another one.
pub(in crate::plan) fn renamed_identity(column: &Pair<Column>) -> Option<Pair<QualifiedName>> {
    let names = Pair::new(identity_name(&column.from)?, identity_name(&column.to)?);
    names.differs().then_some(names)
}

/// The name of the sequence behind an identity column.
fn identity_name(column: &Column) -> Option<QualifiedName> {
    column.identity.as_ref().map(|identity| identity.sequence.clone())
}

/// The sequence behind an identity column.
pub(super) fn identity_sequence(column: &Column) -> Option<ObjectId> {
    identity_name(column).map(ObjectId::Sequence)
}
