//! Spells operations for MySQL and MariaDB. Columns, keys and options are written
//! as `SHOW CREATE TABLE` spells them, so that nothing they say is lost on the way.

mod key;
mod online;
mod options;
mod partition;
mod special_key;
mod table;
mod types;

pub(crate) use options::is_versioned;
pub(crate) use partition::moves_rows;
pub(crate) use types::{has_implicit_value, widens};

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Definition, DefinitionParts, Table, View};
use autogen_diff_core::{DefinitionKind, Pair, Schema};

use self::online::{Server, Work};
use crate::hazards::{CreatedHere, hazard, hazards};
use crate::plan::Operation;
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// What a file relies on, for whoever runs it with another program.
const NOTES: [&str; 2] = [
    "session: SET NAMES utf8mb4, time_zone '+00:00', foreign_key_checks 1, a strict sql_mode without ANSI_QUOTES, \
     PIPES_AS_CONCAT and NO_BACKSLASH_ESCAPES; `autogen upgrade` sets it so",
    "each statement is committed by itself; when one fails, those before it stay done",
];

/// Spells operations.
pub(crate) fn render(operations: &[Operation], schemas: Pair<&Schema>, quoter: &Quoter) -> Script {
    let server = Server { flavor: schemas.to.flavor, version: schemas.to.version };
    let created = CreatedHere::of(operations, schemas.from);
    let mut statements = Vec::new();
    for operation in operations {
        let work = work(operation, &created, server);
        let mut hazards = hazards(operation, &created, quoter);
        hazards.extend(blocked(operation, work));
        for sql in statement_texts(operation, schemas, work, quoter) {
            statements.push(Statement { sql, hazards: std::mem::take(&mut hazards) });
        }
    }
    Script { statements, transaction: TransactionMode::Transaction, notes: NOTES.to_vec() }
}

/// The work of an operation on a table that may be large.
fn work(operation: &Operation, created: &CreatedHere, server: Server) -> Option<Work> {
    if let Operation::RebuildTable(pair) = operation {
        return online::work(pair, server);
    }
    // The rows of a foreign key are looked at one by one.
    let Operation::AddConstraint { table, constraint: _ } = operation else { return None };
    (!created.has_table(table)).then_some(Work::Copy)
}

/// What waits while an operation runs.
fn blocked(operation: &Operation, work: Option<Work>) -> Option<Hazard> {
    let (Operation::RebuildTable(Pair { to: Table { name: table, .. }, .. })
    | Operation::AddConstraint { table, .. }) = operation
    else {
        return None;
    };
    let message = match work? {
        Work::Copy | Work::StatedCopy => "the table is copied, and writes wait until that is done",
        Work::Shared => "writes wait until its FULLTEXT or SPATIAL keys are built",
        Work::Instant | Work::InPlace | Work::Rebuild => return None,
    };
    Some(hazard(HazardCode::BlockWrites, table.to_string(), message))
}

