//! What must be dropped and made again around a change, transitively, and what
//! goes by itself so that no operation may say it.

use std::collections::BTreeSet;

use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{self, Table};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied::{Implied, changes_type};
use super::lower::create_view_indexes;
use super::objects::{AttachmentKind, ObjectPlan, ObjectPlans};
use super::operation::{
    AttachmentOperation, ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation,
    MaterializedViewOperation, Operation, SequenceOperation, TableOperation, TypeOperation, ViewOperation,
};
use super::partition;
use super::replace_type_in_use::{foreign_table, is_of_type};
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
        for dependant in users.get(&id).into_iter().flatten() {
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

fn parts(schema: &Schema, id: &ObjectId) -> Vec<ObjectId> {
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

/// Dropping the index by which a table's rows are identified (`REPLICA IDENTITY`) makes it forget that.
pub(super) fn identify_rows_again(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    for to in schemas.to.tables() {
        let Some(ReplicaIdentity::Index(index)) = &to.postgres().replica_identity else { continue };
        let stays = schemas.from.table(&to.name).is_some_and(|from| from.has_index(index));
        let ids = [
            ObjectId::Index(to.name.clone(), index.clone()),
            ObjectId::Constraint(to.name.clone(), index.clone()),
        ];
        let is_made = ids.iter().any(|id| objects.plans.get(id).is_some_and(|plan| plan.create.is_some()));
        if stays && is_made {
            identify_rows(objects, to);
        }
    }
}

fn identify_rows(objects: &mut ObjectPlans, to: &Table) {
    let plan = objects.plan(ObjectId::Table(to.name.clone()));
    let altered = plan.alters.iter_mut().rev().find_map(|operation| match operation {
        Operation::Table(TableOperation::Alter(pair)) => Some(pair),
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
    if let Some(pair) = altered {
        pair.from.postgres_mut().replica_identity = None;
        return;
    }
    let mut from = to.clone();
    from.postgres_mut().replica_identity = None;
    plan.alters.push(Operation::Table(TableOperation::Alter(Pair::new(from, to.clone()))));
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
        let drop = Operation::Column(ColumnOperation::Drop { table: table.clone(), column: from });
        set(objects, &id, drop, Operation::Column(ColumnOperation::Add { table: table.clone(), column: to }));
        return true;
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

/// Comments and privileges of what is made again, which its drop took away.
pub(super) fn restore_attachments(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let made = |plan: &ObjectPlan| {
        plan.create
            .as_ref()
            .is_some_and(|create| !matches!(create, Operation::Column(ColumnOperation::SetDefault { .. })))
    };
    // What is made and was there before went by itself if not by an operation.
    let recreated: Vec<ObjectId> = objects
        .plans
        .iter()
        .filter(|(id, plan)| made(plan) && schemas.from.contains(id))
        .map(|(id, _)| id.clone())
        .chain(objects.swapped_types())
        .collect();
    let ids: BTreeSet<ObjectId> = recreated.iter().flat_map(|id| parts(schemas.to, id)).collect();
    for id in ids {
        if let Some(text) = schemas.to.comments.get(&id) {
            let operation = Operation::Attachment(AttachmentOperation::SetComment {
                object: id.clone(),
                text: Some(text.clone()),
            });
            objects.attachments.insert((id.clone(), AttachmentKind::Comment), operation);
        } else {
            objects.attachments.remove(&(id.clone(), AttachmentKind::Comment));
        }
        let extensions = schemas.to.extension_dependencies.get(&id);
        match extensions.map(|extensions| Pair::new(BTreeSet::new(), extensions.clone())) {
            Some(extensions) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterExtensionDependency {
                    object: id.clone(),
                    extensions,
                });
                objects.attachments.insert((id.clone(), AttachmentKind::ExtensionDependency), operation);
            }
            None => drop(objects.attachments.remove(&(id.clone(), AttachmentKind::ExtensionDependency))),
        }
        match schemas.to.owners.get(&id) {
            Some(owner) if schemas.from.role.as_ref() != Some(owner) => {
                let operation = Operation::Attachment(AttachmentOperation::AlterOwner {
                    object: id.clone(),
                    owner: owner.clone(),
                });
                objects.attachments.insert((id.clone(), AttachmentKind::Owner), operation);
            }
            Some(_) | None => {
                objects.attachments.remove(&(id.clone(), AttachmentKind::Owner));
            }
        }
        let wanted = schemas.to.privileges.get(&id).cloned().unwrap_or_default();
        let grants = Pair::new(schemas.from.default_grants(&id), wanted);
        if grants.differs() {
            let operation =
                Operation::Attachment(AttachmentOperation::AlterPrivileges { object: id.clone(), grants });
            objects.attachments.insert((id, AttachmentKind::Privileges), operation);
        } else {
            objects.attachments.remove(&(id, AttachmentKind::Privileges));
        }
    }
}
