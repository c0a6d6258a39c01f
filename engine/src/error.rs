//! Whatever ends a piece of work before its time.

use autogen_codegen::PlanError;
use autogen_introspect::{IntrospectError, SqlFailure};
use autogen_migration_files::{FilesError, TargetError};
use autogen_runner::RunError;

use crate::advice::Advice;

/// Whatever ends a command before its time.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or the settings are wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        advice: Advice,
    },
    /// Reading a schema failed.
    #[error(transparent)]
    Introspect(#[from] IntrospectError),
    /// Structs that are no model, each with its place.
    #[error("{} errors in the model", .0.len())]
    Model(Vec<SqlFailure>),
    /// There is no plan.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// Applying failed.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A file can't be read or written.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// The migration did not do what it should in a scratch database.
    #[error("{0}")]
    NotProven(String),
    /// Migrations are pending that a check wants applied.
    #[error("the database is not at head; pending: {0}")]
    NotAtHead(String),
    /// A statement of a migration failed in a scratch database.
    #[error("{}: {}", .0.file.display(), .0.message)]
    Replay(Box<SqlFailure>),
    /// The first migration makes what the database has already.
    #[error("{0}")]
    AlreadyExists(RunError),
    /// The database has drifted, so a migration that starts from it would fail everywhere else.
    #[error("schema drift: the database differs from what the migrations produce:\n    {}\n", .0.join("\n    "))]
    StartDrifted(Vec<String>),
    /// The history is not what it should be.
    #[error("{message}")]
    History {
        /// What is wrong.
        message: String,
        /// What to do.
        advice: Advice,
    },
    /// Refused until the user says so.
    #[error("{message}")]
    Refused {
        /// Why.
        message: String,
        /// How to allow it, or what to do instead.
        advice: Advice,
    },
}

impl Error {
    /// Whether there was no way to the database's server, or into it, so that nothing is known of it. A SQLite file has none.
    pub fn is_unreachable(&self) -> bool {
        matches!(self, Self::Introspect(IntrospectError::Connect { url, .. }) if !url.starts_with("sqlite"))
    }

    /// A usage error with what to do.
    pub fn usage(message: impl Into<String>, advice: Advice) -> Self {
        Self::Usage { message: message.into(), advice }
    }
}

impl From<FilesError> for Error {
    fn from(error: FilesError) -> Self {
        Self::Run(error.into())
    }
}

impl From<TargetError> for Error {
    fn from(error: TargetError) -> Self {
        Self::Run(error.into())
    }
}
