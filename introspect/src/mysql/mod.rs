//! Reads a MySQL or MariaDB database: the lists of `information_schema`, and
//! `SHOW CREATE` for each object, all of them in one round trip.

mod body;
mod code;
mod connect;
mod event;
mod library;
mod relation;
mod routine;
mod scanner;
mod stats;
mod table_text;
mod tables;
mod trigger;
mod visibility;

pub(crate) use connect::{SESSION, message, one, query_error, run};
pub use connect::{connect, connect_to_read, connect_to_write, server};
pub use mysql::Conn;
pub(crate) use stats::sizes;

use autogen_diff_core::{Dialect, Ident, QualifiedName, Schema};
use mysql::prelude::{FromRow, Queryable};
use mysql::{Row, Value};

use crate::error::IntrospectError;

/// What the meaning of a text depends on.
struct Context {
    /// The connected database.
    database: String,
    /// The account that we are, as `DEFINER` spells it: its objects need no `DEFINER`.
    account: String,
    /// The session's `sql_mode`, sorted.
    sql_mode: Vec<String>,
}

/// Reads the whole schema of the connected database.
///
/// # Errors
/// When a query fails, or when the account does not see everything.
pub fn introspect(connection: &mut Conn) -> Result<Schema, IntrospectError> {
    introspect_as(connection, None)
}

/// The same for another account, whose objects need no `DEFINER` then.
pub(crate) fn introspect_as(
    connection: &mut Conn,
    account: Option<String>,
) -> Result<Schema, IntrospectError> {
    let (flavor, version) = server(connection)?;
    let mut schema = Schema::empty(Dialect::Mysql, flavor, version);
    let context = Context {
        database: one(connection, "SELECT DATABASE()")?,
        account: account.map_or_else(|| one(connection, "SELECT CURRENT_USER()"), Ok)?,
        sql_mode: code::modes(&one(connection, "SELECT @@SESSION.sql_mode")?),
    };
    visibility::check(connection, &context)?;
    relation::read(connection, &mut schema, &context)?;
    routine::read(connection, &mut schema, &context)?;
    trigger::read(connection, &mut schema, &context)?;
    event::read(connection, &mut schema, &context)?;
    library::read(connection, &mut schema)?;
    relation::link(&mut schema);
    Ok(schema)
}

/// The rows of a catalog query.
fn rows<T: FromRow>(connection: &mut Conn, what: &'static str, sql: &str) -> Result<Vec<T>, IntrospectError> {
    connection.query(sql).map_err(|error| query_error(what, &error))
}

/// A `SHOW CREATE` to ask for.
struct Show {
    /// `TABLE`, `VIEW` …
    kind: &'static str,
    /// The object.
    name: String,
    /// The column of the answer that holds the text.
    column: usize,
}

impl Show {
    fn sql(&self) -> String {
        format!("SHOW CREATE {} {}", self.kind, quoted(&self.name))
    }
}

/// The texts of many objects, in their order.
fn show(connection: &mut Conn, shows: &[Show]) -> Result<Vec<String>, IntrospectError> {
    let mut texts = Vec::with_capacity(shows.len());
    show_each(connection, shows, |text| texts.push(text))?;
    Ok(texts)
}

/// Takes the texts of many objects, asked for at once, as they come; what the account may not see is an error and not an absence.
fn show_each(
    connection: &mut Conn,
    shows: &[Show],
    mut take: impl FnMut(String),
) -> Result<(), IntrospectError> {
    /// Well below the smallest `max_allowed_packet` with names of any length.
    const AT_ONCE: usize = 500;
    for shows in shows.chunks(AT_ONCE) {
        let sql = shows.iter().map(Show::sql).collect::<Vec<_>>().join(";");
        let failed = |show: &Show, error: &mysql::Error| query_error(show.sql(), error);
        let mut answers = connection.query_iter(&sql).map_err(|error| failed(&shows[0], &error))?;
        for show in shows {
            let row = answers.iter().and_then(|mut answer| answer.next()).transpose();
            let row = row.map_err(|error| failed(show, &error))?;
            let text = row.as_ref().and_then(|row| text_at(row, show.column));
            take(text.ok_or_else(|| IntrospectError::Query {
                what: show.sql(),
                message: "the server shows no text of it; may the account see it?".to_owned(),
            })?);
        }
    }
    Ok(())
}

fn text_at(row: &Row, column: usize) -> Option<String> {
    match row.as_ref(column)? {
        Value::Bytes(bytes) => Some(String::from_utf8_lossy(bytes).into_owned()),
        _ => None,
    }
}

fn name(text: &str) -> QualifiedName {
    QualifiedName::new(None, Ident::exact(text))
}

fn quoted(name: &str) -> String {
    format!("`{}`", name.replace('`', "``"))
}
