//! What goes by itself, so that no operation may say it.

use std::collections::BTreeSet;

use autogen_diff_core::{DefinitionKind, ObjectId, Pair, Schema};

use super::objects::ObjectPlans;
use super::operation::{DefinitionOperation, IndexOperation, Operation, SequenceOperation};
use super::replace_type_in_use::foreign_table;

/// Takes out drops that happen by themselves: parts of a dropped table, and the
/// sequences that its columns own.
pub(super) fn leave_out_implied_drops(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let gone: BTreeSet<ObjectId> = objects
        .plans
        .keys()
        .filter(|id| objects.is_dropped(id))
        .filter(|id| {
            use ObjectId::{Column, Definition, MaterializedView, Table, View};
            let foreign = |kind: &DefinitionKind| *kind == DefinitionKind::ForeignTable;
            matches!(id, Table(_) | Column(..) | View(_) | MaterializedView(_))
                || matches!(id, Definition(kind, _) if foreign(kind))
        })
        .cloned()
        .collect();
    for (id, plan) in &mut objects.plans {
        let owner = match &plan.drop {
            Some(Operation::Definition(DefinitionOperation::Drop(definition))) => definition.parent.clone(),
            Some(Operation::Sequence(SequenceOperation::Drop(sequence))) => {
                sequence.owned_by.as_ref().map(|(table, column)| {
                    let column = ObjectId::Column(table.clone(), column.clone());
                    let foreign = foreign_table(table);
                    let owners = [column, foreign, ObjectId::Table(table.clone())];
                    let [_, _, table] = &owners;
                    owners.iter().find(|owner| gone.contains(*owner)).unwrap_or(table).clone()
                })
            }
            Some(Operation::Index(IndexOperation::Drop { table, .. })) => {
                Some(ObjectId::MaterializedView(table.clone()))
            }
            Some(
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
                | Operation::Attachment(_),
            )
            | None => None,
        };
        let replaced = plan.create.is_some() && !schemas.from.contains(id);
        if owner.is_some_and(|owner| gone.contains(&owner)) && !replaced {
            plan.drop = None;
        }
    }
}
