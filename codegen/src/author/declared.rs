//! The declared schema, by the names that statements give.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::Table;
use autogen_diff_core::{Dialect, ObjectId, QualifiedName, Schema};
use autogen_sql_text::{lexemes, unquoted};

use crate::postgres::stable;

/// What a schema has of the kinds that are put in the author's words.
pub(super) struct Declared<'a> {
    /// By kind and name.
    queries: BTreeMap<(&'static str, Vec<String>), String>,
    statements: BTreeSet<String>,
    tables: BTreeMap<Vec<String>, &'a Table>,
    /// The names that objects of several namespaces have.
    ambiguous: BTreeSet<String>,
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
            ambiguous: ambiguous(schema),
        }
    }

    /// Whether a statement names nothing without its namespace that another namespace has, too: which one is meant hangs on the
    /// session's `search_path`, which is another one where the migration runs than where it was proven.
    pub(super) fn is_unambiguous(&self, sql: &str) -> bool {
        let lexemes = lexemes(Dialect::Postgres, sql);
        let is_qualified = |at: usize| at > 0 && lexemes[at - 1].is_sign(".");
        (0..lexemes.len()).filter(|at| !is_qualified(*at)).all(|at| {
            unquoted(Dialect::Postgres, &lexemes[at]).is_none_or(|name| !self.ambiguous.contains(&name))
        })
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

/// The names of relations, types and routines that stand in several namespaces.
fn ambiguous(schema: &Schema) -> BTreeSet<String> {
    let mut namespaces: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let tables = schema.tables().map(|table| ObjectId::Table(table.name.clone()));
    for id in tables.chain(schema.objects()) {
        if let Some((name, Some(namespace))) = schema.name_of(&id) {
            namespaces.entry(name).or_default().insert(namespace);
        }
    }
    namespaces.into_iter().filter(|(_, found)| found.len() > 1).map(|(name, _)| name).collect()
}

fn parts(name: &QualifiedName) -> Vec<String> {
    let parts = name.namespace.iter().chain([&name.name]);
    parts.map(|part| part.as_str().to_owned()).collect()
}
