//! Spells operations for PostgreSQL: one exhaustive match, one file per kind.

pub(crate) mod casts;
mod column;
mod constraint;
pub(crate) mod default_name;
mod definition;
mod expression;
mod index;
mod object;
mod privilege;
mod repartition;
mod sequence;
mod swap;
mod table;
mod types;
mod view;

pub(crate) use column::{compression_name, storage_name, without_storage};

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::{ObjectId, Pair, Schema};

use crate::hazards::{CreatedHere, hazards};
use crate::plan::{Operation, functions_of_type};
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// Spells operations.
pub(crate) fn render(operations: &[Operation], schemas: Pair<&Schema>, quoter: &Quoter) -> Script {
    let created = CreatedHere::of(operations, schemas.from);
    let plain = |sql: &str| Statement { sql: sql.to_owned(), hazards: Vec::new() };
    let mut statements = Vec::new();
    let mut notes = Vec::new();
    // The catalog does not know what a body needs, so the server must not look yet.
    let unchecked = operations.iter().any(needs_unchecked_bodies);
    if unchecked {
        statements.push(plain("SET check_function_bodies = false"));
        notes.push(UNCHECKED_BODIES);
    }
    for operation in operations {
        let mut hazards = hazards(operation, &created, quoter);
        for sql in statement_texts(operation, schemas, quoter) {
            let sql = expression::spelled(sql, quoter);
            statements.push(Statement { sql, hazards: std::mem::take(&mut hazards) });
        }
    }
    if unchecked {
        statements.push(plain("RESET check_function_bodies"));
    }
    Script { statements, transaction: TransactionMode::Transaction, notes }
}

const UNCHECKED_BODIES: &str =
    "function bodies are not checked while they are made; what they miss shows when they are called";

fn needs_unchecked_bodies(operation: &Operation) -> bool {
    use autogen_diff_core::DefinitionKind as Kind;
    let routine = |kind| matches!(kind, Kind::Function | Kind::Procedure);
    match operation {
        Operation::CreateDefinition(definition) => routine(definition.kind),
        Operation::ReplaceDefinition(pair) => routine(pair.to.kind),
        _ => false,
    }
}

