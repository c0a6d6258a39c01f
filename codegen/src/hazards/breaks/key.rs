//! Unique keys by which an upsert tells that a row is there.

use std::collections::BTreeSet;

use autogen_diff_core::model::{Constraint, ConstraintKind, Deferrability, Index, IndexKeyValue, Table};
use autogen_diff_core::{Dialect, Ident, Pair};

use super::Break;

/// A unique key that `ON CONFLICT` can mean: it is looked at while a row is written, not later.
pub(super) struct ArbiterKey {
    name: Option<Ident>,
    is_primary: bool,
    /// Columns and expressions; their order does not matter.
    parts: BTreeSet<String>,
    columns: Vec<Ident>,
    predicate: Option<String>,
}

impl ArbiterKey {
    pub(super) fn of_constraint(constraint: &Constraint) -> Option<Self> {
        let key = constraint.key().filter(|_| constraint.deferrability == Deferrability::NotDeferrable)?;
        Some(Self {
            name: constraint.name.clone(),
            is_primary: matches!(constraint.kind, ConstraintKind::PrimaryKey(_)),
            parts: key.columns.iter().map(Ident::to_string).collect(),
            columns: key.columns.clone(),
            predicate: None,
        })
    }

    pub(super) fn of_index(index: &Index) -> Option<Self> {
        let parts = index.keys.iter().map(|key| match &key.value {
            IndexKeyValue::Column(column) => column.to_string(),
            IndexKeyValue::Expression(expression) => expression.to_string(),
        });
        (index.unique && index.valid).then(|| Self {
            name: Some(index.name.clone()),
            is_primary: false,
            parts: parts.collect(),
            columns: index.keys.iter().filter_map(|key| key.value.column().cloned()).collect(),
            predicate: index.predicate.as_ref().map(ToString::to_string),
        })
    }

    pub(super) fn all_of(table: &Table) -> Vec<Self> {
        let constraints = table.constraints.iter().filter_map(Self::of_constraint);
        constraints.chain(table.indexes.values().filter_map(|index| Self::of_index(index))).collect()
    }

    /// Whether an upsert by the other one finds this one.
    fn replaces(&self, other: &Self) -> bool {
        self.parts == other.parts && (self.predicate.is_none() || self.predicate == other.predicate)
    }

    /// Whether this is what the other one is altered to.
    fn continues(&self, other: &Self) -> bool {
        (self.is_primary && other.is_primary) || (other.name.is_some() && self.name == other.name)
    }
}

/// A key that goes. One that is altered keeps its name, and what a column was in goes with the column.
pub(super) fn dropped(key: &ArbiterKey, table: Pair<&Table>, dialect: Dialect) -> Option<Break> {
    let keeps_columns = key.columns.iter().all(|column| table.to.column(column).is_some());
    let left = ArbiterKey::all_of(table.to);
    let has_successor = left.iter().any(|other| other.replaces(key) || other.continues(key));
    let parts = key.parts.iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let upsert = match dialect {
        Dialect::Postgres | Dialect::Sqlite => format!("INSERT ... ON CONFLICT ({parts}) fails"),
        Dialect::Mysql => format!("INSERT ... ON DUPLICATE KEY UPDATE adds rows of the same {parts}"),
    };
    let subject = key.name.as_ref().map_or_else(|| table.to.name.to_string(), Ident::to_string);
    let message = format!("{upsert}: {} has no such unique key any more", table.to.name);
    (keeps_columns && !has_successor).then_some((subject, message))
}
