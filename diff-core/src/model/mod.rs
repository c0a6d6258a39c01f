//! The whole schema in memory: one sorted map of all objects, and what hangs on objects of every kind.

pub mod aspect;
pub mod column;
pub mod constraint;
mod default_privileges;
pub mod definition;
pub mod enum_type;
pub mod expression;
pub mod extension;
pub mod extra;
pub mod index;
pub mod namespace;
mod needs;
mod objects;
pub mod privilege;
pub mod sequence;
pub mod table;
mod users;
pub mod view;
mod written;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use aspect::Aspect;
pub use column::{
    Column, ColumnExtra, Generated, Identity, MysqlColumn, NotNullConstraint, PostgresColumn, SqliteColumn,
};
pub use constraint::{
    Action, Check, Constraint, ConstraintKind, Deferrability, ForeignKey, KeyConstraint, MatchType,
    TextConstraintKind,
};
pub use definition::{Attribute, Clause, Clauses, Definition, DefinitionParts, DomainCheck, DomainParts};
pub use enum_type::EnumType;
pub use expression::{Expression, Parameters, SourceText};
pub use extension::Extension;
pub use extra::{Attributes, Extra};
pub use index::{Index, IndexKey, IndexKeyValue};
pub use namespace::Namespace;
pub use needs::Needs;
pub use objects::{Object, Objects};
pub use privilege::Grant;
pub use sequence::{Sequence, SequenceOptions};
pub use table::{MysqlTable, PartitionOf, Persistence, PostgresTable, SqliteTable, Table, TableExtra};
pub use users::Users;
pub use view::{ColumnSettings, MaterializedView, View};

use crate::definition_kind::DefinitionKind;
use crate::diagnostic::Diagnostic;
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::shared::Shared;
use crate::{Dialect, Flavor, Version};
use written::WrittenSchema;

/// Everything that one database declares. A copy shares all that is not changed in it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(from = "WrittenSchema", into = "WrittenSchema")]
pub struct Schema {
    /// The SQL family.
    pub dialect: Dialect,
    /// The vendor.
    pub flavor: Flavor,
    /// The server's release; no part of a comparison.
    pub version: Version,
    /// Where unqualified names go; no part of a comparison.
    pub default_namespace: Option<Ident>,
    /// All objects with names of their own; the accessors of each kind are the way to them.
    pub objects: Shared<Objects>,
    /// Comments of all kinds of objects.
    pub comments: Shared<BTreeMap<ObjectId, String>>,
    /// The extensions that objects go with when they are dropped (`DEPENDS ON EXTENSION`).
    pub extension_dependencies: Shared<BTreeMap<ObjectId, BTreeSet<Ident>>>,
    /// Granted privileges that are not the kind's default.
    pub privileges: Shared<BTreeMap<ObjectId, BTreeSet<Grant>>>,
    /// The grantees of each object in the order of its ACL, which a dump follows; `None` is `PUBLIC`. No part of a comparison.
    pub acl_order: Shared<BTreeMap<ObjectId, Vec<Option<String>>>>,
    /// Members of extensions that privileges were changed of, with their extension; their definitions are not ours.
    pub extension_members: Shared<BTreeMap<ObjectId, Ident>>,
    /// Who owns each object; an owned sequence goes with its table.
    pub owners: Shared<BTreeMap<ObjectId, String>>,
    /// The role that read the schema, and owns what it makes; no part of a comparison.
    pub role: Option<String>,
    /// What each object needs, as the catalog records it.
    pub dependencies: Shared<BTreeMap<ObjectId, Needs>>,
    /// What was noticed while reading the catalog; no part of a comparison, and of no snapshot.
    pub notes: Vec<Diagnostic>,
}

impl Schema {
    /// A schema without any object.
    pub fn empty(dialect: Dialect, flavor: Flavor, version: Version) -> Self {
        Self {
            dialect,
            flavor,
            version,
            default_namespace: None,
            objects: Shared::default(),
            comments: Shared::default(),
            extension_dependencies: Shared::default(),
            privileges: Shared::default(),
            acl_order: Shared::default(),
            extension_members: Shared::default(),
            owners: Shared::default(),
            role: None,
            dependencies: Shared::default(),
            notes: Vec::new(),
        }
    }

