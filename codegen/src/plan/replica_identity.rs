//! `REPLICA IDENTITY USING INDEX` around an index that is made again.

use autogen_diff_core::model::Table;
use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::{ObjectId, Pair, Schema};

use super::objects::ObjectPlans;
use super::operation::{Operation, TableOperation};

/// Dropping the index by which a table's rows are identified (`REPLICA IDENTITY`) makes it forget that.
pub(super) fn identify_rows_again(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for to in schemas.to.tables() {
        let Some(ReplicaIdentity::Index(index)) = &to.postgres().replica_identity else { continue };
        let stays = schemas.from.table(&to.name).is_some_and(|from| from.has_index(index));
        let ids = [
            ObjectId::Index(to.name.clone(), index.clone()),
            ObjectId::Constraint(to.name.clone(), index.clone()),
        ];
        let is_made = ids.iter().any(|id| objects.plans.get(id).is_some_and(|plan| plan.create.is_some()));
        if stays && is_made {
            identify_rows(objects, to);
        }
    }
}

fn identify_rows(objects: &mut ObjectPlans, to: &Table) {
    let plan = objects.plan(ObjectId::Table(to.name.clone()));
    let altered = plan.alters.iter_mut().rev().find_map(|operation| {
        if let Operation::Table(TableOperation::Alter(pair)) = operation { Some(pair) } else { None }
    });
    if let Some(pair) = altered {
        pair.from.postgres_mut().replica_identity = None;
        return;
    }
    let mut from = to.clone();
    from.postgres_mut().replica_identity = None;
    plan.alters.push(Operation::Table(TableOperation::Alter(Pair::new(from, to.clone()))));
}
