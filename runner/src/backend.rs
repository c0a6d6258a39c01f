//! What differs between databases when migrations are applied: the lock, and
//! how a transaction begins.

use std::time::Duration;

use diesel::connection::{Connection, SimpleConnection};
use diesel::migration::MigrationConnection;
use diesel::result::Error as DieselError;

use crate::error::RunError;

/// A connection that migrations can be applied through.
pub trait Backend: Connection + SimpleConnection + MigrationConnection {
    /// Takes the lock that makes one upgrader wait for another, within a time.
    ///
    /// # Errors
    /// When it is not had in time.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError>;

    /// Gives the lock back; the connection may be broken by then.
    fn unlock(&mut self);

    /// The statement that begins a transaction that will write.
    const BEGIN: &'static str;

    /// Whether a transaction takes changes of the schema back.
    const ROLLS_BACK_SCHEMA: bool;

    /// What a transaction sets for itself, so that its statements do not wait for long: whoever
    /// comes behind a statement that waits for a table waits as well.
    const TIME_OUTS: &'static str;

    /// Whether an error says that a statement gave way to others, so that the whole
    /// transaction may be tried again.
    fn gave_way(error: &DieselError) -> bool;

    /// Whether an error says that somebody else holds the database.
    fn is_busy(error: &DieselError) -> bool;

    /// Takes away what a statement outside of a transaction left behind when it failed before.
    ///
    /// # Errors
    /// What the server said.
    fn clear_wreckage(&mut self, sql: &str) -> Result<(), DieselError>;

    /// Rows of a query of one text column, and of two.
    ///
    /// # Errors
    /// What the server said.
    fn texts(&mut self, sql: &str) -> Result<Vec<(String, Option<String>)>, DieselError>;

    /// The statements that put the session back to what it is now, after a
    /// migration has changed it.
    ///
    /// # Errors
    /// What the server said.
    fn session(&mut self) -> Result<String, DieselError>;
}

/// Asks for a lock again and again, with longer and longer pauses, until it is had or the
/// time is over: a wait inside the server could not end in time, nor tell who holds it.
#[cfg(any(feature = "postgres", feature = "mysql"))]
fn poll<C>(
    connection: &mut C,
    budget: Duration,
    ask: impl Fn(&mut C) -> Result<bool, RunError>,
    holder: impl Fn(&mut C) -> Option<String>,
) -> Result<(), RunError> {
    let start = std::time::Instant::now();
    let mut pause = Duration::from_millis(50);
    while !ask(connection)? {
        if start.elapsed() + pause > budget {
            let holder = holder(connection);
            return Err(RunError::LockTimeout { waited: start.elapsed(), holder });
        }
        std::thread::sleep(pause);
        pause = (pause * 3 / 2).min(Duration::from_secs(1));
    }
    Ok(())
}

#[cfg(feature = "postgres")]
mod postgres {
    use diesel::sql_types::{Bool, Nullable, Text};
    use diesel::{PgConnection, QueryableByName, RunQueryDsl, sql_query};

    use super::{Backend, DieselError, Duration, RunError, SimpleConnection, poll};
    use crate::concurrent_index::built_name;

    /// The first key of the advisory lock: "auto" in ASCII. The second is the database's.
    const LOCK: &str =
        "1635087471, pg_catalog.hashtext(pg_catalog.current_database() || '.__diesel_schema_migrations')";

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
        /// Asks again and again rather than waiting inside the server: a waiting
        /// query would deadlock with CREATE INDEX CONCURRENTLY.
        fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
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

        const BEGIN: &'static str = "BEGIN";
        const ROLLS_BACK_SCHEMA: bool = true;

        const TIME_OUTS: &'static str = "SET LOCAL lock_timeout = '3s'";

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
            left.iter()
                .try_for_each(|(index, _)| self.batch_execute(&format!("DROP INDEX CONCURRENTLY {index}")))
        }

        fn texts(&mut self, sql: &str) -> Result<Vec<(String, Option<String>)>, DieselError> {
            let rows: Vec<Texts> = sql_query(sql).load(self)?;
            Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
        }

        fn session(&mut self) -> Result<String, DieselError> {
            Ok("RESET ROLE; RESET ALL".to_owned())
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
}

#[cfg(feature = "sqlite")]
mod sqlite {
    use diesel::sql_types::{Nullable, Text};
    use diesel::{QueryableByName, RunQueryDsl, SqliteConnection, sql_query};

