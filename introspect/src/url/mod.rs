//! Database URLs: which dialect they name, and how they look without secrets.

mod driver;
mod sqlite;

use std::fmt;
use std::path::{Path, PathBuf};

use autogen_diff_core::Dialect;
use autogen_sql_text::{CompatibleServer, redact_connection};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::IntrospectError;
use driver::Spelled;
use sqlite::SqliteFile;
pub use sqlite::SqliteMode;

/// A database URL. Neither `Display` nor `Debug` shows a password.
#[derive(Clone, PartialEq, Eq)]
pub struct DatabaseUrl {
    dialect: Dialect,
    raw: String,
    /// What it lets be done to a SQLite file.
    mode: SqliteMode,
    /// The server that may answer there beside those whose language it speaks.
    permitted: Option<CompatibleServer>,
}

impl DatabaseUrl {
    /// Reads `postgres://…`, `mysql://…`, `mariadb://…`, `sqlite:…`, `file:…` or a path to a SQLite file. A driver behind
    /// a `+`, as SQLAlchemy has it, is left out.
    ///
    /// # Errors
    /// When the scheme is unknown, the rest is no URL, or it names a database in memory.
    pub fn parse(text: &str) -> Result<Self, IntrospectError> {
        let uri = text.strip_prefix("sqlite:").unwrap_or(text);
        if uri.starts_with("file:") {
            return SqliteFile::of(uri).map(Self::of_file);
        }
        if let Some(spelled) = Spelled::of(text) {
            return Self::of(&spelled);
        }
        if let Some(path) = text.strip_prefix("sqlite:") {
            return SqliteFile::of(path).map(Self::of_file);
        }
        if text == ":memory:" || Self::is_sqlite_path(text) {
            return SqliteFile::of(text).map(Self::of_file);
        }
        Err(IntrospectError::BadUrl(
            "it starts with none of postgres://, postgresql://, mysql://, mariadb://, sqlite:".to_owned(),
        ))
    }

    /// A SQLite file by its path, whatever the path holds.
    pub fn of_sqlite_file(path: impl Into<String>) -> Self {
        Self::of_file(SqliteFile { path: path.into(), mode: SqliteMode::Create })
    }

    fn of_file(file: SqliteFile) -> Self {
        Self { dialect: Dialect::Sqlite, raw: file.path, mode: file.mode, permitted: None }
    }

    fn of(spelled: &Spelled) -> Result<Self, IntrospectError> {
        let bad = |error: url::ParseError| IntrospectError::BadUrl(error.to_string());
        let (dialect, raw) = match spelled.scheme.as_str() {
            scheme @ ("postgres" | "postgresql") => {
                (Dialect::Postgres, spelled.for_server(scheme).map_err(bad)?)
            }
            // The client library knows one scheme for both.
            "mysql" | "mariadb" => (Dialect::Mysql, spelled.for_server("mysql").map_err(bad)?),
            "sqlite" => return SqliteFile::of(spelled.sqlite_path()).map(Self::of_file),
            scheme if CompatibleServer::of_scheme(scheme).is_some() => {
                let name = CompatibleServer::of_scheme(scheme).map_or("", CompatibleServer::name);
                return Err(IntrospectError::BadUrl(format!(
                    "{scheme}:// is {name}, which autogen can't connect to; it writes migrations for it on a SQLite file"
                )));
            }
            scheme => {
                return Err(IntrospectError::BadUrl(format!(
                    "the scheme {scheme:?} is none of postgres, postgresql, mysql, mariadb, sqlite"
                )));
            }
        };
        Ok(Self { dialect, raw, mode: SqliteMode::Create, permitted: None })
    }

    /// The driver that a URL names behind its scheme, which only SQLAlchemy needs.
    pub fn driver(text: &str) -> Option<String> {
        Spelled::of(text)?.driver
    }

    /// Whether a text looks like a URL rather than a path or a word.
    pub fn looks_like_one(text: &str) -> bool {
        let is_named = ["sqlite:", "file:"].iter().any(|scheme| text.starts_with(scheme));
        text.contains("://") || is_named || text == ":memory:" || Self::is_sqlite_path(text)
    }

    fn is_sqlite_path(text: &str) -> bool {
        let extension = Path::new(sqlite::split(text).0).extension().and_then(|e| e.to_str());
        matches!(extension, Some("db" | "sqlite" | "sqlite3" | "db3"))
    }

    /// The same, where a server may answer that only speaks the language.
    #[must_use]
    pub fn permitting(self, permitted: Option<CompatibleServer>) -> Self {
        Self { permitted, ..self }
    }

