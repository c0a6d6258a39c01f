//! `sslrootcert=system`: the certificates that this machine trusts. An OpenSSL that is built into the program looks for them
//! where no system has them, so the client library gets their file by name.

use std::path::Path;

use crate::error::IntrospectError;
use crate::url::DatabaseUrl;

/// What the client library is to know of certificates, by the URL and else by its environment variables.
#[derive(Debug, Default)]
struct Asked {
    root: Option<String>,
    mode: Option<String>,
}

impl Asked {
    fn of(url: &DatabaseUrl) -> Self {
        let asked = |key: &str, variable: &str| url.option(key).or_else(|| std::env::var(variable).ok());
        Self { root: asked("sslrootcert", "PGSSLROOTCERT"), mode: asked("sslmode", "PGSSLMODE") }
    }
}

/// The URL with the file of the system's certificates, if it asks for them.
///
/// # Errors
/// When the URL is not that of a server.
pub(super) fn with_system_certificates(url: &DatabaseUrl) -> Result<DatabaseUrl, IntrospectError> {
    // OpenSSL reads these itself.
    let is_said = ["SSL_CERT_FILE", "SSL_CERT_DIR"].iter().any(|name| std::env::var_os(name).is_some());
    match openssl_probe::probe().cert_file {
        Some(file) if !is_said => with_file(url, &Asked::of(url), &file),
        Some(_) | None => Ok(url.clone()),
    }
}

/// libpq takes `system` with `sslmode=verify-full` alone, which is then the usual mode (PostgreSQL manual, "Database Connection
/// Control Functions"); what it would refuse is left to it.
fn with_file(url: &DatabaseUrl, asked: &Asked, file: &Path) -> Result<DatabaseUrl, IntrospectError> {
    let Some(file) = file.to_str() else { return Ok(url.clone()) };
    match (asked.root.as_deref(), asked.mode.as_deref()) {
        (Some("system"), None | Some("" | "verify-full")) => url
            .with_options(&["sslrootcert", "sslmode"], &[("sslrootcert", file), ("sslmode", "verify-full")]),
        _ => Ok(url.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_certificates_are_a_file() {
        let file = Path::new("/etc/ssl/certs/all.pem");
        let became = |text: &str| {
            let url = DatabaseUrl::parse(text).unwrap();
            let asked = Asked { root: url.option("sslrootcert"), mode: url.option("sslmode") };
            with_file(&url, &asked, file).unwrap().secret().to_owned()
        };
        let checked = "sslrootcert=%2Fetc%2Fssl%2Fcerts%2Fall.pem&sslmode=verify-full";
        assert_eq!(became("postgres://u@h/d?sslrootcert=system"), format!("postgres://u@h/d?{checked}"));
        assert_eq!(
            became("postgres://u@h/d?sslmode=verify-full&sslrootcert=system"),
            format!("postgres://u@h/d?{checked}")
        );
        for same in [
            "postgres://u@h/d",
            "postgres://u@h/d?sslrootcert=/ca.pem",
            "postgres://u@h/d?sslmode=require&sslrootcert=system",
        ] {
            assert_eq!(became(same), same);
        }
        let by_variable = Asked { root: Some("system".to_owned()), mode: None };
        let url = DatabaseUrl::parse("postgres://u@h/d").unwrap();
        assert!(with_file(&url, &by_variable, file).unwrap().secret().ends_with(checked));
    }
}
