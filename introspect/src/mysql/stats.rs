//! How large the tables are: InnoDB's estimates.

use std::collections::BTreeMap;

use autogen_diff_core::estimate::IndexedValues;
use autogen_diff_core::stats::{IndexStats, TableStats};
use autogen_diff_core::{Flavor, is_own_table};
use mysql::Conn;
use mysql::prelude::Queryable as _;

use super::{query_error, rows, server};
use crate::error::IntrospectError;
use crate::stats::Sizes;

/// The sizes of the connected database.
///
/// # Errors
/// When a query fails.
pub(crate) fn sizes(connection: &mut Conn) -> Result<Sizes, IntrospectError> {
    let (flavor, version) = server(connection)?;
    if flavor == Flavor::Mysql {
        // MySQL keeps what it told for a day.
        connection
            .query_drop("SET SESSION information_schema_stats_expiry = 0")
            .map_err(|error| query_error("preparing the session", &error))?;
    }
    let found: Vec<(String, u64, u64)> =
        rows(connection, "the sizes of tables", include_str!("queries/stats.sql"))?;
    let mut indexes = indexes(connection)?;
    let found = found.into_iter().filter(|(name, ..)| !is_own_table(name));
    let tables = found.map(|(name, rows, bytes)| TableStats {
        namespace: None,
        rows,
        bytes,
        toast_bytes: 0,
        indexes: indexes.remove(&name).unwrap_or_default(),
        name,
    });
    Ok(Sizes { server: format!("{} {version}", flavor.name()), tables: tables.collect() })
}

/// The indexes by table. The rows are in that of the primary key.
fn indexes(connection: &mut Conn) -> Result<BTreeMap<String, Vec<IndexStats>>, IntrospectError> {
    let named: Vec<(String, String, String, u8)> =
        rows(connection, "the indexes of tables", include_str!("queries/index_stats.sql"))?;
    // Not every account may read them.
    let sizes: Vec<(String, String, u64)> =
        connection.query(include_str!("queries/index_sizes.sql")).unwrap_or_default();
    let mut found: BTreeMap<String, Vec<IndexStats>> = BTreeMap::new();
    for (table, name, kind, has_text) in named {
        let size = sizes.iter().find(|(of, index, _)| *of == table && *index == name);
        let values = match (kind.as_str(), has_text) {
            ("BTREE", 0) => Some(IndexedValues::Numbers),
            ("BTREE", _) => Some(IndexedValues::Texts),
            _ => None,
        };
        let index = IndexStats { name, bytes: size.map(|(.., bytes)| *bytes), values };
        found.entry(table).or_default().push(index);
    }
    Ok(found)
}
