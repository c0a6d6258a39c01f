//! Spells operations for SQLite. Definitions keep the author's own text.

mod affinity;
mod rebuild;
mod references;

pub(crate) use affinity::affinity;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{Constraint, Table};
use autogen_diff_core::{DefinitionKind, Pair, QualifiedName, Schema};

use crate::hazards::{CreatedHere, hazards};
use crate::plan::Operation;
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// Spells operations. A rebuild, or the drop of a table that others refer to,
/// needs foreign keys to be off, which only works outside of a transaction.
pub(crate) fn render(operations: &[Operation], schemas: Pair<&Schema>, quoter: &Quoter) -> Script {
    let created = CreatedHere::of(operations, schemas.from);
    let mut statements = Vec::new();
    for operation in operations {
        let mut hazards = hazards(operation, &created, quoter);
        for sql in statement_texts(operation, quoter) {
            statements.push(Statement { sql, hazards: std::mem::take(&mut hazards) });
        }
    }
    if needs_foreign_keys_off(operations, schemas.from) {
        return rebuild::guarded(statements, &references::broken(schemas, quoter));
    }
    Script { statements, transaction: TransactionMode::Transaction, notes: Vec::new() }
}

fn needs_foreign_keys_off(operations: &[Operation], from: &Schema) -> bool {
    let mut dropped: Vec<&QualifiedName> = Vec::new();
    for operation in operations {
        match operation {
            Operation::RebuildTable(_) => return true,
            Operation::DropTable(table) => {
                let refers = |other: &&Table| {
                    other.name != table.name
                        && !dropped.contains(&&other.name)
                        && other
                            .constraints
                            .iter()
                            .filter_map(Constraint::foreign_key)
                            .any(|key| key.target == table.name)
                };
                if from.tables.values().any(|other| refers(&other)) {
                    return true;
                }
                dropped.push(&table.name);
            }
            _ => {}
        }
    }
    false
}

#[deny(clippy::wildcard_enum_match_arm)]
fn statement_texts(operation: &Operation, q: &Quoter) -> Vec<String> {
    match operation {
        Operation::Rename(rename) => vec![rename_text(rename, q)],
        Operation::CreateTable(table) => vec![table.sqlite.source.0.clone()],
        Operation::DropTable(table) => vec![format!("DROP TABLE {}", q.qualified(&table.name))],
        Operation::RebuildTable(pair) => rebuild::rebuild(pair, q),
        Operation::AddColumn { table, column } => {
            vec![format!("ALTER TABLE {} ADD COLUMN {}", q.qualified(table), column.sqlite.source.0)]
        }
        Operation::DropColumn { table, column } => {
            vec![format!("ALTER TABLE {} DROP COLUMN {}", q.qualified(table), q.ident(&column.name))]
        }
        Operation::CreateIndex { table: _, index } => vec![index.source.0.clone()],
        Operation::DropIndex { table: _, index } => vec![format!("DROP INDEX {}", q.ident(&index.name))],
        Operation::CreateView(view) => vec![view.source.0.clone()],
        Operation::DropView(view) => vec![format!("DROP VIEW {}", q.qualified(&view.name))],
        Operation::CreateDefinition(definition) => definition.statements.clone(),
        Operation::DropDefinition(definition) => {
            let word = if definition.kind == DefinitionKind::VirtualTable { "TABLE" } else { "TRIGGER" };
            vec![format!("DROP {word} {}", q.text(&definition.identity))]
        }
        Operation::CreateNamespace(_)
        | Operation::DropNamespace(_)
        | Operation::CreateExtension(_)
        | Operation::DropExtension(_)
        | Operation::AlterExtension(_)
        | Operation::CreateEnumType(_)
        | Operation::DropEnumType(_)
        | Operation::AddEnumValue { .. }
        | Operation::SwapTypes { .. }
        | Operation::CreateSequence(_)
        | Operation::DropSequence(_)
        | Operation::AlterSequence(_)
        | Operation::SetSequenceOwner { .. }
        | Operation::SetPersistence { .. }
        | Operation::ContinueSequence(_)
        | Operation::DetachSequence { .. }
        | Operation::AlterTable(_)
        | Operation::SetAside { .. }
        | Operation::TakeRows { .. }
        | Operation::AttachPartition { .. }
        | Operation::DetachPartition { .. }
        | Operation::AlterColumn { .. }
        | Operation::DropDefault { .. }
        | Operation::DropIdentity { .. }
        | Operation::SetDefault { .. }
        | Operation::AddConstraint { .. }
        | Operation::DropConstraint { .. }
        | Operation::RenameConstraint { .. }
        | Operation::ValidateConstraint { .. }
        | Operation::AlterDeferrability { .. }
        | Operation::RenameIndex { .. }
        | Operation::AlterIndex { .. }
        | Operation::ClusterOn { .. }
        | Operation::AttachIndex { .. }
        | Operation::ReplaceView(_)
        | Operation::CreateMaterializedView(_)
        | Operation::AlterMaterializedView(_)
        | Operation::DropMaterializedView(_)
        | Operation::ReplaceDefinition(_)
        | Operation::SetComment { .. }
        | Operation::AlterExtensionDependency { .. }
        | Operation::AlterOwner { .. }
        | Operation::TakePrivileges { .. }
        | Operation::AlterPrivileges { .. } => {
            unreachable!("SQLite's catalog never holds what {operation:?} is about")
        }
    }
}

fn rename_text(rename: &Rename, q: &Quoter) -> String {
    match rename {
        Rename::Table(names) => {
            format!("ALTER TABLE {} RENAME TO {}", q.qualified(&names.from), q.ident(&names.to.name))
        }
        Rename::Column(table, names) => format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            q.qualified(table),
            q.ident(&names.from),
            q.ident(&names.to)
        ),
        Rename::EnumValue(..) | Rename::Object(_) => {
            unreachable!("only tables and columns are renamed in place on SQLite: {}", rename.flag())
        }
    }
}
