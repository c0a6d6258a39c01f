//! MySQL and MariaDB: a named lock, and nothing that takes a change of the schema back.

use autogen_sql_text::Dialect;

use super::{
    Backend, DatabaseError, Duration, OwnTable, RunError, Tables, add_timing_columns, object_state, poll,
};
use crate::database_error::DatabaseErrorKind;

/// The lock's name, one for each database; names are at most 64 characters.
const LOCK: &str = "CONCAT('autogen ', LEFT(SHA2(DATABASE(), 256), 40))";

/// A session of MySQL or MariaDB, whichever client holds it.
pub(super) trait MysqlSession: Tables {}

#[cfg(feature = "mysql")]
impl MysqlSession for diesel::MysqlConnection {}

#[cfg(feature = "mysql")]
impl super::diesel::DieselConnection for diesel::MysqlConnection {
    fn placeholders(statement: &crate::bound_statement::BoundStatement) -> String {
        statement.counted().to_owned()
    }
}

impl<C: MysqlSession> Backend for C {
    fn wait_up_to(&mut self, _: Duration) -> Result<(), DatabaseError> {
        Ok(())
    }

    fn own_tables_sql(tables: &[OwnTable]) -> String {
        let names = OwnTable::literals(tables);
        format!(
            "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME IN ({names})"
        )
    }

    fn has_timings(&mut self) -> Result<bool, DatabaseError> {
        self.is_true(&format!(
            "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '{}' \
             AND COLUMN_NAME = 'estimate'",
            OwnTable::History.name()
        ))
    }

    /// Whoever reads the history waits behind this while it waits.
    fn add_timings(&mut self) -> Result<(), DatabaseError> {
        let waits = self.text("SELECT CAST(@@SESSION.lock_wait_timeout AS CHAR)")?.unwrap_or_default();
        self.execute("SET SESSION lock_wait_timeout = 1")?;
        let added = self.execute(&add_timing_columns());
        self.execute(&format!("SET SESSION lock_wait_timeout = {waits}"))?;
        added
    }

    fn database_name(&mut self) -> Result<String, DatabaseError> {
        Ok(self.text("SELECT DATABASE()")?.unwrap_or_default())
    }

    fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
        let ask = |connection: &mut Self| Ok(connection.is_true(&format!("SELECT GET_LOCK({LOCK}, 0)"))?);
        poll(self, budget, ask, holder)
    }

    fn unlock(&mut self) {
        // After a failure the connection may be gone, and the lock with it.
        let _ = self.execute(&format!("DO RELEASE_LOCK({LOCK})"));
    }

    fn holds_lock(&mut self) -> Result<bool, DatabaseError> {
        // Nobody at all is told as NULL.
        self.is_true(&format!("SELECT IS_USED_LOCK({LOCK}) = CONNECTION_ID()"))
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DatabaseError> {
        // MySQL 8 has dropped the old name, and MariaDB before 11.1 does not have the new one.
        let is_on = self.is_true("SELECT @@SESSION.tx_read_only");
        let is_on = is_on.or_else(|_| self.is_true("SELECT @@SESSION.transaction_read_only"))?;
        Ok(is_on.then_some("transaction_read_only is on"))
    }

    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DatabaseError> {
        object_state::read(self, statement)
    }

    const DIALECT: Dialect = Dialect::Mysql;

    const BEGIN: &'static str = "START TRANSACTION";
    const ROLLS_BACK_SCHEMA: bool = false;

    const LOCKS: bool = true;

    fn all_tables_roll_back(&mut self) -> Result<bool, DatabaseError> {
        self.is_true(
            "SELECT COUNT(*) = 0 FROM information_schema.TABLES t \
             JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE WHERE COALESCE(e.TRANSACTIONS, 'NO') <> 'YES' \
             AND t.TABLE_SCHEMA NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema')",
        )
    }

    const TRANSACTION_SETUP_SQL: &'static [&'static str] = &[];

    /// Whoever comes behind a statement that waits for a table waits as well.
    const SESSION_SETUP_SQL: &'static str =
        "SET SESSION lock_wait_timeout = 5, innodb_lock_wait_timeout = 10";

    fn oldest_transaction(&mut self) -> Option<String> {
        None
    }

    /// The statement changed nothing. Diesel does not tell the codes, so there it is the messages of 1205 and 1213.
    fn is_lock_conflict(error: &DatabaseError) -> bool {
        error.kind == DatabaseErrorKind::LockConflict
            || error.message.contains("Lock wait timeout exceeded")
            || error.message.contains("Deadlock found")
    }

    fn is_busy(_: &DatabaseError) -> bool {
        false
    }

    fn drop_invalid_index(&mut self, _: &str) -> Result<(), DatabaseError> {
        Ok(())
    }

    fn session(&mut self) -> Result<String, DatabaseError> {
        let statement = self.text(
            "SELECT CONCAT('SET SESSION sql_mode = ', QUOTE(@@SESSION.sql_mode), ', foreign_key_checks = ', \
             @@SESSION.foreign_key_checks, ', unique_checks = ', @@SESSION.unique_checks, ', autocommit = ', \
             @@SESSION.autocommit, ', lock_wait_timeout = ', @@SESSION.lock_wait_timeout, \
             ', innodb_lock_wait_timeout = ', @@SESSION.innodb_lock_wait_timeout, ', time_zone = ', QUOTE(@@SESSION.time_zone), \
             ', character_set_client = ', QUOTE(@@SESSION.character_set_client), ', character_set_results = ', \
             QUOTE(@@SESSION.character_set_results), ', collation_connection = ', QUOTE(@@SESSION.collation_connection))",
        )?;
        Ok(statement.unwrap_or_default())
    }
}

fn holder<C: MysqlSession>(connection: &mut C) -> Option<String> {
    let sql = format!(
        "SELECT CONCAT('connection ', IS_USED_LOCK({LOCK}), '; to end it: KILL ', IS_USED_LOCK({LOCK}))"
    );
    connection.text(&sql).ok()?
}
