//! Runs a catalog query and reads its rows, each as one JSON object.

use std::fmt;

use diesel::connection::CacheSize;
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::Text;
use diesel::{Connection, PgConnection, RunQueryDsl};
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error, Visitor};

use autogen_diff_core::Version;
use autogen_diff_core::model::Parameters;

use super::kinds::Kinds;
use crate::error::IntrospectError;

/// A number of the catalog; `to_json` writes it as a string.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Oid(pub(super) u32);

impl<'de> Deserialize<'de> for Oid {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OidVisitor)
    }
}

/// Reads a number that stands as one, or as a string.
struct OidVisitor;

impl Visitor<'_> for OidVisitor {
    type Value = Oid;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object number")
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Oid, E> {
        u32::try_from(number).map(Oid).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Oid, E> {
        text.parse().map(Oid).map_err(E::custom)
    }
}

/// A query of one text column. A connection that keeps statements ([`keep_statements`]) plans it once, which is most of what a
/// catalog query costs in a small database.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TextQuery<'a>(pub(crate) &'a str);

impl Query for TextQuery<'_> {
    type SqlType = Text;
}

impl QueryId for TextQuery<'_> {
    type QueryId = ();

    // It is told apart by its text.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for TextQuery<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> diesel::QueryResult<()> {
        pass.push_sql(self.0);
        Ok(())
    }
}

impl RunQueryDsl<PgConnection> for TextQuery<'_> {}

/// Has a connection keep the statements that it prepares. That is for sessions of our own: behind a pooler the next statement may
/// reach another session of the server.
pub(crate) fn keep_statements(connection: &mut PgConnection) {
    connection.set_prepared_statement_cache_size(CacheSize::Unbounded);
}

/// The catalog of a database: all of it, or what one namespace has.
pub(super) struct Catalog<'c> {
    pub(super) connection: &'c mut PgConnection,
    /// The namespace, where the session is for one alone.
    pub(super) namespace: Option<String>,
    /// What there is in it.
    pub(super) kinds: Kinds,
}

impl<'c> Catalog<'c> {
    /// All of it.
    pub(super) fn whole(connection: &'c mut PgConnection) -> Self {
        Self { connection, namespace: None, kinds: Kinds::all() }
    }
}

/// Runs a query of the `queries` folder, without the lines for later releases, and without those for one namespace where all
/// are read. What is not there is not asked for.
pub(super) fn query<T: DeserializeOwned>(
    catalog: &mut Catalog<'_>,
    name: &'static str,
    sql: &str,
    version: Version,
) -> Result<Vec<T>, IntrospectError> {
    if !catalog.kinds.may_give_rows(name) {
        return Ok(Vec::new());
    }
    let sql = in_namespace(&for_version(sql, version), catalog.namespace.is_some());
    let connection = &mut *catalog.connection;
    let sql = format!("SELECT pg_catalog.row_to_json(q)::pg_catalog.text AS row FROM (\n{sql}\n) q");
    let failed = |error| IntrospectError::query(format!("the catalog query {name}"), &error);
    // One row at a time: neither the client library nor this holds the text of all of them.
    let rows = TextQuery(&sql).load_iter::<String, PgRowByRowLoadingMode>(connection).map_err(failed)?;
    rows.map(|row| {
        serde_json::from_str(&row.map_err(failed)?)
            .map_err(|error| IntrospectError::Row { query: name, message: error.to_string() })
    })
    .collect()
}

/// A line that ends in `-- since N` is for that release and later ones.
fn for_version(sql: &str, version: Version) -> String {
    let fits = |line: &&str| {
        let since = line.rsplit_once("-- since ").and_then(|(_, number)| number.trim().parse::<u32>().ok());
        since.is_none_or(|since| version.major >= since)
    };
    sql.lines().filter(fits).collect::<Vec<_>>().join("\n")
}

/// The classes whose objects of one namespace a query can name, and the number of their catalog (`pg_class.oid`).
const OF_NAMESPACE: [(&str, u32); 3] = [(":relations", 1259), (":types", 1247), (":functions", 1255)];

/// A line that ends in `-- in a namespace` is for reading one, and one that ends in `-- in all namespaces` for reading all.
///
/// In the former `:namespace` is the name; `:relations`, `:types` and `:functions` are the numbers of what is in it; and
/// `:objects` is a table of that, with what belongs to it (`class`, `oid`). `pg_depend` finds them by an index, where a catalog
/// by itself would be read as a whole, most of which is about other namespaces. What is found in it has to come first in a join:
/// the server has no statistics of a database that is new, and takes all numbers of users' objects for one row.
fn in_namespace(sql: &str, is_one: bool) -> String {
    let lines = sql.lines().filter_map(|line| match (line.ends_with(IN_ONE), line.ends_with(IN_ALL)) {
        (true, _) => is_one.then(|| filled(line)),
        (false, true) => (!is_one).then(|| line.to_owned()),
        (false, false) => Some(line.to_owned()),
    });
    lines.collect::<Vec<_>>().join("\n")
}

const IN_ONE: &str = "-- in a namespace";
const IN_ALL: &str = "-- in all namespaces";

/// The name is the session's setting, so that the text, and with it a plan that is kept, is the same for all.
const NAMESPACE: &str = "pg_catalog.current_setting('autogen.namespace')::pg_catalog.name";

fn filled(line: &str) -> String {
    let number = format!("(SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = {NAMESPACE})");
    let of_class = |class: u32| {
        format!(
            "ARRAY(SELECT d.objid FROM pg_catalog.pg_depend d \
             WHERE d.refclassid = 2615 AND d.classid = {class} AND d.refobjid = {number})"
        )
    };
    let objects = format!(
        "(WITH RECURSIVE own(class, oid) AS (SELECT 2615::pg_catalog.oid, {number} \
         UNION SELECT s.classid, s.objid FROM own JOIN pg_catalog.pg_depend s ON s.refclassid = own.class AND s.refobjid = own.oid \
         WHERE s.deptype IN ('a', 'i') OR own.class = 2615) SELECT own.class, own.oid FROM own)"
    );
    let line = line.replace(":namespace", NAMESPACE).replace(":objects", &objects);
    OF_NAMESPACE.iter().fold(line, |line, (name, class)| line.replace(name, &of_class(*class)))
}

/// Runs the query in `queries/<name>.sql`.
macro_rules! catalog_query {
    ($catalog:expr, $name:literal, $version:expr) => {
        crate::postgres::rows::query(
            $catalog,
            $name,
            include_str!(concat!("queries/", $name, ".sql")),
            $version,
        )
    };
}
pub(super) use catalog_query;

/// `name=value` texts in the catalog's order.
pub(super) fn parameters(options: Option<Vec<String>>) -> Parameters {
    Parameters(options.unwrap_or_default())
}
