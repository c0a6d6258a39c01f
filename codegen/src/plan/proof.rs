//! Checks that rule NULL out of a column, and go when the column itself does (PostgreSQL): as long as one stands, the server
//! believes it and need not look at the rows (manual, ALTER TABLE: SET NOT NULL).

use std::collections::BTreeSet;

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Table};
use autogen_diff_core::{Dialect, Pair, QualifiedName, Schema};

use super::operation::{ColumnOperation, ConstraintOperation, Operation};
use crate::hazards::Standing;

/// Each `SET NOT NULL` with the drops of checks that prove it, which come behind.
pub(super) fn proofs(operations: &[Operation], from: &Schema) -> BTreeSet<(usize, usize)> {
    let checks: Vec<(usize, &QualifiedName, &Constraint)> =
        operations.iter().enumerate().filter_map(|(i, operation)| dropped_check(i, operation)).collect();
    let columns = operations.iter().enumerate().filter_map(|(i, operation)| {
        let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { return None };
        becomes_required(column).then_some((i, from.table(table)?, &column.to))
    });
    let pairs = columns.flat_map(|(i, table, column)| {
        let proves = checks.iter().filter(move |(_, other, check)| {
            **other == table.name
                && check.name.as_ref() != column.not_null_name()
                && proves(table, check, column)
        });
        proves.map(move |(drop, ..)| (i, *drop))
    });
    pairs.collect()
}

fn dropped_check(i: usize, operation: &Operation) -> Option<(usize, &QualifiedName, &Constraint)> {
    let Operation::Constraint(ConstraintOperation::Drop { table, constraint }) = operation else {
        return None;
    };
    matches!(constraint.kind, ConstraintKind::Check(_)).then_some((i, table, constraint))
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