    use super::{Backend, DieselError, Duration, RunError, SimpleConnection};

    #[derive(QueryableByName)]
    struct Texts {
        #[diesel(sql_type = Text)]
        a: String,
        #[diesel(sql_type = Nullable<Text>)]
        b: Option<String>,
    }

    impl Backend for SqliteConnection {
        /// SQLite locks the file for each transaction; all there is to do is to wait for it.
        fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
            self.batch_execute(&format!("PRAGMA busy_timeout = {}", budget.as_millis()))?;
            Ok(())
        }

        fn unlock(&mut self) {}

        const BEGIN: &'static str = "BEGIN IMMEDIATE";
        const ROLLS_BACK_SCHEMA: bool = true;

        const TIME_OUTS: &'static str = "";

        fn gave_way(_: &DieselError) -> bool {
            false
        }

        fn is_busy(error: &DieselError) -> bool {
            error.to_string().contains("database is locked")
        }

        fn clear_wreckage(&mut self, _: &str) -> Result<(), DieselError> {
            Ok(())
        }

        fn texts(&mut self, sql: &str) -> Result<Vec<(String, Option<String>)>, DieselError> {
            let rows: Vec<Texts> = sql_query(sql).load(self)?;
            Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
        }

        fn session(&mut self) -> Result<String, DieselError> {
            let rows =
                self.texts("SELECT CAST(foreign_keys AS TEXT) AS a, NULL AS b FROM pragma_foreign_keys")?;
            let value = rows.first().map_or("1", |row| row.0.as_str());
            Ok(format!("PRAGMA foreign_keys = {value}; PRAGMA legacy_alter_table = OFF"))
        }
    }
}

#[cfg(feature = "mysql")]
mod mysql {
    use diesel::sql_types::{Nullable, Text};
    use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

    use super::{Backend, DieselError, Duration, RunError, poll};

    /// The lock's name, one for each database; names are at most 64 characters.
    const LOCK: &str = "CONCAT('autogen ', LEFT(SHA2(DATABASE(), 256), 40))";

    #[derive(QueryableByName)]
    struct Texts {
        #[diesel(sql_type = Text)]
        a: String,
        #[diesel(sql_type = Nullable<Text>)]
        b: Option<String>,
    }

    impl Backend for MysqlConnection {
        fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
            let ask = |connection: &mut Self| {
                let sql = format!("SELECT CAST(GET_LOCK({LOCK}, 0) AS CHAR) AS a, NULL AS b");
                Ok(connection.texts(&sql)?.first().is_some_and(|row| row.0 == "1"))
            };
            poll(self, budget, ask, holder)
        }

        fn unlock(&mut self) {
            // After a failure the connection may be gone, and the lock with it.
            let _ = self.texts(&format!("SELECT CAST(RELEASE_LOCK({LOCK}) AS CHAR) AS a, NULL AS b"));
        }

        const BEGIN: &'static str = "START TRANSACTION";
        const ROLLS_BACK_SCHEMA: bool = false;

        const TIME_OUTS: &'static str = "";

        fn gave_way(_: &DieselError) -> bool {
            false
        }

        fn is_busy(_: &DieselError) -> bool {
            false
        }

        fn clear_wreckage(&mut self, _: &str) -> Result<(), DieselError> {
            Ok(())
        }

        fn texts(&mut self, sql: &str) -> Result<Vec<(String, Option<String>)>, DieselError> {
            let rows: Vec<Texts> = sql_query(sql).load(self)?;
            Ok(rows.into_iter().map(|row| (row.a, row.b)).collect())
        }

        fn session(&mut self) -> Result<String, DieselError> {
            let rows = self.texts(
                "SELECT CONCAT('SET SESSION sql_mode = ', QUOTE(@@SESSION.sql_mode), ', foreign_key_checks = ', \
                 @@SESSION.foreign_key_checks, ', time_zone = ', QUOTE(@@SESSION.time_zone)) AS a, NULL AS b",
            )?;
            Ok(rows.into_iter().next().map(|row| row.0).unwrap_or_default())
        }
    }

    fn holder(connection: &mut MysqlConnection) -> Option<String> {
        let sql = format!(
            "SELECT CONCAT('connection ', IS_USED_LOCK({LOCK}), '; to end it: KILL ', IS_USED_LOCK({LOCK})) AS a, \
             NULL AS b"
        );
        connection.texts(&sql).ok()?.into_iter().next().map(|row| row.0)
    }
}
