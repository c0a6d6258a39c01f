//! What can go wrong while reading, with what is needed to act on it.

use std::path::PathBuf;

use autogen_diff_core::Dialect;
use autogen_sql_text::CompatibleServer;

/// An SQL statement of a file that the server refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlFailure {
    /// The file, or what stands for it.
    pub file: PathBuf,
    /// The whole text of the file.
    pub text: String,
    /// Byte range of the offending text in the file.
    pub span: std::ops::Range<usize>,
    /// The server's message.
    pub message: String,
    /// The server's hint or detail.
    pub hint: Option<String>,
    /// Whether it was refused by us and never reached the server.
    pub is_refused: bool,
}

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum IntrospectError {
    /// The URL can't be read. The text never holds a password.
    #[error("the database URL can't be read: {0}")]
    BadUrl(String),
    /// The binary was built without the dialect.
    #[error("this build of autogen has no support for {}", .0.name())]
    NoSupport(Dialect),
    /// No connection.
    #[error("can't connect to {url}: {message}")]
    Connect {
        /// The URL without its password.
        url: String,
        /// What the client library said, without the password.
        message: String,
    },
    /// A server that only speaks the language of the one that the URL names.
    #[error("{url} is {}, which is not {}", .server.name(), .server.facts().dialect.name())]
    OnlyCompatible {
        /// The URL without its password.
        url: String,
        /// The server.
        server: CompatibleServer,
    },
    /// A statement of ours failed.
    #[error("{what}: {message}")]
    Query {
        /// What was to be done.
        what: String,
        /// The server's message.
        message: String,
    },
    /// The catalog holds something that the reader does not expect.
    #[error("the catalog query {query} gave an unexpected row: {message}")]
    Row {
        /// The query's name.
        query: &'static str,
        /// What was unexpected.
        message: String,
    },
    /// The account does not see all of the database, and what it does not see would look dropped.
    #[error("the account {account} sees only a part of the database {database}: it lacks {missing}")]
    Hidden {
        /// The account, as the server names it.
        account: String,
        /// The database.
        database: String,
        /// The privileges on the whole database that would show the rest.
        missing: String,
    },
    /// A statement of a declared schema failed.
    #[error("{}: {}", .0.file.display(), .0.message)]
    Sql(Box<SqlFailure>),
    /// The transaction around a migration could not begin, or its row in Diesel's table could not be written.
    #[error("{}: its row in __diesel_schema_migrations could not be written: {message}", .file.display())]
    BookkeepingFailed {
        /// The migration's file.
        file: PathBuf,
        /// The server's message.
        message: String,
    },
    /// A migrations folder can't be read as a schema; its caller replays it.
    #[error("{} is a migrations folder, which has to be replayed", .0.display())]
    NeedsReplay(PathBuf),
    /// Statements that have no place in a scratch database; nothing was run.
    #[error("{} statements were refused", .0.len())]
    NotDeclarations(Vec<SqlFailure>),
    /// A program that should print a model did not.
    #[error("{program}: {message}")]
    Program {
        /// The program with its arguments.
        program: String,
        /// What went wrong.
        message: String,
    },
    /// A snapshot that this autogen can't read.
    #[error("{}: {message}", .path.display())]
    Snapshot {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A file can't be read.
    #[error("{0}")]
    File(#[from] std::io::Error),
    /// A file holds bytes that are no UTF-8.
    #[error("{}:{line} is no UTF-8 text", .file.display())]
    NotUtf8 {
        /// The file.
        file: PathBuf,
        /// The line of the first such byte, from 1.
        line: usize,
    },
    /// A source that is neither a URL nor a path, without what may be its password.
    #[error("{0} is no database URL and no such file or folder exists")]
    NoSuchSource(String),
    /// No scratch database can be had.
    #[error("no scratch database can be made on {url}: {message}")]
    NoScratch {
        /// Where it was tried, without the password.
        url: String,
        /// The server's message.
        message: String,
    },
    /// What a scratch database ran, or somebody else at the same time, changed something outside of it.
    #[error("something outside of the scratch database has changed: {}", .0.join(", "))]
    Disturbed(Vec<String>),
    /// The scratch URL names the database that it must never be.
    #[error("the scratch database {0} is the target itself")]
    ScratchIsTarget(String),
}

#[cfg(any(feature = "postgres", feature = "sqlite"))]
impl IntrospectError {
    /// A failed statement of ours.
    pub(crate) fn query(what: impl Into<String>, error: &diesel::result::Error) -> Self {
        Self::Query { what: what.into(), message: error.to_string() }
    }
}
