//! Constraints: with their table, or by themselves.

use autogen_diff_core::diff::change::ConstraintChange;
use autogen_diff_core::model::{Constraint, ConstraintKind, Table};
use autogen_diff_core::{ObjectId, QualifiedName, Schema};

use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{ConstraintOperation, Operation};

pub(super) fn constraint(objects: &mut ObjectPlans, table: &QualifiedName, change: &ConstraintChange) {
    match change {
        ConstraintChange::Add(constraint) | ConstraintChange::Drop(constraint) if constraint.inherited => {}
        ConstraintChange::Add(constraint) => add_constraint(objects, table, constraint),
        ConstraintChange::Drop(constraint) => drop_constraint(objects, table, constraint),
        ConstraintChange::Rename(names) => {
            let id = ObjectId::Constraint(table.clone(), names.to.clone());
            let operation = Operation::Constraint(ConstraintOperation::Rename {
                table: table.clone(),
                names: names.clone(),
            });
            objects.plan(id).alters.push(operation);
        }
        ConstraintChange::Validate(constraint) => {
            let Some(name) = constraint.name.clone() else { return };
            let operation = Operation::Constraint(ConstraintOperation::Validate {
                table: table.clone(),
                constraint: constraint.clone(),
            });
            objects.plan(ObjectId::Constraint(table.clone(), name)).alters.push(operation);
        }
        ConstraintChange::AlterDeferrability(pair) => {
            let Some(name) = pair.to.name.clone() else { return };
            let operation = Operation::Constraint(ConstraintOperation::AlterDeferrability {
                table: table.clone(),
                constraint: pair.clone(),
            });
            objects.plan(ObjectId::Constraint(table.clone(), name)).alters.push(operation);
        }
    }
}

pub(super) fn add_constraint(objects: &mut ObjectPlans, table: &QualifiedName, constraint: &Constraint) {
    let Some(name) = constraint.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).create =
        Some(Operation::Constraint(ConstraintOperation::Add {
            table: table.clone(),
            constraint: constraint.clone(),
        }));
}

pub(super) fn drop_constraint(objects: &mut ObjectPlans, table: &QualifiedName, constraint: &Constraint) {
    let Some(name) = constraint.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).drop =
        Some(Operation::Constraint(ConstraintOperation::Drop {
            table: table.clone(),
            constraint: constraint.clone(),
        }));
}

/// Whether `ATTACH PARTITION` makes a constraint of a partition in any case: for exclusions and keys
/// over time the server looks for none that is there.
pub(super) fn is_made_by_attaching(table: &Table, constraint: &Constraint) -> bool {
    let is_looked_for = constraint.is_unenforced_check();
    let is_part = table.postgres().partition_of.is_some() && constraint.inherited;
    is_part && constraint.is_exclusion() && !is_looked_for
}

/// Whether a partition gets a constraint when it is attached, or an inheritance child with its parent's own.
pub(super) fn comes_from_above(table: &Table, constraint: &Constraint, to: &Schema) -> bool {
    use autogen_diff_core::model::ConstraintKind as Kind;
    match &constraint.kind {
        Kind::ForeignKey(_) => constraint.inherited && is_named_above(table, constraint, to),
        Kind::Check(_) => constraint.inherited && !table.postgres().inherits.is_empty(),
        Kind::PrimaryKey(_) | Kind::Unique(_) | Kind::Exclude(_) => false,
    }
}

/// Whether the partitioned table has a constraint of the same name; the partition's own is found by
/// its columns then.
fn is_named_above(table: &Table, constraint: &Constraint, to: &Schema) -> bool {
    let above = table.postgres().partition_of.as_ref().and_then(|place| to.table(&place.parent));
    above.zip(constraint.name.as_ref()).is_none_or(|(above, name)| above.constraint(name).is_some())
}

/// Whether a UNIQUE constraint has the columns of the primary key, or of one before it.
pub(super) fn repeats_key(table: &Table, constraint: &Constraint) -> bool {
    let ConstraintKind::Unique(unique) = &constraint.kind else { return false };
    let mut earlier = table.constraints.iter().take_while(|other| *other != constraint);
    let is_same = |other: &Constraint| other.key().is_some_and(|key| key.columns == unique.columns);
    earlier.any(is_same) || table.primary_key().is_some_and(|(primary, _)| is_same(primary))
}

/// Whether a constraint can stand inside `CREATE TABLE`.
pub(super) fn is_inline(constraint: &Constraint) -> bool {
    use autogen_diff_core::model::ConstraintKind as Kind;
    match &constraint.kind {
        Kind::PrimaryKey(key) | Kind::Unique(key) => !key.alone,
        Kind::Exclude(_) => true,
        Kind::Check(check) => check.validated,
        Kind::ForeignKey(key) => key.validated && !constraint.inherited,
    }
}
