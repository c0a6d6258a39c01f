//! Columns of a table that stays.

use autogen_diff_core::diff::change::ObjectChange;
use autogen_diff_core::model::{Column, ColumnExtra, Table};
use autogen_diff_core::{ObjectId, Pair, Schema};

use super::table::leaves_behind;
use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{ColumnOperation, Operation};

pub(super) fn column(
    objects: &mut ObjectPlans,
    tables: &Pair<Table>,
    change: &ObjectChange<Column>,
    schema: &Schema,
) {
    let table = &tables.to.name;
    let plan = objects.plan(ObjectId::Column(table.clone(), change.either().name.clone()));
    let table = table.clone();
    match change {
        // The parent's own change reaches it; `inherit` plans the rest.
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter(_)
            if is_reached(tables, change, schema) => {}
        ObjectChange::Create(column) => {
            plan.create = Some(Operation::Column(ColumnOperation::Add { table, column: column.clone() }));
        }
        ObjectChange::Drop(column) => {
            plan.drop = Some(Operation::Column(ColumnOperation::Drop { table, column: column.clone() }));
        }
        ObjectChange::Alter(pair) if becomes_another_generated(pair) => {
            plan.drop = Some(Operation::Column(ColumnOperation::Drop {
                table: table.clone(),
                column: pair.from.clone(),
            }));
            plan.create = Some(Operation::Column(ColumnOperation::Add { table, column: pair.to.clone() }));
        }
        ObjectChange::Alter(pair) if loses_virtual_values(pair) => {
            let reason =
                "PostgreSQL takes no expression off a virtual column, whose values are nowhere stored";
            let help = "add a column beside it, UPDATE that from it, drop it and rename the other, in a migration by hand; \
                        then run autogen again";
            let id = ObjectId::Column(table, pair.to.name.clone());
            objects.refuse(id, reason, help);
        }
        ObjectChange::Alter(pair) => {
            let mut pair = pair.clone();
            // The default or identity goes first: its sequence's name may be taken by the new one.
            if pair.from.default.is_some() && pair.from.identity.is_none() && pair.to.identity.is_some() {
                let column = pair.from.name.clone();
                plan.drop =
                    Some(Operation::Column(ColumnOperation::DropDefault { table: table.clone(), column }));
                pair.from.default = None;
            } else if pair.from.identity.is_some() && pair.to.identity.is_none() {
                plan.drop = Some(Operation::Column(ColumnOperation::DropIdentity {
                    table: table.clone(),
                    column: pair.from.clone(),
                }));
                pair.from.identity = None;
            }
            plan.alters.push(Operation::Column(ColumnOperation::Alter { table, column: pair }));
        }
    }
}

/// Whether a typed table gets its columns from its type's own change.
pub(super) fn follows_type(pair: &Pair<Table>) -> bool {
    pair.to.postgres().of_type.is_some() && pair.from.postgres().of_type == pair.to.postgres().of_type
}

/// What a typed table changes of a column itself.
pub(super) fn beyond_type(change: &ObjectChange<Column>) -> Option<ObjectChange<Column>> {
    let (from, to) = match change {
        ObjectChange::Drop(_) => return None,
        ObjectChange::Create(to) => {
            let extra = ColumnExtra::default();
            (Column { default: None, generated: None, nullable: true, extra, ..to.clone() }, to)
        }
        ObjectChange::Alter(pair) => (pair.from.clone(), &pair.to),
    };
    let followed = Column { data_type: to.data_type.clone(), collation: to.collation.clone(), ..from };
    (followed != *to).then(|| ObjectChange::Alter(Pair::new(followed, to.clone())))
}

/// Whether what a column shares with a parent comes and goes with the parent's own.
fn is_reached(pair: &Pair<Table>, change: &ObjectChange<Column>, from: &Schema) -> bool {
    match change {
        ObjectChange::Create(column) => column.postgres().inherited,
        ObjectChange::Drop(column) => {
            let has_column = |parent: &Table| parent.column(&column.name).is_some();
            column.postgres().inherited && !leaves_behind(pair, from, has_column)
        }
        ObjectChange::Alter(pair) => pair.from.postgres().inherited && pair.to.postgres().inherited,
    }
}

/// A stored expression can't be put on a column or changed in place (before 17).
fn becomes_another_generated(pair: &Pair<Column>) -> bool {
    pair.to.generated.is_some()
        && (pair.from.generated != pair.to.generated || pair.from.data_type != pair.to.data_type)
}

/// Whether a virtual generated column becomes a plain one.
fn loses_virtual_values(pair: &Pair<Column>) -> bool {
    let is_virtual = pair.from.generated.as_ref().is_some_and(|generated| !generated.stored);
    is_virtual && pair.to.generated.is_none()
}
