//! Connections to MySQL and MariaDB: what the URL's options mean, the settings of
//! the session, and what identifies the server.
//!
//! The catalog is read over the text protocol, since MySQL tells the columns of a
//! `SHOW CREATE` to no prepared statement.

use std::borrow::Cow;
use std::path::PathBuf;

use autogen_diff_core::{Flavor, Version};
use mysql::prelude::Queryable;
use mysql::{ClientIdentity, Conn, DriverError, Error, OptsBuilder, SslOpts};
use percent_encoding::percent_decode_str;
use url::Url;

use crate::error::IntrospectError;
use crate::patience::{NO_ANSWER, with_connect_timeout};
use crate::url::DatabaseUrl;

/// The settings under which our texts are read and written, for every session.
///
/// `sql_mode` is the server's own, strict, and without the modes that make another language
/// of SQL; the clock is UTC; names are quoted; foreign keys are checked, also when they are made.
pub(crate) const SESSION: &str = include_str!("session.sql");

/// Opens a connection whose session means what our texts mean.
///
/// # Errors
/// When the server can't be reached, or not as safely as the URL asks; the message holds no password.
pub fn connect(url: &DatabaseUrl) -> Result<Conn, IntrospectError> {
    let failed =
        |message: String| IntrospectError::Connect { url: url.to_string(), message: url.scrub(&message) };
    let options = ConnectOptions::of(url)?;
    let opened = with_connect_timeout(move || {
        match (Conn::new(options.builder(options.tls.is_tried())), options.tls) {
            (Err(Error::DriverError(DriverError::TlsNotSupported)), TlsMode::Preferred) => {
                Conn::new(options.builder(false))
            }
            (opened, _) => opened,
        }
    });
    let opened = opened.ok_or_else(|| failed(NO_ANSWER.to_owned()))?;
    let mut connection = opened.map_err(|error| failed(message(&error)))?;
    url.must_be_itself(&one(&mut connection, "SELECT VERSION()")?)?;
    run(&mut connection, SESSION).map_err(|error| query_error("preparing the session", &error))?;
    Ok(connection)
}

/// Opens a connection that can't write.
///
/// # Errors
/// As [`connect`].
pub fn connect_to_read(url: &DatabaseUrl) -> Result<Conn, IntrospectError> {
    let mut connection = connect(url)?;
    connection
        .query_drop("SET SESSION TRANSACTION READ ONLY")
        .map_err(|error| query_error("preparing the session", &error))?;
    Ok(connection)
}

/// Opens a connection that migrations are applied through. Its statements wait for a table for half a minute, since all others
/// wait behind one that waits.
///
/// # Errors
/// As [`connect`], and when the session does not keep its settings.
pub fn connect_to_write(url: &DatabaseUrl) -> Result<Conn, IntrospectError> {
    const SETTINGS: &str = "SELECT CONCAT_WS(' ', @@SESSION.time_zone, IF(@@SESSION.foreign_key_checks, 1, 0), \
        @@SESSION.sql_mode LIKE '%STRICT_TRANS_TABLES%', @@SESSION.character_set_client)";
    let mut connection = connect(url)?;
    connection
        .query_drop("SET SESSION lock_wait_timeout = 30")
        .map_err(|error| query_error("preparing the session", &error))?;
    // A proxy may take the settings and pass them to another session.
    if one(&mut connection, SETTINGS)? != "+00:00 1 1 utf8mb4" {
        let message = "the session does not keep its settings; is there a proxy that shares connections?";
        return Err(IntrospectError::Connect { url: url.to_string(), message: message.to_owned() });
    }
    Ok(connection)
}

/// Runs one statement or many, until one fails.
pub(crate) fn run(connection: &mut Conn, sql: &str) -> Result<(), Error> {
    let mut answers = connection.query_iter(sql)?;
    while let Some(answer) = answers.iter() {
        for row in answer {
            row?;
        }
    }
    Ok(())
}

/// What the server or the client library said.
pub(crate) fn message(error: &Error) -> String {
    match error {
        Error::MySqlError(error) => error.message.clone(),
        Error::DriverError(error) => error.to_string(),
        Error::IoError(error) => error.to_string(),
        Error::CodecError(error) => error.to_string(),
        other => other.to_string(),
    }
}

/// A failed statement of ours.
pub(crate) fn query_error(what: impl Into<String>, error: &Error) -> IntrospectError {
    IntrospectError::Query { what: what.into(), message: message(error) }
}

/// How much of TLS a connection needs: the values of `ssl_mode` (MySQL manual, 6.3.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TlsMode {
    /// No TLS.
    Disabled,
    /// TLS where the server has it.
    Preferred,
    /// TLS, whoever the server is.
    Required,
    /// TLS with a server whose certificate is signed by `ssl_ca`.
    VerifyCa,
    /// The same, and the certificate names the host.
    VerifyIdentity,
}

impl TlsMode {
    const fn is_tried(self) -> bool {
        match self {
            Self::Disabled => false,
            Self::Preferred | Self::Required | Self::VerifyCa | Self::VerifyIdentity => true,
        }
    }

    fn parse(text: &str) -> Result<Self, IntrospectError> {
        match text.to_ascii_lowercase().as_str() {
            "disabled" => Ok(Self::Disabled),
            "preferred" => Ok(Self::Preferred),
            "required" => Ok(Self::Required),
            "verify_ca" => Ok(Self::VerifyCa),
            "verify_identity" => Ok(Self::VerifyIdentity),
            _ => Err(IntrospectError::BadUrl(format!(
                "ssl_mode={text} is none of disabled, preferred, required, verify_ca, verify_identity"
            ))),
        }
    }
}

