//! SQLAlchemy's spelling of URLs: `postgresql+asyncpg://…` names a driver, and three slashes before a SQLite file
//! are none of its path.

use url::Url;

/// A URL without the driver that SQLAlchemy takes behind a `+`, and what the driver alone understands.
pub(super) struct Spelled {
    /// `postgresql+asyncpg` without the part behind the plus.
    pub(super) scheme: String,
    /// The driver.
    pub(super) driver: Option<String>,
    /// What follows `://`.
    pub(super) rest: String,
}

impl Spelled {
    /// Takes a URL apart; `None` without a `://`.
    pub(super) fn of(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (scheme, driver) = match scheme.split_once('+') {
            Some((scheme, driver)) => (scheme, Some(driver.to_owned())),
            None => (scheme, None),
        };
        Some(Self { scheme: scheme.to_owned(), driver, rest: rest.to_owned() })
    }

    /// The URL of a server as client libraries take it: under their scheme, and without the options of a driver.
    pub(super) fn for_server(&self, scheme: &str) -> Result<String, url::ParseError> {
        let text = format!("{scheme}://{}", self.rest);
        let mut url = Url::parse(&text)?;
        if self.driver.is_none() || url.query().is_none() {
            return Ok(text);
        }
        let pairs = url.query_pairs().into_owned();
        let kept: Vec<(String, String)> =
            pairs.filter_map(|(key, value)| option(scheme, key, value)).collect();
        url.set_query(None);
        if !kept.is_empty() {
            url.query_pairs_mut().extend_pairs(kept);
        }
        // Client libraries read %20, not +, as a space.
        let query = url.query().map(|query| query.replace('+', "%20"));
        url.set_query(query.as_deref());
        Ok(url.into())
    }

    /// The path of a SQLite file. Two slashes, or three before a bare name or `./`, are a relative path; with a driver,
    /// three always are, and four begin an absolute one.
    pub(super) fn sqlite_path(&self) -> &str {
        let Some(path) = self.rest.strip_prefix('/') else { return &self.rest };
        let is_bare = !path.contains('/') || path.starts_with("./") || path.starts_with("../");
        let is_absolute = path.starts_with('/');
        if is_absolute || is_bare || self.driver.is_some() { path } else { &self.rest }
    }
}

/// An option as the client library takes it, if it has one for that.
fn option(scheme: &str, key: String, value: String) -> Option<(String, String)> {
    match (scheme, key.as_str()) {
        // The session always is utf8mb4.
        ("mysql", "charset") => None,
        ("postgresql" | "postgres", "ssl") => {
            let mode = if value == "true" { "require".to_owned() } else { value };
            Some(("sslmode".to_owned(), mode))
        }
        _ => Some((key, value)),
    }
}
