//! A database in memory for SQL that somebody else wrote: it reaches no file, loads no code, and ends at limits
//! of time and size (sqlite.org/security.html). Diesel gives no way to SQLite's authorizer, so this connection is
//! rusqlite's; both use the one SQLite that is linked.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use diesel::SqliteConnection;
use rusqlite::config::DbConfig;
use rusqlite::ffi::ErrorCode;
use rusqlite::functions::FunctionFlags;
use rusqlite::hooks::{AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Batch, Connection, Error, MAIN_DB, Statement};

use super::authorizer::{Phase, Verdict, sets_page_size, verdict};
use super::in_memory;
use crate::error::IntrospectError;
use crate::scratch::{Limits, ServerFailure};

/// A database in memory that reaches nothing else.
pub(crate) struct Confined {
    connection: Connection,
    limits: Limits,
    shared: Arc<Mutex<State>>,
}

/// What the connection and its hooks share.
struct State {
    /// Whether a statement of ours is run, which may do all.
    is_ours: bool,
    phase: Phase,
    /// When what runs is to stop.
    deadline: Option<Instant>,
    is_late: bool,
    /// Why the authorizer denied the statement.
    denied: Option<String>,
    /// Whether pages have another size since their number was limited.
    has_resized: bool,
    /// Tables that `diesel_manage_updated_at` was called for.
    updated_at: Vec<String>,
}

/// The virtual machine's instructions between two looks at the clock.
const INSTRUCTIONS: i32 = 1000;

/// No more than this for one value or row, since no function looks at the clock while it works on one.
const MAX_VALUE: i32 = 64 << 20;

/// The same for patterns of `LIKE` and `GLOB`, whose work is the product of both lengths.
const MAX_PATTERN: i32 = 1000;

/// The most pages that SQLite gives a database (`SQLITE_MAX_PAGE_COUNT`).
const MAX_PAGES: u64 = 0xffff_fffe;

impl Confined {
    /// An empty database.
    pub(crate) fn new(limits: Limits) -> Result<Self, IntrospectError> {
        let shared = Arc::new(Mutex::new(State {
            is_ours: false,
            phase: Phase::Compile,
            deadline: None,
            is_late: false,
            denied: None,
            has_resized: false,
            updated_at: Vec::new(),
        }));
        let opened = Connection::open_in_memory().map(|connection| Self { connection, limits, shared });
        let confined = opened.and_then(|it| it.confine().map(|()| it));
        confined.map_err(|error| IntrospectError::Connect {
            url: "sqlite::memory:".to_owned(),
            message: message(&error),
        })
    }

