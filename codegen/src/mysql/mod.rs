//! Spells operations for MySQL and MariaDB. Columns, keys and options are written
//! as `SHOW CREATE TABLE` spells them, so that nothing they say is lost on the way.

mod clustered_key;
mod computed;
mod copy_tools;
mod hazards;
mod key;
mod online;
mod options;
mod partition;
mod rename;
mod special_key;
mod steps;
mod table;
mod text;
mod types;

pub(crate) use table::takes_over_charset;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{Constraint, Definition, DefinitionParts, View};
use autogen_diff_core::{DefinitionKind, Dialect, Pair, QualifiedName, Schema};

use self::online::{OnlineDdl, Server};
use crate::hazards::{Breaks, CreatedHere, behavior};
use crate::plan::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, Operation, PlanError, Refusal, TableOperation,
    ViewOperation,
};
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// What a file relies on, for whoever runs it with another program.
const NOTES: [&str; 2] = [
    "session: SET NAMES utf8mb4, time_zone '+00:00', foreign_key_checks 1, a strict sql_mode without ANSI_QUOTES, \
     PIPES_AS_CONCAT and NO_BACKSLASH_ESCAPES; `autogen upgrade` sets it so",
    "each statement is committed by itself; when one fails, those before it stay done",
];

/// Spells operations.
///
/// # Errors
/// When one of them is none of MySQL's.
pub(crate) fn render(
    operations: &[Operation],
    schemas: Pair<&Schema>,
    quoter: &Quoter,
) -> Result<Script, PlanError> {
    let server = Server { flavor: schemas.to.flavor, version: schemas.to.version };
    let created = CreatedHere::of(operations, schemas.from);
    let mut breaks = Breaks::between(schemas);
    let mut spelled = Vec::new();
    let renames: Vec<&Rename> = operations.iter().filter_map(renamed_by).collect();
    let refused = renames.iter().filter_map(|one| rename::obstacle(one, &renames, schemas.from, quoter));
    let refused: Vec<Refusal> = refused.collect();
    if !refused.is_empty() {
        return Err(PlanError::Refused(refused));
    }
    for operation in operations {
        let work = work(operation, &created, server);
        let mut hazards = hazards::hazards(operation, &created, work, schemas, quoter);
        hazards.extend(breaks.of(operation));
        hazards.extend(behavior::changed(operation, schemas));
        let statements = statements(operation, schemas, server, quoter);
        let statements = statements.ok_or_else(|| PlanError::not_of(Dialect::Mysql, operation))?;
        let at = if is_parted(operation) { last_alter(&statements) } else { 0 };
        for (i, sql) in statements.into_iter().enumerate() {
            let hazards = if i == at { std::mem::take(&mut hazards) } else { Vec::new() };
            spelled.push(Statement { hazards, ..Statement::plain(sql) });
        }
    }
    Ok(Script {
        statements: spelled,
        transaction: TransactionMode::Transaction,
        notes: NOTES.map(Into::into).to_vec(),
    })
}

const fn renamed_by(operation: &Operation) -> Option<&Rename> {
    if let Operation::Rename(rename) = operation { Some(rename) } else { None }
}

/// Whether a table changes in several steps, of which the last one is what the others make possible.
fn is_parted(operation: &Operation) -> bool {
    matches!(operation, Operation::Table(TableOperation::AlterAtOnce(pair)) if steps::steps(pair).len() > 1)
}

fn last_alter(statements: &[String]) -> usize {
    statements.iter().rposition(|sql| sql.starts_with("ALTER TABLE ")).unwrap_or_default()
}

/// The work of an operation on a table that may be large.
fn work(operation: &Operation, created: &CreatedHere, server: Server) -> Option<OnlineDdl> {
    if let Operation::Table(TableOperation::AlterAtOnce(pair)) = operation {
        let works = steps::steps(pair).into_iter().map(|step| online::work(&step, server));
        return works.collect::<Option<Vec<OnlineDdl>>>()?.into_iter().max();
    }
    // The rows of a foreign key are looked at one by one.
    let Operation::Constraint(ConstraintOperation::Add { table, constraint: _ }) = operation else {
        return None;
    };
    (!created.has_table(table)).then_some(OnlineDdl::Copy)
}

