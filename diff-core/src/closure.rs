//! The part of two schemas that a change between them can touch: what differs, what leans on that, and what all of it leans on.

use std::collections::{BTreeMap, BTreeSet};

use crate::definition_kind::DefinitionKind;
use crate::diff::change::{Change, SchemaDiff};
use crate::model::{Definition, DefinitionParts, Schema, Table, Users, retain};
use crate::name::QualifiedName;
use crate::object::ObjectId;
use crate::pair::Pair;
use crate::shared::Shared;
use crate::view_calls::view_calls;

/// A part of a schema, by the recorded dependencies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Closure {
    /// What differs, and what leans on that: objects and parts of tables.
    affected: BTreeSet<ObjectId>,
    /// The same objects, and those that they lean on. Of a table that is only leaned on, other tables are no part.
    kept: BTreeSet<ObjectId>,
}

impl Closure {
    /// The closure of a difference between two schemas.
    pub fn of(diff: &SchemaDiff, schemas: Pair<&Schema>) -> Self {
        let sides = [Dependants::of(schemas.from), Dependants::of(schemas.to)];
        let affected = spread(&sides, diff.changes.iter().map(Change::subject));
        let mut closure = Self { affected, kept: BTreeSet::new() };
        closure.lean(&sides.map(|side| side.schema), Vec::new());
        closure
    }

    /// Some objects of a schema with all of their parts, and what they and `others` lean on.
    pub fn around(schema: &Schema, objects: &BTreeSet<ObjectId>, others: Vec<ObjectId>) -> Self {
        let parts = objects.iter().flat_map(|id| parts_of(schema, id));
        let affected = objects.iter().cloned().chain(parts).collect();
        let mut closure = Self { affected, kept: BTreeSet::new() };
        closure.lean(&[schema], others);
        closure
    }

