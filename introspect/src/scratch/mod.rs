//! Scratch databases: made by us, used to evaluate SQL, and gone afterwards.
//!
//! A scratch database is never the target. On PostgreSQL it has a random name
//! with our prefix and holds a nonce that is checked before it is dropped; it is
//! dropped when its value goes out of scope, on an interrupt (`drop_all`), and,
//! should a process die, by the next one (`sweep`), which knows by a lock and by
//! the sessions there whether its process lives. On SQLite it is in memory.

mod limits;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod live;
#[cfg(feature = "postgres")]
pub mod local;
#[cfg(feature = "mysql")]
mod local_mysql;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod local_server;
#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod surroundings;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod warm;
#[cfg(any(feature = "postgres", feature = "mysql"))]
mod watchdog;

use std::collections::BTreeMap;

use autogen_diff_core::lock::{Lock, LockDifference, TakenLock};
use autogen_diff_core::{Dialect, Flavor, Schema, Version};
use autogen_sql_text::declaration::OwnDatabases;
use autogen_sql_text::{SourceStatement, split};
use diesel::result::Error as DieselError;

use crate::admission::{Reach, replayed};
use crate::error::IntrospectError;
use crate::load::SourceFile;
use crate::parts::{AT_ONCE, is_one_as_several};
use crate::url::DatabaseUrl;

pub use limits::Limits;
pub use surroundings::{Surroundings, disturbances};

/// Drops every scratch database of this process; for an interrupt's handler.
pub fn drop_all() {
    #[cfg(feature = "postgres")]
    postgres::drop_all();
    #[cfg(feature = "mysql")]
    mysql::drop_all();
}

/// Where scratch databases are made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScratchOptions {
    /// The dialect to evaluate.
    pub dialect: Dialect,
    /// The database that the schema is for; its server is used, it itself never.
    pub target: Option<DatabaseUrl>,
    /// Where they are made.
    pub place: ScratchPlace,
    /// What they may use.
    pub limits: Limits,
    /// What becomes of a model's code.
    pub code: CodePolicy,
}

/// Whether a model may hold statements that run code rather than declare something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CodePolicy {
    /// They are refused.
    #[default]
    Refused,
    /// They are run, within the scratch database's boundary.
    Allowed,
}

/// What keeps the SQL that a scratch database runs from everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Boundary {
    /// A role, an account or an authorizer that reaches the scratch database alone.
    Confined,
    /// None could be had on the server, and why; code is refused then.
    Unconfined(String),
}

impl Boundary {
    /// The statements of a text. Where nothing else keeps them in, a text that can't be read is refused: it is not known
    /// what it would run.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    fn statements(&self, dialect: Dialect, sql: &str) -> Result<Vec<SourceStatement>, ServerFailure> {
        match (split(dialect, sql), self) {
            (Ok(statements), Self::Confined | Self::Unconfined(_)) => Ok(statements),
            // The server says better what is wrong.
            (Err(_), Self::Confined) => Ok(Vec::new()),
            (Err(error), Self::Unconfined(_)) => Err(ServerFailure::new(error.message.to_owned())),
        }
    }
}

/// The server of scratch databases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ScratchPlace {
    /// The target's own.
    #[default]
    Target,
    /// Another one.
    Url(DatabaseUrl),
    /// A throw-away server of this machine (`local`, `warm`).
    Local(Lifetime),
}

/// How long a throw-away server is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// As long as this process.
    Process,
    /// Some minutes longer than whoever uses it.
    Warm,
}

/// A scratch database.
pub struct Scratch {
    place: ScratchServer,
    /// What was around it when it was made; `None` once that was compared for the last time.
    before: Option<Surroundings>,
    /// The databases that scripts may call their own.
    own: OwnDatabases,
    code: CodePolicy,
}

/// Where a scratch database is.
enum ScratchServer {
    /// On a PostgreSQL server.
    #[cfg(feature = "postgres")]
    Postgres(postgres::PostgresScratch),
    /// A schema on a MySQL server.
    #[cfg(feature = "mysql")]
    Mysql(mysql::MysqlScratch),
    /// In memory.
    #[cfg(feature = "sqlite")]
    Sqlite(sqlite::SqliteScratch),
}

/// What a server said about a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFailure {
    /// Its message.
    pub message: String,
    /// Its hint, or else its detail.
    pub hint: Option<String>,
    /// The place in the statement, in characters from 1.
    pub position: Option<usize>,
    /// Whether it was refused by us and never reached the server.
    pub is_refused: bool,
    /// Whether it went beyond a limit, which ended the session.
    pub is_over_limit: bool,
}

