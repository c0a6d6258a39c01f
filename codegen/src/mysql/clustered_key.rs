//! The unique key that InnoDB orders rows by where there is no primary key: the first one of whole columns that hold no NULL
//! (MySQL manual 17.6.2.1). It comes and goes like a primary key.

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Index, Table};
use autogen_diff_core::{Ident, Pair};

use super::online::{OnlineDdl, Server};

/// Whether rows may be ordered by a key. Which one is the first is not known.
fn may_be(table: &Table, index: &Index) -> bool {
    let is_held = |column: &Column| !column.nullable && column.generated.is_none();
    let is_whole = !index.definition.contains("`(");
    index.unique
        && is_whole
        && !index.keys.is_empty()
        && !table.constraints.iter().any(is_primary)
        && columns(index).all(|name| name.and_then(|name| table.column(name)).is_some_and(is_held))
}

fn columns(index: &Index) -> impl Iterator<Item = Option<&Ident>> {
    index.keys.iter().map(|key| key.value.column())
}

fn is_primary(constraint: &Constraint) -> bool {
    matches!(constraint.kind, ConstraintKind::PrimaryKey(_))
}

/// Whether rows may be ordered by a key that holds a column.
pub(super) fn holds(table: &Table, column: &Ident) -> bool {
    let is_of_column = |index: &Index| columns(index).any(|name| name == Some(column));
    table.indexes.values().any(|index| may_be(table, index) && is_of_column(index))
}

/// Whether a new key is the first one that rows can be ordered by.
pub(super) fn comes(pair: &Pair<Table>, made: &Index) -> bool {
    let was_there = pair.from.constraints.iter().any(is_primary)
        || pair.from.indexes.values().any(|index| may_be(&pair.from, index));
    !was_there && may_be(&pair.to, made)
}

/// What it is when a key goes: a copy where rows were ordered by it, and nothing takes its place. On MySQL that is a new key only.
pub(super) fn dropped(pair: &Pair<Table>, index: &Index, server: Server) -> OnlineDdl {
    if !may_be(&pair.from, index) {
        return OnlineDdl::InPlace;
    }
    let is_new = |other: &Index| pair.from.indexes.values().all(|old| old.definition != other.definition);
    let takes_place = |other: &Index| may_be(&pair.to, other) && (server.is_mariadb() || is_new(other));
    let other = pair.to.indexes.values().any(|index| takes_place(index));
    if other || pair.to.constraints.iter().any(is_primary) { OnlineDdl::Rebuild } else { OnlineDdl::Copy }
}
