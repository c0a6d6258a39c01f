//! Which dangers PostgreSQL's operations have on a database that may hold rows.

mod access;
mod computed;
mod judged_again;
mod one_way;
mod partition;
mod policy;
mod row_size;
mod secret;
mod stale;
mod types;

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{Pair, QualifiedName, Schema};

use crate::hazards::{
    CreatedHere, column, constraint, drop_column, drop_table, dropped_definition, lost_counter,
    lost_sequence, rename_hazard, set_not_null,
};
use crate::plan::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, Operation, PartitionOperation,
    SequenceOperation, TableOperation, TypeOperation,
};
use crate::quote::Quoter;

/// The dangers of an operation.
pub(super) fn hazards(
    operation: &Operation,
    created: &CreatedHere,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => rename_hazard(rename).into_iter().collect(),
        Operation::Type(operation) => of_type(operation, q),
        Operation::Sequence(operation) => of_sequence(operation),
        Operation::Table(operation) => of_table(operation, created, q),
        Operation::Partition(operation) => of_partition(operation, created, schemas, q),
        Operation::Column(operation) => of_column(operation, created, schemas.to, q),
        Operation::Constraint(operation) => of_constraint(operation, created, q),
        Operation::Index(operation) => of_index(operation, created, q),
        Operation::Definition(operation) => of_definition(operation, created, schemas, q),
        Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => Vec::new(),
    }
}

fn of_type(operation: &TypeOperation, q: &Quoter) -> Vec<Hazard> {
    match operation {
        TypeOperation::ReplaceInUse { types, columns } => types::swapped(types, columns, q),
        TypeOperation::AddEnumValue { name, value, before: _ } => vec![one_way::enum_value(name, value)],
        TypeOperation::CreateEnum(_) | TypeOperation::DropEnum(_) => Vec::new(),
    }
}

fn of_sequence(operation: &SequenceOperation) -> Vec<Hazard> {
    match operation {
        SequenceOperation::Drop(sequence) => vec![lost_sequence(sequence.name.to_string())],
        SequenceOperation::Alter(pair) => {
            let options = pair.as_ref().map(|sequence| &sequence.options);
            column::narrower_counter(pair.to.name.to_string(), options).into_iter().collect()
        }
        SequenceOperation::Create(_)
        | SequenceOperation::SetOwner { .. }
        | SequenceOperation::Detach { .. }
        | SequenceOperation::SetPersistence { .. }
        | SequenceOperation::Continue { .. } => Vec::new(),
    }
}

fn of_table(operation: &TableOperation, created: &CreatedHere, q: &Quoter) -> Vec<Hazard> {
    match operation {
        TableOperation::Drop(table) => vec![drop_table(table)],
        TableOperation::Alter(pair) => {
            // A table that is made anew has what it had.
            let is_same = created.is_made(&pair.to.name);
            let switched = if is_same { Vec::new() } else { access::row_security(pair) };
            switched.into_iter().chain(inherited(pair, q)).collect()
        }
        TableOperation::Create(_) | TableOperation::Rebuild(_) | TableOperation::AlterAtOnce(_) => Vec::new(),
    }
}