    /// Refuses a server that only speaks the language, unless it is the permitted one.
    #[cfg(any(feature = "postgres", feature = "mysql"))]
    pub(crate) fn must_be_itself(&self, version: &str) -> Result<(), IntrospectError> {
        let by_host = Url::parse(&self.raw)
            .ok()
            .and_then(|url| url.host_str().and_then(|host| CompatibleServer::of_host(self.dialect, host)));
        let server = by_host.or_else(|| CompatibleServer::of_version(self.dialect, version));
        match server {
            Some(server) if self.permitted != Some(server) => {
                Err(IntrospectError::OnlyCompatible { url: self.to_string(), server })
            }
            Some(_) | None => Ok(()),
        }
    }

    /// The dialect that the scheme names.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// What the client library takes, secrets included.
    pub fn secret(&self) -> &str {
        &self.raw
    }

    /// The URL as other programs take it, secrets included.
    pub fn for_programs(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => format!("sqlite:{}", self.raw),
            Dialect::Postgres | Dialect::Mysql => self.raw.clone(),
        }
    }

    /// The SQLite file.
    pub fn sqlite_path(&self) -> Option<PathBuf> {
        (self.dialect == Dialect::Sqlite).then(|| PathBuf::from(&self.raw))
    }

    /// The SQLite file, when it is not there.
    pub fn missing_file(&self) -> Option<PathBuf> {
        self.sqlite_path().filter(|path| !path.exists())
    }

    /// Fails for a SQLite file that is not there: a name with a typo in it is no empty database.
    ///
    /// # Errors
    /// When it is not there.
    pub fn must_be_there(&self) -> Result<(), IntrospectError> {
        let Some(path) = self.missing_file() else { return Ok(()) };
        let message = format!("there is no file {}", redact_connection(&path.display().to_string()));
        Err(IntrospectError::Connect { url: self.to_string(), message })
    }

    /// What may be done to a SQLite file.
    pub const fn sqlite_mode(&self) -> SqliteMode {
        self.mode
    }

    /// A SQLite URL whose relative path is taken from a folder.
    #[must_use]
    pub fn relative_to(mut self, folder: &Path) -> Self {
        if let Some(path) = self.sqlite_path()
            && path.is_relative()
            && !folder.as_os_str().is_empty()
        {
            self.raw = folder.join(path).to_string_lossy().into_owned();
        }
        self
    }

    /// The database's name for messages.
    pub fn database_name(&self) -> String {
        match self.dialect {
            Dialect::Sqlite => Path::new(&self.raw)
                .file_name()
                .map_or_else(|| self.raw.clone(), |name| name.to_string_lossy().into_owned()),
            Dialect::Postgres | Dialect::Mysql => Url::parse(&self.raw)
                .ok()
                .map(|url| {
                    percent_decode_str(url.path().trim_start_matches('/')).decode_utf8_lossy().into_owned()
                })
                .unwrap_or_default(),
        }
    }

    /// The same server with another database.
    ///
    /// # Errors
    /// When the URL is not that of a server.
    pub fn with_database(&self, name: &str) -> Result<Self, IntrospectError> {
        let mut url = Url::parse(&self.raw).map_err(|error| IntrospectError::BadUrl(error.to_string()))?;
        url.set_path(name);
        Ok(Self { raw: url.to_string(), ..self.clone() })
    }

    /// Takes every spelling of the password out of a text.
    pub fn scrub(&self, text: &str) -> String {
        let mut clean = text.replace(&self.raw, &self.to_string());
        for secret in self.secrets() {
            clean = clean.replace(&secret, "***");
        }
        clean
    }

    fn secrets(&self) -> Vec<String> {
        let Ok(url) = Url::parse(&self.raw) else { return Vec::new() };
        let password = url.password().map(str::to_owned);
        let keys = ["password", "sslpassword"];
        let in_query = url.query_pairs().filter(|(key, _)| keys.contains(&key.as_ref()));
        let mut secrets: Vec<String> = in_query.map(|(_, value)| value.into_owned()).collect();
        if let Some(password) = password {
            secrets.push(percent_decode_str(&password).decode_utf8_lossy().into_owned());
            secrets.push(password);
        }
        secrets.retain(|secret| !secret.is_empty());
        secrets
    }
}

#[cfg(feature = "postgres")]
impl DatabaseUrl {
    /// The same place with settings that each session starts with, behind those that it has already (PostgreSQL).
    ///
    /// # Errors
    /// When the URL is not that of a server.
    pub fn with_session_settings(&self, settings: &[(&str, &str)]) -> Result<Self, IntrospectError> {
        let escaped = |value: &str| value.replace('\\', "\\\\").replace(' ', "\\ ");
        let set = settings.iter().map(|(name, value)| format!("-c {name}={}", escaped(value)));
        let options: Vec<String> = self.option("options").into_iter().chain(set).collect();
        self.with_options(&["options"], &[("options", &options.join(" "))])
    }