/// The statements of an operation; none where it is another dialect's.
fn statements(
    operation: &Operation,
    schemas: Pair<&Schema>,
    server: Server,
    q: &Quoter,
) -> Option<Vec<String>> {
    match operation {
        Operation::Rename(rename) => rename::statement(rename, schemas.from, q).map(|text| vec![text]),
        Operation::Table(operation) => table_statements(operation, server, q),
        Operation::Column(operation) => default(operation, q),
        Operation::Constraint(operation) => constraint(operation, schemas, q),
        Operation::View(operation) => Some(vec![view(operation, q)]),
        Operation::Definition(operation) => definition(operation),
        Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Partition(_)
        | Operation::Index(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => None,
    }
}

fn table_statements(operation: &TableOperation, server: Server, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        TableOperation::Create(table) => Some(vec![table::create(table, q)]),
        TableOperation::Drop(table) => Some(vec![format!("DROP TABLE {}", q.qualified(&table.name))]),
        TableOperation::AlterAtOnce(pair) => {
            let steps = steps::steps(pair).into_iter();
            Some(
                steps
                    .flat_map(|step| table::alter_table_at_once(&step, online::work(&step, server), q))
                    .collect(),
            )
        }
        TableOperation::Alter(_) | TableOperation::Rebuild(_) => None,
    }
}

/// A default that steps aside for a sequence. What else changes of a column is a part of its table's change.
fn default(operation: &ColumnOperation, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        ColumnOperation::DropDefault { table, column } => Some(vec![format!(
            "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
            q.qualified(table),
            q.ident(column)
        )]),
        ColumnOperation::SetDefault { table, column } => {
            let (table, name) = (q.qualified(table), q.ident(&column.name));
            let default = column.default.iter();
            let set = default.map(|d| format!("ALTER TABLE {table} ALTER COLUMN {name} SET DEFAULT ({d})"));
            Some(set.collect())
        }
        ColumnOperation::Add { .. }
        | ColumnOperation::Drop { .. }
        | ColumnOperation::Alter { .. }
        | ColumnOperation::DropIdentity { .. } => None,
    }
}

fn constraint(operation: &ConstraintOperation, schemas: Pair<&Schema>, q: &Quoter) -> Option<Vec<String>> {
    match operation {
        ConstraintOperation::Add { table, constraint } => {
            Some(vec![add_constraint(table, constraint, schemas, q)])
        }
        ConstraintOperation::Drop { table, constraint } => Some(vec![format!(
            "ALTER TABLE {} {}",
            q.qualified(table),
            table::drop_constraint(constraint, q)
        )]),
        ConstraintOperation::FromIndex { .. }
        | ConstraintOperation::Rename { .. }
        | ConstraintOperation::Validate { .. }
        | ConstraintOperation::AlterDeferrability { .. } => None,
    }
}

fn add_constraint(
    table: &QualifiedName,
    constraint: &Constraint,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> String {
    let tables = schemas.map(|schema| schema.table(table));
    let lead = format!("ALTER TABLE {}", q.qualified(table));
    let add = format!("ADD {}", table::constraint(constraint, q));
    match tables.from.zip(tables.to).and_then(|(from, to)| key::implicit_fk_index(from, to, constraint)) {
        None => format!("{lead} {add}"),
        Some(made) => {
            let name = q.ident(&made.name);
            let again = key::definition(made, q);
            format!("{lead}\n    DROP KEY {name},\n    ADD {again},\n    {add}")
        }
    }
}

fn view(operation: &ViewOperation, q: &Quoter) -> String {
    match operation {
        ViewOperation::Create(view) => view.query.to_string(),
        ViewOperation::Drop(view) => format!("DROP VIEW {}", q.qualified(&view.name)),
        ViewOperation::Replace(pair) => replace_view(&pair.to),
    }
}

fn definition(operation: &DefinitionOperation) -> Option<Vec<String>> {
    match operation {
        DefinitionOperation::Create(definition) => Some(definition.statements.clone()),
        DefinitionOperation::Drop(definition) => drop_definition(definition),
        DefinitionOperation::Replace(pair) => replace_definition(pair),
    }
}

/// `CREATE` of the server's text becomes `CREATE OR REPLACE`.
fn replace_view(view: &View) -> String {
    view.query.as_str().replacen("CREATE ", "CREATE OR REPLACE ", 1)
}

/// The statements that the catalog's reader put beside the text, which say it for each vendor.
fn replace_definition(pair: &Pair<Definition>) -> Option<Vec<String>> {
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => from.alterations(to),
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => None,
    }
}

fn drop_definition(definition: &Definition) -> Option<Vec<String>> {
    let drop = format!("DROP {} {}", definition.kind.keyword(Dialect::Mysql)?, definition.identity);
    if definition.kind != DefinitionKind::Package {
        return Some(vec![drop]);
    }
    // Before 11.4, MariaDB knows the word in this mode only.
    Some(vec![
        "SET @autogen_sql_mode = @@SESSION.sql_mode, SESSION sql_mode = 'ORACLE'".to_owned(),
        drop,
        "SET SESSION sql_mode = @autogen_sql_mode".to_owned(),
    ])
}
