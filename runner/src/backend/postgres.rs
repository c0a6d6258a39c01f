//! PostgreSQL: an advisory lock that is polled, and transactions that give way.

use autogen_sql_text::Dialect;
use diesel::sql_types::{Bool, Nullable, Text};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

use super::{Backend, DieselError, Duration, RunError, SimpleConnection, poll};
use crate::concurrent_index::{built_name, dropped_name};

/// The first key of the advisory lock: "auto" in ASCII. The second is the database's.
const LOCK: &str =
    "1635087471, pg_catalog.hashtext(pg_catalog.current_database() || '.__diesel_schema_migrations')";

/// Ends the statement of a client that died, so that its locks do not stay; servers before 14 can't.
const CHECK_CLIENT: &str = "SELECT pg_catalog.set_config('client_connection_check_interval', '5s', false) \
    FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'";

#[derive(QueryableByName)]
struct Got {
    #[diesel(sql_type = Bool)]
    got: bool,
}

#[derive(QueryableByName)]
struct Holder {
    #[diesel(sql_type = Text)]
    holder: String,
}

#[derive(QueryableByName)]
struct Texts {
    #[diesel(sql_type = Text)]
    a: String,
    #[diesel(sql_type = Nullable<Text>)]
    b: Option<String>,
}

impl Backend for PgConnection {
    fn wait_up_to(&mut self, _: Duration) -> Result<(), DieselError> {
        Ok(())
    }

    fn has_table(&mut self, name: &str) -> Result<bool, DieselError> {
        let sql = format!("SELECT pg_catalog.to_regclass('{name}') IS NOT NULL AS got");
        Ok(sql_query(sql).get_result::<Got>(self)?.got)
    }