#[deny(clippy::wildcard_enum_match_arm)]
fn statement_texts(
    operation: &Operation,
    schemas: Pair<&Schema>,
    work: Option<Work>,
    q: &Quoter,
) -> Vec<String> {
    match operation {
        Operation::Rename(rename) => vec![rename_text(rename, q)],
        Operation::CreateTable(table) => vec![table::create(table, q)],
        Operation::DropTable(table) => vec![format!("DROP TABLE {}", q.qualified(&table.name))],
        Operation::RebuildTable(pair) => table::reshape(pair, work, q),
        Operation::AddConstraint { table, constraint } => {
            let tables = schemas.map(|schema| schema.tables.get(table));
            let lead = format!("ALTER TABLE {}", q.qualified(table));
            let add = format!("ADD {}", table::constraint(constraint, q));
            match tables.from.zip(tables.to).and_then(|(from, to)| key::made_by_itself(from, to, constraint))
            {
                None => vec![format!("{lead} {add}")],
                Some(made) => {
                    let name = q.ident(&made.name);
                    let again = key::definition(made, q);
                    vec![format!("{lead}\n    DROP KEY {name},\n    ADD {again},\n    {add}")]
                }
            }
        }
        Operation::DropConstraint { table, constraint } => {
            vec![format!("ALTER TABLE {} {}", q.qualified(table), table::drop_constraint(constraint, q))]
        }
        Operation::DropDefault { table, column } => {
            vec![format!("ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT", q.qualified(table), q.ident(column))]
        }
        Operation::SetDefault { table, column } => {
            let (table, name) = (q.qualified(table), q.ident(&column.name));
            let default = column.default.iter();
            default.map(|d| format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT ({d})")).collect()
        }
        Operation::CreateView(view) => vec![view.query.to_string()],
        Operation::DropView(view) => vec![format!("DROP VIEW {}", q.qualified(&view.name))],
        Operation::ReplaceView(pair) => vec![replace_view(&pair.to)],
        Operation::CreateDefinition(definition) => definition.statements.clone(),
        Operation::DropDefinition(definition) => drop_definition(definition),
        Operation::ReplaceDefinition(pair) => replace_definition(pair),
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
        | Operation::AddColumn { .. }
        | Operation::DropColumn { .. }
        | Operation::AlterColumn { .. }
        | Operation::DropIdentity { .. }
        | Operation::RenameConstraint { .. }
        | Operation::ValidateConstraint { .. }
        | Operation::AlterDeferrability { .. }
        | Operation::CreateIndex { .. }
        | Operation::DropIndex { .. }
        | Operation::RenameIndex { .. }
        | Operation::AlterIndex { .. }
        | Operation::ClusterOn { .. }
        | Operation::AttachIndex { .. }
        | Operation::CreateMaterializedView(_)
        | Operation::AlterMaterializedView(_)
        | Operation::DropMaterializedView(_)
        | Operation::SetComment { .. }
        | Operation::AlterExtensionDependency { .. }
        | Operation::AlterOwner { .. }
        | Operation::TakePrivileges { .. }
        | Operation::AlterPrivileges { .. } => {
            unreachable!("all changes of a MySQL table are one operation, unlike {operation:?}")
        }
    }
}

/// `CREATE` of the server's text becomes `CREATE OR REPLACE`.
fn replace_view(view: &View) -> String {
    view.query.as_str().replacen("CREATE ", "CREATE OR REPLACE ", 1)
}

/// The statements that the catalog's reader put beside the text, which say it for each vendor.
fn replace_definition(pair: &Pair<Definition>) -> Vec<String> {
    let (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) = (&pair.from.parts, &pair.to.parts)
    else {
        unreachable!("{} is replaced as a whole", pair.to.identity)
    };
    from.alterations(to).expect("the plan alters only what can be altered")
}

fn drop_definition(definition: &Definition) -> Vec<String> {
    let word = match definition.kind {
        DefinitionKind::Trigger => "TRIGGER",
        DefinitionKind::Function => "FUNCTION",
        DefinitionKind::Procedure => "PROCEDURE",
        DefinitionKind::Event => "EVENT",
        DefinitionKind::MariadbSequence => "SEQUENCE",
        DefinitionKind::Package => {
            // Before 11.4, MariaDB knows the word in this mode only.
            return vec![
                "SET @autogen_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = 'ORACLE'".to_owned(),
                format!("DROP PACKAGE {}", definition.identity),
                "SET SESSION sql_mode = @autogen_sql_mode".to_owned(),
            ];
        }
        other => unreachable!("MySQL's catalog holds no {}", other.name()),
    };
    vec![format!("DROP {word} {}", definition.identity)]
}

fn rename_text(rename: &Rename, q: &Quoter) -> String {
    match rename {
        Rename::Table(names) => {
            format!("RENAME TABLE {} TO {}", q.qualified(&names.from), q.qualified(&names.to))
        }
        Rename::Column(table, names) => format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            q.qualified(table),
            q.ident(&names.from),
            q.ident(&names.to)
        ),
        Rename::EnumValue(..) | Rename::Object(_) => {
            unreachable!("only tables and columns are renamed in place on MySQL: {}", rename.flag())
        }
    }
}
