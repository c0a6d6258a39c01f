//! What decides how a text is read.

use crate::dialect::{Dialect, Flavor, Version};

/// How a text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Syntax {
    /// The SQL family.
    pub dialect: Dialect,
    /// Whom the text is for.
    pub reader: Reader,
    /// The server that decides which of MySQL's conditional comments are SQL. Without one all are, but for those
    /// that no release opens.
    pub server: Option<Server>,
    /// What a backslash does in MySQL's strings. The other dialects have their own rules.
    pub backslash: Backslash,
}

/// Whether a backslash takes the meaning of the character behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backslash {
    /// It does.
    Escapes,
    /// It is a character like any other: MySQL's mode `NO_BACKSLASH_ESCAPES`.
    IsPlain,
}

/// Whom a text is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reader {
    /// The server: a migration. Only the `DELIMITER` lines of the mysql client are known.
    Server,
    /// psql, the sqlite3 shell or the mysql client: a dump. Their commands are tokens, and so are the rows behind
    /// `COPY … FROM stdin`.
    Client,
}

/// A vendor and its release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Server {
    /// The vendor.
    pub flavor: Flavor,
    /// The release.
    pub version: Version,
}

impl Syntax {
    /// A text for the server.
    pub const fn server(dialect: Dialect) -> Self {
        Self { dialect, reader: Reader::Server, server: None, backslash: Backslash::Escapes }
    }

    /// A text for the database's command-line client.
    pub const fn client(dialect: Dialect) -> Self {
        Self { dialect, reader: Reader::Client, server: None, backslash: Backslash::Escapes }
    }

    /// The same, with backslashes that are characters like any other.
    #[must_use]
    pub const fn without_escapes(self) -> Self {
        Self { backslash: Backslash::IsPlain, ..self }
    }

    /// The same, read as one server reads it.
    #[must_use]
    pub const fn on(self, flavor: Flavor, version: Version) -> Self {
        Self { server: Some(Server { flavor, version }), ..self }
    }
}
