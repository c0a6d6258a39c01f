//! What differs between databases when migrations are applied: the lock, and how a transaction begins; and beneath that,
//! what differs between clients.

#[cfg(any(feature = "postgres", feature = "sqlite", feature = "mysql"))]
mod diesel;
#[cfg(any(feature = "mysql", feature = "mysql-crate"))]
mod mysql;
#[cfg(feature = "mysql-crate")]
mod mysql_crate;
#[cfg(any(feature = "mysql", feature = "mysql-crate"))]
mod object_state;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::time::Duration;

#[cfg(feature = "postgres")]
pub use postgres::NAMESPACE_SETTING;

use autogen_sql_text::Dialect;

use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::error::RunError;
use crate::tables::{AppliedRow, EnvironmentRow, HistoryRow, JournalRow, OwnTable, SchemaRow, TimingRow};

/// A session of a database: it runs SQL.
pub trait Session {
    /// Runs one statement or several, until one fails. Rows that they give are read and thrown away.
    ///
    /// # Errors
    /// What the server said.
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// The values of a query of one column of a text type.
    ///
    /// # Errors
    /// What the server said.
    fn optional_texts(&mut self, sql: &str) -> Result<Vec<Option<String>>, DatabaseError>;

    /// The same without those that are NULL.
    ///
    /// # Errors
    /// What the server said.
    fn texts(&mut self, sql: &str) -> Result<Vec<String>, DatabaseError> {
        Ok(self.optional_texts(sql)?.into_iter().flatten().collect())
    }

    /// The first of them.
    ///
    /// # Errors
    /// What the server said.
    fn text(&mut self, sql: &str) -> Result<Option<String>, DatabaseError> {
        Ok(self.texts(sql)?.into_iter().next())
    }

    /// Whether the one value that a query gives is true; NULL is not.
    ///
    /// # Errors
    /// What the server said.
    fn is_true(&mut self, sql: &str) -> Result<bool, DatabaseError>;
}

/// The columns of how long migrations took, for tables from before.
const TIMING_COLUMNS: [&str; 2] = ["took_ms INTEGER", "estimate VARCHAR(100)"];

/// The statements that add them.
fn add_timing_columns() -> String {
    let add = |column: &str| format!("ALTER TABLE {} ADD COLUMN {column}", OwnTable::History.name());
    TIMING_COLUMNS.map(add).join("; ")
}

/// A session that reads and changes the runner's own tables.
pub trait Tables: Session {
    /// The rows of Diesel's table, by version.
    ///
    /// # Errors
    /// What the server said.
    fn applied_rows(&mut self) -> Result<Vec<AppliedRow>, DatabaseError>;

    /// The rows of `__autogen_history`.
    ///
    /// # Errors
    /// What the server said.
    fn history_rows(&mut self) -> Result<Vec<HistoryRow>, DatabaseError>;

    /// How long applied migrations took, as far as that is known. The columns have to be there.
    ///
    /// # Errors
    /// What the server said.
    fn timing_rows(&mut self) -> Result<Vec<TimingRow>, DatabaseError>;

    /// The rows of `__autogen_journal`, by version, direction and position.
    ///
    /// # Errors
    /// What the server said.
    fn journal_rows(&mut self) -> Result<Vec<JournalRow>, DatabaseError>;

    /// The row of `__autogen_schema`.
    ///
    /// # Errors
    /// What the server said.
    fn schema_row(&mut self) -> Result<Option<SchemaRow>, DatabaseError>;

    /// The row of `__autogen_environment`.
    ///
    /// # Errors
    /// What the server said.
    fn environment_row(&mut self) -> Result<Option<EnvironmentRow>, DatabaseError>;

    /// Whether Diesel's table has the row of a version. The table has to be there.
    ///
    /// # Errors
    /// What the server said.
    fn is_applied(&mut self, version: &str) -> Result<bool, DatabaseError>;

    /// Changes a table; gives how many rows it changed. Of MySQL's, a row that was so already may be none.
    ///
    /// # Errors
    /// What the server said.
    fn change(&mut self, change: &Change) -> Result<usize, DatabaseError>;

    /// Makes a change that some row has to be there for.
    ///
    /// # Errors
    /// When there is none, and what the server said.
    fn change_row(&mut self, change: &Change) -> Result<(), DatabaseError> {
        match self.change(change)? {
            0 => Err(DatabaseError::no_row(change)),
            _ => Ok(()),
        }
    }

