//! SQLite: the file is locked by each transaction.

use autogen_sql_text::Dialect;
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
    fn wait_up_to(&mut self, budget: Duration) -> Result<(), DieselError> {
        self.batch_execute(&format!("PRAGMA busy_timeout = {}", budget.as_millis()))
    }

    fn has_table(&mut self, name: &str) -> Result<bool, DieselError> {
        let sql = format!(
            "SELECT name AS a, NULL AS b FROM sqlite_schema WHERE type = 'table' AND name = '{name}'"
        );
        Ok(!self.texts(&sql)?.is_empty())
    }

    /// SQLite locks the file for each transaction; all there is to do is to wait for it.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError> {
        Ok(self.wait_up_to(budget)?)
    }

    fn unlock(&mut self) {}

    /// Each transaction locks the file anew.
    fn holds_lock(&mut self) -> Result<bool, DieselError> {
        Ok(true)
    }

    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DieselError> {
        let rows = self.texts("SELECT CAST(query_only AS TEXT) AS a, NULL AS b FROM pragma_query_only")?;
        Ok(rows.first().is_some_and(|row| row.0 == "1").then_some("PRAGMA query_only is on"))
    }

    fn object_state(&mut self, _: &str) -> Result<Option<String>, DieselError> {
        Ok(None)
    }

    const DIALECT: Dialect = Dialect::Sqlite;

    const BEGIN: &'static str = "BEGIN IMMEDIATE";
    const ROLLS_BACK_SCHEMA: bool = true;

    const JOURNALS: bool = false;

    fn all_tables_roll_back(&mut self) -> Result<bool, DieselError> {
        Ok(true)
    }

    const TIME_OUTS: &'static str = "";

    const OUTSIDE: &'static str = "";

    fn oldest_transaction(&mut self) -> Option<String> {
        None
    }

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
