//! All objects of a schema in one map, and each kind's own way to them.

use std::collections::BTreeMap;

use crate::definition_kind::DefinitionKind;
use crate::model::{
    Definition, EnumType, Extension, MaterializedView, Namespace, Schema, Sequence, Table, View, retain,
};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::shared::Shared;

/// Objects by their ids: kind after kind, and by name within a kind.
pub type Objects = BTreeMap<ObjectId, Object>;

/// Names the kinds: the enum, the way from each kind to it, and how a schema's objects of one kind are read and written.
macro_rules! kinds {
    ($($kind:ident($object:ident) by $name:ident: $key:ty = $own:expr, from $first:expr, $id:expr; $one:ident, $one_mut:ident, $has:ident, $all:ident, $all_mut:ident, $what:literal;)*) => {
        /// An object with a name of its own. Schemas that are made of one another hold it together.
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum Object {
            $(
                #[doc = concat!("One ", $what, ".")]
                $kind(Shared<$kind>),
            )*
        }

        impl Object {
            /// What it is called.
            pub fn id(&self) -> ObjectId {
                match self {
                    $(Self::$kind($object) => {
                        let $name: &$key = &$own;
                        $id
                    })*
                }
            }
        }

        $(
            impl From<$kind> for Object {
                fn from(object: $kind) -> Self {
                    Self::$kind(object.into())
                }
            }

            impl From<Shared<$kind>> for Object {
                fn from(object: Shared<$kind>) -> Self {
                    Self::$kind(object)
                }
            }
        )*

        impl Schema {
            $(
                #[doc = concat!("The ", $what, " of a name.")]
                pub fn $one(&self, $name: &$key) -> Option<&$kind> {
                    if let Some(Object::$kind(found)) = self.objects.get(&$id) { Some(found) } else { None }
                }

                #[doc = concat!("The ", $what, " of a name, to be changed.")]
                pub fn $one_mut(&mut self, $name: &$key) -> Option<&mut $kind> {
                    if let Some(Object::$kind(found)) = self.objects.get_mut(&$id) { Some(found) } else { None }
                }

                #[doc = concat!("Whether there is a ", $what, " of a name.")]
                pub fn $has(&self, $name: &$key) -> bool {
                    self.objects.contains_key(&$id)
                }

                #[doc = concat!("Each ", $what, ", by name.")]
                pub fn $all(&self) -> impl Iterator<Item = &$kind> + Clone {
                    let $name: &$key = &$first;
                    self.objects.range($id..).map_while(|(_, object)| {
                        if let Object::$kind(found) = object { Some(&**found) } else { None }
                    })
                }

                #[doc = concat!("Each ", $what, ", to be changed; one that is only looked at stays shared.")]
                pub fn $all_mut(&mut self) -> impl Iterator<Item = &mut Shared<$kind>> {
                    let $name: &$key = &$first;
                    self.objects.range_mut($id..).map_while(|(_, object)| {
                        if let Object::$kind(found) = object { Some(found) } else { None }
                    })
                }
            )*
        }
    };
}

kinds! {
    Namespace(object) by name: Ident = object.name, from Ident::exact(""), ObjectId::Namespace(name.clone());
        namespace, namespace_mut, has_namespace, namespaces, namespaces_mut, "namespace";
    Extension(object) by name: Ident = object.name, from Ident::exact(""), ObjectId::Extension(name.clone());
        extension, extension_mut, has_extension, extensions, extensions_mut, "extension";
    EnumType(object) by name: QualifiedName = object.name, from first_name(), ObjectId::EnumType(name.clone());
        enum_type, enum_type_mut, has_enum_type, enum_types, enum_types_mut, "enum type";
    Sequence(object) by name: QualifiedName = object.name, from first_name(), ObjectId::Sequence(name.clone());
        sequence, sequence_mut, has_sequence, sequences, sequences_mut, "sequence";
    Table(object) by name: QualifiedName = object.name, from first_name(), ObjectId::Table(name.clone());
        table, table_mut, has_table, tables, tables_mut, "table";
    View(object) by name: QualifiedName = object.name, from first_name(), ObjectId::View(name.clone());
        view, view_mut, has_view, views, views_mut, "view";
    MaterializedView(object) by name: QualifiedName = object.name, from first_name(), ObjectId::MaterializedView(name.clone());
        materialized_view, materialized_view_mut, has_materialized_view, materialized_views, materialized_views_mut,
        "materialized view";
    Definition(object) by key: (DefinitionKind, String) = (object.kind, object.identity.clone()),
        from (DefinitionKind::ALL[0], String::new()),
        ObjectId::Definition(key.0, key.1.clone());
        definition, definition_mut, has_definition, definitions, definitions_mut, "definition";
}

