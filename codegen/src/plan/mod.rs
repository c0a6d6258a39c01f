//! From differences to an ordered list of operations.
//!
//! `lower` says what has to be done to each object, `recreate` adds what must
//! be dropped and made again around it, a dialect's rewrite (`rebuild`) replaces
//! what its server can't do in place, and `graph` finds the order.

mod alter_table_at_once;
mod base_type;
mod body_edges;
mod cluster;
mod cycle;
mod extension_dependency;
mod graph;
mod implied;
mod implied_drops;
mod index_rebuild;
mod index_to_key;
mod inherit;
mod lower;
mod objects;
mod operation;
mod operation_edges;
mod partition;
mod persistence;
mod positions;
mod privilege;
mod proof;
mod rebuild;
mod recreate;
mod rename_circle;
mod repartition;
mod replace_type_in_use;
mod replica_identity;
mod restored_attachments;
mod soft_edges;
mod sort;
mod tie_break;
mod types_at_once;
mod without;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::{Capabilities, Dialect, ObjectId, Pair, Schema, SchemaDiff};

pub(crate) use base_type::functions as functions_of_type;
pub use operation::{
    AttachmentOperation, ColumnOperation, ConstraintOperation, DefinitionOperation, ExtensionOperation,
    IndexOperation, MaterializedViewOperation, NamespaceOperation, Operation, PartitionOperation,
    SequenceOperation, TableOperation, TypeOperation, ViewOperation,
};
pub use positions::with_columns_as_left;
pub(crate) use replace_type_in_use::mentions;
pub use replace_type_in_use::{ReplacedType, RetypedColumn};
pub use tie_break::TieBreak;
pub(crate) use types_at_once::retyped_column;

/// An ordered list of operations that takes one schema to the other.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// What to do, in order.
    pub operations: Vec<Operation>,
}

impl Plan {
    /// The same plan with its indexes built and dropped while others write.
    pub fn concurrently(self) -> Self {
        Self { operations: self.operations.into_iter().map(concurrently).collect() }
    }
}

fn concurrently(operation: Operation) -> Operation {
    match operation {
        Operation::Index(index) => Operation::Index(index.concurrently()),
        other @ (Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Column(_)
        | Operation::Constraint(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_)
        | Operation::Attachment(_)) => other,
    }
}

/// A change that is refused, with what to do instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The object.
    pub object: ObjectId,
    /// Why.
    pub reason: String,
    /// What a person can do.
    pub help: String,
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// Changes that autogen does not make.
    #[error("{} can't be written: {}", count(.0.len()), list(.0))]
    Refused(Vec<Refusal>),
    /// Operations that wait for each other.
    #[error("these changes need each other and no order satisfies all: {}", .0.join(", "))]
    Cycle(Vec<String>),
}

impl PlanError {
    /// The same, where the way there can be written.
    pub(crate) fn on_way_back(self) -> Self {
        const HELP: &str = "`autogen diff --format sql` prints the way there, which can be written: \
                            `autogen -m NAME --empty` makes files for it, and for a way back by hand";
        match self {
            Self::Refused(refusals) => Self::Refused(
                refusals
                    .into_iter()
                    .map(|refusal| Refusal {
                        reason: format!("on the way back: {}", refusal.reason),
                        help: HELP.to_owned(),
                        ..refusal
                    })
                    .collect(),
            ),
            Self::Cycle(_) => self,
        }
    }

    /// What a dialect's catalog never holds, or its server is never asked for.
    pub(crate) fn not_of(dialect: Dialect, operation: &Operation) -> Self {
        let reason = format!("{} has no such change", dialect.name());
        let help = "this is a fault of autogen: write the change by hand in a migration of its own, and report both schemas";
        Self::Refused(vec![Refusal { object: operation.object(), reason, help: help.to_owned() }])
    }
}

fn count(n: usize) -> String {
    if n == 1 { "1 change".to_owned() } else { format!("{n} changes") }
}

fn list(refusals: &[Refusal]) -> String {
    let each = refusals.iter().map(|refusal| format!("{}: {}", refusal.object, refusal.reason));
    each.collect::<Vec<_>>().join("; ")
}

/// What becomes of changes that programs would wait for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Online {
    /// They are made, and announced.
    Off,
    /// The safer form stands beside them.
    #[default]
    Hint,
    /// They are made in the safer form, in several migrations.
    Split,
}

