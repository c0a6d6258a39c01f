//! The declared schema, by the names that statements give.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::Table;
use autogen_diff_core::{QualifiedName, Schema};

use crate::postgres::stable;

/// What a schema has of the kinds that are put in the author's words.
pub(super) struct Declared<'a> {
    /// By kind and name.
    queries: BTreeMap<(&'static str, Vec<String>), String>,
    statements: BTreeSet<String>,
    tables: BTreeMap<Vec<String>, &'a Table>,
}

impl<'a> Declared<'a> {
    pub(super) fn of(schema: &'a Schema) -> Self {
        let query = |text: &str| stable(text.trim().to_owned());
        let views = schema.views().map(|view| (("VIEW", parts(&view.name)), query(view.query.as_str())));
        let filled = schema
            .materialized_views()
            .map(|view| (("MATERIALIZED VIEW", parts(&view.name)), query(view.query.as_str())));
        let statements = schema.definitions().flat_map(|definition| &definition.statements);
        Self {
            queries: views.chain(filled).collect(),
            statements: statements.map(|statement| stable(statement.clone())).collect(),
            tables: schema.tables().map(|table| (parts(&table.name), table)).collect(),
        }
    }

    /// The query of a view.
    pub(super) fn query(&self, kind: &str, name: &[String]) -> Option<String> {
        let mut views = self.queries.iter();
        views.find(|((of, own), _)| *of == kind && own == name).map(|(_, query)| query.clone())
    }

    /// Whether a statement is one of a declared definition's own.
    pub(super) fn has_statement(&self, sql: &str) -> bool {
        self.statements.contains(sql)
    }

    pub(super) fn table(&self, name: &[String]) -> Option<&'a Table> {
        self.tables.get(name).copied()
    }
}

fn parts(name: &QualifiedName) -> Vec<String> {
    let parts = name.namespace.iter().chain([&name.name]);
    parts.map(|part| part.as_str().to_owned()).collect()
}
