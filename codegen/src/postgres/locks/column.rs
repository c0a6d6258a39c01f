//! Locks of columns (manual, ALTER TABLE).

use autogen_diff_core::lock::LockMode::{self, AccessExclusive, ShareUpdateExclusive};
use autogen_diff_core::lock::LockWork::{self, Instant, Rewrite, Scan};
use autogen_diff_core::model::{
    Column, ColumnExtra, ConstraintKind, Index, IndexKeyValue, PostgresColumn, Table,
};
use autogen_diff_core::{Pair, QualifiedName};

use super::{LockSet, Relations, type_change, volatile};
use crate::hazards::column::has_default_value;
use crate::plan::{ColumnOperation, mentions};
use crate::postgres::domain;

pub(super) fn locks(operation: &ColumnOperation, there: &Relations<'_>) -> LockSet {
    match operation {
        ColumnOperation::Add { table, column } => {
            LockSet::on(there.family(table), AccessExclusive, added(column, there))
        }
        ColumnOperation::Alter { table, column } => altered(table, column, there),
        ColumnOperation::Drop { table, column: _ }
        | ColumnOperation::DropIdentity { table, column: _ }
        | ColumnOperation::DropDefault { table, column: _ }
        | ColumnOperation::SetDefault { table, column: _ } => {
            LockSet::on(there.family(table), AccessExclusive, Instant)
        }
    }
}

/// A new column is written into the rows unless the catalog can hold its one value.
fn added(column: &Column, there: &Relations<'_>) -> LockWork {
    let is_stored = column.generated.as_ref().is_some_and(|generated| generated.stored);
    let domains = there.domains(&column.data_type);
    let default = column.default.as_ref().map(|default| default.as_str());
    let given = default.or_else(|| domain::default(&domains));
    let is_volatile = given.is_some_and(|default| volatile::is_volatile(default, there));
    if is_stored || domain::is_checked(&domains) || column.identity.is_some() || is_volatile {
        Rewrite
    } else if column.nullable || has_default_value(column) {
        Instant
    } else {
        Scan
    }
}

fn altered(table: &QualifiedName, pair: &Pair<Column>, there: &Relations<'_>) -> LockSet {
    let Pair { from, to } = pair;
    let mut work = Instant;
    if from.generated != to.generated && to.generated.as_ref().is_some_and(|generated| generated.stored) {
        work = Rewrite;
    }
    let mut partners = LockSet::default();
    if from.data_type != to.data_type || from.collation != to.collation {
        work = work.max(retyped(pair, there.standing(table).as_ref(), there));
        let judged = if work == Rewrite { Scan } else { Instant };
        partners = LockSet::on(there.partners(table, &to.name), AccessExclusive, judged);
    }
    if from.nullable && !to.nullable && to.postgres().not_null.validated && !there.has_no_null(table, to) {
        work = work.max(Scan);
    }
    let becomes_valid = !from.postgres().not_null.validated && to.postgres().not_null.validated;
    if !from.nullable && !to.nullable && becomes_valid {
        return LockSet::on(there.family(table), ShareUpdateExclusive, Scan);
    }
    if from.postgres().not_null.no_inherit && !to.postgres().not_null.no_inherit && !to.nullable {
        // Children are read for it, the table itself holds no NULL already.
        let below = there.family(table).into_iter().filter(|name| name != table);
        partners = partners.and(LockSet::on(below, AccessExclusive, Scan));
    }
    if from.identity.is_none() && to.identity.is_some() {
        // `setval` goes by the largest value.
        work = work.max(Scan);
    }
    let mode = if only_settings(pair) {
        settings_mode(&pair.as_ref().map(|column| column.postgres().clone())).unwrap_or(ShareUpdateExclusive)
    } else {
        AccessExclusive
    };
    LockSet::on(tables(table, pair, there), mode, work).and(partners)
}

/// The tables that a change reaches.
fn tables(table: &QualifiedName, pair: &Pair<Column>, there: &Relations<'_>) -> Vec<QualifiedName> {
    let only_takes_null = !pair.from.nullable && pair.from.without_not_null() == pair.to;
    if only_takes_null { there.sharing_not_null(table, &pair.to.name) } else { there.family(table) }
}

/// Whether nothing but settings of the column differs.
fn only_settings(pair: &Pair<Column>) -> bool {
    let PostgresColumn { storage: _, compression: _, statistics: _, options: _, inherited: _, not_null } =
        pair.to.postgres();
    let bare = |column: &Column| Column { extra: ColumnExtra::default(), ..column.clone() };
    bare(&pair.from) == bare(&pair.to) && *not_null == pair.from.postgres().not_null
}

/// The lock of settings that differ, if one does. Statistics leave readers and writers alone.
pub(super) fn settings_mode(pair: &Pair<PostgresColumn>) -> Option<LockMode> {
    let Pair { from, to } = pair;
    if from.storage != to.storage || from.compression != to.compression {
        return Some(AccessExclusive);
    }
    (from.statistics != to.statistics || from.options != to.options).then_some(ShareUpdateExclusive)
}

/// What another type costs. Checks of the column are judged again, and the indexes made again whose values are ordered or
/// computed otherwise.
fn retyped(pair: &Pair<Column>, standing: Option<&Table>, there: &Relations<'_>) -> LockWork {
    if type_change::rewrites(pair, there) {
        return Rewrite;
    }
    let Some(table) = standing else { return Instant };
    let name = &pair.to.name;
    let is_checked = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::Check(check) => check.validated && mentions(check.expression.as_str(), name.as_str()),
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            pair.from.collation != pair.to.collation && key.columns.contains(name)
        }
        ConstraintKind::Exclude(text) => mentions(text.as_str(), name.as_str()),
        ConstraintKind::ForeignKey(_) => false,
    });
    let is_indexed = table.indexes.values().any(|index| is_built_again(index, pair));
    if is_checked || is_indexed { Scan } else { Instant }
}

/// Whether an index is made again though the rows stay.
fn is_built_again(index: &Index, pair: &Pair<Column>) -> bool {
    let name = &pair.to.name;
    let in_predicate =
        index.predicate.as_ref().is_some_and(|predicate| mentions(predicate.as_str(), name.as_str()));
    let in_key = index.keys.iter().any(|key| match &key.value {
        IndexKeyValue::Column(column) => column == name && pair.from.collation != pair.to.collation,
        IndexKeyValue::Expression(expression) => mentions(expression.as_str(), name.as_str()),
    });
    in_predicate || in_key
}
