//! A new table in the place of one that is partitioned otherwise: the old one waits in a namespace of its own.

use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::casts::{explicit, is_assignment};
use super::sequence;
use super::table;
use crate::plan::PartitionOperation;
use crate::quote::Quoter;

pub(super) fn statements(operation: &PartitionOperation, q: &Quoter) -> Vec<String> {
    match operation {
        PartitionOperation::Attach { table, partition } => vec![table::attach(table, partition, q)],
        PartitionOperation::Detach { table, partition } => vec![table::detach(table, partition, q)],
        PartitionOperation::SetAside { namespaces, tables } => set_aside(namespaces, tables, q),
        PartitionOperation::TakeRows { namespaces, tables } => take_rows(namespaces, tables, q),
    }
}

/// `SET SCHEMA` takes a table's indexes, constraints and identity sequences along (manual, ALTER TABLE).
pub(super) fn set_aside(namespaces: &[Ident], tables: &[(QualifiedName, Table)], q: &Quoter) -> Vec<String> {
    let mut statements: Vec<String> =
        namespaces.iter().map(|namespace| format!("CREATE SCHEMA {}", q.ident(namespace))).collect();
    for (waiting, table) in tables {
        let lead = format!("ALTER TABLE {}", q.qualified(&table.name));
        if let Some(namespace) = &waiting.namespace {
            statements.push(format!("{lead} SET SCHEMA {}", q.ident(namespace)));
        }
        let lead = format!("ALTER TABLE {}", q.qualified(waiting));
        // Its policies would hide rows from the owner too.
        if table.postgres().force_row_security {
            statements.push(format!("{lead} NO FORCE ROW LEVEL SECURITY"));
        }
        // The sequence may be needed by the new table, or have to go.
        let numbered = table.columns.iter().filter(|column| column.has_nextval_default());
        statements.extend(numbered.map(|c| format!("{lead} ALTER COLUMN {} DROP DEFAULT", q.ident(&c.name))));
    }
    statements
}

/// The rows, the counters of identity columns, and the end of the old tables.
pub(super) fn take_rows(
    namespaces: &[Ident],
    tables: &[(QualifiedName, Pair<Table>)],
    q: &Quoter,
) -> Vec<String> {
    let mut statements = Vec::new();
    for (waiting, pair) in tables {
        statements.push(copy(waiting, pair, q));
        statements.extend(kept(pair).filter_map(|column| counter(waiting, pair, &column, q)));
    }
    let names: Vec<String> = tables.iter().map(|(waiting, _)| q.qualified(waiting)).collect();
    statements.push(format!("DROP TABLE {}", names.join(", ")));
    statements.extend(namespaces.iter().map(|namespace| format!("DROP SCHEMA {}", q.ident(namespace))));
    statements
}

/// The columns whose values go over.
fn kept(pair: &Pair<Table>) -> impl Iterator<Item = Pair<&Column>> {
    let stored = pair.to.columns.iter().filter(|column| column.generated.is_none());
    stored.filter_map(|to| pair.from.column(&to.name).map(|from| Pair::new(from, to)))
}

fn copy(waiting: &QualifiedName, pair: &Pair<Table>, q: &Quoter) -> String {
    let names: Vec<String> = kept(pair).map(|column| q.ident(&column.to.name)).collect();
    let columns = if names.is_empty() { String::new() } else { format!(" ({})", names.join(", ")) };
    let numbered = kept(pair).any(|column| column.to.identity.is_some());
    let overriding = if numbered { " OVERRIDING SYSTEM VALUE" } else { "" };
    let values: Vec<String> = kept(pair).map(|column| value(&column, q)).collect();
    let space = if values.is_empty() { "" } else { " " };
    format!(
        "INSERT INTO {}{columns}{overriding}\n    SELECT{space}{} FROM {}",
        q.qualified(&pair.to.name),
        values.join(", "),
        q.qualified(waiting)
    )
}

/// A value as its new type takes it, by the same casts as `ALTER COLUMN … TYPE`.
fn value(column: &Pair<&Column>, q: &Quoter) -> String {
    let name = q.ident(&column.from.name);
    let (from, to) = (&column.from.data_type, &column.to.data_type);
    if from == to || is_assignment(from, to) { name } else { explicit(&name, from, to) }
}

/// Goes on where the old identity stopped, or behind the largest value where there was none.
fn counter(
    waiting: &QualifiedName,
    pair: &Pair<Table>,
    column: &Pair<&Column>,
    q: &Quoter,
) -> Option<String> {
    let to = column.to.identity.as_ref()?;
    let Some(from) = &column.from.identity else {
        return Some(sequence::continue_behind(&to.sequence, &to.options, &pair.to.name, column.to, q));
    };
    let old = waiting.sibling(from.sequence.name.clone());
    Some(format!(
        "SELECT setval({}, last_value, is_called) FROM {}",
        q.literal(&q.qualified(&to.sequence)),
        q.qualified(&old)
    ))
}
