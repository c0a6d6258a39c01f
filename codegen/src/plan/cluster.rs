//! Which index `CLUSTER` goes by: a relation has one such index at most, so it is said once, behind all that is done to
//! the indexes.

use autogen_diff_core::model::{MaterializedView, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::{ConstraintOperation, IndexOperation, Operation};

/// Plans it for each relation that is left with another index than it is to have, or with none.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let of_table = |table: &Table| table.postgres().clustered_on.clone();
    let of_view = |view: &MaterializedView| view.clustered_on.clone();
    let mut statements = Vec::new();
    for table in schemas.to.tables() {
        let name = &table.name;
        let before = schemas.from.table(name).and_then(of_table);
        statements.extend(statement(objects, name, before, of_table(table)));
    }
    for view in schemas.to.materialized_views() {
        let name = &view.name;
        let id = ObjectId::MaterializedView(name.clone());
        let stays = objects.plans.get(&id).is_none_or(|plan| plan.create.is_none());
        let before = schemas.from.materialized_view(name).filter(|_| stays).and_then(of_view);
        statements.extend(statement(objects, name, before, of_view(view)));
    }
    for (id, operation) in statements {
        objects.plan(id).alters.push(operation);
    }
}

fn statement(
    objects: &ObjectPlans,
    relation: &QualifiedName,
    before: Option<Ident>,
    to: Option<Ident>,
) -> Option<(ObjectId, Operation)> {
    let left = before.and_then(|index| left_of(objects, relation, index));
    let last = to.clone().unwrap_or_else(|| relation.name.clone());
    let id = ObjectId::Index(relation.clone(), last);
    (left != to)
        .then(|| (id, Operation::Index(IndexOperation::ClusterOn { relation: relation.clone(), index: to })))
}

/// What the other operations leave of the index: nothing when it is dropped or made again, and another name
/// when it is renamed.
fn left_of(objects: &ObjectPlans, relation: &QualifiedName, index: Ident) -> Option<Ident> {
    let ids = [
        ObjectId::Index(relation.clone(), index.clone()),
        ObjectId::Constraint(relation.clone(), index.clone()),
    ];
    let renamed =
        objects.plans.values().flat_map(|plan| &plan.alters).find_map(|operation| match operation {
            Operation::Index(IndexOperation::Rename { table, names })
            | Operation::Constraint(ConstraintOperation::Rename { table, names })
                if table == relation && names.from == index =>
            {
                Some(names.to.clone())
            }
            Operation::Rename(_)
            | Operation::Namespace(_)
            | Operation::Extension(_)
            | Operation::Type(_)
            | Operation::Sequence(_)
            | Operation::Table(_)
            | Operation::Partition(_)
            | Operation::Column(_)
            | Operation::Constraint(_)
            | Operation::Index(_)
            | Operation::View(_)
            | Operation::MaterializedView(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => None,
        });
    let is_made = |plan: &ObjectPlan| plan.drop.is_some() || plan.create.is_some();
    let is_lost = ids.iter().any(|id| objects.plans.get(id).is_some_and(is_made));
    renamed.or_else(|| (!is_lost).then_some(index))
}
