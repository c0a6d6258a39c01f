//! Constraints, indexes and sequences of identity columns whose names go round in a circle: one of them steps aside
//! under a name for the meantime.

use std::collections::BTreeSet;

use autogen_diff_core::diff::rename::PairOf;
use autogen_diff_core::diff::rename_order::{aside_of, freed};
use autogen_diff_core::{ObjectId, QualifiedName};

use super::objects::ObjectPlans;
use super::operation::{ColumnOperation, ConstraintOperation, IndexOperation, Operation, renamed_identity};

/// Makes two steps of one rename in each circle, and gives the names between the two.
pub(super) fn break_up(objects: &mut ObjectPlans) -> BTreeSet<QualifiedName> {
    let renames: Vec<PairOf<QualifiedName>> =
        objects.plans.values().flat_map(|plan| &plan.alters).filter_map(names).collect();
    let ordered = freed(renames.clone(), aside_of);
    let mut meanwhile = BTreeSet::new();
    for circular in renames.iter().filter(|names| !ordered.contains(names)) {
        let between = aside_of(&circular.from);
        split(objects, circular, &between);
        meanwhile.insert(between);
    }
    meanwhile
}

/// The old and the new name that an operation is about, among those of relations.
pub(super) fn names(operation: &Operation) -> Option<PairOf<QualifiedName>> {
    let names = match operation {
        Operation::Constraint(ConstraintOperation::Rename { table, names })
        | Operation::Index(IndexOperation::Rename { table, names }) => {
            names.as_ref().map(|name| table.sibling(name.clone()))
        }
        Operation::Column(ColumnOperation::Alter { column, .. }) => renamed_identity(column)?,
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
        | Operation::Attachment(_) => return None,
    };
    names.differs().then_some(PairOf { from: names.from, to: names.to })
}

fn split(objects: &mut ObjectPlans, circular: &PairOf<QualifiedName>, between: &QualifiedName) {
    let is_it = |operation: &Operation| names(operation).as_ref() == Some(circular);
    let found: Option<(ObjectId, usize)> =
        objects.plans.iter().find_map(|(id, plan)| Some((id.clone(), plan.alters.iter().position(is_it)?)));
    let Some((id, position)) = found else { return };
    let alters = &mut objects.plan(id).alters;
    let (mut first, mut second) = (alters[position].clone(), alters[position].clone());
    rename(&mut first, between, End::New);
    rename(&mut second, between, End::Old);
    alters.splice(position..=position, [first, second]);
}

#[derive(Clone, Copy)]
enum End {
    Old,
    New,
}

/// Puts the name between into one end of a rename. Whatever else changes of a column belongs to the second step.
fn rename(operation: &mut Operation, between: &QualifiedName, end: End) {
    match (operation, end) {
        (
            Operation::Constraint(ConstraintOperation::Rename { names, .. })
            | Operation::Index(IndexOperation::Rename { names, .. }),
            End::New,
        ) => {
            names.to = between.name.clone();
        }
        (
            Operation::Constraint(ConstraintOperation::Rename { names, .. })
            | Operation::Index(IndexOperation::Rename { names, .. }),
            End::Old,
        ) => {
            names.from = between.name.clone();
        }
        (Operation::Column(ColumnOperation::Alter { column, .. }), End::New) => {
            column.to = column.from.clone();
            column.to.identity.iter_mut().for_each(|identity| identity.sequence = between.clone());
        }
        (Operation::Column(ColumnOperation::Alter { column, .. }), End::Old) => {
            column.from.identity.iter_mut().for_each(|identity| identity.sequence = between.clone());
        }
        (_, End::Old | End::New) => {}
    }
}
