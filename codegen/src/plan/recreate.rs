//! What must be dropped and made again around a change, transitively.

use std::collections::BTreeSet;

use autogen_diff_core::model::definition::qualified_name;
use autogen_diff_core::model::{self, Column};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied::{Implied, changes_type};
use super::lower::create_view_indexes;
use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, MaterializedViewOperation,
    Operation, TableOperation, TypeOperation, ViewOperation,
};
use super::replace_type_in_use::is_of_type;
use super::{inherit, partition};
use crate::postgres::casts;

/// Adds the drop and the creation of everything that the server would not let
/// stand while something that it needs is replaced.
pub(super) fn recreate_dependants(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let implied = Implied::of(schemas);
    let users = schemas.from.users();
    let mut work: Vec<ObjectId> = disturbed(objects, &implied);
    let mut seen: BTreeSet<ObjectId> = work.iter().cloned().collect();
    while let Some(id) = work.pop() {
        let drop = objects.plans.get(&id).and_then(|plan| plan.drop.as_ref());
        let along = drop.map(|drop| implied.effects(drop).drops).unwrap_or_default();
        let is_remade = objects.is_remade(&id);
        for part in along {
            match &part {
                ObjectId::Column(..) if is_remade => {
                    objects.remade_below.insert(part.clone());
                }
                ObjectId::Constraint(table, name) => recreate_part(schemas, objects, table, name),
                ObjectId::Namespace(_)
                | ObjectId::Extension(_)
                | ObjectId::EnumType(_)
                | ObjectId::Sequence(_)
                | ObjectId::Table(_)
                | ObjectId::Column(..)
                | ObjectId::Index(..)
                | ObjectId::View(_)
                | ObjectId::MaterializedView(_)
                | ObjectId::Definition(..) => {}
            }
            if seen.insert(part.clone()) {
                work.push(part);
            }
        }
        for dependant in users.of_object(&id) {
            let dependant = whole_object(schemas.from, dependant);
            if goes_with(schemas, objects, &dependant, &id) || !recreate(schemas, objects, &dependant, &id) {
                continue;
            }
            for part in parts(schemas.from, &dependant) {
                if seen.insert(part.clone()) {
                    work.push(part);
                }
            }
        }
    }
}

/// Makes a partition's part of a key again that goes with the whole, where the whole does not bring it.
fn recreate_part(schemas: Pair<&Schema>, objects: &mut ObjectPlans, table: &QualifiedName, name: &Ident) {
    let renamed = objects.renamed_part(&ObjectId::Constraint(table.clone(), name.clone()));
    let new = match renamed {
        Some(ObjectId::Constraint(_, new)) => new,
        Some(_) | None => name.clone(),
    };
    let is_made = |plan: &ObjectPlan| plan.create.is_some();
    let id = ObjectId::Constraint(table.clone(), new.clone());
    if !objects.plans.get(&id).is_some_and(is_made) {
        recreate_constraint(schemas, objects, table, Pair::new(name, &new));
    }
}

