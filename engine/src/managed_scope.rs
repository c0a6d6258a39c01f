//! What of a database is the project's: objects, privileges, owners, and aspects of tables.

use std::collections::BTreeSet;

use autogen_diff_core::diagnostic::{Diagnostic, Severity};
use autogen_diff_core::model::Aspect;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema, diff};

use crate::name_pattern::matches;
use crate::other_tools;

/// What is managed. Whatever is not is neither compared nor changed, and what is made again keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ManagedScope {
    /// The namespaces; all of them without a list.
    pub namespaces: Option<Vec<String>>,
    /// Patterns of relations, types and sequences that are not managed; `*` stands for anything.
    pub ignore: Vec<String>,
    /// Whether the tables of other migration tools are managed.
    pub other_tools: bool,
    /// The table in which the project's own tool keeps what is applied. It is no part of a model, whatever is managed.
    pub own_history: Option<&'static str>,
    /// Whether privileges are managed.
    pub grants: bool,
    /// Whether owners are managed.
    pub owners: bool,
    /// The aspects of tables that others look after.
    pub unmanaged_aspects: Vec<Aspect>,
    /// Outside of a project two schemas are compared with all objects and privileges that they have.
    pub is_outside_of_project: bool,
}

impl ManagedScope {
    /// Keeps only the objects that are managed. Gives what was left out and is to be told.
    pub fn retain_objects(&self, schema: &mut Schema) -> Vec<Diagnostic> {
        if let Some(namespaces) = &self.namespaces {
            schema.keep_namespaces(namespaces);
        }
        self.leave_out_own_history(schema);
        let left_out = if self.other_tools { Vec::new() } else { leave_out_other_tools(schema) };
        if !self.ignore.is_empty() {
            let is_ignored =
                |name: &QualifiedName| self.ignore.iter().any(|pattern| matches(pattern, name.name.as_str()));
            schema.leave_out(&is_ignored);
        }
        left_out
    }

    /// Takes out the table in which the project's own tool keeps what is applied.
    pub fn leave_out_own_history(&self, schema: &mut Schema) {
        let Some(table) = self.own_history else { return };
        let usual = schema.default_namespace.clone();
        schema.leave_out(&|name: &QualifiedName| other_tools::is_of(table, name, usual.as_ref()));
    }

    /// Keeps only the objects, privileges and owners that are managed.
    pub fn retain_managed(&self, schema: &mut Schema) {
        self.retain_objects(schema);
        if !self.grants {
            schema.privileges.clear();
        }
        if !self.owners {
            schema.owners.clear();
        }
    }

    /// Keeps only what nobody else may change without asking: what is managed, without the aspects that are
    /// left to others.
    pub fn retain_own(&self, schema: &mut Schema) {
        self.retain_managed(schema);
        self.unmanaged_aspects.iter().for_each(|aspect| schema.clear_aspect(*aspect));
    }

    /// A schema with only what [`Self::retain_own`] keeps.
    pub fn own(&self, schema: &Schema) -> Schema {
        let mut own = schema.clone();
        self.retain_own(&mut own);
        own
    }

    /// Whether a schema has nothing that is managed beyond what a new database of the server has.
    pub fn holds_nothing(&self, schema: &Schema) -> bool {
        let own = self.own(schema);
        own.count() == 0 && diff(Pair::new(&self.own(&own.emptied()), &own)).is_empty()
    }

    /// Gives the declared side what is not managed, so that it does not differ and what is made again has it
    /// as before.
    pub fn adopt_unmanaged(&self, from: &Schema, to: &mut Schema) {
        if !self.compares_grants() {
            to.adopt_privileges(from);
        }
        if !self.owners {
            to.adopt_owners(from);
        }
        self.unmanaged_aspects.iter().for_each(|aspect| to.adopt_aspect(from, *aspect));
    }

    /// A schema without the owners and privileges that are not managed, which a role without the right to give
    /// them could not make in a scratch database.
    pub fn without_unmanaged_rights(&self, schema: &Schema) -> Schema {
        let mut schema = schema.clone();
        if !self.compares_grants() {
            schema.privileges.clear();
        }
        if !self.owners {
            schema.owners.clear();
        }
        schema
    }

    const fn compares_grants(&self) -> bool {
        self.grants || self.is_outside_of_project
    }
}

/// Takes out of a schema what other migration tools and extensions keep there, and gives a note for each of their tables.
pub fn leave_out_other_tools(schema: &mut Schema) -> Vec<Diagnostic> {
    let usual = schema.default_namespace.clone();
    let is_theirs = |name: &QualifiedName| other_tools::owns(name, usual.as_ref());
    let tools = schema.tables().map(|table| &table.name).filter(|name| is_theirs(name));
    let mut notes: Vec<Diagnostic> =
        tools.map(|name| left_out(name, "another migration tool's own table")).collect();
    schema.leave_out(&is_theirs);
    let of_extensions = in_namespaces_of_extensions(schema);
    let tables = of_extensions.iter().filter(|name| schema.table(name).is_some());
    notes.extend(tables.map(|name| left_out(name, "a table in a schema that belongs to an extension")));
    schema.leave_out(&|name: &QualifiedName| of_extensions.contains(name));
    notes
}

fn left_out(name: &QualifiedName, what: &str) -> Diagnostic {
    Diagnostic {
        severity: Severity::Note,
        subject: None,
        message: format!("left out {name}, {what} (manage.other_tools = true manages it)"),
        help: None,
    }
}

/// The relations that are in namespaces of extensions without being members: what an extension makes there when it is called, such
/// as the tables of a queue (pgq).
fn in_namespaces_of_extensions(schema: &Schema) -> BTreeSet<QualifiedName> {
    let own: BTreeSet<&Ident> = schema.namespaces().map(|namespace| &namespace.name).collect();
    let is_own =
        |namespace: &Ident| own.contains(namespace) || schema.default_namespace.as_ref() == Some(namespace);
    let tables = schema.tables().map(|table| &table.name);
    let sequences = schema.sequences().map(|sequence| &sequence.name);
    let views = schema.views().map(|view| &view.name);
    let all = tables.chain(sequences).chain(views);
    // Only PostgreSQL's names have one.
    all.filter(|name| name.namespace.as_ref().is_some_and(|namespace| !is_own(namespace))).cloned().collect()
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::model::Namespace;
    use autogen_diff_core::{Dialect, Flavor, ObjectId, Version};

    use super::*;

    fn schema() -> Schema {
        let version = Version { major: 18, minor: 0 };
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, version);
        for name in ["app", "audit"] {
            let name = Ident::exact(name);
            schema.owners.insert(ObjectId::Namespace(name.clone()), "ann".to_owned());
            schema.insert(Namespace { name });
        }
        schema
    }

    #[test]
    fn what_is_not_managed_is_neither_kept_nor_differs() {
        let scope = ManagedScope { namespaces: Some(vec!["app".to_owned()]), ..ManagedScope::default() };
        let mut kept = schema();
        scope.retain_managed(&mut kept);
        assert_eq!(kept.namespaces().map(|found| found.name.as_str()).collect::<Vec<_>>(), ["app"]);
        assert!(kept.owners.is_empty());
        let mut declared = schema();
        declared.owners.clear();
        scope.adopt_unmanaged(&schema(), &mut declared);
        assert_eq!(declared.owners, schema().owners);
        let all = ManagedScope { owners: true, ..ManagedScope::default() };
        assert_eq!(all.without_unmanaged_rights(&schema()).owners, schema().owners);
    }
}
