//! Sequences that are lost in a crash, or not, otherwise than the table that they are made or altered with.

use autogen_diff_core::model::{Persistence, Table};
use autogen_diff_core::{ObjectId, Pair, Schema};

use super::objects::ObjectPlans;
use super::operation::{Operation, SequenceOperation};

/// Plans a statement for each sequence that its table's change, or its making, leaves in the wrong state.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for table in schemas.to.tables() {
        identities(schemas.from.table(&table.name), table, objects);
    }
    if schemas.to.version.major < 15 {
        // Before 15 a sequence has no say in it.
        return;
    }
    for sequence in schemas.to.sequences() {
        let Some(before) = schemas.from.sequence(&sequence.name) else { continue };
        let Some((owner, _)) = &before.owned_by else { continue };
        let tables = schemas.map(|schema| schema.table(owner));
        let (Some(from), Some(to)) = (tables.from, tables.to) else { continue };
        let wanted = if sequence.unlogged { Persistence::Unlogged } else { Persistence::Permanent };
        if from.switches_persistence(to) && to.postgres().persistence != wanted {
            let id = ObjectId::Sequence(sequence.name.clone());
            let operation = Operation::Sequence(SequenceOperation::SetPersistence {
                sequence: sequence.name.clone(),
                table: to.name.clone(),
                persistence: wanted,
            });
            objects.plan(id).alters.push(operation);
        }
    }
}

fn identities(from: Option<&Table>, to: &Table, objects: &mut ObjectPlans) {
    for column in &to.columns {
        let Some(identity) = &column.identity else { continue };
        let id = ObjectId::Column(to.name.clone(), column.name.clone());
        let is_made = objects.plans.get(&id).is_some_and(|plan| plan.create.is_some() || plan.drop.is_some());
        let stays = from.filter(|from| !is_made && !from.switches_persistence(to));
        let before = stays.and_then(|from| from.column(&column.name)?.identity.as_ref());
        let left = before.map_or(to.postgres().persistence, |before| before.persistence);
        if left != identity.persistence {
            let operation = Operation::Sequence(SequenceOperation::SetPersistence {
                sequence: identity.sequence.clone(),
                table: to.name.clone(),
                persistence: identity.persistence,
            });
            objects.plan(id).alters.push(operation);
        }
    }
}
