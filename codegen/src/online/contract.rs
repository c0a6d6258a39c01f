//! What only programs of the old release use is dropped at the end, so that a release without its use comes between. Until then a
//! column that goes takes NULL where nothing else fills it, since programs of the new release do not write it.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::change::ObjectChange;
use autogen_diff_core::model::{Column, Constraint, ConstraintKind, NotNullConstraint, Object, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::{altered_tables, names, names_of_table, stands_alone};
use crate::hazards::column::has_default_value;
use crate::hazards::is_named_by_programs;

/// The schema that still has it.
pub(super) fn before(schemas: Pair<&Schema>) -> Option<Schema> {
    let kept = Kept::of(schemas);
    if kept.objects.is_empty() && kept.columns.is_empty() {
        return None;
    }
    let mut before = schemas.to.clone();
    for id in &kept.objects {
        let object: Object = schemas.from.objects.get(id)?.clone();
        before.insert(object);
    }
    for (name, columns) in kept.columns_by_table() {
        put_back(before.table_mut(name)?, schemas.from.table(name)?, &columns);
    }
    take_along(&mut before, schemas);
    Some(before)
}

/// What stays to the end.
struct Kept<'a> {
    schemas: Pair<&'a Schema>,
    objects: BTreeSet<ObjectId>,
    columns: BTreeSet<ObjectId>,
}

impl<'a> Kept<'a> {
    fn of(schemas: Pair<&'a Schema>) -> Self {
        let gone = |id: &&ObjectId| !schemas.to.objects.contains_key(*id);
        let gone: BTreeSet<&ObjectId> = schemas.from.objects.keys().filter(gone).collect();
        let columns = dropped_columns(schemas);
        let mut kept = Self { schemas, objects: BTreeSet::new(), columns };
        kept.objects.extend(gone.iter().filter(|id| is_named_by_programs(id)).map(|id| (*id).clone()));
        kept.take_what_belongs(&gone);
        kept.leave_what_can_not_stay();
        kept
    }

    /// Whatever hangs on what stays, and goes too, stays with it.
    fn take_what_belongs(&mut self, gone: &BTreeSet<&ObjectId>) {
        let belongs = |kept: &Self, id: &ObjectId| {
            let parent = kept.schemas.from.objects.get(id).and_then(Object::parent);
            let mut needs = kept.schemas.from.needs(id).chain(parent);
            let is_needed = kept.schemas.from.dependants(id).any(|user| kept.has(user));
            is_needed || needs.any(|need| kept.has(need))
        };
        loop {
            let more: Vec<ObjectId> = gone
                .iter()
                .filter(|id| !self.objects.contains(**id) && belongs(self, id))
                .map(|id| (*id).clone())
                .collect();
            if more.is_empty() {
                return;
            }
            self.objects.extend(more);
        }
    }

    /// What needs something that is not there any more, or whose name is taken, goes at once.
    fn leave_what_can_not_stay(&mut self) {
        let taken = names(self.schemas.to);
        let from = self.schemas.from;
        let is_taken = |id: &ObjectId| match from.objects.get(id) {
            Some(Object::Table(table)) => names_of_table(table).any(|name| taken.contains(&name)),
            Some(_) | None => from.name_of(id).is_some_and(|name| taken.contains(&name)),
        };
        // What goes with an extension goes with it at once.
        let is_tied = |id: &&ObjectId| {
            matches!(id, ObjectId::Extension(_)) || from.extension_dependencies.contains_key(id)
        };
        let blocked = self.objects.iter().filter(|id| is_taken(id) || is_tied(id));
        let blocked: Vec<ObjectId> = blocked.cloned().collect();
        blocked.iter().for_each(|id| {
            self.objects.remove(id);
        });
        loop {
            let stuck = |id: &&ObjectId| !self.stands(id);
            let stuck: Vec<ObjectId> =
                self.objects.iter().chain(&self.columns).filter(stuck).cloned().collect();
            if stuck.is_empty() {
                return;
            }
            for id in stuck {
                self.objects.remove(&id);
                self.columns.remove(&id);
            }
        }
    }

    /// Whether all that it needs is there until the end.
    fn stands(&self, id: &ObjectId) -> bool {
        let from = self.schemas.from;
        let is_there =
            |need: &ObjectId| !from.contains(need) || self.has(need) || is_as_before(self.schemas, need);
        let owner = match from.objects.get(id) {
            Some(Object::Sequence(sequence)) => sequence
                .owned_by
                .as_ref()
                .map(|(table, column)| ObjectId::Column(table.clone(), column.clone())),
            Some(_) | None => None,
        };
        let parent = from.objects.get(id).and_then(Object::parent);
        let is_alone = match id {
            ObjectId::Table(name) => stands_alone(self.schemas, name),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => true,
        };
        let parts = parts_of(from, id);
        let mut needs = parts.iter().flat_map(|part| from.needs(part));
        is_alone && needs.all(is_there) && owner.iter().chain(parent).all(is_there)
    }

    /// Whether it, or what it is a part of, stays.
    fn has(&self, id: &ObjectId) -> bool {
        let whole = match id {
            ObjectId::Column(table, _) | ObjectId::Constraint(table, _) | ObjectId::Index(table, _) => {
                [ObjectId::Table(table.clone()), ObjectId::MaterializedView(table.clone())]
                    .iter()
                    .any(|whole| self.objects.contains(whole))
            }
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => false,
        };
        whole || self.objects.contains(id) || self.columns.contains(id)
    }

