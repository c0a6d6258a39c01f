//! Indexes that the server makes again when a column changes its type: they lose their statistics targets and the
//! extensions that they depend on.

use std::collections::BTreeSet;

use autogen_diff_core::model::{Index, IndexKey, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied::{Implied, changes_type};
use super::objects::{AttachmentKind, ObjectPlan, ObjectPlans};
use super::operation::{AttachmentOperation, ColumnOperation, IndexOperation, Operation, TypeOperation};

/// Sets again what is lost.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let retyped = retyped(schemas, objects);
    for id in &retyped {
        let ObjectId::Column(table, column) = id else { continue };
        let tables = schemas.map(|schema| schema.table(table));
        let (Some(from), Some(to)) = (tables.from, tables.to) else { continue };
        let with_targets =
            to.indexes.values().filter(|index| index.keys.iter().any(|key| key.statistics.is_some()));
        for index in with_targets {
            if is_rebuilt(schemas.from, objects, from, &index.name, column) {
                set_statistics(objects, from, table, index);
            }
        }
    }
    for (id, extensions) in &schemas.to.extension_dependencies {
        let ObjectId::Index(table, index) = id else { continue };
        let Some(from) = schemas.from.table(table) else { continue };
        let mut columns = retyped.iter().filter_map(|id| match id {
            ObjectId::Column(t, column) if t == table => Some(column),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => None,
        });
        if columns.any(|column| is_rebuilt(schemas.from, objects, from, index, column)) {
            let extensions = Pair::new(BTreeSet::new(), extensions.clone());
            let operation = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                object: id.clone(),
                extensions,
            });
            objects.attachments.insert((id.clone(), AttachmentKind::ExtensionDependency), operation);
        }
    }
}

/// The columns whose type changes, be it with a parent's or with their own type.
fn retyped(schemas: Pair<&Schema>, objects: &ObjectPlans) -> BTreeSet<ObjectId> {
    let implied = Implied::of(schemas);
    let mut found = BTreeSet::new();
    for operation in objects.plans.values().flat_map(|plan| &plan.alters) {
        match operation {
            Operation::Column(ColumnOperation::Alter { column, .. }) if changes_type(column.as_ref()) => {
                found.extend(operation.effects().altered().cloned());
            }
            Operation::Type(TypeOperation::ReplaceInUse { .. }) => {
                found.extend(operation.effects().altered().cloned())
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
            | Operation::Attachment(_) => {}
        }
        found.extend(implied.effects(operation).retypes);
    }
    found
}

/// Whether an index, be it of its own or behind a key, stays and is about a column.
fn is_rebuilt(from: &Schema, objects: &ObjectPlans, table: &Table, name: &Ident, column: &Ident) -> bool {
    let old = objects.name_before(&table.name, name);
    let ids = |name: &Ident| {
        [
            ObjectId::Index(table.name.clone(), name.clone()),
            ObjectId::Constraint(table.name.clone(), name.clone()),
        ]
    };
    let is_planned = |plan: &ObjectPlan| plan.drop.is_some() || plan.create.is_some();
    let is_made = |id: &ObjectId| objects.plans.get(id).is_some_and(is_planned);
    let expected = ObjectId::Column(table.name.clone(), column.clone());
    let covers = table.indexes.get(&old).is_some_and(|index| index.covers(column));
    let needs = ids(&old).iter().any(|id| from.needs(id).any(|need| *need == expected));
    table.has_index(&old) && (covers || needs) && !ids(&old).iter().chain(&ids(name)).any(is_made)
}

fn set_statistics(objects: &mut ObjectPlans, from: &Table, table: &QualifiedName, to: &Index) {
    let Some(old) = from.indexes.get(&objects.name_before(table, &to.name)) else { return };
    let keys = old.keys.iter().map(|key| IndexKey { statistics: None, ..key.clone() }).collect();
    let plan = objects.plan(ObjectId::Index(table.clone(), to.name.clone()));
    let altered = plan.alters.iter_mut().find_map(|operation| match operation {
        Operation::Index(IndexOperation::Alter { index, .. }) => Some(index),
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
    match altered {
        Some(pair) => pair.from.keys = keys,
        None => {
            let left = Index { keys, ..to.clone() };
            let pair = Pair::new(left, to.clone());
            plan.alters.push(Operation::Index(IndexOperation::Alter { table: table.clone(), index: pair }));
        }
    }
}