/// What a URL says.
struct ConnectOptions {
    host: Option<String>,
    port: u16,
    user: String,
    password: Option<String>,
    database: Option<String>,
    socket: Option<String>,
    tls: TlsMode,
    ca: Option<PathBuf>,
    /// Certificate and key.
    identity: Option<(PathBuf, PathBuf)>,
}

impl ConnectOptions {
    fn of(url: &DatabaseUrl) -> Result<Self, IntrospectError> {
        let parsed = Url::parse(url.secret()).map_err(|error| IntrospectError::BadUrl(error.to_string()))?;
        let decoded = |text: &str| percent_decode_str(text).decode_utf8_lossy().into_owned();
        let option = |name: &str| {
            parsed.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned())
        };
        const KNOWN: [&str; 5] = ["ssl_mode", "ssl_ca", "ssl_cert", "ssl_key", "unix_socket"];
        if let Some((key, _)) = parsed.query_pairs().find(|(key, _)| !KNOWN.contains(&key.as_ref())) {
            return Err(IntrospectError::BadUrl(format!("the option {key} is none of {}", KNOWN.join(", "))));
        }
        let socket = option("unix_socket");
        let ca = option("ssl_ca").map(PathBuf::from);
        // A connection that does not leave the machine needs no TLS unless it is asked for.
        let is_local =
            socket.is_some() || matches!(parsed.host_str(), None | Some("localhost" | "127.0.0.1" | "[::1]"));
        let usual = match (&ca, is_local) {
            (Some(_), _) => TlsMode::VerifyCa,
            (None, true) => TlsMode::Disabled,
            (None, false) => TlsMode::Preferred,
        };
        let identity = match (option("ssl_cert"), option("ssl_key")) {
            (Some(certificate), Some(key)) => Some((PathBuf::from(certificate), PathBuf::from(key))),
            (None, None) => None,
            _ => {
                return Err(IntrospectError::BadUrl("ssl_cert and ssl_key go together".to_owned()));
            }
        };
        Ok(Self {
            host: parsed.host_str().map(|host| host.trim_matches(['[', ']']).to_owned()),
            port: parsed.port().unwrap_or(3306),
            user: decoded(parsed.username()),
            password: parsed.password().map(decoded),
            database: Some(decoded(parsed.path().trim_start_matches('/'))).filter(|name| !name.is_empty()),
            socket,
            tls: option("ssl_mode").map_or(Ok(usual), |mode| TlsMode::parse(&mode))?,
            ca,
            identity,
        })
    }

    fn builder(&self, with_tls: bool) -> OptsBuilder {
        let tls = with_tls.then(|| {
            let mut tls = SslOpts::default()
                .with_root_cert_path(self.ca.clone().map(Cow::Owned))
                .with_danger_skip_domain_validation(self.tls != TlsMode::VerifyIdentity)
                .with_danger_accept_invalid_certs(matches!(
                    self.tls,
                    TlsMode::Disabled | TlsMode::Preferred | TlsMode::Required
                ));
            if let Some((certificate, key)) = &self.identity {
                tls = tls.with_client_identity(Some(ClientIdentity::new(certificate.clone(), key.clone())));
            }
            tls
        });
        OptsBuilder::new()
            .ip_or_hostname(self.host.clone())
            .tcp_port(self.port)
            .socket(self.socket.clone())
            .prefer_socket(false)
            .user(Some(self.user.clone()))
            .pass(self.password.clone())
            .db_name(self.database.clone())
            .ssl_opts(tls)
            .tcp_connect_timeout(Some(std::time::Duration::from_secs(10)))
    }
}

/// The vendor and release of the server.
///
/// # Errors
/// When the query fails.
pub fn server(connection: &mut Conn) -> Result<(Flavor, Version), IntrospectError> {
    let text = one(connection, "SELECT VERSION()")?;
    let flavor = if text.contains("MariaDB") { Flavor::Mariadb } else { Flavor::Mysql };
    Ok((flavor, Version::parse(&text)))
}

/// The one text that a query gives.
pub(crate) fn one(connection: &mut Conn, sql: &str) -> Result<String, IntrospectError> {
    let text: Option<Option<String>> =
        connection.query_first(sql).map_err(|error| query_error(sql, &error))?;
    Ok(text.flatten().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options(text: &str) -> Result<ConnectOptions, IntrospectError> {
        ConnectOptions::of(&DatabaseUrl::parse(text).unwrap())
    }

    #[test]
    fn a_url_says_how_to_connect() {
        let all =
            options("mariadb://a%40b:p%2Fw@db.example:3307/my%20db?ssl_mode=verify_identity&ssl_ca=/ca")
                .unwrap();
        assert_eq!((all.user.as_str(), all.password.as_deref()), ("a@b", Some("p/w")));
        assert_eq!((all.host.as_deref(), all.port), (Some("db.example"), 3307));
        assert_eq!((all.database.as_deref(), all.tls), (Some("my db"), TlsMode::VerifyIdentity));
        assert_eq!(options("mysql://u@127.0.0.1/d").unwrap().tls, TlsMode::Disabled);
        assert_eq!(options("mysql://u@db/d").unwrap().tls, TlsMode::Preferred);
        assert_eq!(options("mysql://u@db/d?ssl_ca=/ca").unwrap().tls, TlsMode::VerifyCa);
        assert_eq!(options("mysql://u@localhost/d?unix_socket=/s").unwrap().socket.as_deref(), Some("/s"));
    }

    #[test]
    fn an_option_that_nobody_knows_is_an_error() {
        for bad in ["sslmode=require", "ssl_mode=on", "ssl_cert=/c"] {
            assert!(options(&format!("mysql://u@h/d?{bad}")).is_err(), "{bad}");
        }
    }
}