    fn confine(&self) -> Result<(), Error> {
        let connection = &self.connection;
        for (config, on) in [
            (DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_FTS3_TOKENIZER, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_CREATE, false),
            (DbConfig::SQLITE_DBCONFIG_ENABLE_ATTACH_WRITE, false),
        ] {
            connection.set_db_config(config, on)?;
        }
        for (limit, value) in [
            // For VACUUM, which attaches its copy.
            (Limit::SQLITE_LIMIT_ATTACHED, 1),
            (Limit::SQLITE_LIMIT_LENGTH, MAX_VALUE),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_PATTERN),
            (Limit::SQLITE_LIMIT_WORKER_THREADS, 0),
        ] {
            connection.set_limit(limit, value)?;
        }
        // Sorting, temporary tables and journals make no files either.
        connection.execute_batch("PRAGMA temp_store = MEMORY")?;
        self.limit_memory()?;
        self.limit_pages()?;
        self.register_diesel_function()?;
        let shared = Arc::clone(&self.shared);
        connection.authorizer(Some(move |context: AuthContext<'_>| lock(&shared).answer(context)))?;
        let shared = Arc::clone(&self.shared);
        connection.progress_handler(INSTRUCTIONS, Some(move || lock(&shared).must_stop()))
    }

    /// What a query sorts or collects is in no page. The limit is the whole process's and can only be lowered, so
    /// that it is the same for all, and far above that of one database.
    fn limit_memory(&self) -> Result<(), Error> {
        let bytes = self.limits.size.saturating_mul(2).max(4 << 30);
        self.connection.execute_batch(&format!("PRAGMA hard_heap_limit = {}", bytes.min(i64::MAX as u64)))
    }

    fn limit_pages(&self) -> Result<(), Error> {
        for schema in ["main", "temp"] {
            let page: u32 =
                self.connection.query_row(&format!("PRAGMA {schema}.page_size"), [], |row| row.get(0))?;
            let pages = (self.limits.size / u64::from(page.max(1))).clamp(1, MAX_PAGES);
            self.connection.execute_batch(&format!("PRAGMA {schema}.max_page_count = {pages}"))?;
        }
        Ok(())
    }

    /// The function that each of Diesel's connections has. It makes its trigger behind the statement that calls it.
    fn register_diesel_function(&self) -> Result<(), Error> {
        let shared = Arc::clone(&self.shared);
        let flags = FunctionFlags::SQLITE_UTF8;
        self.connection.create_scalar_function("diesel_manage_updated_at", 1, flags, move |call| {
            lock(&shared).updated_at.push(call.get(0)?);
            Ok(0)
        })
    }

    /// Runs one statement or many, until one fails; rows are dropped.
    pub(crate) fn execute(&self, sql: &str) -> Result<(), ServerFailure> {
        if let Some(at) = sql.find('\0') {
            return Err(ServerFailure::new(format!("nul byte found in provided data at position: {at}")));
        }
        {
            let mut state = self.state();
            state.deadline = Instant::now().checked_add(self.limits.time);
            state.is_late = false;
        }
        let result = self.run_batch(sql);
        self.state().deadline = None;
        result
    }

    fn run_batch(&self, sql: &str) -> Result<(), ServerFailure> {
        let failed = |error: Error| self.failure(sql, &error);
        let mut batch = Batch::new(&self.connection, sql);
        loop {
            self.begin();
            let Some(statement) =
                rusqlite::fallible_iterator::FallibleIterator::next(&mut batch).map_err(failed)?
            else {
                return Ok(());
            };
            self.run(statement).map_err(failed)?;
            if std::mem::take(&mut self.state().has_resized) {
                self.as_ours(Self::limit_pages).map_err(failed)?;
            }
            let tables = std::mem::take(&mut self.state().updated_at);
            for table in tables {
                self.run_batch(&updated_at_trigger(&table))?;
            }
        }
    }

    fn begin(&self) {
        let mut state = self.state();
        state.phase = Phase::Compile;
        state.denied = None;
    }

    fn run(&self, mut statement: Statement<'_>) -> Result<(), Error> {
        self.state().phase = Phase::Run;
        let mut rows = statement.raw_query();
        while rows.next()?.is_some() {}
        Ok(())
    }

    /// The message for people: why we stopped it, or else SQLite's own.
    fn failure(&self, sql: &str, error: &Error) -> ServerFailure {
        let mut state = self.state();
        let Limits { time, size } = self.limits;
        let code = error.sqlite_error_code();
        let unread = || "SQLite's authorizer denied the statement".to_owned();
        let is_denied = code == Some(ErrorCode::AuthorizationForStatementDenied);
        if let Some(denied) = state.denied.take().or_else(|| is_denied.then(unread)) {
            return ServerFailure { is_refused: true, ..ServerFailure::new(denied) };
        }
        if state.is_late {
            return ServerFailure::new(format!(
                "stopped after {} s, the limit of a scratch database",
                time.as_secs()
            ));
        }
        if let Some(ErrorCode::DiskFull | ErrorCode::OutOfMemory) = code {
            return ServerFailure::new(format!(
                "stopped at {0} MiB, the limit of a scratch database",
                size >> 20
            ));
        }
        ServerFailure { position: position(sql, error), ..ServerFailure::new(message(error)) }
    }

    /// The first text in the column `value` of a query; empty when there is no row.
    pub(crate) fn value(&self, sql: &str) -> Result<String, IntrospectError> {
        self.begin();
        let value = self.connection.prepare(sql).and_then(|mut statement| {
            let mut rows = statement.raw_query();
            let Some(row) = rows.next()? else { return Ok(String::new()) };
            Ok(match row.get_ref("value")? {
                ValueRef::Null => String::new(),
                ValueRef::Integer(number) => number.to_string(),
                ValueRef::Real(number) => format!("{number:?}"),
                ValueRef::Text(text) | ValueRef::Blob(text) => String::from_utf8_lossy(text).into_owned(),
            })
        });
        value.map_err(|error| query_failed("asking the scratch database", &error))
    }

    /// A copy for Diesel to read, as this connection sees it: with what an open transaction has done.
    pub(crate) fn copy(&self) -> Result<SqliteConnection, IntrospectError> {
        const WHAT: &str = "copying the scratch database";
        let mut copy = in_memory()?;
        let pages = self.value("SELECT page_count AS value FROM pragma_page_count")?;
        if pages != "0" {
            let image = self.connection.serialize(MAIN_DB).map_err(|error| query_failed(WHAT, &error))?;
            copy.deserialize_readonly_database_from_buffer(&image)
                .map_err(|error| IntrospectError::query(WHAT, &error))?;
        }
        Ok(copy)
    }

    /// Gives tables other texts in `sqlite_schema`. For texts that we made: SQLite believes them.
    pub(crate) fn write_table_texts(&self, texts: &BTreeMap<String, String>) -> Result<(), ServerFailure> {
        let written = self.as_ours(|it| {
            it.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, false)?;
            let result = it.update_table_texts(texts);
            it.connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
            result
        });
        written.map_err(|error| self.failure("", &error))
    }

