//! How large the tables are: estimates of the catalog, and the sizes of files.

use autogen_diff_core::stats::TableStats;
use autogen_diff_core::{Version, is_own_table};
use diesel::PgConnection;

use super::rows::{Catalog, catalog_query};
use super::server_settings;
use crate::error::IntrospectError;
use crate::stats::Sizes;

/// The sizes of the connected database.
///
/// # Errors
/// When a query fails.
pub(crate) fn sizes(connection: &mut PgConnection) -> Result<Sizes, IntrospectError> {
    let version = Version::parse(&server_settings(connection)?.version);
    let mut tables: Vec<TableStats> = catalog_query!(&mut Catalog::whole(connection), "stats", version)?;
    tables.retain(|table| !is_own_table(&table.name));
    Ok(Sizes { server: format!("PostgreSQL {version}"), tables })
}
