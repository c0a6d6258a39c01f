//! Views and materialized views.

use std::collections::BTreeMap;

use autogen_diff_core::Pair;
use autogen_diff_core::model::{MaterializedView, PostgresColumn, View};

use super::column;
use super::table::{changed_parameters, parameters};
use crate::plan::{MaterializedViewOperation, ViewOperation};
use crate::quote::Quoter;

pub(super) fn statements(operation: &ViewOperation, q: &Quoter) -> Vec<String> {
    match operation {
        ViewOperation::Create(view) => create(view, q),
        ViewOperation::Drop(view) => vec![format!("DROP VIEW {}", q.qualified(&view.name))],
        ViewOperation::Replace(pair) => replace(pair, q),
    }
}

pub(super) fn materialized(operation: &MaterializedViewOperation, q: &Quoter) -> Vec<String> {
    match operation {
        MaterializedViewOperation::Create(view) => create_materialized(view, q),
        MaterializedViewOperation::Drop(view) => {
            vec![format!("DROP MATERIALIZED VIEW {}", q.qualified(&view.name))]
        }
        MaterializedViewOperation::Alter(pair) => alter_materialized(pair, q),
    }
}

pub(super) fn create(view: &View, q: &Quoter) -> Vec<String> {
    let mut statements = vec![text("CREATE VIEW", view, q)];
    for (column, default) in &view.column_defaults {
        statements.push(format!(
            "ALTER VIEW {} ALTER COLUMN {} SET DEFAULT {default}",
            q.qualified(&view.name),
            q.ident(column)
        ));
    }
    statements
}

fn text(verb: &str, view: &View, q: &Quoter) -> String {
    let options = if view.options.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", parameters(&view.options, q))
    };
    format!("{verb} {}{options} AS\n{}", q.qualified(&view.name), indented(view.query.as_str()))
}

/// `pg_get_viewdef` starts its first line with a space; ours does not.
fn indented(query: &str) -> String {
    query.trim().to_owned()
}

pub(super) fn replace(pair: &Pair<View>, q: &Quoter) -> Vec<String> {
    let Pair { from, to } = pair;
    let name = q.qualified(&to.name);
    let mut statements = Vec::new();
    if from.query != to.query || from.columns != to.columns {
        statements.push(text("CREATE OR REPLACE VIEW", to, q));
    } else {
        let options = Pair::new(&*from.options, &*to.options);
        statements.extend(
            changed_parameters(options, q).into_iter().map(|change| format!("ALTER VIEW {name} {change}")),
        );
    }
    for column in from.column_defaults.keys().filter(|column| !to.column_defaults.contains_key(column)) {
        statements.push(format!("ALTER VIEW {name} ALTER COLUMN {} DROP DEFAULT", q.ident(column)));
    }
    for (column, default) in &to.column_defaults {
        if from.column_defaults.get(column) != Some(default) {
            let column = q.ident(column);
            statements.push(format!("ALTER VIEW {name} ALTER COLUMN {column} SET DEFAULT {default}"));
        }
    }
    statements
}

pub(super) fn create_materialized(view: &MaterializedView, q: &Quoter) -> Vec<String> {
    let MaterializedView {
        name,
        columns: _,
        column_settings: _,
        query,
        options,
        tablespace,
        access_method,
        populated,
        indexes: _,
        clustered_on: _,
    } = view;
    let mut text = format!("CREATE MATERIALIZED VIEW {}", q.qualified(name));
    if let Some(method) = access_method {
        text.push_str(&format!(" USING {}", q.ident(method)));
    }
    if !options.is_empty() {
        text.push_str(&format!(" WITH ({})", parameters(options, q)));
    }
    if let Some(tablespace) = tablespace {
        text.push_str(&format!(" TABLESPACE {}", q.ident(tablespace)));
    }
    text.push_str(&format!(" AS\n{}", indented(query.as_str())));
    text.push_str(if *populated { "\nWITH DATA" } else { "\nWITH NO DATA" });
    let bare = MaterializedView { column_settings: BTreeMap::new(), ..view.clone() };
    std::iter::once(text).chain(column_settings(Pair::new(&bare, view), q)).collect()
}

/// What is altered in place, but for its indexes.
pub(super) fn alter_materialized(pair: &Pair<MaterializedView>, q: &Quoter) -> Vec<String> {
    column_settings(pair.as_ref(), q)
}

fn column_settings(pair: Pair<&MaterializedView>, q: &Quoter) -> Vec<String> {
    let usual = PostgresColumn::default();
    let mut statements = Vec::new();
    for name in &pair.to.columns {
        let columns = pair.map(|view| view.column_settings.get(name));
        let Some(either) = columns.to.or(columns.from) else { continue };
        let settings = columns.map(|column| column.map_or(&usual, |column| &column.settings));
        let lead =
            format!("ALTER MATERIALIZED VIEW {} ALTER COLUMN {}", q.qualified(&pair.to.name), q.ident(name));
        let actions = column::settings(settings, &either.data_type);
        statements.extend(actions.into_iter().map(|action| format!("{lead} {action}")));
    }
    statements
}
