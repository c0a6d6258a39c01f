//! What differs between databases when migrations are applied: the lock, and
//! how a transaction begins.

#[cfg(feature = "mysql")]
mod mysql;
#[cfg(feature = "mysql")]
mod object_state;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(feature = "sqlite")]
mod sqlite;

use std::time::Duration;

use autogen_sql_text::Dialect;
use diesel::connection::{Connection, SimpleConnection};
use diesel::migration::MigrationConnection;
use diesel::result::Error as DieselError;

use crate::error::RunError;

/// A connection that migrations can be applied through.
pub trait Backend: Connection + SimpleConnection + MigrationConnection {
    /// Sets how long to wait for a database that others hold, where that is not the server's own affair.
    ///
    /// # Errors
    /// What the server said.
    fn wait_up_to(&mut self, budget: Duration) -> Result<(), DieselError>;

    /// Whether there is a table of a name, where tables without a schema are looked for.
    ///
    /// # Errors
    /// What the server said.
    fn has_table(&mut self, name: &str) -> Result<bool, DieselError>;

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
    fn holds_lock(&mut self) -> Result<bool, DieselError>;

    /// Why the database takes no changes, if it takes none.
    ///
    /// # Errors
    /// What the server said.
    fn refuses_writes(&mut self) -> Result<Option<&'static str>, DieselError>;

    /// What the catalog shows of the object that a statement changes, in a form that differs when
    /// the statement is done; `None` when the statement does not tell what it changes.
    ///
    /// # Errors
    /// What the server said.
    fn object_state(&mut self, statement: &str) -> Result<Option<String>, DieselError>;

    /// How its SQL is read.
    const DIALECT: Dialect;

    /// The statement that begins a transaction that will write.
    const BEGIN: &'static str;

    /// Whether a transaction takes changes of the schema back.
    const ROLLS_BACK_SCHEMA: bool;

    /// Whether statements outside of a transaction are noted one by one, which takes the lock.
    const JOURNALS: bool;

    /// Whether no table keeps changes of rows that are rolled back.
    ///
    /// # Errors
    /// What the server said.
    fn all_tables_roll_back(&mut self) -> Result<bool, DieselError>;

    /// What a transaction sets for itself, so that its statements do not wait for long: whoever
    /// comes behind a statement that waits for a table waits as well.
    const TIME_OUTS: &'static str;

    /// What the session sets for statements outside of a transaction of ours.
    const OUTSIDE: &'static str;

    /// Who has been in a transaction for longest, besides this session, if the server tells.
    fn oldest_transaction(&mut self) -> Option<String>;

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