    fn columns_by_table(&self) -> BTreeMap<&QualifiedName, Vec<&Ident>> {
        let mut tables: BTreeMap<&QualifiedName, Vec<&Ident>> = BTreeMap::new();
        for id in &self.columns {
            if let ObjectId::Column(table, column) = id {
                tables.entry(table).or_default().push(column);
            }
        }
        tables
    }
}

/// Whether the new schema has an object, as far as others lean on what it is.
fn is_as_before(schemas: Pair<&Schema>, id: &ObjectId) -> bool {
    let is_same = match id {
        ObjectId::EnumType(_) | ObjectId::Definition(..) => {
            schemas.from.objects.get(id) == schemas.to.objects.get(id)
        }
        ObjectId::Column(table, column) => {
            let column = |schema: &'_ Schema| {
                schema
                    .table(table)
                    .and_then(|table| table.column(column))
                    .map(|column| column.data_type.clone())
            };
            column(schemas.from) == column(schemas.to)
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => true,
    };
    schemas.to.contains(id) && is_same
}

/// The columns that go, as far as they can stay for a while.
fn dropped_columns(schemas: Pair<&Schema>) -> BTreeSet<ObjectId> {
    let mut columns = BTreeSet::new();
    for alteration in altered_tables(schemas) {
        let name = alteration.name();
        if !stands_alone(schemas, name) {
            continue;
        }
        let dropped = alteration.columns.iter().filter_map(|change| match change {
            ObjectChange::Drop(column) => can_stay(&alteration.table.from, column).then_some(&column.name),
            ObjectChange::Create(_) | ObjectChange::Alter(_) => None,
        });
        columns.extend(dropped.map(|column| ObjectId::Column(name.clone(), column.clone())));
    }
    columns
}

/// Whether rows can be written that know nothing of the column.
fn can_stay(table: &Table, column: &Column) -> bool {
    let is_key = table.primary_key().is_some_and(|(_, key)| key.columns.contains(&column.name));
    !is_key && column.generated.is_none() && column.identity.is_none()
}

/// Columns with their indexes, their unique keys and what they refer to. Checks go at once: a row without the column may break one.
fn put_back(table: &mut Table, old: &Table, names: &[&Ident]) {
    let columns = old.columns.iter().filter(|column| names.contains(&&column.name));
    table.columns.extend(columns.cloned().map(not_required));
    let is_whole = |columns: &[Ident]| {
        let mut known =
            columns.iter().map(|column| names.contains(&column) || table.column(column).is_some());
        columns.iter().any(|column| names.contains(&column)) && known.all(|known| known)
    };
    let stays = |constraint: &&Constraint| match &constraint.kind {
        ConstraintKind::Unique(key) => {
            !key.nulls_not_distinct
                && is_whole(&key.columns)
                && key.include.iter().all(|c| table.column(c).is_some())
        }
        ConstraintKind::ForeignKey(key) => key.target != old.name && is_whole(&key.columns),
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
    };
    let free = |name: &Ident| !table.has_constraint(name) && !table.has_index(name);
    let constraints = old.constraints.iter().filter(stays);
    let constraints: Vec<Constraint> =
        constraints.filter(|constraint| constraint.name.as_ref().is_some_and(free)).cloned().collect();
    let indexes = old.indexes.iter().filter(|(name, index)| {
        let columns: Option<Vec<Ident>> = index.keys.iter().map(|key| key.value.column().cloned()).collect();
        let is_plain = index.predicate.is_none() && index.include.is_empty() && !index.nulls_not_distinct;
        is_plain && free(name) && columns.is_some_and(|columns| is_whole(&columns))
    });
    let indexes: Vec<_> = indexes.map(|(name, index)| (name.clone(), index.clone())).collect();
    table.constraints.extend(constraints);
    table.indexes.extend(indexes);
}

fn not_required(mut column: Column) -> Column {
    if !has_default_value(&column) && !column.nullable {
        column.nullable = true;
        column.postgres_mut().not_null = NotNullConstraint::default();
    }
    column
}

/// An object with the parts that are objects too.
fn parts_of(schema: &Schema, id: &ObjectId) -> Vec<ObjectId> {
    let mut parts = vec![id.clone()];
    if let ObjectId::Table(name) = id
        && let Some(table) = schema.table(name)
    {
        parts.extend(table.columns.iter().map(|column| ObjectId::Column(name.clone(), column.name.clone())));
        let constraints = table.constraints.iter().filter_map(|constraint| constraint.name.clone());
        parts.extend(constraints.map(|own| ObjectId::Constraint(name.clone(), own)));
        parts.extend(table.indexes.keys().map(|own| ObjectId::Index(name.clone(), own.clone())));
    }
    parts
}

/// What hangs on objects that are there again.
fn take_along(before: &mut Schema, schemas: Pair<&Schema>) {
    let from = schemas.from;
    let is_back = |id: &ObjectId| before.contains(id) && !schemas.to.contains(id);
    let comments: Vec<_> = from.comments.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    let privileges: Vec<_> = from.privileges.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    let order: Vec<_> = from.acl_order.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    let owners: Vec<_> = from.owners.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    let extensions: Vec<_> =
        from.extension_dependencies.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    let needs: Vec<_> = from.dependencies.iter().filter(|(id, _)| is_back(id)).map(owned).collect();
    before.comments.extend(comments);
    before.privileges.extend(privileges);
    before.acl_order.extend(order);
    before.owners.extend(owners);
    before.extension_dependencies.extend(extensions);
    before.dependencies.extend(needs);
}

fn owned<V: Clone>((id, value): (&ObjectId, &V)) -> (ObjectId, V) {
    (id.clone(), value.clone())
}