    /// An empty schema of the same server: what a first migration starts from.
    ///
    /// It keeps what every new database has: the default namespace.
    pub fn emptied(&self) -> Self {
        let mut empty = Self::empty(self.dialect, self.flavor, self.version);
        empty.default_namespace.clone_from(&self.default_namespace);
        empty.role.clone_from(&self.role);
        if self.dialect == Dialect::Postgres {
            let public = Ident::exact("public");
            empty.comments.insert(ObjectId::Namespace(public.clone()), namespace::PUBLIC_COMMENT.to_owned());
            // It is there before any migration, and whose it is depends on who made the database.
            let id = ObjectId::Namespace(public.clone());
            let owner = self.owners.get(&id).cloned();
            empty.owners.extend(owner.map(|owner| (id, owner)));
            empty.insert(Namespace { name: public });
        }
        empty
    }

    /// How many objects there are, parts of tables left aside.
    pub fn count(&self) -> usize {
        let is_counted = |id: &&ObjectId| !matches!(id, ObjectId::Namespace(_) | ObjectId::Extension(_));
        self.objects.keys().filter(is_counted).count()
    }

    /// Whether there is nothing that a new database of the server has not, and nothing missing that it has.
    pub fn holds_nothing(&self) -> bool {
        // No new database has any of the objects that are counted.
        self.count() == 0 && crate::diff(crate::Pair::new(&self.emptied(), self)).is_empty()
    }

    /// The same, as a server makes a new database: since PostgreSQL 15 its schema `public` belongs to a role
    /// of the server's own.
    pub fn emptied_as_new(&self) -> Self {
        let mut empty = self.emptied();
        if self.version.major >= 15 {
            empty.owners.values_mut().for_each(|owner| "pg_database_owner".clone_into(owner));
        }
        empty
    }

    /// The sequences behind identity columns.
    pub fn identity_sequences(&self) -> BTreeSet<&QualifiedName> {
        let columns = self.tables().flat_map(|table| &table.columns);
        columns.filter_map(|column| column.identity.as_ref()).map(|identity| &identity.sequence).collect()
    }

    /// The same as [`Self::contains`] for many objects, given [`Self::identity_sequences`].
    pub fn contains_beside(&self, id: &ObjectId, identities: &BTreeSet<&QualifiedName>) -> bool {
        match id {
            ObjectId::Sequence(name) => self.has_sequence(name) || identities.contains(name),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => self.contains(id),
        }
    }

