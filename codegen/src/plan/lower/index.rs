//! Indexes of tables and materialized views.

use autogen_diff_core::diff::change::IndexChange;
use autogen_diff_core::{Capabilities, ObjectId, Pair, QualifiedName};

use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{IndexOperation, Operation};

pub(super) fn index(
    objects: &mut ObjectPlans,
    table: &QualifiedName,
    change: &IndexChange,
    capabilities: &Capabilities,
) {
    let id = |name: &autogen_diff_core::Ident| ObjectId::Index(table.clone(), name.clone());
    let table = table.clone();
    match change {
        IndexChange::Create(index) => {
            objects.plan(id(&index.name)).create =
                Some(Operation::Index(IndexOperation::Create { table: table.clone(), index: index.clone() }));
        }
        // The parent's index takes its parts along.
        IndexChange::Drop(index) if index.parent.is_some() => {}
        IndexChange::Drop(index) => {
            objects.plan(id(&index.name)).drop =
                Some(Operation::Index(IndexOperation::Drop { table: table.clone(), index: index.clone() }));
        }
        IndexChange::Rename(Pair { from, to }) if !capabilities.renames_indexes => {
            objects.plan(id(&from.name)).drop =
                Some(Operation::Index(IndexOperation::Drop { table: table.clone(), index: from.clone() }));
            objects.plan(id(&to.name)).create =
                Some(Operation::Index(IndexOperation::Create { table, index: to.clone() }));
        }
        IndexChange::Rename(pair) => {
            let names = pair.as_ref().map(|index| index.name.clone());
            let to = id(&names.to);
            objects
                .plan(to)
                .alters
                .push(Operation::Index(IndexOperation::Rename { table: table.clone(), names }));
        }
        IndexChange::Alter(pair) => {
            let operation =
                Operation::Index(IndexOperation::Alter { table: table.clone(), index: pair.clone() });
            objects.plan(id(&pair.to.name)).alters.push(operation);
        }
    }
}
