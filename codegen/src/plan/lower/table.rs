//! Tables: made with their parts, or altered part by part.

use autogen_diff_core::diff::change::{ConstraintChange, TableAlteration, TableChange};
use autogen_diff_core::model::{Column, Constraint, Index, PostgresTable, Table};
use autogen_diff_core::{Capabilities, ObjectId, Pair, QualifiedName, Schema};

use super::BY_HAND;
use super::column::{beyond_type, column, follows_type};
use super::constraint::{
    add_constraint, comes_from_above, constraint, drop_constraint, is_inline, is_made_by_attaching,
    repeats_key,
};
use super::index::index;
use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{
    ColumnOperation, IndexOperation, Operation, PartitionOperation, TableOperation,
};
use crate::plan::{alter_table_at_once, inherit, partition};

pub(super) fn table(
    objects: &mut ObjectPlans,
    change: &TableChange,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) {
    match change {
        TableChange::Create(table) => create_table(objects, table, schemas.to, capabilities),
        TableChange::Drop(table) => {
            let id = ObjectId::Table(table.name.clone());
            objects.plan(id).drop = Some(Operation::Table(TableOperation::Drop(table.clone())));
        }
        TableChange::Alter(alteration) => alter_table(objects, alteration, schemas, capabilities),
    }
}

fn create_table(objects: &mut ObjectPlans, table: &Table, to: &Schema, capabilities: &Capabilities) {
    let name = &table.name;
    let gets_keys = table.constraints.iter().any(|c| c.inherited && c.key().is_some());
    let constraints = table.constraints.iter().filter(|constraint| !is_made_by_attaching(table, constraint));
    let (inline, apart): (Vec<Constraint>, Vec<Constraint>) = constraints.cloned().partition(|constraint| {
        // The partitioned table takes the first fitting key of a partition for its own.
        let own_key = gets_keys && constraint.key().is_some() && !constraint.inherited;
        // Of two keys over the same columns in one statement PostgreSQL makes one.
        let repeats = !capabilities.alters_tables_at_once && repeats_key(table, constraint);
        !capabilities.alters_constraints || (is_inline(constraint) && !own_key && !repeats)
    });
    let mut created = Table { constraints: inline, ..table.clone() };
    if created.postgres().replica_identity.is_some() {
        created.postgres_mut().replica_identity = None;
        // It may name an index, which comes after the table.
        let pair = Pair::new(created.clone(), Table { extra: table.extra.clone(), ..created.clone() });
        objects
            .plan(ObjectId::Table(name.clone()))
            .alters
            .push(Operation::Table(TableOperation::Alter(pair)));
    }
    objects.plan(ObjectId::Table(name.clone())).create =
        Some(Operation::Table(TableOperation::Create(created)));
    own_values(objects, table, to);
    for constraint in apart {
        if !comes_from_above(table, &constraint, to) {
            add_constraint(objects, name, &constraint);
        }
    }
    // Where a table is made in one go, its indexes come with it.
    for index in table.indexes.values().filter(|_| !capabilities.alters_tables_at_once) {
        let id = ObjectId::Index(name.clone(), index.name.clone());
        objects.plan(id).create = Some(Operation::Index(IndexOperation::Create {
            table: name.clone(),
            index: Index::clone(index),
        }));
    }
    if let Some(partition) = &table.postgres().partition_of {
        let attach = Operation::Partition(PartitionOperation::Attach {
            table: name.clone(),
            partition: partition.clone(),
        });
        objects.plan(ObjectId::Table(name.clone())).alters.push(attach);
    }
}

/// Plans the defaults and expressions that a new inheritance child has in place of its parents'.
fn own_values(objects: &mut ObjectPlans, table: &Table, to: &Schema) {
    let parents: Vec<&Table> =
        table.postgres().inherits.iter().filter_map(|parent| to.table(parent)).collect();
    for column in table.columns.iter().filter(|column| column.postgres().inherited) {
        let Some(parent) = parents.iter().find_map(|parent| parent.column(&column.name)) else { continue };
        // Since 18 a NOT NULL of its own is a constraint with a name, which is made with the table.
        let nullable =
            if column.postgres().not_null.name.is_none() { parent.nullable } else { column.nullable };
        let given = Column {
            default: parent.default.clone(),
            generated: parent.generated.clone(),
            nullable,
            ..column.clone()
        };
        if given != *column {
            let (table, column) = (table.name.clone(), Pair::new(given, column.clone()));
            let id = ObjectId::Column(table.clone(), column.to.name.clone());
            objects.plan(id).alters.push(Operation::Column(ColumnOperation::Alter { table, column }));
        }
    }
}

