//! Sequences, and what owns them.

use autogen_diff_core::diff::change::ObjectChange;
use autogen_diff_core::model::Sequence;
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{Operation, SequenceOperation};

pub(super) fn sequence(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<Sequence>,
    schemas: Pair<&Schema>,
) {
    let set_owner = |sequence: &Sequence| {
        Operation::Sequence(SequenceOperation::SetOwner {
            sequence: sequence.name.clone(),
            owner: sequence.owned_by.clone(),
        })
    };
    match change {
        ObjectChange::Create(to) => {
            let plan = objects.plan(id);
            plan.create = Some(Operation::Sequence(SequenceOperation::Create(to.clone())));
            plan.alters.extend(to.owned_by.is_some().then(|| set_owner(to)));
            // A column that is there already may hold values.
            let owner = to.owned_by.as_ref();
            let exists = owner.is_some_and(|(table, column)| {
                schemas.from.table(table).is_some_and(|table| table.column(column).is_some())
            });
            plan.alters.extend(exists.then(|| continued(to, schemas.to)).flatten());
        }
        ObjectChange::Drop(from) => {
            objects.plan(id).drop = Some(Operation::Sequence(SequenceOperation::Drop(from.clone())))
        }
        ObjectChange::Alter(pair) => {
            let plan = objects.plan(id);
            let without_owner = Sequence { owned_by: pair.from.owned_by.clone(), ..pair.to.clone() };
            if without_owner != pair.from {
                plan.alters.push(Operation::Sequence(SequenceOperation::Alter(pair.clone())));
            }
            if pair.from.owned_by != pair.to.owned_by {
                plan.alters.extend(pair.from.owned_by.clone().map(|owner| {
                    Operation::Sequence(SequenceOperation::Detach { sequence: pair.to.name.clone(), owner })
                }));
                plan.alters.extend(pair.to.owned_by.is_some().then(|| set_owner(&pair.to)));
                let is_new_user = pair.to.owned_by.as_ref().is_some_and(|owner| turns_to(schemas, owner));
                plan.alters.extend(is_new_user.then(|| continued(&pair.to, schemas.to)).flatten());
            }
        }
    }
}

/// Whether a column that is there already takes other numbers than before.
fn turns_to(schemas: Pair<&Schema>, (table, column): &(QualifiedName, Ident)) -> bool {
    let columns = schemas.map(|schema| schema.table(table).and_then(|table| table.column(column)));
    let (Some(from), Some(to)) = (columns.from, columns.to) else { return false };
    to.has_nextval_default() && from.default != to.default
}

/// Goes on behind the values of the owning column. Text has none that a counter would come to.
fn continued(sequence: &Sequence, to: &Schema) -> Option<Operation> {
    let (table, column) = sequence.owned_by.as_ref()?;
    let column = to.table(table)?.column(column)?.clone();
    let is_text = ["text", "character", "name"].iter().any(|text| column.data_type.starts_with(text));
    (!is_text).then(|| {
        let (sequence, table) = (sequence.clone(), table.clone());
        Operation::Sequence(SequenceOperation::Continue { sequence, table, column })
    })
}
