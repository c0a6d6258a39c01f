//! From the catalog's numbers to the model's names.

use std::collections::BTreeMap;

use autogen_diff_core::{Ident, ObjectId, QualifiedName};

use super::rows::Oid;

/// Numbers of system catalogs; fixed in PostgreSQL's sources (`pg_*.h`).
pub(super) mod class {
    pub(in crate::postgres) const TYPE: u32 = 1247;
    pub(in crate::postgres) const PROC: u32 = 1255;
    pub(in crate::postgres) const CLASS: u32 = 1259;
    pub(in crate::postgres) const ATTRDEF: u32 = 2604;
    pub(in crate::postgres) const CONSTRAINT: u32 = 2606;
    pub(in crate::postgres) const NAMESPACE: u32 = 2615;
    pub(in crate::postgres) const REWRITE: u32 = 2618;
    pub(in crate::postgres) const EXTENSION: u32 = 3079;
}

/// What each number of the catalog is called.
#[derive(Default)]
pub(super) struct Ids {
    objects: BTreeMap<(u32, u32), ObjectId>,
    /// Rows of the catalog that are a part of an object, such as a type's array type.
    parts: BTreeMap<(u32, u32), ObjectId>,
    columns: BTreeMap<(u32, i32), ObjectId>,
    relations: BTreeMap<u32, QualifiedName>,
    /// The namespaces by name: few, and in every object's name.
    namespaces: BTreeMap<String, Ident>,
}

impl Ids {
    /// A name in a namespace. All names in one share that one's text.
    pub(super) fn qualified(&mut self, namespace: String, name: &str) -> QualifiedName {
        let namespace =
            self.namespaces.entry(namespace).or_insert_with_key(|name| Ident::exact(name)).clone();
        QualifiedName::new(Some(namespace), Ident::exact(name))
    }

    /// Records an object of a system catalog.
    pub(super) fn insert(&mut self, class: u32, oid: Oid, id: ObjectId) {
        self.objects.insert((class, oid.0), id);
    }

    /// Records a row of a catalog that is a part of an object: what depends on it
    /// depends on the object, but a comment on it is not the object's comment.
    pub(super) fn insert_part(&mut self, class: u32, oid: Oid, id: ObjectId) {
        self.parts.insert((class, oid.0), id);
    }

    /// Records a table, view or materialized view, which is also a type.
    pub(super) fn insert_relation(&mut self, oid: Oid, name: &QualifiedName, id: ObjectId) {
        self.relations.insert(oid.0, name.clone());
        self.insert(class::CLASS, oid, id);
    }

    /// Records a column.
    pub(super) fn insert_column(&mut self, relation: Oid, number: i32, id: ObjectId) {
        self.columns.insert((relation.0, number), id);
    }

    /// The name of a table, view or materialized view.
    pub(super) fn relation(&self, oid: Oid) -> Option<&QualifiedName> {
        self.relations.get(&oid.0)
    }

    /// The object that has a number or has it as a part, or the column of one.
    pub(super) fn get(&self, class: u32, oid: Oid, number: i32) -> Option<&ObjectId> {
        let whole = || self.parts.get(&(class, oid.0)).or_else(|| self.objects.get(&(class, oid.0)));
        if class == class::CLASS && number != 0 {
            // What has no columns of its own in the model (a composite type) stands for them.
            return self.columns.get(&(oid.0, number)).or_else(whole);
        }
        whole()
    }

    /// The very object that has a number, or the column of one.
    pub(super) fn exact(&self, class: u32, oid: Oid, number: i32) -> Option<&ObjectId> {
        if class == class::CLASS && number != 0 {
            return self.columns.get(&(oid.0, number));
        }
        self.objects.get(&(class, oid.0))
    }
}
