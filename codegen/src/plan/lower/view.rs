//! Views and materialized views.

use autogen_diff_core::diff::change::ObjectChange;
use autogen_diff_core::diff::table::index_changes;
use autogen_diff_core::model::{Index, MaterializedView, View};
use autogen_diff_core::{Capabilities, ObjectId, Pair};

use super::index::index;
use super::whole;
use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{IndexOperation, MaterializedViewOperation, Operation, ViewOperation};

pub(super) fn view(objects: &mut ObjectPlans, id: ObjectId, pair: &Pair<View>, capabilities: &Capabilities) {
    let plan = objects.plan(id);
    let in_place = capabilities.views_pin_columns && pair.from.can_alter_to(&pair.to);
    if in_place || capabilities.replaces_any_view {
        plan.alters.push(Operation::View(ViewOperation::Replace(pair.clone())));
    } else {
        plan.drop = Some(Operation::View(ViewOperation::Drop(pair.from.clone())));
        plan.create = Some(Operation::View(ViewOperation::Create(pair.to.clone())));
    }
}

pub(super) fn materialized_view(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<MaterializedView>,
    capabilities: &Capabilities,
) {
    if let ObjectChange::Alter(pair) = change
        && pair.from.can_alter_to(&pair.to)
    {
        if pair.from.column_settings != pair.to.column_settings {
            objects
                .plan(id)
                .alters
                .push(Operation::MaterializedView(MaterializedViewOperation::Alter(pair.clone())));
        }
        for change in index_changes(pair.as_ref().map(|view| &view.indexes)) {
            index(objects, &pair.to.name, &change, capabilities);
        }
        return;
    }
    whole(
        objects,
        id,
        change,
        |object| Operation::MaterializedView(MaterializedViewOperation::Create(object)),
        |object| Operation::MaterializedView(MaterializedViewOperation::Drop(object)),
    );
    if let ObjectChange::Create(view) | ObjectChange::Alter(Pair { to: view, .. }) = change {
        create_view_indexes(objects, view);
    }
}

pub(in crate::plan) fn create_view_indexes(objects: &mut ObjectPlans, view: &MaterializedView) {
    for index in view.indexes.values() {
        let id = ObjectId::Index(view.name.clone(), index.name.clone());
        objects.plan(id).create = Some(Operation::Index(IndexOperation::Create {
            table: view.name.clone(),
            index: Index::clone(index),
        }));
    }
}