impl ServerFailure {
    /// A message without a place.
    pub(crate) const fn new(message: String) -> Self {
        Self { message, hint: None, position: None, is_refused: false, is_over_limit: false }
    }

    /// What the watchdog says.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn over_limit(message: String) -> Self {
        let hint = "scratch_timeout and scratch_size in autogen.toml are the limits".to_owned();
        Self { hint: Some(hint), is_over_limit: true, ..Self::new(message) }
    }
}

/// Does the same wherever the scratch database is.
macro_rules! at_place {
    ($place:expr, $scratch:ident => $body:expr) => {
        match $place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres($scratch) => $body,
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql($scratch) => $body,
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite($scratch) => $body,
        }
    };
}

impl Scratch {
    /// Makes an empty scratch database.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let mut place = match options.dialect {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => postgres::PostgresScratch::create(options).map(ScratchServer::Postgres)?,
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => ScratchServer::Sqlite(sqlite::SqliteScratch::create(options)?),
            #[cfg(feature = "mysql")]
            Dialect::Mysql => mysql::MysqlScratch::create(options).map(ScratchServer::Mysql)?,
            #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
            other => return Err(IntrospectError::NoSupport(other)),
        };
        let before = Some(at_place!(&mut place, scratch => scratch.surroundings())?);
        let target = options.target.as_ref().map(DatabaseUrl::database_name);
        Ok(Self { place, before, own: OwnDatabases::of_target(target.as_deref()), code: options.code })
    }

    /// The dialect that it evaluates.
    pub const fn dialect(&self) -> Dialect {
        match self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(_) => Dialect::Mysql,
        }
    }

    /// What keeps its SQL from everything else.
    pub const fn boundary(&self) -> &Boundary {
        at_place!(&self.place, scratch => scratch.boundary())
    }

    /// The databases that a script may call its own.
    pub(crate) const fn own_databases(&self) -> &OwnDatabases {
        &self.own
    }

    /// What becomes of a model's code.
    pub(crate) const fn code_policy(&self) -> CodePolicy {
        self.code
    }

    /// The vendor and release of the server.
    pub(crate) fn server(&mut self) -> Result<(Flavor, Version), IntrospectError> {
        let sql = match self.dialect() {
            Dialect::Postgres => "SELECT pg_catalog.current_setting('server_version') AS value",
            Dialect::Sqlite => "SELECT sqlite_version() AS value",
            Dialect::Mysql => "SELECT VERSION() AS value",
        };
        let text = self.value(sql)?;
        let flavor = match self.dialect() {
            Dialect::Postgres => Flavor::Postgres,
            Dialect::Sqlite => Flavor::Sqlite,
            Dialect::Mysql if text.contains("MariaDB") => Flavor::Mariadb,
            Dialect::Mysql => Flavor::Mysql,
        };
        Ok((flavor, Version::parse(&text)))
    }

    /// Runs SQL, one statement or many.
    ///
    /// # Errors
    /// What the server said.
    pub fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        at_place!(&mut self.place, scratch => scratch.execute(sql))
    }

    /// Runs one statement by itself, and looks at what it locked meanwhile. None where that can't be seen: on other databases
    /// than PostgreSQL, of what runs in no transaction, and of what only the server's own role may run.
    ///
    /// # Errors
    /// What the server said.
    pub fn execute_watched(&mut self, statement: &str) -> Result<Option<Vec<TakenLock>>, ServerFailure> {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(scratch) => scratch.execute_watched(statement),
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(scratch) => scratch.execute(statement).map(|()| None),
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(scratch) => scratch.execute(statement).map(|()| None),
        }
    }

    /// Begins to look at what the open transaction locks, where that can be seen: on PostgreSQL, and for as long as nothing in it
    /// is for the server's own role alone.
    pub fn watch_locks(&mut self) {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(scratch) => scratch.watch_locks(),
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(_) => {}
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => {}
        }
    }

    /// What the transaction locked, read and rewrote since the last look otherwise than is declared for what ran meanwhile.
    #[cfg_attr(
        not(feature = "postgres"),
        expect(unused_variables, reason = "only PostgreSQL tells of its locks")
    )]
    pub fn lock_differences(&mut self, declared: &[Lock]) -> Vec<LockDifference> {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(scratch) => scratch.lock_differences(declared),
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(_) => Vec::new(),
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => Vec::new(),
        }
    }

    /// A migration's file as it may run here, of the same length: see [`Self::run_file`].
    ///
    /// # Errors
    /// When something in it is refused.
    pub fn admitted(&mut self, file: &SourceFile, reach: Reach) -> Result<SourceFile, IntrospectError> {
        replayed(self, file, reach)
    }

    /// Runs a whole file, as a migration is run, but for what reaches beyond the database.
    ///
    /// # Errors
    /// When something in it is refused, or fails, with the statement and the place in it where the server names one.
    pub fn run_file(
        &mut self,
        file: &SourceFile,
        reach: Reach,
        transaction: FileTransaction<'_>,
    ) -> Result<(), IntrospectError> {
        let file = &replayed(self, file, reach)?;
        let result = match transaction {
            FileTransaction::Around { first, may_split } => self.run_around(file, first, may_split),
            FileTransaction::Own if file.text.trim().is_empty() => return Ok(()),
            // What PostgreSQL gets in one piece is one transaction of its own.
            FileTransaction::Own if self.dialect() == Dialect::Postgres => self.run_batch(file),
            FileTransaction::Own => self.run_each(file),
        };
        if result.is_err() && self.dialect() == Dialect::Sqlite {
            // There is nothing to take back when the file has ended its transaction itself.
            let _ = self.execute("ROLLBACK");
        }
        // A session that ended can't be reset, and why it ended is what counts.
        let reset = self.reset_session();
        result?;
        reset
    }

    /// Runs a file in one transaction, behind what is to be done first in it; or in several, where no statement can tell and it may be.
    fn run_around(&mut self, file: &SourceFile, first: &str, may_split: bool) -> Result<(), IntrospectError> {
        let begin = if self.dialect() == Dialect::Sqlite { "BEGIN IMMEDIATE" } else { "BEGIN" };
        let own = |failure: ServerFailure| IntrospectError::BookkeepingFailed {
            file: file.path.clone(),
            message: failure.message,
        };
        let begun = |failure: ServerFailure| IntrospectError::Query {
            what: begin.to_owned(),
            message: failure.message,
        };
        // What is checked at the end of a transaction is at fault then, and no statement by itself.
        let ended = |failure: ServerFailure| file.failure(end_of(&file.text), failure);
        self.execute(begin).map_err(begun)?;
        self.execute(first).map_err(own)?;
        match split(self.dialect(), &file.text) {
            Ok(statements) if may_split && is_one_as_several(self.dialect(), statements.iter()) => {
                for part in statements.chunks(AT_ONCE) {
                    self.run_statements(file, part)?;
                    self.execute("COMMIT").map_err(ended)?;
                    self.execute(begin).map_err(begun)?;
                }
            }
            Ok(statements) => self.run_statements(file, &statements)?,
            Err(_) => self.run_batch(file)?,
        }
        self.execute("COMMIT").map_err(ended)
    }

    /// Runs the statements of a file one after the other, so that a failure names the one.
    fn run_each(&mut self, file: &SourceFile) -> Result<(), IntrospectError> {
        match split(self.dialect(), &file.text) {
            Ok(statements) => self.run_statements(file, &statements),
            Err(_) => self.run_batch(file),
        }
    }

    fn run_statements(
        &mut self,
        file: &SourceFile,
        statements: &[SourceStatement],
    ) -> Result<(), IntrospectError> {
        for SourceStatement { text, offset, .. } in statements {
            self.execute(text).map_err(|failure| {
                let place = failure.position.and_then(|p| text.char_indices().nth(p.saturating_sub(1)));
                let span = match place {
                    Some((at, c)) => offset + at..offset + at + c.len_utf8(),
                    None => *offset..offset + text.lines().next().map_or(0, str::len),
                };
                file.failure(span, failure)
            })?;
        }
        Ok(())
    }

    /// Runs a file in one piece.
    fn run_batch(&mut self, file: &SourceFile) -> Result<(), IntrospectError> {
        self.execute(&file.text).map_err(|failure| {
            let at = failure.position.and_then(|p| file.text.char_indices().nth(p.saturating_sub(1)));
            let span = match (at, split(self.dialect(), &file.text).as_deref()) {
                (Some((at, c)), _) => at..at + c.len_utf8(),
                (None, Ok([only])) => only.offset..only.offset + only.text.len(),
                (None, Ok(_) | Err(_)) => 0..file.text.len(),
            };
            file.failure(span, failure)
        })
    }

    /// Takes back what a batch did that failed, where the server does not do so itself; gives whether what was there before is gone too.
    ///
    /// # Errors
    /// When the connection is gone.
    pub(crate) fn undo_failed_batch(&mut self) -> Result<bool, IntrospectError> {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(scratch) => scratch.undo_failed_batch(),
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => Ok(false),
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(scratch) => scratch.clear().map(|()| true),
        }
    }

    /// Undoes what `SET` did, and ends an open transaction.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn reset_session(&mut self) -> Result<(), IntrospectError> {
        match &mut self.place {
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(scratch) => scratch.reset_session(),
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => Ok(()),
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(scratch) => scratch.reset_session(),
        }
    }

    /// The one text that a query of ours gives; empty when it gives none.
    ///
    /// # Errors
    /// When the query fails.
    pub fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        at_place!(&mut self.place, scratch => scratch.value(sql))
    }

    /// What each view of a PostgreSQL database shows of one row in each of its tables, by the view's quoted name.
    /// The rows are made for it and taken back. None on other databases, and where the rows can't be made.
    pub fn shown_by_views(&mut self) -> Option<BTreeMap<String, Option<String>>> {
        if self.dialect() != Dialect::Postgres {
            return None;
        }
        let failure = self.execute(include_str!("../postgres/queries/seen.sql")).err()?;
        serde_json::from_str(failure.message.strip_prefix("seen: ")?).ok()
    }

    /// Reads its schema.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        at_place!(&mut self.place, scratch => scratch.introspect())
    }

    /// Gives tables other texts in SQLite's `sqlite_schema`. For texts that we made: SQLite believes them.
    ///
    /// # Errors
    /// When a text can't be read as a table.
    pub fn write_table_texts(&mut self, texts: &BTreeMap<String, String>) -> Result<(), ServerFailure> {
        match &mut self.place {
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(scratch) => scratch.write_table_texts(texts),
            #[cfg(any(feature = "postgres", feature = "mysql"))]
            _ => Err(ServerFailure::new(format!("{} texts of tables, which only SQLite keeps", texts.len()))),
        }
    }

    /// Whether a confined account has rights in other schemas all the same (MySQL).
    const fn sees_others(&self) -> bool {
        match &self.place {
            #[cfg(feature = "mysql")]
            ScratchServer::Mysql(scratch) => scratch.sees_others(),
            #[cfg(feature = "postgres")]
            ScratchServer::Postgres(_) => false,
            #[cfg(feature = "sqlite")]
            ScratchServer::Sqlite(_) => false,
        }
    }

    /// Looks whether all around it is as it was when it was made.
    ///
    /// # Errors
    /// When something has changed, or can't be looked at.
    pub fn must_have_changed_nothing_else(&mut self) -> Result<(), IntrospectError> {
        let Some(before) = &self.before else { return Ok(()) };
        let mut changes = before.changes(&at_place!(&mut self.place, scratch => scratch.surroundings())?);
        if *self.boundary() == Boundary::Confined && !self.sees_others() {
            changes.retain(|change| !surroundings::is_of_others(change));
        }
        if changes.is_empty() { Ok(()) } else { Err(IntrospectError::Disturbed(changes)) }
    }
}

