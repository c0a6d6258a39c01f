//! SQLite: the file is locked by each transaction.

use std::path::Path;

use autogen_sql_text::Dialect;
use diesel::SqliteConnection;

use super::diesel::DieselConnection;
use super::{Backend, DatabaseError, Duration, OwnTable, RunError, Session as _, add_timing_columns};
use crate::bound_statement::BoundStatement;

/// What a migration may switch on or off for the rest of the session.
const SWITCHES: [&str; 5] = [
    "foreign_keys",
    "legacy_alter_table",
    "recursive_triggers",
    "ignore_check_constraints",
    "writable_schema",
];

impl DieselConnection for SqliteConnection {
    fn placeholders(statement: &BoundStatement) -> String {
        statement.counted().to_owned()
    }
}

impl Backend for SqliteConnection {
    fn wait_up_to(&mut self, budget: Duration) -> Result<(), DatabaseError> {
        self.execute(&format!("PRAGMA busy_timeout = {}", budget.as_millis()))
    }

    fn own_tables_sql(tables: &[OwnTable]) -> String {
        let names = OwnTable::literals(tables);
        format!("SELECT name FROM sqlite_schema WHERE type = 'table' AND name IN ({names})")
    }

    fn has_timings(&mut self) -> Result<bool, DatabaseError> {
        self.is_true(&format!(
            "SELECT EXISTS (SELECT 1 FROM pragma_table_info('{}') WHERE name = 'estimate')",
            OwnTable::History.name()
        ))
    }

    fn add_timings(&mut self) -> Result<(), DatabaseError> {
        let added = self.execute(&format!("BEGIN IMMEDIATE; {}; COMMIT", add_timing_columns()));
        if added.is_err() {
            self.execute("ROLLBACK")?;
        }
        added
    }

    /// A database in memory has no file.
    fn database_name(&mut self) -> Result<String, DatabaseError> {
        let file =
            self.text("SELECT file FROM pragma_database_list WHERE name = 'main'")?.unwrap_or_default();
        let name = Path::new(&file).file_name().unwrap_or_default();
        Ok(name.to_string_lossy().into_owned())
    }

    /// SQLite locks the file for each transaction; all there is to do is to wait for it.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
        Ok(self.wait_up_to(budget)?)
    }

    fn unlock(&mut self) {}

    /// Each transaction locks the file anew.
    fn holds_lock(&mut self) -> Result<bool, DatabaseError> {
        Ok(true)
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DatabaseError> {
        Ok(self.is_true("SELECT query_only FROM pragma_query_only")?.then_some("PRAGMA query_only is on"))
    }

    fn object_state(&mut self, _: &str) -> Result<Option<String>, DatabaseError> {
        Ok(None)
    }

    const DIALECT: Dialect = Dialect::Sqlite;

    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const ROLLS_BACK_SCHEMA: bool = true;

    const LOCKS: bool = false;

    fn all_tables_roll_back(&mut self) -> Result<bool, DatabaseError> {
        Ok(true)
    }

    const TRANSACTION_SETUP_SQL: &'static [&'static str] = &[];

    const SESSION_SETUP_SQL: &'static str = "";

    fn oldest_transaction(&mut self) -> Option<String> {
        None
    }

    fn is_lock_conflict(_: &DatabaseError) -> bool {
        false
    }

    fn is_busy(error: &DatabaseError) -> bool {
        error.message.contains("database is locked")
    }

    fn drop_invalid_index(&mut self, _: &str) -> Result<(), DatabaseError> {
        Ok(())
    }

    fn session(&mut self) -> Result<String, DatabaseError> {
        let statement = |pragma: &&str| {
            let is_on = self.is_true(&format!("SELECT {pragma} FROM pragma_{pragma}"))?;
            Ok(format!("PRAGMA {pragma} = {}", u8::from(is_on)))
        };
        let statements: Result<Vec<String>, DatabaseError> = SWITCHES.iter().map(statement).collect();
        Ok(statements?.join("; "))
    }
}
