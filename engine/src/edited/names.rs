//! The objects of a schema by the names that statements know them by.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::{DefinitionKind, Dialect, ObjectId, Schema, object_of};

/// The words in a text, in lower case. Whatever names an object has all words of its name.
pub(super) fn words(text: &str) -> BTreeSet<String> {
    let is_word = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let found = text.split(|c| !is_word(c)).filter(|word| !word.is_empty());
    found.map(str::to_lowercase).collect()
}

/// The objects of a schema.
pub(super) struct Names {
    /// The part of the model that each object comes from.
    parts: BTreeMap<ObjectId, String>,
    /// The objects by their own names, and by those of their indexes and constraints.
    named: BTreeMap<String, BTreeSet<ObjectId>>,
}

impl Names {
    /// Nothing where an object comes from no part, or means something to others that do not name it.
    ///
    /// `is_part` says whether the model has a part of a name.
    pub(super) fn of(schema: &Schema, is_part: impl Fn(&str) -> bool) -> Option<Self> {
        let mut found = Self { parts: BTreeMap::new(), named: BTreeMap::new() };
        let tables = schema.tables().map(|table| ObjectId::Table(table.name.clone()));
        for id in tables.chain(schema.objects()) {
            let object = object_of(schema, &id)?;
            let own_name = schema.name_of(&id).filter(|_| object == id || parts_have_names(schema));
            if let Some((name, _)) = own_name {
                found.named.entry(name).or_default().insert(object.clone());
            }
            if object != id || is_unnamed(&id) {
                continue;
            }
            let part = part_of(schema, &id, &is_part)?;
            if !is_part(&part) && !is_always_there(&id, &part) {
                return None;
            }
            found.parts.insert(id, part);
        }
        for table in schema.tables().filter(|_| parts_have_names(schema)) {
            let names = table.constraints.iter().filter_map(|constraint| constraint.name.as_ref());
            for name in names {
                let objects = found.named.entry(name.as_str().to_owned()).or_default();
                objects.insert(ObjectId::Table(table.name.clone()));
            }
        }
        for extension in schema.extensions().map(|extension| &extension.name) {
            let objects = found.named.entry(extension.as_str().to_owned()).or_default();
            objects.insert(ObjectId::Extension(extension.clone()));
        }
        Some(found)
    }

    /// The part that an object comes from.
    pub(super) fn part(&self, object: &ObjectId) -> Option<&String> {
        self.parts.get(object)
    }

    /// All objects, each with its part.
    pub(super) fn objects(&self) -> impl Iterator<Item = (&ObjectId, &String)> {
        self.parts.iter()
    }

    /// The objects of some parts.
    pub(super) fn of_parts(&self, parts: &BTreeSet<String>) -> BTreeSet<ObjectId> {
        self.parts.iter().filter(|(_, part)| parts.contains(*part)).map(|(id, _)| id.clone()).collect()
    }

    /// The objects of a name.
    pub(super) fn named(&self, name: &str) -> Option<&BTreeSet<ObjectId>> {
        self.named.get(name)
    }

    /// All names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &BTreeSet<ObjectId>)> {
        self.named.iter()
    }
}

/// Whether an index or a constraint can be spoken of without its table, as MySQL's and MariaDB's can't: those are all `PRIMARY`.
const fn parts_have_names(schema: &Schema) -> bool {
    match schema.dialect {
        Dialect::Postgres | Dialect::Sqlite => true,
        Dialect::Mysql => false,
    }
}

/// What statements find without naming it. It is there whatever is made.
pub(super) const fn is_unnamed(id: &ObjectId) -> bool {
    matches!(
        id,
        ObjectId::Definition(
            DefinitionKind::Cast
                | DefinitionKind::Operator
                | DefinitionKind::OperatorClass
                | DefinitionKind::OperatorFamily
                | DefinitionKind::Transform
                | DefinitionKind::UserMapping,
            _
        )
    )
}

/// What a new database has.
fn is_always_there(id: &ObjectId, part: &str) -> bool {
    matches!(id, ObjectId::Namespace(_)) && part == "public"
}

fn part_of(schema: &Schema, id: &ObjectId, is_part: &impl Fn(&str) -> bool) -> Option<String> {
    let own = || schema.name_of(id).map(|(name, _)| name);
    match id {
        ObjectId::Sequence(name) => {
            let owner = schema.sequence(name)?.owned_by.as_ref();
            let owner = owner.map(|(table, _)| table.name.as_str().to_owned());
            own().filter(|name| is_part(name)).or(owner)
        }
        ObjectId::Definition(DefinitionKind::EventTrigger | DefinitionKind::DefaultPrivileges, _) => None,
        ObjectId::Definition(
            kind @ (DefinitionKind::Trigger | DefinitionKind::Policy | DefinitionKind::Rule),
            identity,
        ) => {
            let definition = schema.definition(&(*kind, identity.clone()))?;
            schema.name_of(definition.parent.as_ref()?).map(|(name, _)| name)
        }
        ObjectId::Definition(..)
        | ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Table(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..) => own(),
    }
}
