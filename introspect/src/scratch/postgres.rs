//! Scratch databases on a PostgreSQL server.

use std::sync::{Mutex, PoisonError};

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use autogen_diff_core::Schema;

use super::{
    Boundary, ScratchOptions, ScratchPlace, ServerFailure, Surroundings, local, one_text, server_failure,
};
use crate::error::IntrospectError;
use crate::postgres::{connect, identity};
use crate::url::DatabaseUrl;

/// What every scratch database's name starts with.
const PREFIX: &str = "autogen_scratch_";

/// A database of ours on a server.
pub struct PostgresScratch {
    /// `None` only while dropping.
    connection: Option<PgConnection>,
    key: Key,
}

/// What is needed to drop a scratch database safely.
#[derive(Clone, PartialEq, Eq)]
struct Key {
    server: DatabaseUrl,
    name: String,
    nonce: String,
}

/// All scratch databases of this process that are still there.
static LIVE: Mutex<Vec<Key>> = Mutex::new(Vec::new());

fn live() -> std::sync::MutexGuard<'static, Vec<Key>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Drops every scratch database of this process; for an interrupt's handler.
pub fn drop_all() {
    let keys: Vec<Key> = live().drain(..).collect();
    for key in &keys {
        key.drop_database();
    }
    if !keys.is_empty() {
        // One may have been in the making when the interrupt came.
        std::thread::sleep(std::time::Duration::from_millis(500));
        keys.iter().for_each(Key::drop_database);
    }
}

impl PostgresScratch {
    pub(super) fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let server = &server(options)?;
        let mut admin = connect(server)?;
        quiet(&mut admin)?;
        sweep(&mut admin);
        let key = Key {
            server: server.clone(),
            name: format!("{PREFIX}{}_{:016x}", server_time(&mut admin)?, rand::random::<u64>()),
            nonce: format!("{:032x}", rand::random::<u128>()),
        };
        live().push(key.clone());
        let failed = |message: String| IntrospectError::NoScratch { url: server.to_string(), message };
        create_database(&mut admin, &key).map_err(|error| failed(error.to_string()))?;
        let mut connection = connect(&server.with_database(&key.name)?)?;
        quiet(&mut connection)?;
        let scratch = Self { connection: Some(connection), key };
        scratch.must_not_be_the_target(options)
    }

    /// Compares by what the server says it is, not by URL.
    fn must_not_be_the_target(mut self, options: &ScratchOptions) -> Result<Self, IntrospectError> {
        if let Some(target) = &options.target {
            let mine = identity(self.connection());
            let theirs = connect(target).and_then(|mut connection| identity(&mut connection));
            // A server that hides its identity still can't have our random name.
            if let (Ok(mine), Ok(theirs)) = (mine, theirs)
                && mine == theirs
            {
                return Err(IntrospectError::ScratchIsTarget(self.key.name.clone()));
            }
        }
        Ok(self)
    }

    /// The connection to it.
    ///
    /// # Panics
    /// Never: the connection is taken only while the value is dropped.
    pub fn connection(&mut self) -> &mut PgConnection {
        self.connection.as_mut().expect("the connection is taken only while dropping")
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &Boundary::Confined
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        self.connection().batch_execute(sql).map_err(|error| server_failure(&error))
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        crate::postgres::introspect(self.connection())
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        one_text(self.connection(), sql)
    }

    /// What else there is on the server.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        Ok(Surroundings::default())
    }

    pub(super) fn reset_session(&mut self) -> Result<(), IntrospectError> {
        let connection = self.connection();
        connection
            .batch_execute("ROLLBACK")
            .and_then(|()| connection.batch_execute("DISCARD ALL"))
            .map_err(|error| IntrospectError::query("resetting the scratch session", &error))?;
        quiet(self.connection())
    }
}

impl Drop for PostgresScratch {
    fn drop(&mut self) {
        self.connection = None;
        live().retain(|key| *key != self.key);
        self.key.drop_database();
    }
}

