//! Which kinds a database has something of, and the queries of those that are read alike, put together into one.
//!
//! To plan all queries costs the server more than to run them in a small database, and most have a few of the kinds.

use std::collections::BTreeSet;

use autogen_diff_core::Version;
use serde::Deserialize;

use super::rows::Catalog;
use super::rows::query;
use crate::error::IntrospectError;

/// A query of `queries/definitions`.
struct DefinitionQuery {
    /// The file's name.
    name: &'static str,
    sql: &'static str,
    /// The catalog that it reads, and which of its rows are nobody's but a user's or an extension's: the numbers below 16384
    /// are the server's own (`FirstNormalObjectId` in `access/transam.h`).
    found_in: &'static str,
}

macro_rules! of_kind {
    ($name:literal, $found_in:literal) => {
        DefinitionQuery {
            name: $name,
            sql: include_str!(concat!("queries/definitions/", $name, ".sql")),
            found_in: $found_in,
        }
    };
}

const QUERIES: [DefinitionQuery; 24] = [
    of_kind!("statistics", "pg_statistic_ext WHERE oid >= 16384"),
    of_kind!("trigger", "pg_trigger WHERE oid >= 16384 AND NOT tgisinternal"),
    of_kind!("policy", "pg_policy WHERE oid >= 16384"),
    of_kind!("rule", "pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'"),
    of_kind!("event_trigger", "pg_event_trigger WHERE oid >= 16384"),
    of_kind!("publication", "pg_publication WHERE oid >= 16384"),
    of_kind!("subscription", "pg_subscription WHERE oid >= 16384"),
    of_kind!("cast", "pg_cast WHERE oid >= 16384"),
    of_kind!("collation", "pg_collation WHERE oid >= 16384"),
    of_kind!("conversion", "pg_conversion WHERE oid >= 16384"),
    of_kind!("operator", "pg_operator WHERE oid >= 16384"),
    of_kind!("operator_family", "pg_opfamily WHERE oid >= 16384"),
    of_kind!("operator_class", "pg_opclass WHERE oid >= 16384"),
    of_kind!("foreign_data_wrapper", "pg_foreign_data_wrapper WHERE oid >= 16384"),
    of_kind!("foreign_server", "pg_foreign_server WHERE oid >= 16384"),
    of_kind!("user_mapping", "pg_user_mappings WHERE umid >= 16384"),
    of_kind!("foreign_table", "pg_foreign_table WHERE ftrelid >= 16384"),
    of_kind!("text_search_configuration", "pg_ts_config WHERE oid >= 16384"),
    of_kind!("text_search_dictionary", "pg_ts_dict WHERE oid >= 16384"),
    of_kind!("text_search_parser", "pg_ts_parser WHERE oid >= 16384"),
    of_kind!("text_search_template", "pg_ts_template WHERE oid >= 16384"),
    of_kind!("language", "pg_language WHERE oid >= 16384"),
    of_kind!("access_method", "pg_am WHERE oid >= 16384"),
    of_kind!("transform", "pg_transform WHERE oid >= 16384"),
];

/// The kinds that have a query of their own, in `queries`: its name, and what it has rows of.
const OWN_QUERIES: [(&str, &str); 5] = [
    ("enum_types", "pg_type WHERE oid >= 16384 AND typtype = 'e'"),
    ("views", "pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')"),
    ("sequences", "pg_sequence WHERE seqrelid >= 16384"),
    ("functions", "pg_proc WHERE oid >= 16384"),
    (
        "types",
        "pg_type t WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'r', 'p') \
         OR t.typtype = 'b' AND COALESCE((SELECT e.typarray FROM pg_catalog.pg_type e WHERE e.oid = t.typelem), 0) <> t.oid \
         OR (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid) = 'c')",
    ),
];

/// The kinds that a database has something of.
pub(super) struct Kinds(BTreeSet<String>);

/// Names and types of the columns, which a part may leave to be told.
const COLUMNS: &str = "SELECT NULL::pg_catalog.oid AS class, NULL::pg_catalog.oid AS oid, NULL::text AS kind, NULL::text AS identity, \
     NULL::text AS statement, NULL::pg_catalog.oid AS relation, NULL::text AS base, NULL::json AS clauses, NULL::json AS aliases \
     WHERE false";

impl Kinds {
    /// All, for whoever has not asked.
    pub(super) fn all() -> Self {
        let definitions = QUERIES.iter().map(|query| query.name);
        Self(definitions.chain(OWN_QUERIES.map(|(name, _)| name)).map(str::to_owned).collect())
    }

    /// Asks the database.
    pub(super) fn read(catalog: &mut Catalog<'_>, version: Version) -> Result<Self, IntrospectError> {
        #[derive(Deserialize)]
        struct Row {
            name: String,
        }
        let definitions = QUERIES.iter().map(|DefinitionQuery { name, found_in, .. }| (*name, *found_in));
        let is_found = definitions.chain(OWN_QUERIES).map(|(name, found_in)| {
            format!("SELECT '{name}' AS name WHERE EXISTS (SELECT FROM pg_catalog.{found_in})")
        });
        let is_found = is_found.collect::<Vec<_>>().join("\nUNION ALL\n");
        let found: Vec<Row> = query(catalog, "kinds", &is_found, version)?;
        Ok(Self(found.into_iter().map(|row| row.name).collect()))
    }

    /// Whether a query of `queries` can give rows.
    pub(super) fn may_give_rows(&self, name: &str) -> bool {
        OWN_QUERIES.iter().all(|(own, _)| *own != name) || self.0.contains(name)
    }

    /// The query of all definitions that the database has; `None` where it has none.
    pub(super) fn definitions(&self) -> Option<String> {
        let is_needed = |part: &&DefinitionQuery| self.0.contains(part.name);
        let parts: Vec<&str> = QUERIES.iter().filter(is_needed).map(|part| part.sql).collect();
        (!parts.is_empty()).then(|| format!("{COLUMNS}\nUNION ALL\n{}", parts.join("\nUNION ALL\n")))
    }
}