    fn update_table_texts(&self, texts: &BTreeMap<String, String>) -> Result<(), Error> {
        self.connection.execute_batch("PRAGMA writable_schema = ON")?;
        let update = "UPDATE sqlite_schema SET sql = ?2 WHERE type = 'table' AND name = ?1";
        let updated =
            texts.iter().try_for_each(|pair| self.connection.execute(update, pair).map(|_count| ()));
        self.connection.execute_batch("PRAGMA writable_schema = RESET")?;
        updated
    }

    /// Does something that the SQL of others may not do.
    fn as_ours<T>(&self, work: impl FnOnce(&Self) -> Result<T, Error>) -> Result<T, Error> {
        self.state().is_ours = true;
        let result = work(self);
        self.state().is_ours = false;
        result
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.shared)
    }
}

impl State {
    fn answer(&mut self, context: AuthContext<'_>) -> Authorization {
        if self.is_ours {
            return Authorization::Allow;
        }
        self.has_resized |= sets_page_size(context.action);
        match verdict(self.phase, context.action) {
            Verdict::Allow => Authorization::Allow,
            Verdict::Skip => Authorization::Ignore,
            Verdict::Deny(why) => {
                self.denied = Some(why);
                Authorization::Deny
            }
        }
    }

    fn must_stop(&mut self) -> bool {
        self.is_late = !self.is_ours && self.deadline.is_some_and(|deadline| Instant::now() >= deadline);
        self.is_late
    }
}

fn lock(shared: &Mutex<State>) -> MutexGuard<'_, State> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What SQLite said, without what rusqlite adds.
fn message(error: &Error) -> String {
    match error {
        Error::SqlInputError { msg, .. } | Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    }
}

fn query_failed(what: &str, error: &Error) -> IntrospectError {
    IntrospectError::Query { what: what.to_owned(), message: message(error) }
}

/// The place in the SQL in characters from 1; the error holds the statement and all behind it.
fn position(sql: &str, error: &Error) -> Option<usize> {
    let Error::SqlInputError { sql: rest, offset, .. } = error else { return None };
    let start = sql.len().checked_sub(rest.len())?;
    let before = sql.get(..start + usize::try_from(*offset).ok()?)?;
    Some(before.chars().count() + 1)
}

/// The trigger of Diesel's function (diesel/src/sqlite/connection/diesel_manage_updated_at.sql).
fn updated_at_trigger(table: &str) -> String {
    format!(include_str!("diesel_manage_updated_at.sql"), table_name = table)
}
