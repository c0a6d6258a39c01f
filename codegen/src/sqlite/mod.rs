//! Spells operations for SQLite. Definitions keep the author's own text.

mod affinity;
mod hazards;
mod rebuild;
mod references;

pub(crate) use affinity::Affinity;

use autogen_diff_core::diff::rename::{PairOf, Rename};
use autogen_diff_core::model::{Constraint, Table};
use autogen_diff_core::{Dialect, ObjectId, Pair, QualifiedName, Schema};

use crate::hazards::{Breaks, CreatedHere, behavior};
use crate::plan::{
    ColumnOperation, DefinitionOperation, IndexOperation, Operation, PlanError, TableOperation, ViewOperation,
};
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// Spells operations. A rebuild, or the drop of a table that others refer to,
/// needs foreign keys to be off, which only works outside of a transaction.
///
/// # Errors
/// When one of them is none of SQLite's.
pub(crate) fn render(
    operations: &[Operation],
    schemas: Pair<&Schema>,
    quoter: &Quoter,
) -> Result<Script, PlanError> {
    let created = CreatedHere::of(operations, schemas.from);
    let mut breaks = Breaks::between(schemas);
    let mut spelled = Vec::new();
    for operation in operations {
        let mut hazards = hazards::hazards(operation, &created, quoter);
        hazards.extend(breaks.of(operation));
        hazards.extend(behavior::changed(operation, schemas));
        let statements = statements(operation, quoter);
        for sql in statements.ok_or_else(|| PlanError::not_of(Dialect::Sqlite, operation))? {
            spelled.push(Statement { hazards: std::mem::take(&mut hazards), ..Statement::plain(sql) });
        }
    }
    if needs_foreign_keys_off(operations, schemas.from) {
        return Ok(rebuild::guarded(spelled, &references::broken(schemas, quoter)));
    }
    Ok(Script { statements: spelled, transaction: TransactionMode::Transaction, notes: Vec::new() })
}

fn needs_foreign_keys_off(operations: &[Operation], from: &Schema) -> bool {
    let mut dropped: Vec<&QualifiedName> = Vec::new();
    for operation in operations {
        match operation {
            Operation::Table(TableOperation::Rebuild(_)) => return true,
            Operation::Table(TableOperation::Drop(table)) => {
                let refers = |other: &&Table| {
                    other.name != table.name
                        && !dropped.contains(&&other.name)
                        && other
                            .constraints
                            .iter()
                            .filter_map(Constraint::foreign_key)
                            .any(|key| key.target == table.name)
                };
                if from.tables().any(|other| refers(&other)) {
                    return true;
                }
                dropped.push(&table.name);
            }
            Operation::Rename(_)
            | Operation::Namespace(_)
            | Operation::Extension(_)
            | Operation::Type(_)
            | Operation::Sequence(_)
            | Operation::Table(
                TableOperation::Create(_) | TableOperation::Alter(_) | TableOperation::AlterAtOnce(_),
            )
            | Operation::Partition(_)
            | Operation::Column(_)
            | Operation::Constraint(_)
            | Operation::Index(_)
            | Operation::View(_)
            | Operation::MaterializedView(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => {}
        }
    }
    false
}

/// The statements of an operation; none where it is another dialect's.
fn statements(operation: &Operation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        Operation::Rename(rename) => rename_text(rename, q).map(|text| vec![text]),
        Operation::Table(operation) => table(operation, q),
        Operation::Column(operation) => column(operation, q),
        Operation::Index(operation) => index(operation, q),
        Operation::View(operation) => view(operation, q),
        Operation::Definition(operation) => definition(operation, q),
        Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Partition(_)
        | Operation::Constraint(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => None,
    }
}

fn table(operation: &TableOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        TableOperation::Create(table) => Some(vec![table.sqlite().source.0.clone()]),
        TableOperation::Drop(table) => Some(vec![format!("DROP TABLE {}", q.qualified(&table.name))]),
        TableOperation::Rebuild(pair) => Some(rebuild::rebuild(pair, q)),
        TableOperation::Alter(_) | TableOperation::AlterAtOnce(_) => None,
    }
}

fn column(operation: &ColumnOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        ColumnOperation::Add { table, column } => {
            Some(vec![format!("ALTER TABLE {} ADD COLUMN {}", q.qualified(table), column.sqlite().source.0)])
        }
        ColumnOperation::Drop { table, column } => {
            Some(vec![format!("ALTER TABLE {} DROP COLUMN {}", q.qualified(table), q.ident(&column.name))])
        }
        ColumnOperation::Alter { .. }
        | ColumnOperation::DropDefault { .. }
        | ColumnOperation::DropIdentity { .. }
        | ColumnOperation::SetDefault { .. } => None,
    }
}

fn index(operation: &IndexOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        IndexOperation::Create { table: _, index } => Some(vec![index.source.0.clone()]),
        IndexOperation::Drop { table: _, index } => {
            Some(vec![format!("DROP INDEX {}", q.ident(&index.name))])
        }
        IndexOperation::CreateConcurrently { .. }
        | IndexOperation::DropConcurrently { .. }
        | IndexOperation::Rename { .. }
        | IndexOperation::Alter { .. }
        | IndexOperation::ClusterOn { .. }
        | IndexOperation::Attach { .. } => None,
    }
}

fn view(operation: &ViewOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        ViewOperation::Create(view) => Some(vec![view.source.0.clone()]),
        ViewOperation::Drop(view) => Some(vec![format!("DROP VIEW {}", q.qualified(&view.name))]),
        ViewOperation::Replace(_) => None,
    }
}

fn definition(operation: &DefinitionOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        DefinitionOperation::Create(definition) => Some(definition.statements.clone()),
        DefinitionOperation::Drop(definition) => {
            let word = definition.kind.keyword(Dialect::Sqlite)?;
            Some(vec![format!("DROP {word} {}", q.text(&definition.identity))])
        }
        DefinitionOperation::Replace(_) => None,
    }
}

fn rename_text(rename: &Rename, q: &Quoter) -> Option<String> {
    match rename {
        Rename::Table(names) => {
            Some(format!("ALTER TABLE {} RENAME TO {}", q.qualified(&names.from), q.ident(&names.to.name)))
        }
        Rename::Column(table, names) => Some(format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            q.qualified(table),
            q.ident(&names.from),
            q.ident(&names.to)
        )),
        // No view is renamed: one that is in the way of a table's new name goes.
        Rename::Object(PairOf { from: ObjectId::View(view), to: _ }) => {
            Some(format!("DROP VIEW {}", q.qualified(view)))
        }
        Rename::EnumValue(..) | Rename::Object(_) => None,
    }
}