    /// The same place for another user (PostgreSQL).
    ///
    /// # Errors
    /// When the URL is not that of a server.
    pub(crate) fn with_login(&self, user: &str, password: &str) -> Result<Self, IntrospectError> {
        self.with_options(&["user", "password"], &[("user", user), ("password", password)])
    }

    /// The same server over TCP on this machine (PostgreSQL).
    ///
    /// # Errors
    /// When the URL is not that of a server.
    pub(crate) fn on_loopback(&self, port: &str) -> Result<Self, IntrospectError> {
        self.with_options(&["host", "hostaddr", "port"], &[("host", "127.0.0.1"), ("port", port)])
    }

    /// Whether it names a socket of this machine rather than a host (PostgreSQL).
    pub(crate) fn is_on_socket(&self) -> bool {
        let Ok(url) = Url::parse(&self.raw) else { return false };
        let host = self.option("host").or_else(|| url.host_str().map(str::to_owned)).unwrap_or_default();
        host.is_empty() || host.starts_with('/') || host.starts_with("%2F") || host.starts_with("%2f")
    }

    /// An option of the client library (PostgreSQL).
    pub(crate) fn option(&self, name: &str) -> Option<String> {
        let url = Url::parse(&self.raw).ok()?;
        url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
    }

    /// The URL with options of the client library in place of others, which beat what stands before the path.
    pub(crate) fn with_options(
        &self,
        without: &[&str],
        with: &[(&str, &str)],
    ) -> Result<Self, IntrospectError> {
        let mut url = Url::parse(&self.raw).map_err(|error| IntrospectError::BadUrl(error.to_string()))?;
        let kept: Vec<(String, String)> = url
            .query_pairs()
            .filter(|(key, _)| !without.contains(&key.as_ref()))
            .map(|(key, value)| (key.into_owned(), value.into_owned()))
            .collect();
        let kept = kept.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        url.query_pairs_mut().clear().extend_pairs(kept.chain(with.iter().copied()));
        // The client library reads %20, not +, as a space.
        Ok(Self { raw: url.as_str().replace('+', "%20"), ..self.clone() })
    }
}

