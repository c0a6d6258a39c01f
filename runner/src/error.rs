//! What can go wrong while applying migrations.

use std::time::Duration;

use autogen_migration_files::{FilesError, TargetError};

use crate::condition::DatabaseCondition;
use crate::confirmation::Confirmation;
use crate::database_error::DatabaseError;
use crate::transaction_fault::TransactionFault;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The migrations' files can't be read, or are not what they were.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// Migrations that are no SQL texts, or empty ones.
    #[error("{0}")]
    BadSource(String),
    /// Applied versions that have no folder.
    #[error("applied to the database, but the folder is missing: {}", .0.join(", "))]
    Missing(Vec<String>),
    /// Applied migrations whose texts here are others than those that the database ran.
    #[error("the database ran another text than is here now: {}", .0.join(", "))]
    AppliedDiffers(Vec<String>),
    /// Several migrations have nothing after them.
    #[error("there are several heads, so the order of the branches is not known: {}", .0.join(", "))]
    SeveralHeads(Vec<String>),
    /// Some of the migrations that were squashed are applied, and not all.
    #[error("{name} stands in the place of several migrations, of which only some are applied: {}", .applied.join(", "))]
    SquashPartlyApplied {
        /// The squash.
        name: String,
        /// The versions that are applied.
        applied: Vec<String>,
    },
    /// Pending migrations that are older than one that is applied.
    #[error("older than what is applied already: {}", .0.join(", "))]
    OutOfOrder(Vec<String>),
    /// What would run is not what was approved.
    #[error("{}, and the approved plan is {approved}", described(.found, .pending))]
    OtherPlan {
        /// The hash of the plan that was approved.
        approved: String,
        /// That of what would run.
        found: String,
        /// The migrations that would run.
        pending: Vec<String>,
    },
    /// A migration without a way back.
    #[error("{0} has no down.sql")]
    NoDown(String),
    /// A file whose transactions can't be kept apart from the runner's; nothing of it was run.
    #[error("{file} (line {line}): {fault}")]
    Transactions {
        /// The file below the folder of migrations.
        file: String,
        /// The line of the statement, from 1.
        line: usize,
        /// What is wrong.
        fault: TransactionFault,
    },
    /// An SQL statement of a migration failed; it was rolled back where it could be.
    #[error("{file} failed: {message}")]
    Failed {
        /// Its file, below the folder of migrations.
        file: String,
        /// The server's message.
        message: String,
        /// The line that the server names, from 1.
        line: Option<usize>,
        /// Whether everything that it did is undone.
        rolled_back: bool,
    },
    /// The row that records a migration as applied could not be written or deleted.
    #[error("{name}/{file}: its row in __diesel_schema_migrations could not be written: {message}")]
    BookkeepingFailed {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// The server's message.
        message: String,
    },
    /// A migration stopped between two statements on a server that takes nothing back.
    #[error(
        "{name}/{file} failed at statement {position} of {count}: {message}; the {} before it {} done and stay{}",
        statements(.position - 1), if *.position == 2 { "is" } else { "are" }, if *.position == 2 { "s" } else { "" }
    )]
    Stopped {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// The server's message.
        message: String,
        /// The statement's place, from 1.
        position: usize,
        /// How many statements the file has.
        count: usize,
    },
    /// A statement began and nobody saw its end.
    #[error(
        "{name}/{file}: statement {position} began, and nobody saw its end; look whether it is done:\n\n    {}\n",
        .statement.replace('\n', "\n    ")
    )]
    OutcomeUnknown {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// The statement's place, from 1.
        position: usize,
        /// Its text.
        statement: String,
    },
    /// A statement that is done is not the one that the file has now.
    #[error("{name}/{file} is done in part, and its statement {position} was another when it ran")]
    StatementChanged {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// The statement's place, from 1.
        position: usize,
    },
    /// Another migration, or the other direction of this one, is done in part.
    #[error("{file} of {version} is done in part, and has to be finished first")]
    Unfinished {
        /// The migration's version.
        version: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
    },
    /// What a migration needs was held by others all the time; what it had begun was taken back.
    #[error("{name}/{file} did not get what others hold within {} s: {message}", .waited.as_secs())]
    Blocked {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// How long it was tried.
        waited: Duration,
        /// The server's message.
        message: String,
    },
    /// The connection broke between `COMMIT` and the server's answer.
    #[error(
        "{name}/{file}: the connection broke when it was committed, and nobody saw whether it was: {message}"
    )]
    CommitOutcomeUnknown {
        /// The migration's folder.
        name: String,
        /// `up.sql` or `down.sql`.
        file: &'static str,
        /// What the client saw.
        message: String,
    },
    /// The lock is another session's by now.
    #[error("the migration lock is not this session's any more, so {0} was not run")]
    LockLost(String),
    /// The database is marked as another environment than the caller's.
    #[error("the database is marked {marked}, not {declared}")]
    OtherEnvironment {
        /// What it is marked as.
        marked: String,
        /// What the caller takes it for.
        declared: String,
    },
    /// What would run is dangerous on this database, and nobody confirmed it by the database's name.
    #[error("{danger}, and the database is marked {environment}{}", .danger.lines())]
    Unconfirmed {
        /// What the database is marked as.
        environment: String,
        /// The name that confirms it.
        database: String,
        /// What is dangerous.
        danger: Confirmation,
    },
    /// Somebody changed the schema.
    #[error("the schema is not what the last upgrade left behind: something else has changed it")]
    Drift,
    /// The schema can't be read, so nobody knows whether it has drifted.
    #[error("the schema can't be read: {0}")]
    SchemaNotRead(String),
    /// The database takes no changes.
    #[error("the database takes no changes: {0}")]
    ReadOnly(&'static str),
    /// Somebody else holds the lock.
    #[error("timed out after {} s waiting for the migration lock{}", .waited.as_secs(), held_by(.holder.as_ref()))]
    LockTimeout {
        /// How long it was waited for.
        waited: Duration,
        /// Who holds it, if the server tells.
        holder: Option<String>,
    },
    /// Reading or writing the history failed.
    #[error("{0}")]
    Database(#[from] DatabaseError),
}

impl From<diesel::result::Error> for RunError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Database(error.into())
    }
}