    /// Adds what the affected objects lean on, and others with what they lean on.
    fn lean(&mut self, sides: &[&Schema], others: Vec<ObjectId>) {
        let mut open: Vec<ObjectId> = self.affected.iter().cloned().chain(others).collect();
        open.extend(sides.iter().flat_map(|schema| always(schema)));
        let sides: Vec<(&Schema, Partitions<'_>, _)> =
            sides.iter().map(|schema| (*schema, partitions(schema), view_calls(schema))).collect();
        let mut seen = BTreeSet::new();
        while let Some(id) = open.pop() {
            if !seen.insert(id.clone()) {
                continue;
            }
            for (schema, partitions, calls) in &sides {
                open.extend(schema.needs(&id).chain(calls.get(&id).into_iter().flatten()).cloned());
                // A foreign key to a partitioned table is one to each of its partitions.
                let target = foreign_key_target(schema, &id).and_then(|target| partitions.get(target));
                open.extend(target.into_iter().flatten().map(|part| ObjectId::Table((*part).clone())));
                let object = object_of(schema, &id);
                if let Some(ObjectId::Table(table)) = &object {
                    open.extend(self.standing(schema, table));
                }
                if let ObjectId::Definition(kind, identity) = &id {
                    let definition = schema.definition(&(*kind, identity.clone()));
                    open.extend(definition.into_iter().flat_map(stands_on));
                }
                self.kept.extend(object);
            }
        }
    }

    /// The parts of a table that stand without other tables, and those that are affected.
    fn standing(&self, schema: &Schema, table: &QualifiedName) -> Vec<ObjectId> {
        let Some(found) = schema.table(table) else { return Vec::new() };
        let columns = found.columns.iter().map(|column| ObjectId::Column(table.clone(), column.name.clone()));
        let indexes = found.indexes.keys().map(|name| ObjectId::Index(table.clone(), name.clone()));
        let constraints = found.constraints.iter().filter_map(|constraint| {
            let id = ObjectId::Constraint(table.clone(), constraint.name.clone()?);
            (constraint.foreign_key().is_none() || self.affected.contains(&id)).then_some(id)
        });
        columns.chain(indexes).chain(constraints).chain(parents(found)).collect()
    }

    /// A schema with what became of the affected objects in a part of it.
    pub fn replaced(&self, whole: &Schema, part: &Schema) -> Schema {
        fn replaced<K: Ord + Clone, V: Clone>(
            whole: &Shared<BTreeMap<K, V>>,
            part: &BTreeMap<K, V>,
            is_affected: impl Fn(&K) -> bool,
        ) -> Shared<BTreeMap<K, V>> {
            let mut all = whole.clone();
            retain(&mut all, |key, _| !is_affected(key));
            let mut new = part.iter().filter(|(key, _)| is_affected(key)).peekable();
            if new.peek().is_some() {
                all.extend(new.map(|(key, value)| (key.clone(), value.clone())));
            }
            all
        }
        let of_affected = |id: &ObjectId| self.is_of_affected(whole, id) || self.is_of_affected(part, id);
        Schema {
            objects: replaced(&whole.objects, &part.objects, |id| self.affected.contains(id)),
            comments: replaced(&whole.comments, &part.comments, of_affected),
            extension_dependencies: replaced(
                &whole.extension_dependencies,
                &part.extension_dependencies,
                of_affected,
            ),
            privileges: replaced(&whole.privileges, &part.privileges, of_affected),
            owners: replaced(&whole.owners, &part.owners, of_affected),
            acl_order: replaced(&whole.acl_order, &part.acl_order, of_affected),
            dependencies: replaced(&whole.dependencies, &part.dependencies, of_affected),
            ..whole.clone()
        }
    }

    /// A schema with what was made anew on [`Self::ground`]: the affected objects, and those that are new.
    pub fn remade(&self, whole: &Schema, made: &Schema) -> Schema {
        // Extensions are there whatever is made.
        let new =
            made.objects.keys().filter(|id| !matches!(id, ObjectId::Extension(_)) && !self.is_ground(id));
        let mut all = self.clone();
        all.affected.extend(new.cloned());
        all.replaced(whole, made)
    }

    /// How many objects it has.
    pub fn len(&self) -> usize {
        self.kept.len()
    }

    /// Whether it has no object.
    pub fn is_empty(&self) -> bool {
        self.kept.is_empty()
    }

    /// What a schema has of it.
    pub fn part(&self, schema: &Schema) -> Schema {
        self.cut(schema, |id| self.kept.contains(id))
    }

    /// What has to be there before the affected objects are.
    pub fn ground(&self, schema: &Schema) -> Schema {
        self.cut(schema, |id| self.is_ground(id))
    }

    fn is_ground(&self, id: &ObjectId) -> bool {
        self.kept.contains(id) && !self.affected.contains(id)
    }

    /// The objects of the ground that lean on affected ones all the same.
    pub fn leaning_back(&self, schema: &Schema) -> BTreeSet<ObjectId> {
        let is_affected = |id: &ObjectId| self.is_of_affected(schema, id);
        let back = schema.dependencies.iter().filter(|(user, needs)| {
            needs.iter().any(is_affected) && !is_foreign_key(schema, user) && !is_affected(user)
        });
        back.filter_map(|(user, _)| object_of(schema, user)).filter(|object| self.is_ground(object)).collect()
    }

    /// Whether it is affected, or is a part of an object of a schema that is.
    fn is_of_affected(&self, schema: &Schema, id: &ObjectId) -> bool {
        self.affected.contains(id)
            || (self.may_own(id)
                && object_of(schema, id).is_some_and(|object| self.affected.contains(&object)))
    }

    fn affects_foreign_tables(&self) -> bool {
        let kind = DefinitionKind::ForeignTable;
        let first = self.affected.range(ObjectId::Definition(kind, String::new())..).next();
        matches!(first, Some(ObjectId::Definition(found, _)) if *found == kind)
    }

    /// Whether an affected object may have a part, to be told without a look at the schema.
    fn may_own(&self, id: &ObjectId) -> bool {
        match id {
            ObjectId::Column(relation, _)
            | ObjectId::Constraint(relation, _)
            | ObjectId::Index(relation, _) => {
                let stored = [ObjectId::Table, ObjectId::View, ObjectId::MaterializedView];
                stored.into_iter().any(|of| self.affected.contains(&of(relation.clone())))
                    || self.affects_foreign_tables()
            }
            ObjectId::Sequence(_) => true,
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Table(_)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => false,
        }
    }

    fn cut(&self, schema: &Schema, keeps: impl Fn(&ObjectId) -> bool) -> Schema {
        let stays = |id: &ObjectId| match id {
            ObjectId::Namespace(_) | ObjectId::Extension(_) => true,
            ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => keeps(id),
        };
        let mut part = Schema { objects: only(&schema.objects, stays), ..schema.clone() };
        for table in part.tables_mut() {
            let name = table.name.clone();
            let is_whole = self.affected.contains(&ObjectId::Table(name.clone()));
            table.constraints.retain(|constraint| {
                let id = constraint.name.clone().map(|own| ObjectId::Constraint(name.clone(), own));
                is_whole
                    || constraint.foreign_key().is_none()
                    || id.is_some_and(|id| self.affected.contains(&id))
            });
        }
        let identities = part.identity_sequences();
        let has = |id: &ObjectId| {
            part.contains_beside(id, &identities)
                || schema.extension_members.contains_key(id)
                || matches!(id, ObjectId::Definition(DefinitionKind::DefaultPrivileges, _))
        };
        let comments = only(&schema.comments, has);
        let extension_dependencies = only(&schema.extension_dependencies, has);
        let privileges = only(&schema.privileges, has);
        let acl_order = only(&schema.acl_order, has);
        let owners = only(&schema.owners, has);
        let dependencies = only(&schema.dependencies, has);
        Schema { comments, extension_dependencies, privileges, acl_order, owners, dependencies, ..part }
    }
}

fn is_foreign_key(schema: &Schema, id: &ObjectId) -> bool {
    let ObjectId::Constraint(table, name) = id else { return false };
    let constraint = schema.table(table).and_then(|table| table.constraint(name));
    constraint.is_some_and(|constraint| constraint.foreign_key().is_some())
}

fn only<K: Ord + Clone, V: Clone>(all: &BTreeMap<K, V>, has: impl Fn(&K) -> bool) -> Shared<BTreeMap<K, V>> {
    all.iter().filter(|(key, _)| has(key)).map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// A schema, and who leans on what in it.
#[derive(Debug)]
pub struct Dependants<'a> {
    schema: &'a Schema,
    users: Users<'a>,
    /// What goes with an object when that is dropped, and views that call a routine.
    children: BTreeMap<ObjectId, Vec<ObjectId>>,
}

impl<'a> Dependants<'a> {
    /// Of the objects of a schema.
    pub fn of(schema: &'a Schema) -> Self {
        let mut children: BTreeMap<ObjectId, Vec<ObjectId>> = BTreeMap::new();
        for definition in schema.definitions() {
            for on in stands_on(definition) {
                children.entry(on).or_default().push(definition.id());
            }
        }
        for table in schema.tables() {
            for parent in parents(table) {
                children.entry(parent).or_default().push(ObjectId::Table(table.name.clone()));
            }
        }
        for (view, calls) in view_calls(schema) {
            calls.into_iter().for_each(|routine| children.entry(routine).or_default().push(view.clone()));
        }
        Self { schema, users: schema.users(), children }
    }