    /// Whether the object exists in this schema.
    pub fn contains(&self, id: &ObjectId) -> bool {
        match id {
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Table(_)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_)
            | ObjectId::Definition(..) => self.objects.contains_key(id),
            ObjectId::Sequence(name) => self.objects.contains_key(id) || self.is_identity_sequence(name),
            ObjectId::Column(table, column) => self.has_column(table, column),
            ObjectId::Constraint(table, name) => {
                self.table(table).is_some_and(|table| table.has_constraint(name))
            }
            ObjectId::Index(table, name) => {
                self.table(table).is_some_and(|table| table.has_index(name))
                    || self.materialized_view(table).is_some_and(|view| view.indexes.contains_key(name))
            }
        }
    }

    /// Whether it is the sequence behind an identity column.
    fn is_identity_sequence(&self, sequence: &QualifiedName) -> bool {
        let columns = self.tables().flat_map(|table| &table.columns);
        columns.filter_map(|column| column.identity.as_ref()).any(|identity| identity.sequence == *sequence)
    }

    /// Whether a member of an extension is there, since its extension is.
    pub fn has_member(&self, id: &ObjectId, members: &BTreeMap<ObjectId, Ident>) -> bool {
        members.get(id).is_some_and(|extension| self.has_extension(extension))
    }

    fn has_column(&self, relation: &QualifiedName, column: &Ident) -> bool {
        let is_stored = self.has_table(relation) || self.has_materialized_view(relation);
        if is_stored && self.dialect == Dialect::Postgres && SYSTEM_COLUMNS.contains(&column.as_str()) {
            return true;
        }
        self.table(relation).is_some_and(|table| table.column(column).is_some())
            || self.view(relation).is_some_and(|view| view.columns.contains(column))
            || self.materialized_view(relation).is_some_and(|view| view.columns.contains(column))
            || self.has_foreign_column(relation, column)
    }

    fn has_foreign_column(&self, relation: &QualifiedName, column: &Ident) -> bool {
        let mut foreign = self.definitions_of(DefinitionKind::ForeignTable);
        let named = foreign.find(|found| found.qualified_name().as_ref() == Some(relation));
        named.is_some_and(|found| found.has_clause(&format!("column {column}")))
    }

    /// The objects that have a name of their own, but for tables and their columns and constraints.
    pub fn objects(&self) -> impl Iterator<Item = ObjectId> {
        let of_tables = self.tables().map(|table| (&table.name, &table.indexes));
        let of_views = self.materialized_views().map(|view| (&view.name, &view.indexes));
        let indexes = of_tables.chain(of_views).flat_map(|(relation, indexes)| {
            indexes.keys().map(|name| ObjectId::Index(relation.clone(), name.clone()))
        });
        let own = self.objects.keys().filter(|id| !matches!(id, ObjectId::Extension(_) | ObjectId::Table(_)));
        own.cloned().chain(indexes)
    }

    /// An object's own name and its namespace, as far as it has them.
    pub fn name_of(&self, id: &ObjectId) -> Option<(String, Option<String>)> {
        let qualified = |name: &QualifiedName| {
            (name.name.as_str().to_owned(), name.namespace.as_ref().map(|n| n.as_str().to_owned()))
        };
        match id {
            ObjectId::Namespace(name) | ObjectId::Extension(name) => Some((name.as_str().to_owned(), None)),
            ObjectId::EnumType(name)
            | ObjectId::Sequence(name)
            | ObjectId::Table(name)
            | ObjectId::View(name)
            | ObjectId::MaterializedView(name) => Some(qualified(name)),
            ObjectId::Index(table, name) => Some(qualified(&table.sibling(name.clone()))),
            ObjectId::Definition(kind, identity) => {
                let definition = self.definition(&(*kind, identity.clone()))?;
                match definition.qualified_name() {
                    Some(name) => Some(qualified(&name)),
                    None => definition.own_name().map(|name| (name, None)),
                }
            }
            ObjectId::Column(..) | ObjectId::Constraint(..) => None,
        }
    }

    /// The direct dependants of an object, by the recorded dependencies.
    pub fn dependants<'a>(&'a self, id: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> {
        self.dependencies.iter().filter(move |(_, needs)| needs.contains(id)).map(|(user, _)| user)
    }

    /// For each object, those that need it.
    pub fn users(&self) -> Users<'_> {
        Users::of(&self.dependencies)
    }

    /// What an object needs.
    pub fn needs(&self, id: &ObjectId) -> impl Iterator<Item = &ObjectId> {
        self.dependencies.get(id).into_iter().flatten()
    }
}

/// Narrowing a schema to what a project manages.
impl Schema {
    /// Keeps only what is in the named namespaces.
    pub fn keep_namespaces(&mut self, names: &[String]) {
        let managed = |namespace: Option<&Ident>| {
            namespace.is_none_or(|namespace| names.iter().any(|name| name == namespace.as_str()))
        };
        // An event trigger is in no namespace itself, and belongs to whoever has its function.
        let others: BTreeSet<ObjectId> = self.event_triggers_of(&|name| !managed(Some(name)));
        let stays = |id: &ObjectId| match id {
            ObjectId::Namespace(name) => managed(Some(name)),
            ObjectId::Definition(DefinitionKind::EventTrigger, _) => !others.contains(id),
            ObjectId::Definition(DefinitionKind::DefaultPrivileges, identity) => {
                default_privileges::namespace_in(identity)
                    .is_none_or(|name| managed(Some(&Ident::exact(name))))
            }
            ObjectId::Definition(..)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::Table(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Index(..)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_) => true,
        };
        retain(&mut self.objects, |id, _| stays(id));
        self.retain_attached(&stays);
        self.retain_named(&|name| managed(name.namespace.as_ref()));
    }

    /// The event triggers whose function is in one of some namespaces.
    fn event_triggers_of(&self, is_wanted: &dyn Fn(&Ident) -> bool) -> BTreeSet<ObjectId> {
        let is_trigger = |id: &&ObjectId| matches!(id, ObjectId::Definition(DefinitionKind::EventTrigger, _));
        let namespace = |need: &ObjectId| self.name_of(need)?.1.map(Ident::exact);
        let runs_there = |id: &&ObjectId| self.needs(id).filter_map(namespace).any(|name| is_wanted(&name));
        self.objects.keys().filter(is_trigger).filter(runs_there).cloned().collect()
    }

