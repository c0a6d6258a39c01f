//! A unique index that becomes a key (PostgreSQL): the constraint takes it over, and nothing is built (manual, ALTER TABLE:
//! ADD table_constraint_using_index).

use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{Constraint, ConstraintKind, Deferrability, Index, KeyConstraint, Table};
use autogen_diff_core::{Dialect, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::objects::ObjectPlans;
use super::operation::{ConstraintOperation, IndexOperation, Operation};

/// Takes the indexes that go for the keys that come.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    if schemas.to.dialect != Dialect::Postgres {
        return;
    }
    let added = objects.plans.values().filter_map(|plan| added_key(plan.create.as_ref()?));
    let added: Vec<(QualifiedName, Constraint)> =
        added.map(|(table, constraint)| (table.clone(), constraint.clone())).collect();
    for (table, constraint) in added {
        let Some(index) = index_for(&table, &constraint, schemas, objects) else { continue };
        let Some(name) = constraint.name.clone() else { continue };
        objects.plan(ObjectId::Index(table.clone(), index.clone())).drop = None;
        let id = ObjectId::Constraint(table.clone(), name);
        let taken_over = ConstraintOperation::FromIndex { table, constraint, index };
        objects.plan(id).create = Some(Operation::Constraint(taken_over));
    }
}

fn added_key(operation: &Operation) -> Option<(&QualifiedName, &Constraint)> {
    let Operation::Constraint(ConstraintOperation::Add { table, constraint }) = operation else {
        return None;
    };
    // A deferrable key is no arbiter of ON CONFLICT, as the index may be: that is told where the index goes.
    let is_immediate = constraint.deferrability == Deferrability::NotDeferrable;
    (constraint.key().is_some() && constraint.name.is_some() && !constraint.inherited && is_immediate)
        .then_some((table, constraint))
}

/// The index that goes and is what the key's own would be.
fn index_for(
    table: &QualifiedName,
    constraint: &Constraint,
    schemas: Pair<&Schema>,
    objects: &ObjectPlans,
) -> Option<Ident> {
    let from = schemas.from.table(table)?;
    let key = constraint.key()?;
    let is_ready = |column: &Ident| {
        let is_required = from.column(column).is_some_and(|column| !column.nullable);
        let id = ObjectId::Column(table.clone(), column.clone());
        let changes = objects.plans.contains_key(&id) || objects.remade_below.contains(&id);
        !changes && (is_required || matches!(constraint.kind, ConstraintKind::Unique(_)))
    };
    if !key.columns.iter().all(is_ready) {
        return None;
    }
    let goes = |index: &&Index| {
        let plan = objects.plans.get(&ObjectId::Index(table.clone(), index.name.clone()));
        plan.is_some_and(|plan| {
            let is_dropped = matches!(plan.drop, Some(Operation::Index(IndexOperation::Drop { .. })));
            is_dropped && plan.create.is_none() && plan.alters.is_empty()
        })
    };
    let fits = |index: &&Index| is_index_of(index, key) && hangs_on_nothing(index, from, schemas.from);
    let index = from.indexes.values().map(|index| &**index).filter(goes).find(fits)?;
    Some(index.name.clone())
}

fn is_index_of(index: &Index, key: &KeyConstraint) -> bool {
    let columns = index.keys.iter().map(|key| {
        let is_usual =
            !key.descending && !key.nulls_first && key.operator_class.is_none() && key.collation.is_none();
        key.value.column().filter(|_| is_usual)
    });
    index.unique
        && index.valid
        && !index.partitioned
        && index.parent.is_none()
        && key.attached_to.is_none()
        && index.predicate.is_none()
        && index.method.as_deref() == Some("btree")
        && columns.eq(key.columns.iter().map(Some))
        && index.include == key.include
        && index.nulls_not_distinct == key.nulls_not_distinct
        && index.storage_parameters == key.storage_parameters
        && index.tablespace == key.tablespace
}

/// Whether nothing names the index: no comment, no foreign key, and not the table itself.
fn hangs_on_nothing(index: &Index, table: &Table, from: &Schema) -> bool {
    let id = ObjectId::Index(table.name.clone(), index.name.clone());
    let identifies = matches!(&table.postgres().replica_identity, Some(ReplicaIdentity::Index(name)) if *name == index.name);
    !from.comments.contains_key(&id)
        && from.dependants(&id).next().is_none()
        && !identifies
        && table.postgres().clustered_on.as_ref() != Some(&index.name)
}