pub(super) fn alter_table(
    objects: &mut ObjectPlans,
    alteration: &TableAlteration,
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
) {
    if capabilities.alters_tables_at_once {
        alter_table_at_once::plan(objects, alteration);
        return;
    }
    let name = alteration.name();
    for change in &alteration.indexes {
        index(objects, name, change, capabilities);
    }
    if !capabilities.alters_columns {
        return;
    }
    let Pair { from, to } = &alteration.table;
    if alteration.attributes_differ() || from.makes_columns_local(to) || to.makes_columns_local(from) {
        table_attributes(objects, &alteration.table, schemas.from);
    }
    for change in &alteration.columns {
        let own = if follows_type(&alteration.table) { beyond_type(change) } else { Some(change.clone()) };
        if let Some(change) = own {
            column(objects, &alteration.table, &change, schemas.from);
        }
    }
    for change in &alteration.constraints {
        match change {
            ConstraintChange::Drop(left)
                if left.inherited
                    && leaves_behind(&alteration.table, schemas.from, |parent| {
                        left.name.as_ref().is_some_and(|name| parent.constraint(name).is_some())
                    }) =>
            {
                drop_constraint(objects, name, left);
            }
            ConstraintChange::Add(key)
                if key.inherited && partition::comes_first(schemas.to, &alteration.table.to, key) =>
            {
                add_constraint(objects, name, key);
            }
            ConstraintChange::Drop(_)
            | ConstraintChange::Add(_)
            | ConstraintChange::Rename(_)
            | ConstraintChange::Validate(_)
            | ConstraintChange::AlterDeferrability(_) => constraint(objects, name, change),
        }
    }
}

fn table_attributes(objects: &mut ObjectPlans, pair: &Pair<Table>, schema: &Schema) {
    let id = ObjectId::Table(pair.to.name.clone());
    let Pair { from, to } = pair.as_ref().map(|table| table.postgres());
    if from.partition_key != to.partition_key {
        let help = partition::by_copying(&pair.to.name);
        objects.refuse(id.clone(), "PostgreSQL can't change how an existing table is partitioned", &help);
    }
    let stay: Vec<_> = from.inherits.iter().filter(|parent| to.inherits.contains(parent)).collect();
    if !to.inherits.iter().take(stay.len()).eq(stay) || drops_local_definition(pair) {
        objects.refuse(
            id.clone(),
            "PostgreSQL can't make its columns a parent's instead of its own",
            BY_HAND,
        );
    }
    if let Some(column) = inherit::column_left_alone(pair, schema) {
        let reason = format!("{column} changes its type while the table leaves one parent for another");
        objects.refuse(id.clone(), &reason, BY_HAND);
    }
    // `cluster` says which index it goes by.
    let clustered = PostgresTable { clustered_on: to.clustered_on.clone(), ..from.clone() };
    if clustered != *to || pair.from.makes_columns_local(&pair.to) {
        let steps = inherit::steps(pair);
        objects
            .plan(id.clone())
            .alters
            .extend(steps.into_iter().map(|object| Operation::Table(TableOperation::Alter(object))));
    }
    if from.of_type != to.of_type && to.of_type.is_some() && !inherit::ends_in_order(pair) {
        let reason = "its columns are in another order than the attributes of the type";
        objects.refuse(id, reason, BY_HAND);
    }
}

/// Whether a column that is the table's own is only inherited later.
fn drops_local_definition(pair: &Pair<Table>) -> bool {
    pair.to.makes_columns_local(&pair.from)
}

/// Takes a table out of a partitioned table and puts it into another, or the same again.
pub(super) fn move_table(objects: &mut ObjectPlans, pair: &Pair<Table>) {
    let name = pair.to.name.clone();
    let plan = objects.plan(ObjectId::Table(name.clone()));
    let places = pair.as_ref().map(|table| table.postgres().partition_of.clone());
    plan.drop = places
        .from
        .map(|partition| Operation::Partition(PartitionOperation::Detach { table: name.clone(), partition }));
    let attach = places
        .to
        .map(|partition| Operation::Partition(PartitionOperation::Attach { table: name, partition }));
    plan.alters.extend(attach);
}

/// Whether a table lets go of the last parent that has a part (`NO INHERIT`), which leaves the part to it.
pub(super) fn leaves_behind(pair: &Pair<Table>, from: &Schema, has_part: impl Fn(&Table) -> bool) -> bool {
    let inherits = pair.as_ref().map(|table| &table.postgres().inherits);
    // A foreign table, whose columns are not known here, counts as having it.
    let has_it = |parent: &&QualifiedName| from.table(parent).is_none_or(&has_part);
    let (stay, go): (Vec<_>, Vec<_>) =
        inherits.from.iter().filter(has_it).partition(|parent| inherits.to.contains(parent));
    stay.is_empty() && !go.is_empty()
}
