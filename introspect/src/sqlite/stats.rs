//! How large the tables are: `dbstat`, which reads each page of the file once.

use autogen_diff_core::is_own_table;
use autogen_diff_core::stats::{IndexStats, TableStats};
use diesel::sql_types::{BigInt, Text};
use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

use super::library_version;
use crate::error::IntrospectError;
use crate::stats::Sizes;

#[derive(QueryableByName)]
struct SizeRow {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    relation: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    #[diesel(sql_type = BigInt)]
    cells: i64,
}

/// The sizes of the main database.
///
/// # Errors
/// When a query fails.
pub(crate) fn sizes(connection: &mut SqliteConnection) -> Result<Sizes, IntrospectError> {
    let mut rows: Vec<SizeRow> = sql_query(include_str!("stats.sql"))
        .load(connection)
        .map_err(|error| IntrospectError::query("reading the sizes of tables", &error))?;
    rows.retain(|row| !is_own_table(&row.relation));
    let (tables, indexes): (Vec<SizeRow>, Vec<SizeRow>) =
        rows.into_iter().partition(|row| row.kind == "table");
    let number = |number: i64| u64::try_from(number).unwrap_or_default();
    let tables = tables.into_iter().map(|table| {
        let own = indexes.iter().filter(|index| index.relation.eq_ignore_ascii_case(&table.name));
        let own = own.map(|index| IndexStats {
            name: index.name.clone(),
            bytes: Some(number(index.bytes)),
            values: None,
        });
        TableStats {
            namespace: None,
            rows: number(table.cells),
            bytes: number(table.bytes),
            toast_bytes: 0,
            indexes: own.collect(),
            name: table.name,
        }
    });
    Ok(Sizes { server: format!("SQLite {}", library_version(connection)?), tables: tables.collect() })
}
