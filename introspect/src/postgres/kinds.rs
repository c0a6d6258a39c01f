//! Which kinds a database has something of, and the queries of those that are read alike, put together into one.
//!
//! To plan all queries costs the server more than to run them in a small database, and most have a few of the kinds.

use std::collections::BTreeSet;

use autogen_diff_core::Version;
use serde::Deserialize;

use FoundIn::{Depend, Rows};

use super::rows::Catalog;
use super::rows::query;
use crate::error::IntrospectError;

/// A query of `queries/definitions`.
struct DefinitionQuery {
    /// The file's name.
    name: &'static str,
    sql: &'static str,
    found_in: FoundIn,
}

/// How a user's or an extension's objects of a kind are found. The numbers below 16384 are the server's own
/// (`FirstNormalObjectId` in `access/transam.h`).
#[derive(Debug, Clone, Copy)]
enum FoundIn {
    /// A catalog without objects in which there are none of the kind. Each depends on another object that is not pinned, its
    /// namespace at least, so that `pg_depend` tells of it: to open that one catalog costs a new session less than to open all of them.
    Depend(&'static str),
    /// The catalog, and which of its rows they are.
    Rows(&'static str),
}

macro_rules! of_kind {
    ($name:literal, $found_in:expr) => {
        DefinitionQuery {
            name: $name,
            sql: include_str!(concat!("queries/definitions/", $name, ".sql")),
            found_in: $found_in,
        }
    };
}

const QUERIES: [DefinitionQuery; 24] = [
    of_kind!("statistics", Depend("pg_statistic_ext")),
    of_kind!(
        "trigger",
        Rows(
            "pg_trigger WHERE oid >= 16384 AND NOT tgisinternal\nAND tgrelid = ANY (:relations) -- in a namespace"
        )
    ),
    of_kind!("policy", Depend("pg_policy")),
    of_kind!(
        "rule",
        Rows(
            "pg_rewrite WHERE oid >= 16384 AND rulename <> '_RETURN'\nAND ev_class = ANY (:relations) -- in a namespace"
        )
    ),
    of_kind!("event_trigger", Depend("pg_event_trigger")),
    of_kind!("publication", Rows("pg_publication WHERE oid >= 16384")),
    of_kind!("subscription", Rows("pg_subscription WHERE oid >= 16384")),
    of_kind!("cast", Rows("pg_cast WHERE oid >= 16384")),
    of_kind!("collation", Depend("pg_collation")),
    of_kind!("conversion", Depend("pg_conversion")),
    of_kind!("operator", Depend("pg_operator")),
    of_kind!("operator_family", Depend("pg_opfamily")),
    of_kind!("operator_class", Depend("pg_opclass")),
    of_kind!("foreign_data_wrapper", Rows("pg_foreign_data_wrapper WHERE oid >= 16384")),
    of_kind!("foreign_server", Depend("pg_foreign_server")),
    of_kind!("user_mapping", Depend("pg_foreign_server")),
    of_kind!("foreign_table", Depend("pg_foreign_server")),
    of_kind!("text_search_configuration", Depend("pg_ts_config")),
    of_kind!("text_search_dictionary", Depend("pg_ts_dict")),
    of_kind!("text_search_parser", Depend("pg_ts_parser")),
    of_kind!("text_search_template", Depend("pg_ts_template")),
    of_kind!("language", Depend("pg_language")),
    of_kind!("access_method", Rows("pg_am WHERE oid >= 16384")),
    of_kind!("transform", Rows("pg_transform WHERE oid >= 16384")),
];

/// The kinds that have a query of their own, in `queries`: its name, and what it has rows of.
const OWN_QUERIES: [(&str, FoundIn); 5] = [
    (
        "enum_types",
        Rows("pg_type WHERE oid >= 16384 AND typtype = 'e'\nAND oid = ANY (:types) -- in a namespace"),
    ),
    (
        "views",
        Rows(
            "pg_class WHERE oid >= 16384 AND relkind IN ('v', 'm')\nAND oid = ANY (:relations) -- in a namespace",
        ),
    ),
    (
        "sequences",
        Rows("pg_class WHERE oid >= 16384 AND relkind = 'S'\nAND oid = ANY (:relations) -- in a namespace"),
    ),
    ("functions", Depend("pg_proc")),
    (
        "types",
        Rows(
            "pg_type t WHERE t.oid >= 16384 AND (t.typtype IN ('d', 'r', 'p') \
             OR t.typtype = 'b' AND COALESCE((SELECT e.typarray FROM pg_catalog.pg_type e WHERE e.oid = t.typelem), 0) <> t.oid \
             OR (SELECT c.relkind FROM pg_catalog.pg_class c WHERE c.oid = t.typrelid) = 'c')\n\
             AND t.oid = ANY (:types) -- in a namespace",
        ),
    ),
];

/// The kinds that a database has something of.
pub(super) struct Kinds(BTreeSet<String>);

/// Names and types of the columns, which a part may leave to be told.
const COLUMNS: &str = "SELECT NULL::pg_catalog.oid AS class, NULL::pg_catalog.oid AS oid, NULL::text AS kind, NULL::text AS identity, \
     NULL::text AS statement, NULL::pg_catalog.oid AS relation, NULL::text AS base, NULL::json AS clauses, NULL::json AS aliases \
     WHERE false";

/// The query that gives the names of those kinds that the database has something of.
fn kinds_query(kinds: &[(&str, FoundIn)]) -> String {
    let in_depend = kinds.iter().filter_map(|(name, found_in)| match found_in {
        Depend(catalog) => Some(format!("('{name}', 'pg_catalog.{catalog}'::pg_catalog.regclass)")),
        Rows(_) => None,
    });
    let in_rows = kinds.iter().filter_map(|(name, found_in)| match found_in {
        Depend(_) => None,
        Rows(rows) => {
            Some(format!("UNION ALL SELECT '{name}' WHERE EXISTS (SELECT FROM pg_catalog.{rows}\n)"))
        }
    });
    format!(
        "SELECT k.name FROM (VALUES {}) k(name, class)\nWHERE (SELECT true FROM pg_catalog.pg_depend d WHERE d.classid = k.class \
         AND d.objid >= 16384 ORDER BY d.objid LIMIT 1)\n{}",
        in_depend.collect::<Vec<_>>().join(", "),
        in_rows.collect::<Vec<_>>().join("\n")
    )
}

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
        let is_found = kinds_query(&definitions.chain(OWN_QUERIES).collect::<Vec<_>>());
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