impl Object {
    /// The object that a definition goes with.
    pub fn parent(&self) -> Option<&ObjectId> {
        match self {
            Self::Definition(found) => found.parent.as_ref(),
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::EnumType(_)
            | Self::Sequence(_)
            | Self::Table(_)
            | Self::View(_)
            | Self::MaterializedView(_) => None,
        }
    }
}

/// A name that no other one stands before.
fn first_name() -> QualifiedName {
    QualifiedName::new(None, Ident::exact(""))
}

impl Schema {
    /// Puts an object under its id; gives the one that was there.
    pub fn insert(&mut self, object: impl Into<Object>) -> Option<Object> {
        let object = object.into();
        self.objects.insert(object.id(), object)
    }

    /// The definitions of one kind, by identity.
    pub fn definitions_of(&self, kind: DefinitionKind) -> impl Iterator<Item = &Definition> {
        let found = self.objects.range(ObjectId::Definition(kind, String::new())..);
        found.map_while(move |(_, object)| match object {
            Object::Definition(found) if found.kind == kind => Some(&**found),
            Object::Definition(_)
            | Object::Namespace(_)
            | Object::Extension(_)
            | Object::EnumType(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::MaterializedView(_) => None,
        })
    }

    /// Keeps the definitions for which a condition holds, and all objects of other kinds.
    pub fn retain_definitions(&mut self, keep: impl Fn(&Definition) -> bool) {
        retain(&mut self.objects, |_, object| match object {
            Object::Definition(found) => keep(found),
            Object::Namespace(_)
            | Object::Extension(_)
            | Object::EnumType(_)
            | Object::Sequence(_)
            | Object::Table(_)
            | Object::View(_)
            | Object::MaterializedView(_) => true,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::DefinitionParts;
    use crate::{Dialect, Flavor, Version};

    fn definition(kind: DefinitionKind, identity: &str) -> Definition {
        Definition {
            kind,
            identity: identity.to_owned(),
            statements: Vec::new(),
            parent: None,
            compared: None,
            signature: None,
            parts: DefinitionParts::Whole,
        }
    }

    #[test]
    fn each_kind_is_found_whole_among_the_others() {
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::parse("18"));
        for kind in DefinitionKind::ALL {
            ["", "a"].into_iter().for_each(|identity| drop(schema.insert(definition(*kind, identity))));
        }
        for name in ["", "a"].map(Ident::exact) {
            let values = Vec::new();
            schema.insert(EnumType { name: QualifiedName::new(None, name.clone()), values });
            schema.insert(Namespace { name });
        }
        assert_eq!(schema.definitions().count(), 2 * DefinitionKind::ALL.len());
        for kind in DefinitionKind::ALL {
            assert_eq!(schema.definitions_of(*kind).count(), 2, "{kind:?}");
        }
        assert_eq!((schema.enum_types().count(), schema.namespaces().count()), (2, 2));
        assert_eq!((schema.tables().count(), schema.extensions().count()), (0, 0));
    }

    #[test]
    fn what_keeps_all_leaves_the_map_shared() {
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::parse("18"));
        schema.insert(definition(DefinitionKind::Function, "f()"));
        let mut copy = schema.clone();
        copy.retain_definitions(|_| true);
        assert!(copy.objects.is(&schema.objects));
        copy.retain_definitions(|_| false);
        assert_eq!((copy.objects.len(), schema.objects.len()), (0, 1));
    }
}