fn of_partition(
    operation: &PartitionOperation,
    created: &CreatedHere,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> Vec<Hazard> {
    match operation {
        PartitionOperation::Attach { table, partition } => {
            partition::attach(table, partition, created, schemas)
        }
        PartitionOperation::Detach { table, partition } => partition::detach(table, partition, created, q),
        PartitionOperation::TakeRows { namespaces: _, tables } => {
            tables.iter().flat_map(|(_, pair)| partition::take_rows(pair, q)).collect()
        }
        PartitionOperation::SetAside { .. } => Vec::new(),
    }
}

fn of_column(operation: &ColumnOperation, created: &CreatedHere, to: &Schema, q: &Quoter) -> Vec<Hazard> {
    match operation {
        ColumnOperation::Add { table, column } if !created.has_table(table) => {
            let standing = created.standing(table);
            let computed = computed::column(table, column, &standing);
            let of_null = column::computed_of_null(table, column, &standing);
            let required =
                column::add(table, column, q).or_else(|| types::new_column_of_domain(table, column, to));
            required.into_iter().chain(of_null).chain(computed).collect()
        }
        ColumnOperation::Drop { table, column } if column.generated.is_none() => {
            vec![drop_column(table, column)]
        }
        ColumnOperation::Alter { table, column } if !created.has_table(table) => {
            let standing = created.standing(table);
            let mut own = column::alter(table, column, &standing, q);
            own.retain(|found| {
                found.code != HazardCode::SetNotNull || !created.is_set_anew(table, &column.to.name)
            });
            let again = judged_again::changed(table, column.as_ref(), &own, &standing, to);
            let below = reaches_children(table, column, created, q);
            own.into_iter().chain(again).chain(below).chain(one_way::nullable(table, column, to)).collect()
        }
        ColumnOperation::DropIdentity { table, column } => vec![lost_counter(table, column)],
        ColumnOperation::Add { .. }
        | ColumnOperation::Drop { .. }
        | ColumnOperation::Alter { .. }
        | ColumnOperation::DropDefault { .. }
        | ColumnOperation::SetDefault { .. } => Vec::new(),
    }
}

/// `NOT NULL` that children of a table get too, which did not inherit it.
fn reaches_children(
    table: &QualifiedName,
    column: &Pair<Column>,
    created: &CreatedHere,
    q: &Quoter,
) -> Option<Hazard> {
    let Pair { from, to } = column.as_ref().map(|column| column.postgres().not_null.no_inherit);
    let reaches = from && !to && !column.from.nullable && !column.to.nullable;
    (reaches && created.has_children(table)).then(|| set_not_null(table, &column.to, q))
}

fn of_constraint(operation: &ConstraintOperation, created: &CreatedHere, q: &Quoter) -> Vec<Hazard> {
    match operation {
        ConstraintOperation::Add { table, constraint } if !created.is_vacuous(table, constraint) => {
            let found = constraint::add(table, constraint, q);
            found.map(|found| created.looked_for(table, constraint, found)).into_iter().collect()
        }
        ConstraintOperation::Validate { table, constraint } => {
            constraint::add(table, constraint, q).into_iter().collect()
        }
        ConstraintOperation::Add { .. }
        | ConstraintOperation::FromIndex { .. }
        | ConstraintOperation::Drop { .. }
        | ConstraintOperation::Rename { .. }
        | ConstraintOperation::AlterDeferrability { .. } => Vec::new(),
    }
}

fn of_index(operation: &IndexOperation, created: &CreatedHere, q: &Quoter) -> Vec<Hazard> {
    match operation {
        IndexOperation::Create { table, index } | IndexOperation::CreateConcurrently { table, index }
            if !created.has_table(table) && !created.restores(table, index) =>
        {
            let unique = index.unique.then(|| constraint::unique_index(table, index, q));
            let standing = created.standing(table);
            let computed = computed::index(table, index, &standing);
            unique.into_iter().chain(computed).chain(row_size::index(table, index, &standing, q)).collect()
        }
        IndexOperation::Create { .. }
        | IndexOperation::CreateConcurrently { .. }
        | IndexOperation::Drop { .. }
        | IndexOperation::DropConcurrently { .. }
        | IndexOperation::Rename { .. }
        | IndexOperation::Alter { .. }
        | IndexOperation::ClusterOn { .. }
        | IndexOperation::Attach { .. } => Vec::new(),
    }
}

fn of_definition(
    operation: &DefinitionOperation,
    created: &CreatedHere,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> Vec<Hazard> {
    match operation {
        DefinitionOperation::Create(definition) => {
            secret::shown(definition).into_iter().chain(policy::created(definition, schemas)).collect()
        }
        DefinitionOperation::Drop(definition) => {
            dropped_definition(definition).into_iter().chain(policy::dropped(definition, schemas)).collect()
        }
        DefinitionOperation::Replace(pair) => {
            let own = types::altered(pair).into_iter().chain(secret::shown(&pair.to));
            let stale = stale::replaced(pair, created, q);
            own.chain(stale).chain(access::rights(pair)).chain(policy::replaced(pair, schemas)).collect()
        }
    }
}

/// What a table may lack of a parent that it gets.
fn inherited(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    if to.postgres().inherits.iter().all(|parent| from.postgres().inherits.contains(parent)) {
        return Vec::new();
    }
    let columns = to.columns.iter().filter(|c| c.postgres().inherited && from.column(&c.name).is_none());
    let constraints = to.constraints.iter().filter(|c| c.inherited && !from.constraints.contains(c));
    let of_columns = columns.filter_map(|column| column::add(&to.name, column, quoter));
    of_columns.chain(constraints.filter_map(|c| constraint::add(&to.name, c, quoter))).collect()
}
