//! Whatever ends a piece of work before its time.

use autogen_codegen::PlanError;
use autogen_introspect::{IntrospectError, SqlFailure};
use autogen_migration_files::{FilesError, TargetError};
use autogen_runner::RunError;

/// Whatever ends a command before its time.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The command line or the settings are wrong.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
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
        hint: String,
    },
    /// Refused until the user says so.
    #[error("{message}")]
    Refused {
        /// Why.
        message: String,
        /// How to allow it.
        hint: String,
    },
}

impl Error {
    /// A usage error with what to do.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage { message: message.into(), hint: Some(hint.into()) }
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

/// What to do with a database that has tables and no record of migrations.
pub const STAMP_HINT: &str = "the database has tables already and no migration is recorded there: if it has what the migrations make, `autogen stamp \
     head` says so (or `autogen stamp REV`, the newest that it has)";

/// What to do with a database that is full before the first migration.
pub const ADOPT_HINT: &str = "nothing was written; there are three ways on:\n  \
     1. take it over as it is: `autogen -m baseline --from migrations --to database`, then `autogen stamp head` here; this change \
     comes afterwards (without an autogen.toml, `autogen init` does it)\n  \
     2. the migrations that made it are elsewhere: name their folder with `migrations` in autogen.toml\n  \
     3. leave it to others: `ignore` or `namespaces` in autogen.toml; with drift = \"warn\" new databases lack it";

/// What to do with several heads.
pub const HEADS_HINT: &str = "there are three ways on:\n  \
     1. autogen merge: proves that their order does not matter, and says so in a migration of its own\n  \
     2. autogen merge --rebase: moves the branch that is applied nowhere behind the other one\n  \
     3. --allow-out-of-order with `autogen upgrade`: runs them as they are, in the order of their versions";