impl Key {
    /// Drops the database unless its marker is another's. Without a marker it is the
    /// one of this random name that was just being made. A failure leaves it to `sweep`.
    fn drop_database(&self) {
        let Ok(mut admin) = connect(&self.server) else { return };
        let Ok(Some(found)) = quiet(&mut admin).map(|()| find(&mut admin, &self.name)) else { return };
        if found.marker.is_none_or(|marker| marker.contains(&self.nonce)) {
            drop_by_name(&mut admin, &self.name);
        }
    }
}

fn server(options: &ScratchOptions) -> Result<DatabaseUrl, IntrospectError> {
    match &options.place {
        ScratchPlace::Url(url) => Ok(url.clone()),
        ScratchPlace::Local => local::url_for(options.target.as_ref()),
        ScratchPlace::Target => options.target.clone().ok_or_else(|| IntrospectError::NoScratch {
            url: "any server".to_owned(),
            message: "no PostgreSQL server is known".to_owned(),
        }),
    }
}

/// Seconds since 1970 by the server's clock, which `sweep` compares with.
fn server_time(admin: &mut PgConnection) -> Result<i64, IntrospectError> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        seconds: i64,
    }
    sql_query("SELECT extract(epoch FROM pg_catalog.now())::bigint AS seconds")
        .get_result::<Row>(admin)
        .map(|row| row.seconds)
        .map_err(|error| IntrospectError::query("asking the server for its time", &error))
}

fn quiet(connection: &mut PgConnection) -> Result<(), IntrospectError> {
    connection
        .batch_execute("SET client_min_messages = error")
        .map_err(|error| IntrospectError::query("preparing the session", &error))
}

/// Makes the database like the target's in what shapes the catalog, and marks it as ours.
fn create_database(admin: &mut PgConnection, key: &Key) -> diesel::QueryResult<()> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        sql: String,
    }
    let row: Row = sql_query(format!(
        "SELECT pg_catalog.format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', \
         '{}', pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype) AS sql \
         FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
        key.name
    ))
    .get_result(admin)?;
    admin.batch_execute(&row.sql)?;
    admin.batch_execute(&format!("COMMENT ON DATABASE {} IS 'autogen scratch {}'", key.name, key.nonce))
}

#[derive(QueryableByName)]
struct Marked {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Nullable<Text>)]
    marker: Option<String>,
}

/// A database of ours by name, with its marker.
fn find(admin: &mut PgConnection, name: &str) -> Option<Marked> {
    sql_query(
        "SELECT d.datname::text AS name, pg_catalog.shobj_description(d.oid, 'pg_database') AS marker \
         FROM pg_catalog.pg_database d WHERE d.datname = $1",
    )
    .bind::<Text, _>(name)
    .get_result(admin)
    .ok()
    .filter(|found: &Marked| found.name.starts_with(PREFIX))
}

/// Drops what a process that died has left: named as ours over ten minutes ago, unused.
fn sweep(admin: &mut PgConnection) {
    let orphans: Vec<Marked> = sql_query(
        "SELECT d.datname::text AS name, pg_catalog.shobj_description(d.oid, 'pg_database') AS marker \
         FROM pg_catalog.pg_database d \
         WHERE d.datname ~ '^autogen_scratch_[0-9]+_[0-9a-f]{16}$' \
           AND pg_catalog.split_part(d.datname::text, '_', 3)::bigint < extract(epoch FROM pg_catalog.now()) - 600 \
           AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity a WHERE a.datid = d.oid)",
    )
    .load(admin)
    .unwrap_or_default();
    for orphan in orphans
        .iter()
        .filter(|orphan| orphan.marker.as_ref().is_none_or(|marker| marker.starts_with("autogen scratch ")))
    {
        drop_by_name(admin, &orphan.name);
    }
}

fn drop_by_name(admin: &mut PgConnection, name: &str) {
    // The name is our prefix and hex digits, so it needs no quotes. If the server
    // says no, a later sweep tries again.
    let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}