    /// Takes the privileges of another schema for its own objects, so that none differs
    /// and what is made again gets them back.
    pub fn adopt_privileges(&mut self, other: &Self) {
        let own = other.privileges.iter().filter(|(id, _)| {
            self.contains(id)
                || matches!(id, ObjectId::Definition(DefinitionKind::DefaultPrivileges, _))
                || other.extension_members.contains_key(id)
        });
        let mut adopted: BTreeMap<_, _> = own.map(|(id, grants)| (id.clone(), grants.clone())).collect();
        adopted.extend(self.reached_by_defaults_of(other).map(|id| {
            let grants = other.default_grants(&id);
            (id, grants)
        }));
        self.privileges = adopted.into();
        self.extension_members.clone_from(&other.extension_members);
    }

    /// Replaces a part of the texts of views and definitions, such as an account's quoted name.
    pub fn replace_in_texts(&mut self, old: &str, new: &str) {
        for view in self.views_mut() {
            view.query = Expression::new(view.query.as_str().replace(old, new));
            view.source = SourceText(view.source.0.replace(old, new));
        }
        // An identity is one of the texts.
        let definitions: Vec<Definition> = self.definitions().cloned().collect();
        self.retain_definitions(|_| false);
        for mut definition in definitions {
            let texts = definition.texts_mut().into_iter();
            texts.filter(|text| text.contains(old)).for_each(|text| *text = text.replace(old, new));
            self.insert(definition);
        }
    }

    /// Takes out what is granted to a role, as if it had never been.
    pub fn remove_grantee(&mut self, role: &str) {
        if !self.privileges.values().flatten().any(|grant| grant.grantee.as_deref() == Some(role)) {
            return;
        }
        for grants in self.privileges.values_mut() {
            grants.retain(|grant| grant.grantee.as_deref() != Some(role));
        }
        self.privileges.retain(|_, grants| !grants.is_empty());
        for grantees in self.acl_order.values_mut() {
            grantees.retain(|grantee| grantee.as_deref() != Some(role));
        }
        self.acl_order.retain(|_, grantees| !grantees.is_empty());
        let privileges = &self.privileges;
        retain(&mut self.extension_members, |id, _| privileges.contains_key(id));
    }

    /// Gives a role another name wherever it is named; `quoted` is that name as the server quotes it in texts.
    ///
    /// The old name has to be one that is nowhere part of another word.
    pub fn rename_role(&mut self, old: &str, new: &str, quoted: &str) {
        let rename_id = |id: &mut ObjectId| {
            if let ObjectId::Definition(_, identity) = id
                && identity.contains(old)
            {
                *identity = identity.replace(old, quoted);
            }
        };
        for owner in self.owners.values_mut().filter(|owner| *owner == old) {
            new.clone_into(owner);
        }
        for (mut id, grants) in std::mem::take(&mut self.privileges) {
            rename_id(&mut id);
            let renamed = grants.into_iter().map(|mut grant| {
                let renamed = |role: String| if role == old { new.to_owned() } else { role };
                grant.grantee = grant.grantee.map(renamed);
                grant.grantor = grant.grantor.map(renamed);
                grant
            });
            self.privileges.entry(id).or_default().extend(renamed);
        }
        for (mut id, mut grantees) in std::mem::take(&mut self.acl_order) {
            rename_id(&mut id);
            for grantee in grantees.iter_mut().flatten().filter(|grantee| *grantee == old) {
                new.clone_into(grantee);
            }
            self.acl_order.insert(id, grantees);
        }
        let definitions: Vec<Definition> = self.definitions().cloned().collect();
        self.retain_definitions(|_| false);
        for mut definition in definitions {
            definition.texts_mut().into_iter().filter(|text| text.contains(old)).for_each(|text| {
                *text = text.replace(old, quoted);
            });
            definition.sort_roles();
            self.insert(definition);
        }
        for (mut id, comment) in std::mem::take(&mut self.comments) {
            rename_id(&mut id);
            self.comments.insert(id, comment);
        }
        for (mut id, extensions) in std::mem::take(&mut self.extension_dependencies) {
            rename_id(&mut id);
            self.extension_dependencies.insert(id, extensions);
        }
        for (mut id, needs) in std::mem::take(&mut self.dependencies) {
            rename_id(&mut id);
            let renamed = needs.into_iter().map(|mut needed| {
                rename_id(&mut needed);
                needed
            });
            self.dependencies.entry(id).or_default().extend(renamed);
        }
    }

