//! Reads a PostgreSQL catalog: the order of the queries and their assembly.
//!
//! Everything happens in one read-only transaction with an empty search path,
//! so that the server spells every name in full. The number of queries does not
//! depend on the number of objects.

mod certificates;
mod connect;
mod definitions;
mod extras;
mod ids;
mod indexes;
mod kinds;
mod lock_watch;
mod namespace_reader;
mod options;
mod progress;
mod relations;
mod rows;
mod seen_locks;
mod stats;
mod tables;
mod unknown;

pub use connect::{ServerSettings, connect, identity, server_settings};
pub use lock_watch::LockWatch;
pub use namespace_reader::NamespaceReader;
pub use progress::ProgressReader;
use rows::Catalog;
pub(crate) use rows::{TextQuery, keep_statements};
pub use seen_locks::{SeenLocks, SeenRelation};
pub(crate) use stats::sizes;

use autogen_diff_core::{Dialect, Flavor, Ident, Schema, Version};
use diesel::PgConnection;
use diesel::connection::SimpleConnection;

use crate::error::IntrospectError;
use ids::Ids;
use kinds::Kinds;
use options::LeftOut;

/// The newest major release that the tests run on. Later ones are read, and told as not yet tested.
const NEWEST_TESTED: u32 = 18;

/// The queries join in the order in which they are written, which is a good one: to look for a better one costs the server more
/// than it gains, since sessions that read a catalog once plan each of them.
///
/// What a role, a database or the client's environment says of how values and names are written has no part in what is read (`pg_get_expr` spells
/// constants by it); the time zone comes with the connection.
const BEGIN: &str = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path = ''; SET LOCAL jit = off; \
     SET LOCAL join_collapse_limit = 1; SET LOCAL datestyle = 'ISO, MDY'; SET LOCAL intervalstyle = 'postgres'; \
     SET LOCAL extra_float_digits = 1; SET LOCAL bytea_output = 'hex'; \
     SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on";

/// Reads the whole schema of the connected database.
///
/// The server's state is not changed; the transaction ends with the call.
///
/// # Errors
/// When a query fails or gives what the reader does not expect.
pub fn introspect(connection: &mut PgConnection) -> Result<Schema, IntrospectError> {
    let settings = server_settings(connection)?;
    run(connection, BEGIN)?;
    let read =
        read(&mut Catalog { namespace: settings.namespace.clone(), ..Catalog::whole(connection) }, &settings);
    let ended = run(connection, "ROLLBACK");
    let schema = read?;
    ended?;
    Ok(schema)
}

fn run(connection: &mut PgConnection, sql: &str) -> Result<(), IntrospectError> {
    connection.batch_execute(sql).map_err(|error| IntrospectError::query("reading the catalog", &error))
}

fn read(catalog: &mut Catalog<'_>, settings: &ServerSettings) -> Result<Schema, IntrospectError> {
    let version = Version::parse(&settings.version);
    let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, version);
    schema.default_namespace = settings.current_schema.clone().map(Ident::exact);
    schema.role = Some(settings.role.clone());
    let mut ids = Ids::default();
    catalog.kinds = Kinds::read(catalog, version)?;
    relations::read_namespaces(catalog, &mut schema, &mut ids)?;
    relations::read_enum_types(catalog, &mut schema, &mut ids)?;
    let (mut rows, columns) = tables::read_columns(catalog, version)?;
    tables::read_tables(catalog, &mut schema, &mut ids, &mut rows)?;
    relations::read_views(catalog, &mut schema, &mut ids, &mut rows)?;
    let mut left_out = LeftOut::default();
    indexes::read_indexes(catalog, &mut schema, &mut ids, &columns, &mut left_out)?;
    tables::read_constraints(catalog, &mut schema, &mut ids, &columns)?;
    relations::read_sequences(catalog, &mut schema, &mut ids, &columns)?;
    // Nobody asks for them any more, and what follows is much itself.
    drop(columns);
    definitions::read_definitions(catalog, &mut schema, &mut ids)?;
    extras::read_dependencies(catalog, &mut schema, &ids)?;
    extras::read_comments(catalog, &mut schema, &ids)?;
    extras::read_owners(catalog, &mut schema, &ids)?;
    extras::read_privileges(catalog, &mut schema, &mut ids)?;
    left_out.take_from(&mut schema);
    schema.notes.extend(left_out.notes(version.major));
    unknown::note_release(&mut schema);
    unknown::note_unlogged(&mut schema);
    unknown::note_objects(catalog, &mut schema)?;
    Ok(schema)
}