/// What a plan may do that nobody gets without asking.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanOptions {
    /// Make a table anew and copy its rows where how it is partitioned, or the type of a column by which it
    /// is, changes.
    pub repartition: bool,
    /// Whether programs that run wait, or are told how not to.
    pub online: Online,
    /// Whether the first side is the database itself, with all that a project leaves to others: what hangs on a column that is
    /// replaced shows there alone.
    pub current_is_live: bool,
    /// Which operation goes first where nothing says so, for tests that no plan depends on that.
    #[doc(hidden)]
    pub tie_break: TieBreak,
}

/// Plans a difference, with what was asked for.
///
/// # Errors
/// When a change is refused, or no order satisfies all needs.
pub fn plan_with(
    diff: &SchemaDiff,
    schemas: Pair<&Schema>,
    renames: &[Rename],
    capabilities: &Capabilities,
    options: PlanOptions,
) -> Result<Plan, PlanError> {
    let replaced = if options.repartition { repartition::replaced(schemas) } else { Vec::new() };
    if replaced.is_empty() {
        return plan_in_place(diff, schemas, renames, capabilities, options.tie_break);
    }
    let mut plan = repartition::over_aside(&replaced, schemas, capabilities, options.tie_break)?;
    plan.operations.splice(0..0, renames.iter().cloned().map(Operation::Rename));
    Ok(plan)
}

/// Plans a difference.
///
/// # Errors
/// When a change is refused, or no order satisfies all needs.
pub fn plan(
    diff: &SchemaDiff,
    schemas: Pair<&Schema>,
    renames: &[Rename],
    capabilities: &Capabilities,
) -> Result<Plan, PlanError> {
    plan_in_place(diff, schemas, renames, capabilities, TieBreak::Usual)
}

fn plan_in_place(
    diff: &SchemaDiff,
    schemas: Pair<&Schema>,
    renames: &[Rename],
    capabilities: &Capabilities,
    tie_break: TieBreak,
) -> Result<Plan, PlanError> {
    let mut objects = lower::lower(diff, schemas, capabilities);
    if !capabilities.alters_columns {
        rebuild::rewrite_alterations(diff, schemas, &mut objects);
    }
    if capabilities.alters_tables_at_once {
        alter_table_at_once::recreate_foreign_keys(schemas, &mut objects);
    }
    inherit::plan(schemas, &mut objects);
    replace_type_in_use::plan(schemas, &mut objects);
    partition::recreate_parts(schemas, &mut objects);
    recreate::recreate_dependants(schemas, &mut objects);
    replace_type_in_use::leave_out_defaults(&mut objects);
    replica_identity::identify_rows_again(schemas, &mut objects);
    partition::refuse_types_of_keys(schemas.from, &mut objects);
    partition::leave_before_drop(schemas, &mut objects);
    partition::attach(schemas, &mut objects);
    implied_drops::leave_out_implied_drops(schemas, &mut objects);
    base_type::plan(schemas, &mut objects);
    restored_attachments::restore_attachments(schemas, &mut objects);
    extension_dependency::plan(schemas, &mut objects);
    privilege::split_at_owners(&mut objects);
    index_rebuild::plan(schemas, &mut objects);
    index_to_key::plan(schemas, &mut objects);
    cluster::plan(schemas, &mut objects);
    persistence::plan(schemas, &mut objects);
    if !objects.refusals.is_empty() {
        return Err(PlanError::Refused(objects.refusals));
    }
    let unsaid = graph::Unsaid {
        meanwhile: rename_circle::break_up(&mut objects),
        stuck: std::mem::take(&mut objects.stuck),
    };
    let mut operations: Vec<Operation> = renames.iter().cloned().map(Operation::Rename).collect();
    operations.extend(objects.into_operations());
    inherit::renew_not_null(&mut operations, &unsaid.stuck, schemas);
    inherit::write_shared_names(&mut operations);
    if capabilities.dialect == Dialect::Postgres {
        proof::part_from_types(&mut operations, schemas.from);
    }
    let mut operations = graph::order(operations, &unsaid, schemas, capabilities, tie_break)?;
    positions::settle(&mut operations, schemas);
    Ok(Plan { operations })
}
