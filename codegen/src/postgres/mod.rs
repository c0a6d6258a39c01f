//! Spells operations for PostgreSQL: one exhaustive match, one file per kind.

pub(crate) mod casts;
mod column;
mod constraint;
pub(crate) mod default_name;
mod definition;
mod domain;
mod escaped;
mod expression;
mod extension_casts;
mod hazards;
mod index;
mod instead;
mod locks;
mod object;
pub(crate) mod partition_bound;
mod privilege;
mod repartition;
mod replace_type_in_use;
mod sequence;
mod table;
mod types;
mod types_at_once;
mod view;

pub(crate) use column::{add_identity, compression_name, storage_name, without_storage};
pub(crate) use expression::stable;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::hazard::Instead;
use autogen_diff_core::{Dialect, Pair, Schema};

use self::locks::{HeldLocks, Relations};
pub(crate) use self::locks::{has_volatile_default, is_stored_otherwise};
use self::types_at_once::LastTypes;
use crate::hazards::{Breaks, CreatedHere, behavior};
use crate::plan::{DefinitionOperation, IndexOperation, Operation, PlanError};
use crate::quote::Quoter;
use crate::script::{Script, Statement, TransactionMode};

/// Spells operations.
///
/// # Errors
/// When one of them is none of PostgreSQL's.
pub(crate) fn render(
    operations: &[Operation],
    schemas: Pair<&Schema>,
    quoter: &Quoter,
) -> Result<Script, PlanError> {
    let created = CreatedHere::of(operations, schemas.from);
    let mut breaks = Breaks::between(schemas);
    let mut there = Relations::of(operations, schemas);
    let mut held = HeldLocks::default();
    let mut spelled = Vec::new();
    let mut last_types = LastTypes::default();
    let mut notes = Vec::new();
    // The catalog does not know what a body needs, so the server must not look yet.
    let unchecked = operations.iter().any(needs_unchecked_bodies);
    if unchecked {
        spelled.push(Statement::plain("SET check_function_bodies = false"));
        notes.push(UNCHECKED_BODIES.into());
    }
    for operation in operations {
        let mut hazards = hazards::hazards(operation, &created, schemas, quoter);
        hazards.extend(breaks.of(operation));
        hazards.extend(behavior::changed(operation, schemas));
        let taken = locks::locks(operation, &there);
        let tasks = locks::tasks(operation, &taken, &there);
        let safer = instead::instead(operation, schemas, quoter);
        hazards.extend(locks::hazards(operation, &taken, safer, &mut held, &there));
        there.note(operation);
        let (mut locks, mut tasks) = (taken.locks(&there), tasks);
        let texts = statements(operation, schemas, quoter)
            .ok_or_else(|| PlanError::not_of(Dialect::Postgres, operation))?;
        let new = texts.into_iter().map(|sql| Statement {
            hazards: std::mem::take(&mut hazards),
            locks: std::mem::take(&mut locks),
            tasks: std::mem::take(&mut tasks),
            ..Statement::plain(expression::spelled(sql, quoter))
        });
        last_types.append(operation, new.collect(), &mut spelled, quoter);
    }
    if unchecked {
        spelled.push(Statement::plain("RESET check_function_bodies"));
    }
    spelled.iter_mut().for_each(escape);
    let is_concurrent = |operation: &Operation| operation.index().is_some_and(IndexOperation::is_concurrent);
    let transaction = match operations.iter().any(is_concurrent) {
        true => TransactionMode::None,
        false => TransactionMode::Transaction,
    };
    let is_alone = transaction == TransactionMode::Transaction || spelled.len() == 1;
    debug_assert!(is_alone, "what runs in no transaction is the only statement");
    Ok(Script { statements: spelled, transaction, notes })
}

/// Writes what nobody sees as escapes, in a statement and in those that its hazards name.
fn escape(statement: &mut Statement) {
    let hazards = statement.hazards.iter_mut().flat_map(|hazard| {
        let steps = hazard.instead.iter_mut().flat_map(|instead| match instead {
            Instead::Migrations { steps } => steps.as_mut_slice(),
            Instead::Programs { commands: _ } => &mut [],
        });
        hazard.look_first.iter_mut().chain(steps.map(|step| &mut step.sql))
    });
    for sql in hazards.chain(std::iter::once(&mut statement.sql)) {
        *sql = escaped::escaped(std::mem::take(sql));
    }
}

const UNCHECKED_BODIES: &str =
    "function bodies are not checked while they are made; what they miss shows when they are called";

fn needs_unchecked_bodies(operation: &Operation) -> bool {
    match operation.definition() {
        Some(
            DefinitionOperation::Create(made) | DefinitionOperation::Replace(Pair { from: _, to: made }),
        ) => made.kind.is_routine(),
        Some(DefinitionOperation::Drop(_)) | None => false,
    }
}

/// The statements of an operation; none where it is another dialect's.
fn statements(operation: &Operation, schemas: Pair<&Schema>, q: &Quoter) -> Option<Vec<String>> {
    Some(match operation {
        Operation::Rename(rename) => rename_texts(rename, q),
        Operation::Namespace(operation) => vec![types::namespace(operation, q)],
        Operation::Extension(operation) => types::extension(operation, q),
        Operation::Type(operation) => types::statements(operation, q),
        Operation::Sequence(operation) => sequence::statements(operation, q),
        Operation::Table(operation) => table::statements(operation, q)?,
        Operation::Partition(operation) => repartition::statements(operation, q),
        Operation::Column(operation) => column::statements(operation, q),
        Operation::Constraint(operation) => vec![constraint::statement(operation, q)],
        Operation::Index(operation) => index::statements(operation, q),
        Operation::View(operation) => view::statements(operation, q),
        Operation::MaterializedView(operation) => view::materialized(operation, q),
        Operation::Definition(operation) => definition::statements(operation, schemas.from, q)?,
        Operation::Attachment(operation) => object::statements(operation, &schemas.to.acl_order, q),
    })
}

/// One statement; of a table that moves to another namespace as well, two.
fn rename_texts(rename: &Rename, q: &Quoter) -> Vec<String> {
    vec![match rename {
        Rename::Table(names) => return table::rename(names, q),
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
    }]
}
