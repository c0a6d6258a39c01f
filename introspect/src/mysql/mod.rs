//! Reads a MySQL or MariaDB database: the lists of `information_schema`, and
//! `SHOW CREATE` for each object, which says all there is to say.

mod connect;
mod table_text;
mod tables;

pub(crate) use connect::one;
pub use connect::{connect, server};

use std::collections::BTreeMap;

use autogen_diff_core::model::{Definition, DefinitionParts, Expression, Parameters, SourceText, View};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, ObjectId, QualifiedName, Schema};
use diesel::sql_types::{Nullable, Text};
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use crate::error::IntrospectError;

/// An object of the connected database.
#[derive(QueryableByName)]
struct ObjectRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    /// The table of a trigger.
    #[diesel(sql_type = Nullable<Text>)]
    relation: Option<String>,
    /// The text that makes a trigger or an event, which the server shows to no prepared statement.
    #[diesel(sql_type = Nullable<Text>)]
    text: Option<String>,
}

/// Reads the whole schema of the connected database.
///
/// # Errors
/// When a query fails.
pub fn introspect(connection: &mut MysqlConnection) -> Result<Schema, IntrospectError> {
    let (flavor, version) = server(connection)?;
    let mut schema = Schema::empty(Dialect::Mysql, flavor, version);
    let database = one(connection, "SELECT DATABASE() AS value")?;
    let rows: Vec<ObjectRow> = sql_query(include_str!("objects.sql"))
        .load(connection)
        .map_err(|error| IntrospectError::query("the list of objects", &error))?;
    for row in rows.iter().filter(|row| row.kind == "TABLE") {
        let text = created(connection, "TABLE", &row.name)?;
        tables::add_table(&mut schema, &row.name, &text);
    }
    for row in &rows {
        if row.kind != "TABLE" {
            let text = match &row.text {
                Some(text) => text.clone(),
                None => created(connection, &row.kind, &row.name)?,
            };
            add_object(&mut schema, row, &without_database(&text, &database));
        }
    }
    link_views(&mut schema);
    Ok(schema)
}

/// The text of `SHOW CREATE`; what a role may not see is an error and not an absence.
fn created(connection: &mut MysqlConnection, kind: &str, name: &str) -> Result<String, IntrospectError> {
    macro_rules! show {
        ($column:literal) => {{
            #[derive(QueryableByName)]
            struct Row {
                #[diesel(sql_type = Nullable<Text>, column_name = $column)]
                text: Option<String>,
            }
            let sql = format!("SHOW CREATE {kind} `{}`", name.replace('`', "``"));
            let row: Row = sql_query(&sql)
                .get_result(connection)
                .map_err(|error| IntrospectError::query(sql.clone(), &error))?;
            row.text.ok_or_else(|| IntrospectError::Query {
                what: sql,
                message:
                    "the role may not see its text; grant it SELECT on the routines' catalog or SHOW VIEW"
                        .to_owned(),
            })
        }};
    }
    match kind {
        "TABLE" => show!("Create Table"),
        "VIEW" => show!("Create View"),
        "FUNCTION" => show!("Create Function"),
        "PROCEDURE" => show!("Create Procedure"),
        "PACKAGE" => show!("Create Package"),
        "PACKAGE BODY" => show!("Create Package Body"),
        _ => show!("Create Table"),
    }
}

/// A text with its own database's name taken out, so that it means the same in another.
fn without_database(text: &str, database: &str) -> String {
    text.replace(&format!("`{}`.", database.replace('`', "``")), "")
}

fn name(text: &str) -> QualifiedName {
    QualifiedName::new(None, Ident::exact(text))
}

fn add_object(schema: &mut Schema, row: &ObjectRow, text: &str) {
    if row.kind == "VIEW" {
        let view = View {
            name: name(&row.name),
            columns: Vec::new(),
            column_types: Vec::new(),
            query: Expression::new(text),
            options: Parameters::default(),
            column_defaults: BTreeMap::new(),
            source: SourceText(text.to_owned()),
        };
        schema.views.insert(view.name.clone(), view);
        return;
    }
    let kind = match row.kind.as_str() {
        "TRIGGER" => DefinitionKind::Trigger,
        "FUNCTION" => DefinitionKind::Function,
        "PROCEDURE" => DefinitionKind::Procedure,
        "EVENT" => DefinitionKind::Event,
        "SEQUENCE" => DefinitionKind::MariadbSequence,
        _ => DefinitionKind::Package,
    };
    let text = text.to_owned();
    let identity = format!("`{}`", row.name.replace('`', "``"));
    let parent = row.relation.as_deref().map(|relation| ObjectId::Table(name(relation)));
    let statements = if kind == DefinitionKind::Package { Vec::new() } else { vec![text.clone()] };
    let definition = Definition {
        kind,
        identity: identity.clone(),
        parent: parent.clone(),
        statements,
        // No text takes the place of another in place: MySQL knows no OR REPLACE for routines.
        signature: Some(text.clone()),
        compared: Some(text),
        parts: DefinitionParts::Whole,
    };
    if let Some(parent) = parent {
        schema.dependencies.entry(definition.id()).or_default().insert(parent);
    }
    schema.definitions.insert((kind, identity), definition);
}

/// The catalog does not tell what a view reads (MariaDB), so its text does: every
/// name in back quotes that is a relation's.
fn link_views(schema: &mut Schema) {
    let views: Vec<(QualifiedName, String)> =
        schema.views.iter().map(|(name, view)| (name.clone(), view.query.to_string())).collect();
    for (view, text) in views {
        for part in text.split('`').skip(1).step_by(2) {
            let other = name(part);
            let id = if schema.tables.contains_key(&other) {
                ObjectId::Table(other)
            } else if schema.views.contains_key(&other) && other != view {
                ObjectId::View(other)
            } else {
                continue;
            };
            schema.dependencies.entry(ObjectId::View(view.clone())).or_default().insert(id);
        }
    }
}