#[deny(clippy::wildcard_enum_match_arm)]
fn statement_texts(operation: &Operation, schemas: Pair<&Schema>, q: &Quoter) -> Vec<String> {
    let from = schemas.from;
    match operation {
        Operation::Rename(rename) => vec![rename_text(rename, q)],
        Operation::CreateNamespace(namespace) => vec![format!("CREATE SCHEMA {}", q.ident(&namespace.name))],
        Operation::DropNamespace(namespace) => vec![format!("DROP SCHEMA {}", q.ident(&namespace.name))],
        Operation::CreateExtension(extension) => vec![types::create_extension(extension, q)],
        Operation::DropExtension(extension) => vec![format!("DROP EXTENSION {}", q.ident(&extension.name))],
        Operation::AlterExtension(pair) => types::alter_extension(pair, q),
        Operation::CreateEnumType(enum_type) => vec![types::create_enum(enum_type, q)],
        Operation::DropEnumType(enum_type) => vec![format!("DROP TYPE {}", q.qualified(&enum_type.name))],
        Operation::AddEnumValue { name, value, before } => {
            vec![types::add_enum_value(name, value, before.as_deref(), q)]
        }
        Operation::SwapTypes { types, columns } => swap::swap(types, columns, q),
        Operation::CreateSequence(sequence) => vec![sequence::create(sequence, q)],
        Operation::DropSequence(sequence) => vec![format!("DROP SEQUENCE {}", q.qualified(&sequence.name))],
        Operation::AlterSequence(pair) => sequence::alter(pair, q),
        Operation::SetSequenceOwner { sequence, owner } => {
            vec![sequence::set_owner(sequence, owner.as_ref(), q)]
        }
        Operation::DetachSequence { sequence: name, owner: _ } => vec![sequence::set_owner(name, None, q)],
        Operation::SetPersistence { sequence: name, table: _, persistence } => {
            vec![sequence::set_persistence(name, *persistence, q)]
        }
        Operation::ContinueSequence(sequence) => sequence::continue_values(sequence, q).into_iter().collect(),
        Operation::CreateTable(table) => table::create(table, q),
        Operation::DropTable(table) => vec![format!("DROP TABLE {}", q.qualified(&table.name))],
        Operation::AlterTable(pair) => table::alter(pair, q),
        Operation::RebuildTable(pair) => unreachable!("{} is altered in place on PostgreSQL", pair.to.name),
        Operation::SetAside { namespaces, tables } => repartition::set_aside(namespaces, tables, q),
        Operation::TakeRows { namespaces, tables } => repartition::take_rows(namespaces, tables, q),
        Operation::AttachPartition { table, partition } => vec![table::attach(table, partition, q)],
        Operation::DetachPartition { table, partition } => vec![table::detach(table, partition, q)],
        Operation::AddColumn { table, column } => column::add(table, column, q),
        Operation::DropColumn { table, column } => {
            vec![format!("ALTER TABLE {} DROP COLUMN {}", q.qualified(table), q.ident(&column.name))]
        }
        Operation::AlterColumn { table, column } => column::alter(table, column, q),
        Operation::DropDefault { table, column } => vec![column::drop_default(table, column, q)],
        Operation::DropIdentity { table, column } => vec![column::drop_identity(table, &column.name, q)],
        Operation::SetDefault { table, column } => {
            column::set_default(table, column, q).into_iter().collect()
        }
        Operation::AddConstraint { table, constraint } => vec![constraint::add(table, constraint, q)],
        Operation::DropConstraint { table, constraint } => vec![constraint::drop(table, constraint, q)],
        Operation::RenameConstraint { table, names } => vec![constraint::rename(table, names, q)],
        Operation::ValidateConstraint { table, constraint } => {
            vec![constraint::validate(table, constraint, q)]
        }
        Operation::AlterDeferrability { table, constraint } => {
            vec![constraint::alter_deferrability(table, &constraint.to, q)]
        }
        Operation::CreateIndex { table, index } => index::create(table, index, q),
        Operation::DropIndex { table, index } => {
            vec![format!("DROP INDEX {}", q.qualified(&table.sibling(index.name.clone())))]
        }
        Operation::RenameIndex { table, names } => vec![index::rename(table, names, q)],
        Operation::AlterIndex { table, index } => index::alter(table, index, q),
        Operation::ClusterOn { relation, index } => vec![index::cluster(relation, index.as_ref(), q)],
        Operation::AttachIndex { table, index, parent } => vec![index::attach(table, index, parent, q)],
        Operation::CreateView(view) => view::create(view, q),
        Operation::DropView(view) => vec![format!("DROP VIEW {}", q.qualified(&view.name))],
        Operation::ReplaceView(pair) => view::replace(pair, q),
        Operation::CreateMaterializedView(view) => view::create_materialized(view, q),
        Operation::AlterMaterializedView(pair) => view::alter_materialized(pair, q),
        Operation::DropMaterializedView(view) => {
            vec![format!("DROP MATERIALIZED VIEW {}", q.qualified(&view.name))]
        }
        Operation::CreateDefinition(definition) => definition::create(definition, q),
        Operation::DropDefinition(definition) => {
            let id = definition.id();
            let functions: Vec<&ObjectId> = functions_of_type(from, &id).collect();
            definition::drop(definition, &functions, q)
        }
        Operation::ReplaceDefinition(pair) => definition::replace(pair, from, q),
        Operation::SetComment { object, text } => {
            object::comment(object, text.as_deref(), q).into_iter().collect()
        }
        Operation::AlterExtensionDependency { object, extensions } => {
            object::depends_on_extensions(object, extensions, q)
        }
        Operation::AlterOwner { object, owner } => object::owner(object, owner, q).into_iter().collect(),
        Operation::TakePrivileges { object, grants } | Operation::AlterPrivileges { object, grants } => {
            let order = schemas.to.acl_order.get(object).map_or(&[][..], Vec::as_slice);
            privilege::alter(object, grants, order, q)
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
        Rename::EnumValue(name, values) => format!(
            "ALTER TYPE {} RENAME VALUE {} TO {}",
            q.qualified(name),
            q.literal(&values.from),
            q.literal(&values.to)
        ),
        Rename::Object(ids) => object::rename(ids, q),
    }
}
