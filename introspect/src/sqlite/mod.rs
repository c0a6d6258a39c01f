//! Reads a SQLite database: `sqlite_schema`, the table-valued pragmas, and the
//! `CREATE` texts for what the pragmas don't say.

mod authorizer;
mod confined;
mod connect;
mod indexes;
mod stats;
mod table_text;
mod tables;
mod unknown_modules;
mod views;

pub(crate) use confined::Confined;
pub use connect::{OpenMode, connect, in_memory, library_version};
pub(crate) use stats::sizes;

use std::collections::BTreeSet;

use autogen_diff_core::model::{Definition, DefinitionParts};
use autogen_diff_core::{
    DefinitionKind, Dialect, Flavor, Ident, ObjectId, QualifiedName, Schema, Version, is_own_table,
};
use autogen_sql_text::canonical_tokens;
use diesel::sql_types::{Nullable, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use crate::error::IntrospectError;

/// A row of `sqlite_schema`.
#[derive(QueryableByName)]
struct ObjectRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = Nullable<Text>)]
    sql: Option<String>,
}

/// Reads the whole schema of the main database; attached ones are left alone.
///
/// # Errors
/// When a query fails.
pub fn introspect(connection: &mut SqliteConnection) -> Result<Schema, IntrospectError> {
    let version = Version::parse(&library_version(connection)?);
    let mut schema = Schema::empty(Dialect::Sqlite, Flavor::Sqlite, version);
    let mut rows: Vec<ObjectRow> = sql_query(include_str!("objects.sql"))
        .load(connection)
        .map_err(|error| IntrospectError::query("reading sqlite_schema", &error))?;
    rows.retain(|row| !is_own_table(&row.name) && !is_own_table(&row.relation));
    schema.notes = unknown_modules::leave_out(connection, &mut rows)?;
    tables::read_tables(connection, &mut schema, &rows)?;
    let views: BTreeSet<Ident> =
        rows.iter().filter(|row| row.kind == "view").map(|row| Ident::case_insensitive(&row.name)).collect();
    for row in &rows {
        let Some(sql) = row.sql.as_deref() else { continue };
        match row.kind.as_str() {
            "index" => indexes::add_index(&mut schema, &row.name, &row.relation, sql),
            "view" => views::add_view(&mut schema, &row.name, sql),
            "trigger" => add_trigger(&mut schema, &views, row, sql),
            "virtual" => add_virtual_table(&mut schema, row, sql),
            _ => {}
        }
    }
    views::link_views(&mut schema);
    Ok(schema)
}

fn name(text: &str) -> QualifiedName {
    QualifiedName::new(None, Ident::case_insensitive(text))
}

fn add_trigger(schema: &mut Schema, views: &BTreeSet<Ident>, row: &ObjectRow, sql: &str) {
    let on_view = views.contains(&Ident::case_insensitive(&row.relation));
    let relation = name(&row.relation);
    let parent = if on_view { ObjectId::View(relation) } else { ObjectId::Table(relation) };
    let definition = text_definition(DefinitionKind::Trigger, &row.name, sql, Some(parent.clone()));
    schema.dependencies.entry(definition.id()).or_default().insert(parent);
    schema.insert(definition);
}

fn add_virtual_table(schema: &mut Schema, row: &ObjectRow, sql: &str) {
    let definition = text_definition(DefinitionKind::VirtualTable, &row.name, sql, None);
    schema.insert(definition);
}

fn text_definition(kind: DefinitionKind, name: &str, sql: &str, parent: Option<ObjectId>) -> Definition {
    Definition {
        kind,
        identity: name.to_owned(),
        parent,
        statements: vec![sql.to_owned()],
        compared: Some(canonical_tokens(sql)),
        signature: None,
        parts: DefinitionParts::Whole,
    }
}
