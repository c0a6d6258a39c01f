//! Views, and which tables and views they read.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use autogen_diff_core::model::{Expression, Parameters, SourceText, View};
use autogen_diff_core::{ObjectId, QualifiedName, Schema};
use autogen_sql_text::canonical_tokens;
use sqlparser::ast::visit_relations;
use sqlparser::dialect::SQLiteDialect;
use sqlparser::parser::Parser;

use super::name;

pub(super) fn add_view(schema: &mut Schema, view_name: &str, sql: &str) {
    let name = name(view_name);
    let view = View {
        name: name.clone(),
        columns: Vec::new(),
        column_types: Vec::new(),
        query: Expression::new(canonical_tokens(sql)),
        options: Parameters::default(),
        column_defaults: BTreeMap::new(),
        source: SourceText(sql.to_owned()),
    };
    schema.insert(view);
}

/// Records what each view reads. SQLite does not check it when a view is made,
/// so a text that the parser can't read only costs a nice order.
pub(super) fn link_views(schema: &mut Schema) {
    let views: Vec<_> = schema.views().map(|view| (view.name.clone(), relations(&view.source.0))).collect();
    for (name, read) in views {
        let known = read.into_iter().filter(|relation| *relation != name).filter_map(|relation| {
            let table = ObjectId::Table(relation.clone());
            let view = ObjectId::View(relation);
            [table, view].into_iter().find(|id| schema.contains(id))
        });
        let known: Vec<ObjectId> = known.collect();
        schema.dependencies.entry(ObjectId::View(name)).or_default().extend(known);
    }
}

fn relations(sql: &str) -> Vec<QualifiedName> {
    let Ok(statements) = Parser::parse_sql(&SQLiteDialect {}, sql) else { return Vec::new() };
    let mut found = Vec::new();
    let _ = visit_relations(&statements, |relation| {
        let last = relation.0.last().and_then(|part| part.as_ident());
        found.extend(last.map(|ident| name(&ident.value)));
        ControlFlow::<()>::Continue(())
    });
    found
}