    /// Asks again and again rather than waiting inside the server: a waiting
    /// query would deadlock with CREATE INDEX CONCURRENTLY.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
        self.batch_execute(CHECK_CLIENT)?;
        let ask = |connection: &mut Self| {
            let sql = format!("SELECT pg_catalog.pg_try_advisory_lock({LOCK}) AS got");
            Ok(sql_query(sql).get_result::<Got>(connection)?.got)
        };
        poll(self, budget, ask, holder)
    }

    fn unlock(&mut self) {
        // After a failure the connection may be gone, and the lock with it.
        let _ = self.batch_execute(&format!("SELECT pg_catalog.pg_advisory_unlock({LOCK})"));
    }

    fn holds_lock(&mut self) -> Result<bool, DieselError> {
        let sql = format!(
            "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l WHERE l.locktype = 'advisory' AND l.granted \
             AND l.pid = pg_catalog.pg_backend_pid() AND (l.classid::pg_catalog.int8, l.objid::pg_catalog.int8) = \
             (SELECT a, b & 4294967295 FROM (VALUES ({LOCK}::pg_catalog.int8)) AS v (a, b))) AS got"
        );
        Ok(sql_query(sql).get_result::<Got>(self)?.got)
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DieselError> {
        let standby = "SELECT pg_catalog.pg_is_in_recovery() AS got";
        if sql_query(standby).get_result::<Got>(self)?.got {
            return Ok(Some("it is a standby server (read replica)"));
        }
        let read_only = "SELECT pg_catalog.current_setting('transaction_read_only') = 'on' AS got";
        let read_only = sql_query(read_only).get_result::<Got>(self)?.got;
        Ok(read_only.then_some("default_transaction_read_only is on for this role or database"))
    }

    /// Only what is built or dropped concurrently runs outside of a transaction and tells what it changes. An
    /// index that can't be used is as good as none, and is cleared away before the next try.
    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DieselError> {
        let (name, built) = match (built_name(statement), dropped_name(statement)) {
            (Some(name), _) => (name, true),
            (None, Some(name)) => (name, false),
            (None, None) => return Ok(None),
        };
        let found = self.texts(&format!(
            "SELECT i.indisvalid::pg_catalog.text AS a, NULL AS b FROM pg_catalog.pg_index i \
             WHERE i.indexrelid = pg_catalog.to_regclass('{}')",
            name.replace('\'', "''")
        ))?;
        let is_there = found.first().is_some_and(|(valid, _)| valid == "true" || !built);
        Ok(Some(if is_there { "there" } else { "not there" }.to_owned()))
    }

    const DIALECT: Dialect = Dialect::Postgres;

    const BEGIN: &'static str = "BEGIN";
    const ROLLS_BACK_SCHEMA: bool = true;

    const JOURNALS: bool = true;

    fn all_tables_roll_back(&mut self) -> Result<bool, DieselError> {
        Ok(true)
    }

    const TIME_OUTS: &'static str = "SET LOCAL lock_timeout = '3s'";

    /// An index may take its time; a role's time-out would leave half of one behind.
    const OUTSIDE: &'static str = "SET statement_timeout = 0; SET lock_timeout = 0";

    fn oldest_transaction(&mut self) -> Option<String> {
        let row: Holder = sql_query(
            "SELECT pg_catalog.format('pid %s (%s, since %s, %s); to end it: SELECT pg_terminate_backend(%s)', a.pid, \
             COALESCE(NULLIF(a.application_name, ''), a.usename), a.xact_start, a.state, a.pid) AS holder \
             FROM pg_catalog.pg_stat_activity a WHERE a.xact_start IS NOT NULL AND a.pid <> pg_catalog.pg_backend_pid() \
             AND a.datname = pg_catalog.current_database() ORDER BY a.xact_start LIMIT 1",
        )
        .get_result(self)
        .ok()?;
        Some(row.holder)
    }

    /// The messages of 55P03 and 40P01, since Diesel does not tell the code. In another
    /// language than English nothing is tried again.
    fn gave_way(error: &DieselError) -> bool {
        use diesel::result::DatabaseErrorKind::SerializationFailure;
        let DieselError::DatabaseError(kind, information) = error else { return false };
        let message = information.message();
        matches!(kind, SerializationFailure)
            || message.contains("due to lock timeout")
            || message.contains("deadlock detected")
    }

    fn is_busy(_: &DieselError) -> bool {
        false
    }

    fn clear_wreckage(&mut self, sql: &str) -> Result<(), DieselError> {
        let Some(name) = built_name(sql) else { return Ok(()) };
        let name = name.replace('\'', "''");
        let left = self.texts(&format!(
            "SELECT i.indexrelid::pg_catalog.regclass::text AS a, NULL AS b FROM pg_catalog.pg_index i \
             WHERE i.indexrelid = pg_catalog.to_regclass('{name}') AND NOT i.indisvalid"
        ))?;
        left.iter().try_for_each(|(index, _)| self.batch_execute(&format!("DROP INDEX CONCURRENTLY {index}")))
    }

    fn texts(&mut self, sql: &str) -> Result<Vec<(String, Option<String>)>, DieselError> {
        let rows: Vec<Texts> = sql_query(sql).load(self)?;
        Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
    }

    fn session(&mut self) -> Result<String, DieselError> {
        let language = "SELECT pg_catalog.current_setting('client_min_messages') AS a, NULL AS b";
        let quiet = self.texts(language)?.into_iter().next().map_or_else(String::new, |(level, _)| level);
        Ok(format!("RESET ROLE; RESET ALL; SET client_min_messages = {quiet}; {CHECK_CLIENT}"))
    }
}

fn holder(connection: &mut PgConnection) -> Option<String> {
    let row: Holder = sql_query(
        "SELECT pg_catalog.format('pid %s (%s, since %s); to end it: SELECT pg_terminate_backend(%s)', a.pid, \
         COALESCE(NULLIF(a.application_name, ''), a.usename), a.backend_start, a.pid) AS holder \
         FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
         WHERE l.locktype = 'advisory' AND l.classid = 1635087471 AND l.granted AND l.database = \
         (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()) LIMIT 1",
    )
    .get_result(connection)
    .ok()?;
    Some(row.holder)
}