#[cfg(feature = "mysql")]
impl DatabaseUrl {
    /// The same place for another account (MySQL).
    ///
    /// # Errors
    /// When the URL is not that of a server.
    pub(crate) fn for_account(&self, user: &str, password: &str) -> Result<Self, IntrospectError> {
        let mut url = Url::parse(&self.raw).map_err(|error| IntrospectError::BadUrl(error.to_string()))?;
        let failed = |()| IntrospectError::BadUrl("it names no host".to_owned());
        url.set_username(user).map_err(failed)?;
        url.set_password(Some(password)).map_err(failed)?;
        Ok(Self { raw: url.into(), ..self.clone() })
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.dialect {
            // What was meant to be a server's URL may stand where a path does.
            Dialect::Sqlite => {
                write!(f, "sqlite:{}", redact_connection(&self.raw))?;
                if self.mode == SqliteMode::Create { Ok(()) } else { write!(f, "?mode={}", self.mode.word()) }
            }
            Dialect::Postgres | Dialect::Mysql => {
                let Ok(mut url) = Url::parse(&self.raw) else { return f.write_str("…://…") };
                // Without a password there is nothing to hide; with one, the setter can't fail.
                if url.password().is_some() && url.set_password(Some("***")).is_err() {
                    return f.write_str("…://…");
                }
                if url.query().is_some() {
                    url.set_query(None);
                }
                f.write_str(url.as_str())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(any(feature = "postgres", feature = "mysql"))]
    #[test]
    fn a_server_that_only_speaks_the_language_is_refused() {
        const TIDB: &str = "8.0.11-TiDB-v8.5.0";
        let url = DatabaseUrl::parse("mysql://root:secret@127.0.0.1:4000/shop").unwrap();
        let error = url.must_be_itself(TIDB).unwrap_err().to_string();
        assert!(error.contains("TiDB") && !error.contains("secret"), "{error}");
        assert!(url.must_be_itself("9.7.4").is_ok());
        assert!(url.permitting(Some(CompatibleServer::Tidb)).must_be_itself(TIDB).is_ok());
        let dsql = DatabaseUrl::parse("postgres://admin@abc.dsql.us-east-1.on.aws/postgres").unwrap();
        assert!(dsql.must_be_itself("PostgreSQL 16").unwrap_err().to_string().contains("Aurora DSQL"));
        assert!(DatabaseUrl::parse("libsql://shop.turso.io").unwrap_err().to_string().contains("libSQL"));
    }

    #[test]
    fn no_spelling_of_a_password_is_shown() {
        let url = DatabaseUrl::parse("postgres://u:p%40ss@h/db?sslpassword=other").unwrap();
        assert_eq!(url.to_string(), "postgres://u:***@h/db");
        assert_eq!(url.scrub("p%40ss p@ss other"), "*** *** ***");
        assert!(!format!("{url:?}").contains("p%40ss"));
    }

    #[test]
    fn a_login_in_a_sqlite_path_is_not_shown() {
        let url = DatabaseUrl::parse("sqlite://me:p4ss@h/shop.db").unwrap();
        let error = url.must_be_there().unwrap_err();
        assert!(!format!("{url} {error}").contains("p4ss"), "{url} {error}");
        assert_eq!(DatabaseUrl::parse("sqlite:a@b/c.db").unwrap().to_string(), "sqlite:a@b/c.db");
    }

    #[test]
    fn sqlite_paths_are_relative_with_one_colon_and_absolute_with_three_slashes() {
        assert_eq!(DatabaseUrl::parse("sqlite:a.db").unwrap().secret(), "a.db");
        assert_eq!(DatabaseUrl::parse("sqlite:///x/a.db").unwrap().secret(), "/x/a.db");
        assert_eq!(DatabaseUrl::parse("sqlite://a.db").unwrap().secret(), "a.db");
        assert!(DatabaseUrl::parse("oracle://x").unwrap_err().to_string().contains("oracle"));
    }
    #[test]
    fn no_file_is_named_in_the_root_folder_by_three_slashes() {
        let path = |text: &str| DatabaseUrl::parse(text).unwrap().secret().to_owned();
        assert_eq!(path("sqlite:///a.db"), "a.db");
        assert_eq!(path("sqlite:///./a.db"), "./a.db");
        assert_eq!(path("sqlite:////a.db"), "/a.db");
        assert_eq!(path("sqlite:////x/a.db"), "/x/a.db");
        assert_eq!(path("sqlite+aiosqlite:///x/a.db"), "x/a.db");
        assert_eq!(path("sqlite+aiosqlite:////x/a.db"), "/x/a.db");
        for memory in
            [":memory:", "sqlite:", "sqlite::memory:", "sqlite:///:memory:", "sqlite://", "sqlite:///"]
        {
            let error = DatabaseUrl::parse(memory).unwrap_err().to_string();
            assert!(error.contains("names no file"), "{memory}: {error}");
        }
    }

    #[test]
    fn sqlites_own_uris_are_urls() {
        for text in [
            "file:shop.db?mode=ro",
            "sqlite:file:shop.db?mode=ro",
            "sqlite:shop.db?mode=ro",
            "sqlite:///shop.db?mode=ro",
            "shop.db?mode=ro",
            "sqlite+aiosqlite:///file:shop.db?mode=ro&uri=true",
        ] {
            assert!(DatabaseUrl::looks_like_one(text), "{text}");
            let url = DatabaseUrl::parse(text).unwrap();
            assert_eq!((url.secret(), url.sqlite_mode()), ("shop.db", SqliteMode::ReadOnly), "{text}");
            assert_eq!(url.to_string(), "sqlite:shop.db?mode=ro");
        }
        assert_eq!(DatabaseUrl::parse("sqlite:file:///x/a.db").unwrap().secret(), "/x/a.db");
    }

    #[test]
    fn a_driver_is_left_out_with_its_options() {
        let raw = |text: &str| DatabaseUrl::parse(text).unwrap().secret().to_owned();
        assert_eq!(raw("postgresql+asyncpg://u:p@h/d?ssl=require"), "postgresql://u:p@h/d?sslmode=require");
        assert_eq!(raw("postgresql+psycopg2://u:p@h/d"), "postgresql://u:p@h/d");
        assert_eq!(raw("mysql+pymysql://u@h/d?charset=utf8mb4"), "mysql://u@h/d");
        assert_eq!(raw("mariadb+mariadbconnector://u@h/d"), "mysql://u@h/d");
        assert_eq!(DatabaseUrl::driver("mysql+pymysql://u@h/d").as_deref(), Some("pymysql"));
        assert_eq!(DatabaseUrl::driver("mysql://u+x@h/d"), None);
        let error = DatabaseUrl::parse("oracle+oracledb://u:secret@h").unwrap_err().to_string();
        assert!(error.contains("\"oracle\"") && !error.contains("secret"), "{error}");
    }
}
