//! The databases themselves: made with a mark of ours, found by it, and dropped on every way out.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::sql_types::{Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::super::live::Live;
use super::role;
use crate::error::IntrospectError;
use crate::postgres::connect;
use crate::url::DatabaseUrl;

/// What every scratch database's name starts with.
pub(super) const PREFIX: &str = "autogen_scratch_";

/// What is needed to drop a scratch database safely.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) server: DatabaseUrl,
    pub(super) name: String,
    pub(super) nonce: String,
}

/// All scratch databases of this process that are still there.
pub(super) static LIVE: Live<Key> = Live::new();

/// Drops every scratch database of this process; for an interrupt's handler.
pub fn drop_all() {
    LIVE.end().iter().for_each(Key::drop_from_outside);
}

impl Key {
    /// Has the server know that the process lives while it has no session in the database yet: `sweep` leaves it alone.
    pub(super) fn claim(&self, maker: &mut PgConnection) -> Result<(), IntrospectError> {
        maker
            .batch_execute(&format!("SELECT pg_catalog.pg_advisory_lock(x'{}'::bigint)", self.random_half()))
            .map_err(|error| IntrospectError::query("locking the scratch database's name", &error))
    }

    fn random_half(&self) -> &str {
        self.name.rsplit('_').next().unwrap_or_default()
    }

    /// Drops the database, whoever still has a session there.
    pub(super) fn drop_from_outside(&self) {
        let Ok(mut admin) = connect(&self.server) else { return };
        self.drop_database(&mut admin);
    }

    /// Drops the database unless its marker is another's, and its roles. Without a marker it is the
    /// one of this random name that was just being made. A failure leaves it to `sweep`.
    pub(super) fn drop_database(&self, admin: &mut PgConnection) {
        let found = find(admin, &self.name);
        if found.is_some_and(|found| found.marker.is_none_or(|marker| marker.contains(&self.nonce))) {
            drop_by_name(admin, &self.name);
        }
        role::drop_all(admin, &self.name);
        // The end of the session gives the lock back, too. A pooler may keep the session, if it is this one that it gives us now.
        let _ = admin.batch_execute(&format!(
            "SELECT pg_catalog.pg_advisory_unlock(x'{}'::bigint)",
            self.random_half()
        ));
    }
}

/// How often the server is asked for sessions that are ending, and how long it has in between.
const SESSION_POLLS: (u32, Duration) = (25, Duration::from_millis(2));

/// Waits for the sessions that were closed to be gone on the server too, which takes it a few milliseconds. One that stays is
/// ended by `DROP DATABASE … WITH (FORCE)`.
pub(super) fn await_no_session(admin: &mut PgConnection, name: &str) {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::Bool)]
        used: bool,
    }
    let (polls, pause) = SESSION_POLLS;
    for _ in 0..polls {
        let row: diesel::QueryResult<Row> =
            sql_query("SELECT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE datname = $1) AS used")
                .bind::<Text, _>(name)
                .get_result(admin);
        if row.is_ok_and(|row| !row.used) {
            return;
        }
        std::thread::sleep(pause);
    }
}

/// Seconds since 1970 by the server's clock, which `sweep` compares with.
pub(super) fn server_time(admin: &mut PgConnection) -> Result<i64, IntrospectError> {
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

/// What a session of a scratch database begins with, and begins with again once all is discarded, as what Diesel sets for each
/// connection is then: nothing is told that is no error, and texts are read as we write them.
pub(super) fn quiet(connection: &mut PgConnection) -> Result<(), IntrospectError> {
    connection
        .batch_execute(
            "SET client_min_messages = error; SET standard_conforming_strings = on; \
             SET client_encoding = 'UTF8'; SET TimeZone = 'UTC'",
        )
        .map_err(|error| IntrospectError::query("preparing the session", &error))
}

/// Makes the database like the target's in what shapes the catalog, and marks it as ours.
///
/// To copy files is the cheapest where the server flushes nothing, as a throw-away one; elsewhere it has a checkpoint flush the
/// whole server (CREATE DATABASE, STRATEGY, since PostgreSQL 15), and the server's usual way stays.
pub(super) fn create_database(
    admin: &mut PgConnection,
    key: &Key,
    owner: Option<&str>,
) -> diesel::QueryResult<()> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        sql: String,
    }
    let row: Row = sql_query(format!(
        "SELECT pg_catalog.format('CREATE DATABASE %I TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L%s', \
         '{}', pg_catalog.pg_encoding_to_char(encoding), datcollate, datctype, \
         CASE WHEN pg_catalog.current_setting('fsync') = 'off' AND \
         pg_catalog.current_setting('server_version_num')::int >= 150000 THEN ' STRATEGY file_copy' ELSE '' END) AS sql \
         FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database()",
        key.name
    ))
    .get_result(admin)?;
    let owner = owner.map(|name| format!(" OWNER {name}")).unwrap_or_default();
    admin.batch_execute(&format!("{}{owner}", row.sql))?;
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

/// Drops what processes that died have left: databases named as ours in which nobody has a session and whose name nobody holds
/// (`Key::claim`), and the roles of those that are gone.
///
/// The server looks at sessions and at locks one after the other, and a process may go from the lock to its session in between. Whoever
/// is alive has the session when it looks again.
///
/// A process looks once on each server: others that end meanwhile are another process's affair.
pub(super) fn sweep(server: &DatabaseUrl, admin: &mut PgConnection) {
    static SWEPT: Mutex<Vec<DatabaseUrl>> = Mutex::new(Vec::new());
    let mut swept = SWEPT.lock().unwrap_or_else(PoisonError::into_inner);
    if swept.contains(server) {
        return;
    }
    swept.push(server.clone());
    drop(swept);
    let orphans = orphans(admin);
    if orphans.is_empty() {
        return;
    }
    let still = self::orphans(admin);
    for orphan in orphans.iter().filter(|orphan| still.contains(orphan)) {
        drop_by_name(admin, orphan);
        role::drop_all(admin, orphan);
    }
}

fn orphans(admin: &mut PgConnection) -> Vec<String> {
    let found: Vec<Marked> = sql_query(include_str!("orphans.sql")).load(admin).unwrap_or_default();
    let is_ours = |marker: &String| marker.starts_with("autogen scratch ");
    let ours = found.into_iter().filter(|found| found.marker.as_ref().is_none_or(is_ours));
    ours.map(|found| found.name).collect()
}

pub(super) fn drop_by_name(admin: &mut PgConnection, name: &str) {
    // The name is our prefix and hex digits, so it needs no quotes. If the server
    // says no, a later sweep tries again.
    let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
}
