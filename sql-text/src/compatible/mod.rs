//! Servers that speak PostgreSQL's, MySQL's or SQLite's language and are none of them: how each is told, and what is known of it.

mod rules;

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::lexeme::lexemes;

/// A server that speaks another one's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CompatibleServer {
    /// CockroachDB.
    Cockroach,
    /// YugabyteDB.
    Yugabyte,
    /// Amazon Aurora DSQL.
    Dsql,
    /// Citus: PostgreSQL with an extension.
    Citus,
    /// TiDB.
    Tidb,
    /// Vitess, and PlanetScale.
    Vitess,
    /// libSQL's server, and Turso.
    Libsql,
    /// Cloudflare D1.
    D1,
}

/// What gives a server away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldBy {
    /// A part of what it says of its version.
    Version(&'static str),
    /// A part of its host's name; it says that it is PostgreSQL.
    Host(&'static str),
    /// The scheme of its URL.
    Scheme(&'static str),
    /// It is the server itself, with more in it, and is used as that.
    Itself,
    /// There is no connection to it.
    NoConnection,
}

/// What is known of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerFacts {
    /// What its vendor calls it.
    pub name: &'static str,
    /// Whose language it speaks.
    pub dialect: Dialect,
    /// What gives it away.
    pub told_by: ToldBy,
    /// Whether a session can hold a lock of its own, as upgrades do (advisory locks, `GET_LOCK`).
    pub has_session_locks: bool,
    /// Whether a transaction takes more than one change of the schema.
    pub has_scripts_in_transactions: bool,
}

impl CompatibleServer {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Cockroach,
        Self::Yugabyte,
        Self::Dsql,
        Self::Citus,
        Self::Tidb,
        Self::Vitess,
        Self::Libsql,
        Self::D1,
    ];

    /// The table.
    pub const fn facts(self) -> ServerFacts {
        let (name, dialect, told_by, has_session_locks, has_scripts_in_transactions) = match self {
            Self::Cockroach => {
                ("CockroachDB", Dialect::Postgres, ToldBy::Version("CockroachDB"), false, false)
            }
            Self::Yugabyte => ("YugabyteDB", Dialect::Postgres, ToldBy::Version("-YB-"), true, true),
            Self::Dsql => ("Aurora DSQL", Dialect::Postgres, ToldBy::Host(".dsql."), false, false),
            Self::Citus => ("Citus", Dialect::Postgres, ToldBy::Itself, true, true),
            Self::Tidb => ("TiDB", Dialect::Mysql, ToldBy::Version("TiDB"), true, true),
            Self::Vitess => ("Vitess", Dialect::Mysql, ToldBy::Version("Vitess"), false, true),
            Self::Libsql => ("libSQL", Dialect::Sqlite, ToldBy::Scheme("libsql"), false, true),
            Self::D1 => ("Cloudflare D1", Dialect::Sqlite, ToldBy::NoConnection, false, true),
        };
        ServerFacts { name, dialect, told_by, has_session_locks, has_scripts_in_transactions }
    }

    /// What its vendor calls it.
    pub const fn name(self) -> &'static str {
        self.facts().name
    }

    /// What the settings call it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Cockroach => "cockroach",
            Self::Yugabyte => "yugabyte",
            Self::Dsql => "dsql",
            Self::Citus => "citus",
            Self::Tidb => "tidb",
            Self::Vitess => "vitess",
            Self::Libsql => "libsql",
            Self::D1 => "d1",
        }
    }

    /// The server that says this of its version; none where it is the one whose language it speaks.
    pub fn of_version(dialect: Dialect, version: &str) -> Option<Self> {
        Self::of(dialect, |told_by| matches!(told_by, ToldBy::Version(part) if version.contains(part)))
    }

    /// The server that is known by its host.
    pub fn of_host(dialect: Dialect, host: &str) -> Option<Self> {
        Self::of(dialect, |told_by| matches!(told_by, ToldBy::Host(part) if host.contains(part)))
    }

    /// The server that has its own scheme of URLs.
    pub fn of_scheme(scheme: &str) -> Option<Self> {
        let is_its = |told_by| matches!(told_by, ToldBy::Scheme(own) if own == scheme);
        Self::ALL.into_iter().find(|server| is_its(server.facts().told_by))
    }

    fn of(dialect: Dialect, is_told: impl Fn(ToldBy) -> bool) -> Option<Self> {
        let mut all = Self::ALL.into_iter().map(|server| (server, server.facts()));
        all.find(|(_, facts)| facts.dialect == dialect && is_told(facts.told_by)).map(|(server, _)| server)
    }

    /// Why it is known not to take a statement, if that is so.
    pub fn refusal(self, sql: &str) -> Option<&'static str> {
        rules::refusal(self, &lexemes(self.facts().dialect, sql))
    }
}

#[cfg(test)]
mod tests {
    use serde::de::value::StrDeserializer;

    use super::*;

    #[test]
    fn a_version_gives_a_server_away() {
        let of = CompatibleServer::of_version;
        let cockroach = "CockroachDB CCL v25.1.0 (x86_64-pc-linux-gnu, built 2025/02/18 15:54:11, go1.22.8)";
        assert_eq!(of(Dialect::Postgres, cockroach), Some(CompatibleServer::Cockroach));
        let yugabyte = "PostgreSQL 15.2-YB-2.25.0.0-b0 on x86_64-pc-linux-gnu, compiled by clang, 64-bit";
        assert_eq!(of(Dialect::Postgres, yugabyte), Some(CompatibleServer::Yugabyte));
        assert_eq!(of(Dialect::Mysql, "8.0.11-TiDB-v8.5.0"), Some(CompatibleServer::Tidb));
        assert_eq!(of(Dialect::Mysql, "8.0.40-Vitess"), Some(CompatibleServer::Vitess));
        assert_eq!(of(Dialect::Postgres, "PostgreSQL 15.20 (Debian 15.20-0+deb12u1) on x86_64"), None);
        assert_eq!(of(Dialect::Mysql, "10.11.14-MariaDB-0+deb12u2"), None);
        let host = "abc123.dsql.us-east-1.on.aws";
        assert_eq!(CompatibleServer::of_host(Dialect::Postgres, host), Some(CompatibleServer::Dsql));
        assert_eq!(CompatibleServer::of_host(Dialect::Postgres, "db.example"), None);
        assert_eq!(CompatibleServer::of_scheme("libsql"), Some(CompatibleServer::Libsql));
        assert_eq!(CompatibleServer::of_scheme("postgres"), None);
    }

    #[test]
    fn the_settings_words_are_those_that_are_read() {
        for server in CompatibleServer::ALL {
            let word = StrDeserializer::<serde::de::value::Error>::new(server.word());
            assert_eq!(CompatibleServer::deserialize(word), Ok(server));
        }
    }
}