    /// Makes several changes, until one fails.
    ///
    /// # Errors
    /// What the server said.
    fn change_all(&mut self, changes: &[Change]) -> Result<(), DatabaseError> {
        changes.iter().try_for_each(|change| self.change(change).map(drop))
    }
}

/// A connection that migrations can be applied through: Diesel's of PostgreSQL, SQLite, MySQL and MariaDB, and that of
/// the `mysql` crate.
pub trait Backend: Tables {
    /// Sets how long to wait for a database that others hold, where that is not the server's own affair.
    ///
    /// # Errors
    /// What the server said.
    fn wait_up_to(&mut self, budget: Duration) -> Result<(), DatabaseError>;

    /// The query of the names of those of some of the runner's tables that are there, where tables without a schema are
    /// looked for.
    fn own_tables_sql(tables: &[OwnTable]) -> String;

    /// Whether one of the runner's tables is there.
    ///
    /// # Errors
    /// What the server said.
    fn has_table(&mut self, table: OwnTable) -> Result<bool, DatabaseError> {
        Ok(self.text(&Self::own_tables_sql(&[table]))?.is_some())
    }

    /// Whether `__autogen_history` has the columns for how long migrations took, which older ones have not.
    ///
    /// # Errors
    /// What the server said.
    fn has_timings(&mut self) -> Result<bool, DatabaseError>;

    /// Adds those columns, unless somebody else holds the table for long.
    ///
    /// # Errors
    /// What the server said.
    fn add_timings(&mut self) -> Result<(), DatabaseError>;

    /// What the database is called: of a SQLite file, the file's name.
    ///
    /// # Errors
    /// What the server said.
    fn database_name(&mut self) -> Result<String, DatabaseError>;

    /// Takes the lock that makes one upgrader wait for another, within a time.
    ///
    /// # Errors
    /// When it is not had in time.
    fn lock(&mut self, budget: Duration) -> Result<(), RunError>;

    /// Gives the lock back; the connection may be broken by then.
    fn unlock(&mut self);

    /// Whether this very session still holds the lock. Behind a pooler that shares sessions it may
    /// be another's.
    ///
    /// # Errors
    /// What the server said.
    fn holds_lock(&mut self) -> Result<bool, DatabaseError>;

    /// Why the database takes no changes, if it takes none.
    ///
    /// # Errors
    /// What the server said.
    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DatabaseError>;

    /// What the catalog shows of the object that a statement changes, in a form that differs when
    /// the statement is done; `None` when the statement does not tell what it changes.
    ///
    /// # Errors
    /// What the server said.
    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DatabaseError>;

    /// How its SQL is read.
    const DIALECT: Dialect;

    /// The statement that begins a transaction that will write.
    const BEGIN: &'static str;

    /// Whether a transaction takes changes of the schema back.
    const ROLLS_BACK_SCHEMA: bool;

    /// Whether the lock keeps others out until it is given back. Where it does not (SQLite), each transaction does, and
    /// outside of one the journal's row.
    const LOCKS: bool;

    /// Whether no table keeps changes of rows that are rolled back.
    ///
    /// # Errors
    /// What the server said.
    fn all_tables_roll_back(&mut self) -> Result<bool, DatabaseError>;

    /// What a transaction sets for itself: its statements do not wait for long, since whoever comes behind a statement that
    /// waits for a table waits as well, and they mean what they say.
    const TRANSACTION_SETUP_SQL: &'static [&'static str];

    /// What the session sets for statements outside of a transaction of ours.
    const SESSION_SETUP_SQL: &'static str;

    /// Who has been in a transaction for longest, besides this session, if the server tells.
    fn oldest_transaction(&mut self) -> Option<String>;

    /// Whether an error says that a statement gave way to others, so that the whole
    /// transaction may be tried again.
    fn is_lock_conflict(error: &DatabaseError) -> bool;

    /// Whether an error says that somebody else holds the database.
    fn is_busy(error: &DatabaseError) -> bool;

    /// Drops the invalid index that a statement outside of a transaction left behind when it failed before.
    ///
    /// # Errors
    /// What the server said.
    fn drop_invalid_index(&mut self, sql: &str) -> Result<(), DatabaseError>;

    /// The statements that put the session back to what it is now, after a
    /// migration has changed it.
    ///
    /// # Errors
    /// What the server said.
    fn session(&mut self) -> Result<String, DatabaseError>;
}

/// Asks for a lock again and again, with longer and longer pauses, until it is had or the
/// time is over: a wait inside the server could not end in time, nor tell who holds it.
#[cfg(any(feature = "postgres", feature = "mysql", feature = "mysql-crate"))]
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
