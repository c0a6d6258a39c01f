//! The form of a schema in snapshots, which older ones have too.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_with::serde_as;

use crate::definition_kind::DefinitionKind;
use crate::model::{
    Definition, EnumType, Extension, Grant, MaterializedView, Namespace, Needs, Object, Objects, Schema,
    Sequence, Table, View,
};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::shared::Shared;
use crate::{Dialect, Flavor, Version};

/// What [`Schema`] is in a file: the objects of each kind in a list of their own.
#[serde_as]
#[derive(Serialize, Deserialize)]
pub(super) struct WrittenSchema {
    dialect: Dialect,
    flavor: Flavor,
    version: Version,
    default_namespace: Option<Ident>,
    #[serde_as(as = "Vec<(_, _)>")]
    namespaces: BTreeMap<Ident, Shared<Namespace>>,
    #[serde_as(as = "Vec<(_, _)>")]
    extensions: BTreeMap<Ident, Shared<Extension>>,
    #[serde_as(as = "Vec<(_, _)>")]
    enum_types: BTreeMap<QualifiedName, Shared<EnumType>>,
    #[serde_as(as = "Vec<(_, _)>")]
    sequences: BTreeMap<QualifiedName, Shared<Sequence>>,
    #[serde_as(as = "Vec<(_, _)>")]
    tables: BTreeMap<QualifiedName, Shared<Table>>,
    #[serde_as(as = "Vec<(_, _)>")]
    views: BTreeMap<QualifiedName, Shared<View>>,
    #[serde_as(as = "Vec<(_, _)>")]
    materialized_views: BTreeMap<QualifiedName, Shared<MaterializedView>>,
    #[serde_as(as = "Vec<(_, _)>")]
    definitions: BTreeMap<(DefinitionKind, String), Shared<Definition>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    comments: Shared<BTreeMap<ObjectId, String>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    #[serde(default)]
    extension_dependencies: Shared<BTreeMap<ObjectId, BTreeSet<Ident>>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    privileges: Shared<BTreeMap<ObjectId, BTreeSet<Grant>>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    #[serde(default)]
    acl_order: Shared<BTreeMap<ObjectId, Vec<Option<String>>>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    extension_members: Shared<BTreeMap<ObjectId, Ident>>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    owners: Shared<BTreeMap<ObjectId, String>>,
    role: Option<String>,
    #[serde_as(as = "Shared<Vec<(_, _)>>")]
    dependencies: Shared<BTreeMap<ObjectId, Needs>>,
}

impl From<WrittenSchema> for Schema {
    fn from(written: WrittenSchema) -> Self {
        let WrittenSchema {
            dialect,
            flavor,
            version,
            default_namespace,
            namespaces,
            extensions,
            enum_types,
            sequences,
            tables,
            views,
            materialized_views,
            definitions,
            comments,
            extension_dependencies,
            privileges,
            acl_order,
            extension_members,
            owners,
            role,
            dependencies,
        } = written;
        let objects = (namespaces.into_values().map(Object::Namespace))
            .chain(extensions.into_values().map(Object::Extension))
            .chain(enum_types.into_values().map(Object::EnumType))
            .chain(sequences.into_values().map(Object::Sequence))
            .chain(tables.into_values().map(Object::Table))
            .chain(views.into_values().map(Object::View))
            .chain(materialized_views.into_values().map(Object::MaterializedView))
            .chain(definitions.into_values().map(Object::Definition));
        let objects: Objects = objects.map(|object| (object.id(), object)).collect();
        Self {
            dialect,
            flavor,
            version,
            default_namespace,
            objects: objects.into(),
            comments,
            extension_dependencies,
            privileges,
            acl_order,
            extension_members,
            owners,
            role,
            dependencies,
            notes: Vec::new(),
        }
    }
}

impl From<Schema> for WrittenSchema {
    fn from(schema: Schema) -> Self {
        let Schema {
            dialect,
            flavor,
            version,
            default_namespace,
            objects,
            comments,
            extension_dependencies,
            privileges,
            acl_order,
            extension_members,
            owners,
            role,
            dependencies,
            notes: _,
        } = schema;
        let mut written = Self {
            dialect,
            flavor,
            version,
            default_namespace,
            namespaces: BTreeMap::new(),
            extensions: BTreeMap::new(),
            enum_types: BTreeMap::new(),
            sequences: BTreeMap::new(),
            tables: BTreeMap::new(),
            views: BTreeMap::new(),
            materialized_views: BTreeMap::new(),
            definitions: BTreeMap::new(),
            comments,
            extension_dependencies,
            privileges,
            acl_order,
            extension_members,
            owners,
            role,
            dependencies,
        };
        objects.into_inner().into_values().for_each(|object| written.add(object));
        written
    }
}

impl WrittenSchema {
    fn add(&mut self, object: Object) {
        match object {
            Object::Namespace(found) => drop(self.namespaces.insert(found.name.clone(), found)),
            Object::Extension(found) => drop(self.extensions.insert(found.name.clone(), found)),
            Object::EnumType(found) => drop(self.enum_types.insert(found.name.clone(), found)),
            Object::Sequence(found) => drop(self.sequences.insert(found.name.clone(), found)),
            Object::Table(found) => drop(self.tables.insert(found.name.clone(), found)),
            Object::View(found) => drop(self.views.insert(found.name.clone(), found)),
            Object::MaterializedView(found) => {
                drop(self.materialized_views.insert(found.name.clone(), found))
            }
            Object::Definition(found) => {
                self.definitions.insert((found.kind, found.identity.clone()), found);
            }
        }
    }
}
