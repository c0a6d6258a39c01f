//! Checks that rule NULL out of a column, and go when the column itself does (PostgreSQL): as long as one stands, the server
//! believes it and need not look at the rows (manual, ALTER TABLE: SET NOT NULL).

use std::collections::BTreeSet;

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Table};
use autogen_diff_core::{Dialect, Pair, QualifiedName, Schema};

use super::operation::{ColumnOperation, ConstraintOperation, Operation};
use super::types_at_once::retyped_column;
use crate::hazards::Standing;

/// Parts the `SET NOT NULL` that such a check proves from what else is changed of the column: the check stands over the one and goes
/// before the other, since a change of the type would have the server judge it again.
pub(super) fn part_from_types(operations: &mut Vec<Operation>, from: &Schema) {
    let parted: Vec<Option<[Operation; 2]>> = {
        let checks = dropped_checks(operations);
        operations.iter().map(|operation| parted(operation, &checks, from)).collect()
    };
    let all = std::mem::take(operations).into_iter().zip(parted);
    operations.extend(all.flat_map(|(whole, parts)| parts.map_or_else(|| vec![whole], Vec::from)));
}

/// `SET NOT NULL` and the rest, where a check that goes proves the one and the other is a change of the type.
fn parted(operation: &Operation, checks: &[DroppedCheck<'_>], from: &Schema) -> Option<[Operation; 2]> {
    let (table, column) = retyped_column(operation)?;
    let required = required(column)?;
    let is_proven = proving(checks, from.table(table)?, &required).next().is_some();
    let alter = |from: &Column, to: &Column| {
        let (table, column) = (table.clone(), Pair::new(from.clone(), to.clone()));
        Operation::Column(ColumnOperation::Alter { table, column })
    };
    is_proven.then(|| [alter(&column.from, &required), alter(&required, &column.to)])
}

/// A column as it was, but that it takes no NULL.
fn required(column: &Pair<Column>) -> Option<Column> {
    let Pair { from, to } = column;
    (from.nullable && !to.nullable && from.generated.is_none()).then(|| {
        let mut required = from.clone();
        required.nullable = false;
        required.postgres_mut().not_null = to.postgres().not_null.clone();
        required
    })
}

/// Each `SET NOT NULL` before what else is done to its column.
pub(super) fn required_first(operations: &[Operation]) -> BTreeSet<(usize, usize)> {
    let altered = operations.iter().enumerate().filter_map(|(i, operation)| {
        let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { return None };
        Some((i, table, column))
    });
    let columns: Vec<(usize, &QualifiedName, &Pair<Column>)> = altered.collect();
    let mut edges = BTreeSet::new();
    for (first, table, column) in columns.iter().filter(|(_, _, column)| becomes_required(column)) {
        let rest = columns.iter().filter(|(_, other, rest)| other == table && rest.from == column.to);
        edges.extend(rest.map(|(second, ..)| (*first, *second)));
    }
    edges
}

/// Each `SET NOT NULL` with the drops of checks that prove it, which come behind.
pub(super) fn proofs(operations: &[Operation], from: &Schema) -> BTreeSet<(usize, usize)> {
    let checks = dropped_checks(operations);
    let mut pairs = BTreeSet::new();
    for (i, operation) in operations.iter().enumerate() {
        let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { continue };
        let Some(table) = from.table(table).filter(|_| becomes_required(column)) else { continue };
        pairs.extend(proving(&checks, table, &column.to).map(|drop| (i, drop)));
    }
    pairs
}

/// A check that goes: the number of the operation, its table, and itself.
type DroppedCheck<'a> = (usize, &'a QualifiedName, &'a Constraint);

fn dropped_checks(operations: &[Operation]) -> Vec<DroppedCheck<'_>> {
    let all = operations.iter().enumerate();
    all.filter_map(|(i, operation)| {
        let Operation::Constraint(ConstraintOperation::Drop { table, constraint }) = operation else {
            return None;
        };
        matches!(constraint.kind, ConstraintKind::Check(_)).then_some((i, table, constraint))
    })
    .collect()
}

/// The drops of checks that rule NULL out of a column.
fn proving<'a>(
    checks: &'a [DroppedCheck<'_>],
    table: &'a Table,
    column: &'a Column,
) -> impl Iterator<Item = usize> + 'a {
    let proving = checks.iter().filter(move |(_, other, check)| {
        **other == table.name && check.name.as_ref() != column.not_null_name() && proves(table, check, column)
    });
    proving.map(|(drop, ..)| *drop)
}

/// Whether a column takes no NULL any more, and is read as before.
fn becomes_required(column: &Pair<Column>) -> bool {
    let Pair { from, to } = column;
    from.nullable && !to.nullable && from.data_type == to.data_type && from.collation == to.collation
}

fn proves(table: &Table, check: &Constraint, column: &Column) -> bool {
    let alone = Table { constraints: vec![check.clone()], ..table.clone() };
    Standing::of(Dialect::Postgres, &alone).has_no_null(column)
}