    /// The objects that lean on some, those included.
    pub fn among(&self, objects: impl IntoIterator<Item = ObjectId>) -> BTreeSet<ObjectId> {
        let affected = spread(std::slice::from_ref(self), objects);
        affected.iter().filter_map(|id| object_of(self.schema, id)).collect()
    }
}

/// The objects that some are, and what leans on those: objects and parts of tables.
fn spread(sides: &[Dependants<'_>], objects: impl IntoIterator<Item = ObjectId>) -> BTreeSet<ObjectId> {
    let mut affected = BTreeSet::new();
    let mut open: Vec<ObjectId> = objects.into_iter().collect();
    while let Some(id) = open.pop() {
        if affected.contains(&id) {
            continue;
        }
        for side in sides {
            open.extend(parts_of(side.schema, &id));
            open.extend(side.users.of_object(&id).cloned());
            open.extend(side.children.get(&id).into_iter().flatten().cloned());
        }
        affected.insert(id);
    }
    affected
}

/// What hangs on no object, and may meet whatever changes.
fn always(schema: &Schema) -> Vec<ObjectId> {
    let kinds = [DefinitionKind::EventTrigger, DefinitionKind::DefaultPrivileges];
    let found = schema.definitions().filter(|definition| kinds.contains(&definition.kind));
    found.map(Definition::id).collect()
}

/// The objects that a definition is of.
fn stands_on(definition: &Definition) -> Vec<ObjectId> {
    let clauses = match &definition.parts {
        DefinitionParts::Clauses(clauses) => {
            clauses.clauses.values().filter_map(|clause| clause.on.clone()).collect()
        }
        DefinitionParts::Whole | DefinitionParts::Domain(_) | DefinitionParts::Composite(_) => Vec::new(),
    };
    definition.parent.iter().cloned().chain(clauses).collect()
}

/// The tables that a table has columns, keys and indexes of.
fn parents(table: &Table) -> impl Iterator<Item = ObjectId> {
    let partition_of = table.postgres().partition_of.iter().map(|part| &part.parent);
    partition_of.chain(&table.postgres().inherits).cloned().map(ObjectId::Table)
}

/// The partitions that a partitioned table has, at any depth.
type Partitions<'a> = BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>;

fn partitions(schema: &Schema) -> Partitions<'_> {
    let parent = |table: &QualifiedName| {
        schema.table(table)?.postgres().partition_of.as_ref().map(|place| &place.parent)
    };
    let mut all = Partitions::new();
    for table in schema.tables() {
        for whole in std::iter::successors(parent(&table.name), |table| parent(table)) {
            all.entry(whole).or_default().push(&table.name);
        }
    }
    all
}

fn foreign_key_target<'a>(schema: &'a Schema, id: &ObjectId) -> Option<&'a QualifiedName> {
    let ObjectId::Constraint(table, name) = id else { return None };
    Some(&schema.table(table)?.constraint(name)?.foreign_key()?.target)
}