/// Objects that are replaced, or whose change the server forbids under others.
fn disturbed(objects: &ObjectPlans, implied: &Implied<'_>) -> Vec<ObjectId> {
    let mut found = Vec::new();
    for (id, plan) in &objects.plans {
        if plan.is_recreated() || plan.drops_object() {
            found.push(id.clone());
            found.extend(plan.drop.iter().flat_map(dropped_columns));
        }
        for operation in &plan.alters {
            match operation {
                Operation::Column(ColumnOperation::Alter { column, .. }) if changes_type(column.as_ref()) => {
                    found.push(id.clone())
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
    }
    found
}

/// The columns that go with a relation.
fn dropped_columns(drop: &Operation) -> Vec<ObjectId> {
    let (relation, columns): (_, Vec<&Ident>) = match drop {
        Operation::View(ViewOperation::Drop(view)) => (&view.name, view.columns.iter().collect()),
        Operation::MaterializedView(MaterializedViewOperation::Drop(view)) => {
            (&view.name, view.columns.iter().collect())
        }
        Operation::Table(TableOperation::Drop(table)) => {
            (&table.name, table.columns.iter().map(|column| &column.name).collect())
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
        | Operation::Attachment(_) => return Vec::new(),
    };
    columns.into_iter().map(|column| ObjectId::Column(relation.clone(), column.clone())).collect()
}

/// The view behind one of its columns; other objects stand for themselves.
fn whole_object(schema: &Schema, id: &ObjectId) -> ObjectId {
    let ObjectId::Column(relation, _) = id else { return id.clone() };
    if schema.has_view(relation) {
        ObjectId::View(relation.clone())
    } else if schema.has_materialized_view(relation) {
        ObjectId::MaterializedView(relation.clone())
    } else {
        id.clone()
    }
}

pub(super) fn parts(schema: &Schema, id: &ObjectId) -> Vec<ObjectId> {
    let columns: &[Ident] = match id {
        ObjectId::View(name) => schema.view(name).map_or(&[], |view| &view.columns),
        ObjectId::MaterializedView(name) => schema.materialized_view(name).map_or(&[], |view| &view.columns),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => &[],
    };
    let relation = match id {
        ObjectId::View(name) | ObjectId::MaterializedView(name) => Some(name),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => None,
    };
    let columns =
        relation.into_iter().flat_map(|r| columns.iter().map(|c| ObjectId::Column(r.clone(), c.clone())));
    // A constraint's index has a comment of its own.
    let index = match id {
        ObjectId::Constraint(table, name) => Some(ObjectId::Index(table.clone(), name.clone())),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => None,
    };
    // So has the constraint behind a column's `NOT NULL`.
    let not_null = match id {
        ObjectId::Column(table, column) => schema
            .table(table)
            .and_then(|table| table.column(column)?.not_null_name())
            .map(|name| ObjectId::Constraint(table.clone(), name.clone())),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => None,
    };
    std::iter::once(id.clone()).chain(columns).chain(index).chain(not_null).collect()
}

/// Whether the server itself carries the dependant over the change: constraints
/// and indexes of a column whose type changes, and parts of the same object.
fn goes_with(
    schemas: Pair<&Schema>,
    objects: &ObjectPlans,
    dependant: &ObjectId,
    changed: &ObjectId,
) -> bool {
    match (dependant, changed) {
        (ObjectId::Constraint(..) | ObjectId::Index(..), ObjectId::Column(..))
            if objects.is_remade(changed) =>
        {
            false
        }
        (ObjectId::Constraint(table, name), ObjectId::Column(..)) => {
            let constraint = schemas.from.table(table).and_then(|table| table.constraint(name));
            let foreign_key = constraint.is_some_and(|constraint| constraint.foreign_key().is_some());
            !(foreign_key
                && (is_swapped_column(schemas.from, objects, changed) || changes_family(schemas, changed)))
        }
        (ObjectId::Index(..), ObjectId::Column(..)) => true,
        // A typed table lets go of its type.
        (ObjectId::Table(table), ObjectId::Definition(DefinitionKind::CompositeType, name)) => {
            let of_type = |schema: &Schema| schema.table(table).and_then(|t| t.postgres().of_type.clone());
            of_type(schemas.from).as_ref() == Some(name) && of_type(schemas.to).as_ref() != Some(name)
        }
        // A table that refers to another (SQLite), or is a part of it, stands without it.
        (ObjectId::Table(_), ObjectId::Table(_)) => true,
        // A publication and a family let go of a member without a word.
        (
            ObjectId::Definition(DefinitionKind::Publication, _),
            ObjectId::Table(_) | ObjectId::Namespace(_),
        ) => true,
        (a, b) => a == b,
    }
}

/// Whether a column goes over to a new type of the same name.
fn is_swapped_column(from: &Schema, objects: &ObjectPlans, column: &ObjectId) -> bool {
    let ObjectId::Column(table, name) = column else { return false };
    let found = from.table(table).and_then(|table| table.column(name));
    found.is_some_and(|found| {
        from.needs(column).any(|need| is_of_type(found, need) && objects.is_swapped(need))
    })
}

fn changes_family(schemas: Pair<&Schema>, column: &ObjectId) -> bool {
    let ObjectId::Column(table, name) = column else { return false };
    let data_type = |schema: &Schema| {
        schema.table(table).and_then(|table| table.column(name)).map(|column| column.data_type.clone())
    };
    matches!((data_type(schemas.from), data_type(schemas.to)), (Some(from), Some(to)) if casts::changes_family(&from, &to))
}

/// Plans the drop and creation of a dependant; false when that is not needed.
fn recreate(schemas: Pair<&Schema>, objects: &mut ObjectPlans, id: &ObjectId, because: &ObjectId) -> bool {
    if let Some(renamed) = objects.renamed_part(id) {
        if let (ObjectId::Constraint(table, old), ObjectId::Constraint(_, new)) = (id, &renamed) {
            return recreate_constraint(schemas, objects, table, Pair::new(old, new));
        }
        if let (ObjectId::Index(table, old), ObjectId::Index(_, new)) = (id, &renamed) {
            return recreate_index(schemas, objects, table, Pair::new(old, new));
        }
        return false;
    }
    let planned = objects.plans.get(id);
    if planned.is_some_and(|plan| plan.drop.is_some()) || !schemas.to.contains(id) {
        return false;
    }
    let swapped = objects.is_swapped(because);
    if objects.is_swapped(id) {
        return false;
    }
    match id {
        ObjectId::View(name) => {
            let (Some(from), Some(to)) = (schemas.from.view(name), schemas.to.view(name)) else {
                return false;
            };
            set(
                objects,
                id,
                Operation::View(ViewOperation::Drop(from.clone())),
                Operation::View(ViewOperation::Create(to.clone())),
            );
        }
        ObjectId::MaterializedView(name) => {
            let found = schemas.map(|schema| schema.materialized_view(name));
            let (Some(from), Some(to)) = (found.from, found.to) else { return false };
            let drop = Operation::MaterializedView(MaterializedViewOperation::Drop(from.clone()));
            set(
                objects,
                id,
                drop,
                Operation::MaterializedView(MaterializedViewOperation::Create(to.clone())),
            );
            create_view_indexes(objects, to);
        }
        ObjectId::Definition(kind, identity) => {
            let key = (*kind, identity.clone());
            let found = schemas.map(|schema| schema.definition(&key));
            let (Some(from), Some(to)) = (found.from, found.to) else { return false };
            if !from.is_complete() || !to.is_complete() {
                refuse_because(objects, id, because);
                return false;
            }
            let drop = Operation::Definition(DefinitionOperation::Drop(from.clone()));
            set(objects, id, drop, Operation::Definition(DefinitionOperation::Create(to.clone())));
        }
        ObjectId::Constraint(table, name) => {
            return recreate_constraint(schemas, objects, table, Pair::new(name, name));
        }
        ObjectId::Index(table, name) => {
            return recreate_index(schemas, objects, table, Pair::new(name, name));
        }
        ObjectId::Column(_, _) if swapped => return true,
        ObjectId::Column(table, name) => return recreate_column(schemas, objects, table, name, because),
        ObjectId::Table(_)
        | ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_) => {
            refuse_because(objects, id, because);
            return false;
        }
    }
    true
}

/// What a constraint has from the table's parent goes and comes with the parent's. Its names differ where it
/// is made under another one, in place of a rename.
fn recreate_constraint(
    schemas: Pair<&Schema>,
    objects: &mut ObjectPlans,
    table: &QualifiedName,
    names: Pair<&Ident>,
) -> bool {
    let find = |schema: &Schema, name: &Ident| schema.table(table).and_then(|t| t.constraint(name)).cloned();
    let (Some(from), Some(to)) = (find(schemas.from, names.from), find(schemas.to, names.to)) else {
        return false;
    };
    let ids = names.map(|name| ObjectId::Constraint(table.clone(), name.clone()));
    let named = schemas.to.table(table).is_some_and(|table| partition::comes_first(schemas.to, table, &to));
    if from.inherited && !named {
        objects.plan(ids.to).alters.clear();
        return false;
    }
    let is_part = from.inherited || from.key().is_some_and(|key| key.attached_to.is_some());
    let drop = Operation::Constraint(ConstraintOperation::Drop { table: table.clone(), constraint: from });
    let create = Operation::Constraint(ConstraintOperation::Add { table: table.clone(), constraint: to });
    replace(objects, ids, (!is_part).then_some(drop), create);
    true
}

/// The part of an index goes with the whole.
fn recreate_index(
    schemas: Pair<&Schema>,
    objects: &mut ObjectPlans,
    table: &QualifiedName,
    names: Pair<&Ident>,
) -> bool {
    let find = |schema: &Schema, name: &Ident| {
        let index = schema.table(table)?.indexes.get(name)?;
        Some(model::Index::clone(index))
    };
    let (Some(from), Some(to)) = (find(schemas.from, names.from), find(schemas.to, names.to)) else {
        return false;
    };
    let ids = names.map(|name| ObjectId::Index(table.clone(), name.clone()));
    let is_part = from.parent.is_some();
    let drop = Operation::Index(IndexOperation::Drop { table: table.clone(), index: from });
    let create = Operation::Index(IndexOperation::Create { table: table.clone(), index: to });
    replace(objects, ids, (!is_part).then_some(drop), create);
    true
}

/// Drops the one, unless it goes by itself, and makes the other; a rename between them is no longer needed.
fn replace(objects: &mut ObjectPlans, ids: Pair<ObjectId>, drop: Option<Operation>, create: Operation) {
    objects.plan(ids.from).drop = drop;
    let plan = objects.plan(ids.to);
    plan.alters.clear();
    plan.create = Some(create);
}

/// A generated column is made again; a default is taken off and put back.
fn recreate_column(
    schemas: Pair<&Schema>,
    objects: &mut ObjectPlans,
    table: &QualifiedName,
    name: &Ident,
    because: &ObjectId,
) -> bool {
    let find = |schema: &Schema| schema.table(table).and_then(|table| table.column(name)).cloned();
    let (Some(from), Some(to)) = (find(schemas.from), find(schemas.to)) else { return false };
    let id = ObjectId::Column(table.clone(), name.clone());
    if from.generated.is_some() && to.generated.is_some() {
        let is_inherited = from.postgres().inherited && to.postgres().inherited;
        if is_inherited && !objects.stands_apart(table) {
            if !is_remade_above(schemas, table, &from) {
                refuse_because(objects, &id, because);
            }
            return false;
        }
        let drop = Operation::Column(ColumnOperation::Drop { table: table.clone(), column: from });
        set(objects, &id, drop, Operation::Column(ColumnOperation::Add { table: table.clone(), column: to }));
        return true;
    }
    if has_collation(&from, because) {
        let is_another = |operation: &Operation| matches!(operation, Operation::Column(ColumnOperation::Alter { column, .. }) if changes_type(column.as_ref()));
        if !objects.plans.get(&id).is_some_and(|plan| plan.alters.iter().any(is_another)) {
            refuse_because(objects, &id, because);
        }
        return false;
    }
    if from.default.is_some() && matches!(because, ObjectId::Definition(..)) && !is_type(because) {
        let plan = objects.plan(id);
        plan.drop = Some(Operation::Column(ColumnOperation::DropDefault {
            table: table.clone(),
            column: name.clone(),
        }));
        // A default that differs is set by the change of its column or table.
        if to.default == from.default && plan.alters.is_empty() {
            plan.create =
                Some(Operation::Column(ColumnOperation::SetDefault { table: table.clone(), column: to }));
        }
        return false;
    }
    let altered = objects.plans.get(&id).is_some_and(|plan| !plan.alters.is_empty());
    if is_type(because) && !altered {
        refuse_because(objects, &id, because);
    }
    false
}

/// Whether a column is collated by an object.
fn has_collation(column: &Column, object: &ObjectId) -> bool {
    let ObjectId::Definition(DefinitionKind::Collation, identity) = object else { return false };
    column.collation.is_some() && qualified_name(identity) == column.collation
}

/// Whether a parent of a table has the same computed column, which is made again for the same reason.
fn is_remade_above(schemas: Pair<&Schema>, table: &QualifiedName, column: &Column) -> bool {
    let Some(from) = schemas.from.table(table) else { return false };
    inherit::parents(from).any(|parent| {
        let parents = schemas.from.table(parent).and_then(|parent| parent.column(&column.name));
        parents.is_some_and(|parents| parents.generated == column.generated)
    })
}

const fn is_type(id: &ObjectId) -> bool {
    match id {
        ObjectId::Definition(kind, _) => kind.is_type(),
        ObjectId::EnumType(_) => true,
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => false,
    }
}

fn set(objects: &mut ObjectPlans, id: &ObjectId, drop: Operation, create: Operation) {
    let plan = objects.plan(id.clone());
    plan.drop = Some(drop);
    plan.create = Some(create);
    plan.alters.clear();
}

fn refuse_because(objects: &mut ObjectPlans, id: &ObjectId, because: &ObjectId) {
    let reason = format!("{because} has to be replaced, and {id} needs it");
    objects.refuse(
        because.clone(),
        &reason,
        "change it by hand in a migration of its own, then run autogen again",
    );
}
