//! MySQL's rewrite: all changes of a table are one operation, but for foreign keys,
//! which the server does not let stand while a column or key under them changes.

use autogen_diff_core::diff::change::{ConstraintChange, TableAlteration};
use autogen_diff_core::model::{Constraint, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::objects::ObjectPlans;
use super::operation::{ConstraintOperation, Operation, TableOperation};
use crate::mysql::takes_over_charset;

/// Plans what differs in a table.
pub(super) fn plan(objects: &mut ObjectPlans, alteration: &TableAlteration) {
    let Pair { from, to } = &alteration.table;
    let name = &to.name;
    for change in &alteration.constraints {
        match change {
            ConstraintChange::Add(key) if key.foreign_key().is_some() => add(objects, name, key),
            ConstraintChange::Drop(key) if key.foreign_key().is_some() => drop(objects, name, key),
            ConstraintChange::Rename(names) => {
                let keys = (from.constraint(&names.from), to.constraint(&names.to));
                if let (Some(old), Some(new)) = keys
                    && old.foreign_key().is_some()
                {
                    drop(objects, name, old);
                    add(objects, name, new);
                }
            }
            ConstraintChange::AlterDeferrability(key) => {
                drop(objects, name, &key.from);
                add(objects, name, &key.to);
            }
            ConstraintChange::Add(_) | ConstraintChange::Drop(_) | ConstraintChange::Validate(_) => {}
        }
    }
    if differs_besides_foreign_keys(&alteration.table) {
        let id = ObjectId::Table(name.clone());
        objects.plan(id).alters.push(Operation::Table(TableOperation::AlterAtOnce(alteration.table.clone())));
    }
}

fn differs_besides_foreign_keys(table: &Pair<Table>) -> bool {
    let without = |table: &Table| {
        let mut table = table.clone();
        table.constraints.retain(|constraint| constraint.foreign_key().is_none());
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.columns.sort_by(|a, b| a.name.cmp(&b.name));
        table
    };
    without(&table.from) != without(&table.to)
}

fn add(objects: &mut ObjectPlans, table: &QualifiedName, key: &Constraint) {
    let Some(name) = key.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).create =
        Some(Operation::Constraint(ConstraintOperation::Add {
            table: table.clone(),
            constraint: key.clone(),
        }));
}

fn drop(objects: &mut ObjectPlans, table: &QualifiedName, key: &Constraint) {
    let Some(name) = key.name.clone() else { return };
    objects.plan(ObjectId::Constraint(table.clone(), name)).drop =
        Some(Operation::Constraint(ConstraintOperation::Drop {
            table: table.clone(),
            constraint: key.clone(),
        }));
}

/// Foreign keys that stay are dropped and added again around a change of what they lean on.
pub(super) fn recreate_foreign_keys(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for from in schemas.from.tables() {
        let Some(to) = schemas.to.table(&from.name) else { continue };
        for key in &from.constraints {
            let stays = to.constraints.contains(key);
            if stays && leans_on_change(schemas, Pair::new(from, to), key) {
                drop(objects, &to.name, key);
                add(objects, &to.name, key);
            }
        }
    }
}

fn leans_on_change(schemas: Pair<&Schema>, own: Pair<&Table>, key: &Constraint) -> bool {
    let Some(foreign) = key.foreign_key() else { return false };
    let target = schemas.map(|schema| schema.table(&foreign.target));
    let (Some(target_from), Some(target_to)) = (target.from, target.to) else { return false };
    let changed = |table: Pair<&Table>, columns: &[Ident]| {
        let column = |name: &Ident| {
            let definitions = table.map(|table| table.column(name).map(|column| column.mysql()));
            definitions.from != definitions.to || takes_over_charset(table, name)
        };
        let keys = |table: &Table| -> Vec<String> {
            let first = columns.first();
            let indexes = table
                .indexes
                .values()
                .filter(|index| index.keys.first().and_then(|key| key.value.column()) == first);
            let primary = table.constraints.iter().filter_map(Constraint::key);
            let primary = primary.filter(|key| key.columns.first() == first);
            indexes.map(|i| i.definition.clone()).chain(primary.map(|key| key.definition.clone())).collect()
        };
        columns.iter().any(column) || keys(table.from) != keys(table.to)
    };
    changed(own, &foreign.columns) || changed(Pair::new(target_from, target_to), &foreign.target_columns)
}
