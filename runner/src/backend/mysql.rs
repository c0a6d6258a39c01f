//! MySQL and MariaDB: a named lock, and nothing that takes a change of the schema back.

use autogen_sql_text::Dialect;
use diesel::sql_types::{Nullable, Text};
use diesel::{MysqlConnection, QueryableByName, RunQueryDsl, sql_query};

use super::{Backend, DieselError, Duration, RunError, object_state, poll};

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
    fn wait_up_to(&mut self, _: Duration) -> Result<(), DieselError> {
        Ok(())
    }

    fn has_table(&mut self, name: &str) -> Result<bool, DieselError> {
        let sql = format!(
            "SELECT CAST(TABLE_NAME AS CHAR) AS a, NULL AS b FROM information_schema.TABLES \
             WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{name}'"
        );
        Ok(!self.texts(&sql)?.is_empty())
    }

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

    fn holds_lock(&mut self) -> Result<bool, DieselError> {
        let sql = format!("SELECT CAST(IS_USED_LOCK({LOCK}) = CONNECTION_ID() AS CHAR) AS a, NULL AS b");
        // Nobody at all is told as NULL.
        Ok(self.texts(&sql).is_ok_and(|rows| rows.first().is_some_and(|row| row.0 == "1")))
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DieselError> {
        let rows = self.texts("SELECT CAST(@@SESSION.tx_read_only AS CHAR) AS a, NULL AS b");
        let rows = rows.or_else(|_| {
            self.texts("SELECT CAST(@@SESSION.transaction_read_only AS CHAR) AS a, NULL AS b")
        })?;
        Ok(rows.first().is_some_and(|row| row.0 == "1").then_some("transaction_read_only is on"))
    }

    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DieselError> {
        object_state::read(self, statement)
    }

    const DIALECT: Dialect = Dialect::Mysql;

    const BEGIN: &'static str = "START TRANSACTION";
    const ROLLS_BACK_SCHEMA: bool = false;

    const JOURNALS: bool = true;

    fn all_tables_roll_back(&mut self) -> Result<bool, DieselError> {
        let others = self.texts(
            "SELECT CAST(COUNT(*) AS CHAR) AS a, NULL AS b FROM information_schema.TABLES t \
             JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE COALESCE(e.TRANSACTIONS, 'NO') <> 'YES' \
             AND t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')",
        )?;
        Ok(others.first().is_some_and(|row| row.0 == "0"))
    }

    const TIME_OUTS: &'static str = "";

    /// Whoever comes behind a statement that waits for a table waits as well.
    const OUTSIDE: &'static str = "SET SESSION lock_wait_timeout = 5, innodb_lock_wait_timeout = 10";

    fn oldest_transaction(&mut self) -> Option<String> {
        None
    }

    /// The messages of 1205 and 1213: the statement changed nothing.
    fn gave_way(error: &DieselError) -> bool {
        let message = error.to_string();
        message.contains("Lock wait timeout exceeded") || message.contains("Deadlock found")
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
             @@SESSION.foreign_key_checks, ', lock_wait_timeout = ', @@SESSION.lock_wait_timeout, \
             ', innodb_lock_wait_timeout = ', @@SESSION.innodb_lock_wait_timeout, ', time_zone = ', QUOTE(@@SESSION.time_zone)) AS a, NULL AS b",
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