    /// Takes the owners of another schema for its own objects, likewise.
    pub fn adopt_owners(&mut self, other: &Self) {
        let own = other.owners.iter().filter(|(id, _)| self.contains(id));
        self.owners = own.map(|(id, owner)| (id.clone(), owner.clone())).collect();
    }

    /// Leaves out relations, types and sequences by their name.
    pub fn leave_out(&mut self, ignored: &dyn Fn(&QualifiedName) -> bool) {
        self.retain_named(&|name| !ignored(name));
    }

    /// Takes out the objects that autogen sees but can't make; gives what they are.
    pub fn take_unwritable(&mut self) -> Vec<ObjectId> {
        let found = self.definitions().filter(|definition| !definition.is_complete());
        let found = found.map(Definition::id).collect();
        self.retain_definitions(Definition::is_complete);
        found
    }

    fn retain_named(&mut self, keep: &dyn Fn(&QualifiedName) -> bool) {
        let is_kept = |id: &ObjectId| relation_of(id).is_none_or(|name| keep(name.as_ref()));
        retain(&mut self.extension_members, |id, _| is_kept(id));
        let stays = |id: &ObjectId, object: &Object| match object.parent() {
            Some(parent @ (ObjectId::Table(_) | ObjectId::View(_) | ObjectId::MaterializedView(_))) => {
                self.objects.contains_key(parent) && is_kept(parent)
            }
            Some(_) => true,
            None => is_kept(id),
        };
        let gone = self.objects.iter().filter(|(id, object)| !stays(id, object));
        let gone: BTreeSet<ObjectId> = gone.map(|(id, _)| id.clone()).collect();
        // The sequences of identity columns go with them, and are no objects of their own.
        let of_gone = self.tables().filter(|table| gone.contains(&ObjectId::Table(table.name.clone())));
        let columns = of_gone.flat_map(|table| &table.columns);
        let sequences = columns.filter_map(|column| Some(column.identity.as_ref()?.sequence.clone()));
        let sequences: BTreeSet<ObjectId> = sequences.map(ObjectId::Sequence).collect();
        retain(&mut self.objects, |id, _| !gone.contains(id));
        self.retain_attached(&|id| !gone.contains(id) && !sequences.contains(id) && is_kept(id));
    }

    /// Keeps the comments, privileges, owners and `DEPENDS ON EXTENSION` of some objects.
    fn retain_attached(&mut self, keeps: &dyn Fn(&ObjectId) -> bool) {
        retain(&mut self.comments, |id, _| keeps(id));
        retain(&mut self.privileges, |id, _| keeps(id));
        retain(&mut self.owners, |id, _| keeps(id));
        retain(&mut self.extension_dependencies, |id, _| keeps(id));
    }
}

/// Keeps some entries of a map that copies may share; where all are kept, it stays shared.
pub(crate) fn retain<K: Clone + Ord, V: Clone>(
    map: &mut Shared<BTreeMap<K, V>>,
    keeps: impl Fn(&K, &V) -> bool,
) {
    if !map.iter().all(|(key, value)| keeps(key, value)) {
        map.retain(|key, value| keeps(key, value));
    }
}

/// The columns that PostgreSQL gives every table (manual, 5.6).
const SYSTEM_COLUMNS: [&str; 6] = ["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"];

/// The name in a namespace by which an object is kept or left out.
fn relation_of(id: &ObjectId) -> Option<Cow<'_, QualifiedName>> {
    match id {
        ObjectId::EnumType(name)
        | ObjectId::Sequence(name)
        | ObjectId::Table(name)
        | ObjectId::Column(name, _)
        | ObjectId::Constraint(name, _)
        | ObjectId::Index(name, _)
        | ObjectId::View(name)
        | ObjectId::MaterializedView(name) => Some(Cow::Borrowed(name)),
        ObjectId::Definition(_, identity) => definition::qualified_name(identity).map(Cow::Owned),
        ObjectId::Namespace(_) | ObjectId::Extension(_) => None,
    }
}