/// The parts of a relation.
fn parts_of(schema: &Schema, id: &ObjectId) -> Vec<ObjectId> {
    match id {
        ObjectId::Table(name) => {
            let Some(table) = schema.table(name) else { return Vec::new() };
            // A partition has its keys and what refers to it from the whole.
            let whole = table.postgres().partition_of.iter().map(|part| ObjectId::Table(part.parent.clone()));
            all_of_table(table).into_iter().chain(whole).collect()
        }
        ObjectId::View(name) => {
            let columns = schema.view(name).map(|view| &view.columns);
            columns
                .into_iter()
                .flatten()
                .map(|column| ObjectId::Column(name.clone(), column.clone()))
                .collect()
        }
        ObjectId::MaterializedView(name) => {
            let Some(view) = schema.materialized_view(name) else { return Vec::new() };
            let columns = view.columns.iter().map(|column| ObjectId::Column(name.clone(), column.clone()));
            columns
                .chain(view.indexes.keys().map(|index| ObjectId::Index(name.clone(), index.clone())))
                .collect()
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => Vec::new(),
    }
}

fn all_of_table(table: &Table) -> Vec<ObjectId> {
    let name = &table.name;
    let columns = table.columns.iter().map(|column| ObjectId::Column(name.clone(), column.name.clone()));
    let constraints = table.constraints.iter().filter_map(|constraint| constraint.name.clone());
    let constraints = constraints.map(|own| ObjectId::Constraint(name.clone(), own));
    let indexes = table.indexes.keys().map(|own| ObjectId::Index(name.clone(), own.clone()));
    columns.chain(constraints).chain(indexes).collect()
}

/// The table with an identity column that a sequence is behind.
fn identified_by(schema: &Schema, sequence: &QualifiedName) -> Option<ObjectId> {
    let is_it = |table: &&Table| {
        let mut identities = table.columns.iter().filter_map(|column| column.identity.as_ref());
        identities.any(|identity| identity.sequence == *sequence)
    };
    let table = schema.tables().find(is_it)?;
    Some(ObjectId::Table(table.name.clone()))
}

fn foreign_table(schema: &Schema, name: &QualifiedName) -> Option<ObjectId> {
    let mut foreign = schema.definitions_of(DefinitionKind::ForeignTable);
    foreign.find(|found| found.qualified_name().as_ref() == Some(name)).map(Definition::id)
}

/// The object that a part belongs to; an object is its own.
pub fn object_of(schema: &Schema, id: &ObjectId) -> Option<ObjectId> {
    match id {
        ObjectId::Column(name, _) | ObjectId::Constraint(name, _) | ObjectId::Index(name, _) => {
            let relations = [ObjectId::Table, ObjectId::View, ObjectId::MaterializedView];
            let found = relations.into_iter().map(|of| of(name.clone())).find(|of| schema.contains(of));
            found.or_else(|| foreign_table(schema, name))
        }
        ObjectId::Sequence(name) if !schema.has_sequence(name) => identified_by(schema, name),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => Some(id.clone()),
    }
}
