//! What a command is asked for and can't do, found by the command line itself.

use std::path::PathBuf;

use autogen_sql_text::redact_connection;

/// What a command is asked for and can't do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CommandError {
    /// What writes a migration stands before another command.
    #[error("-m and the options beside it write a migration, and don't go before another command")]
    OptionsBeforeCommand,
    /// A migration is to be written, and nothing says what it is.
    #[error("a migration needs a message")]
    NoMessage,
    /// Alembic's `revision --autogenerate`, with the message as one word of a shell.
    #[error("`revision --autogenerate` is Alembic's; autogen compares with -m")]
    Autogenerate { message: String },
    /// Alembic's `revision`, with the message as one word of a shell.
    #[error("`revision` is Alembic's; autogen writes migrations with -m")]
    Revision { message: String },
    /// The database file that is to be stamped is not there.
    #[error("there is no database file {} to stamp", redact_connection(&.0.display().to_string()))]
    NoFileToStamp(PathBuf),
    /// A downgrade without a target.
    #[error("a downgrade has to be told where to stop")]
    DowngradeToNowhere,
    /// A downgrade as a script, whose target names no start.
    #[error("without a database, a downgrade has to be told where it begins")]
    DowngradeFromNowhere,
    /// A script of an upgrade whose range ends before it starts.
    #[error("{0} leads back")]
    LeadsBack(String),
    /// A script of a downgrade whose range starts before it ends.
    #[error("{0} leads forward")]
    LeadsForward(String),
    /// A revision that is counted from where a database is, and there is none.
    #[error("{0} is seen from where a database is, and none is named")]
    RelativeToNoDatabase(String),
    /// A format that has no place for many databases.
    #[error("the report of a fleet is text, json, junit, markdown or html")]
    NoFleetFormat,
    /// A format that has no place for what one upgrade would do.
    #[error("what one upgrade would do is shown as text or json")]
    NoPlanFormat,
    /// Nothing is applied that could be redone.
    #[error("no migration is applied, so there is none to redo")]
    NothingToRedo,
    /// A redo would apply older migrations along with the newest.
    #[error("{} would be applied too: pending, and older than {newest}", .pending.join(", "))]
    OlderPending { pending: Vec<String>, newest: String },
}
