//! Scratch databases: made by us, used to evaluate SQL, and gone afterwards.
//!
//! A scratch database is never the target. On PostgreSQL it has a random name
//! with our prefix and holds a nonce that is checked before it is dropped; it is
//! dropped when its value goes out of scope, on an interrupt (`drop_all`), and,
//! should a process die, by the next one (`sweep`). On SQLite it is in memory.

#[cfg(feature = "postgres")]
pub mod local;
#[cfg(feature = "mysql")]
pub mod mysql;
#[cfg(feature = "postgres")]
pub mod postgres;

use autogen_diff_core::{Dialect, Schema};
#[cfg(any(feature = "postgres", feature = "sqlite"))]
use diesel::connection::SimpleConnection;
use diesel::result::Error as DieselError;

use crate::error::IntrospectError;
use crate::load::SourceFile;
use crate::url::DatabaseUrl;

/// Drops every scratch database of this process; for an interrupt's handler.
pub fn drop_all() {
    #[cfg(feature = "postgres")]
    postgres::drop_all();
    #[cfg(feature = "mysql")]
    mysql::drop_all();
}

/// Where scratch databases are made.
#[derive(Clone, Debug)]
pub struct ScratchOptions {
    /// The dialect to evaluate.
    pub dialect: Dialect,
    /// The database that the schema is for; its server is used, it itself never.
    pub target: Option<DatabaseUrl>,
    /// Where they are made.
    pub place: ScratchPlace,
}

/// The server of scratch databases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ScratchPlace {
    /// The target's own.
    #[default]
    Target,
    /// Another one.
    Url(DatabaseUrl),
    /// A throw-away server of this process (`local`).
    Local,
}

/// A scratch database.
pub enum Scratch {
    /// On a PostgreSQL server.
    #[cfg(feature = "postgres")]
    Postgres(postgres::PostgresScratch),
    /// A schema on a MySQL server.
    #[cfg(feature = "mysql")]
    Mysql(mysql::MysqlScratch),
    /// In memory.
    #[cfg(feature = "sqlite")]
    Sqlite(Box<diesel::SqliteConnection>),
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
}

impl Scratch {
    /// Makes an empty scratch database.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        match options.dialect {
            #[cfg(feature = "postgres")]
            Dialect::Postgres => postgres::PostgresScratch::create(options).map(Self::Postgres),
            #[cfg(feature = "sqlite")]
            Dialect::Sqlite => Ok(Self::Sqlite(Box::new(crate::sqlite::in_memory()?))),
            #[cfg(feature = "mysql")]
            Dialect::Mysql => mysql::MysqlScratch::create(options).map(Self::Mysql),
            #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
            other => Err(IntrospectError::NoSupport(other)),
        }
    }

    /// The dialect that it evaluates.
    pub const fn dialect(&self) -> Dialect {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(_) => Dialect::Postgres,
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Dialect::Sqlite,
            #[cfg(feature = "mysql")]
            Self::Mysql(_) => Dialect::Mysql,
        }
    }

    /// Runs SQL, one statement or many.
    ///
    /// # Errors
    /// What the server said.
    pub fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(scratch) => {
                scratch.connection().batch_execute(sql).map_err(|error| server_failure(&error))
            }
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => connection.batch_execute(sql).map_err(|error| server_failure(&error)),
            #[cfg(feature = "mysql")]
            Self::Mysql(scratch) => scratch.execute(sql),
        }
    }

    /// Runs a whole file as it is, as a migration is run.
    ///
    /// # Errors
    /// When it fails, with the place in the file where the server names one.
    pub fn run_file(&mut self, file: &SourceFile) -> Result<(), IntrospectError> {
        if file.text.trim().is_empty() {
            return Ok(());
        }
        let result = self.execute(&file.text);
        self.reset_session()?;
        result.map_err(|failure| {
            let at = failure.position.and_then(|p| file.text.char_indices().nth(p.saturating_sub(1)));
            let start = at.map_or(0, |(i, _)| i);
            file.failure(start..(start + 1).min(file.text.len()), failure)
        })
    }

    /// Takes back what a batch did that failed, where the server does not do so itself.
    ///
    /// # Errors
    /// When the connection is gone.
    pub(crate) fn undo_failed_batch(&mut self) -> Result<(), IntrospectError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(scratch) => scratch.reset_session(),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(()),
            #[cfg(feature = "mysql")]
            Self::Mysql(scratch) => scratch.clear(),
        }
    }

    /// Undoes what `SET` did, and ends an open transaction.
    ///
    /// # Errors
    /// When the connection is gone.
    pub fn reset_session(&mut self) -> Result<(), IntrospectError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(scratch) => scratch.reset_session(),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(_) => Ok(()),
            #[cfg(feature = "mysql")]
            Self::Mysql(scratch) => scratch.reset_session(),
        }
    }

    /// Reads its schema.
    ///
    /// # Errors
    /// When the catalog can't be read.
    pub fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        match self {
            #[cfg(feature = "postgres")]
            Self::Postgres(scratch) => crate::postgres::introspect(scratch.connection()),
            #[cfg(feature = "sqlite")]
            Self::Sqlite(connection) => crate::sqlite::introspect(connection),
            #[cfg(feature = "mysql")]
            Self::Mysql(scratch) => crate::mysql::introspect(scratch.connection()),
        }
    }
}

/// What the server said, taken out of Diesel's error.
pub fn server_failure(error: &DieselError) -> ServerFailure {
    let DieselError::DatabaseError(_, information) = error else {
        return ServerFailure { message: error.to_string(), hint: None, position: None };
    };
    let hint = information.hint().or_else(|| information.details()).map(str::to_owned);
    let position = information.statement_position().and_then(|p| usize::try_from(p).ok());
    ServerFailure { message: information.message().to_owned(), hint, position }
}