impl From<TargetError> for RunError {
    fn from(error: TargetError) -> Self {
        Self::Files(error.into())
    }
}

impl RunError {
    /// The same error of a statement that stands behind some text of its file. Where the server named no place, it is the
    /// statement's first line, if the statement is known.
    pub(crate) fn behind(mut self, before: &str, is_known: bool) -> Self {
        if let Self::Failed { line, .. } = &mut self {
            let lines = before.matches('\n').count();
            *line = line.map(|line| line + lines).or_else(|| is_known.then_some(lines + 1));
        }
        self
    }

    /// What is wrong with the database, if that is what it is.
    pub fn condition(&self) -> Option<DatabaseCondition> {
        match self {
            Self::Failed { message, .. } | Self::Stopped { message, .. } => {
                DatabaseCondition::in_message(message)
            }
            Self::Database(error) => DatabaseCondition::of(error),
            Self::ReadOnly(_) => Some(DatabaseCondition::ReadOnly),
            Self::CommitOutcomeUnknown { .. } => Some(DatabaseCondition::ConnectionLost),
            Self::Files(_)
            | Self::BadSource(_)
            | Self::Missing(_)
            | Self::AppliedDiffers(_)
            | Self::SeveralHeads(_)
            | Self::OutOfOrder(_)
            | Self::OtherPlan { .. }
            | Self::SquashPartlyApplied { .. }
            | Self::BookkeepingFailed { .. }
            | Self::NoDown(_)
            | Self::Transactions { .. }
            | Self::OutcomeUnknown { .. }
            | Self::StatementChanged { .. }
            | Self::Unfinished { .. }
            | Self::Blocked { .. }
            | Self::LockLost(_)
            | Self::OtherEnvironment { .. }
            | Self::Unconfirmed { .. }
            | Self::Drift
            | Self::SchemaNotRead(_)
            | Self::LockTimeout { .. } => None,
        }
    }
}

/// What would run, by the plan's hash.
fn described(plan: &str, pending: &[String]) -> String {
    match pending {
        [] => format!("nothing is pending (plan {plan})"),
        [one] => format!("{one} is pending (plan {plan})"),
        [_, _, ..] => format!("{} are pending (plan {plan})", pending.join(", ")),
    }
}

fn statements(count: usize) -> String {
    if count == 1 { "1 statement".to_owned() } else { format!("{count} statements") }
}

fn held_by(holder: Option<&String>) -> String {
    holder.map(|holder| format!("; it is held by {holder}")).unwrap_or_default()
}