/// What holds the statements of a migration together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileTransaction<'a> {
    /// One transaction, in which something else is done first.
    Around {
        /// What.
        first: &'a str,
        /// Whether it may be several where no statement can tell.
        may_split: bool,
    },
    /// What the file says itself.
    Own,
}

/// The last characters of a text that are no white space.
fn end_of(text: &str) -> std::ops::Range<usize> {
    let end = text.trim_end().len();
    let start = text[..end].char_indices().next_back().map_or(end, |(at, _)| at);
    start..end
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(IntrospectError::Disturbed(lines)) = self.must_have_changed_nothing_else() {
            surroundings::report(lines);
        }
    }
}

/// What the server said, taken out of Diesel's error.
pub fn server_failure(error: &DieselError) -> ServerFailure {
    let DieselError::DatabaseError(_, information) = error else {
        return ServerFailure::new(error.to_string());
    };
    let hint = information.hint().or_else(|| information.details()).map(str::to_owned);
    let position = information.statement_position().and_then(|p| usize::try_from(p).ok());
    ServerFailure { hint, position, ..ServerFailure::new(information.message().to_owned()) }
}

/// The one text that a query gives; it has to name its column `value`.
#[cfg(feature = "postgres")]
pub(crate) fn one_text<C>(connection: &mut C, sql: &str) -> Result<String, IntrospectError>
where
    C: diesel::connection::LoadConnection,
    for<'q> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'q, C, OneText>,
{
    use diesel::OptionalExtension as _;
    let found: Option<OneText> = diesel::RunQueryDsl::get_result(diesel::sql_query(sql), connection)
        .optional()
        .map_err(|error| IntrospectError::query("asking the scratch database", &error))?;
    Ok(found.map(|row| row.value).unwrap_or_default())
}

/// A row of [`one_text`].
#[cfg(feature = "postgres")]
#[derive(diesel::QueryableByName)]
pub(crate) struct OneText {
    #[diesel(sql_type = diesel::sql_types::Text)]
    pub(crate) value: String,
}
