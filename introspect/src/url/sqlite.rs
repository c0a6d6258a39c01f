//! SQLite's own URIs (sqlite.org/uri.html): `file:shop.db?mode=ro`, and `?mode=ro` behind a plain path.

use percent_encoding::percent_decode_str;

use crate::error::IntrospectError;

/// What a URL lets be done to a SQLite file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum SqliteMode {
    /// It is read, written, and made when it is not there (`mode=rwc`, the usual).
    #[default]
    Create,
    /// It is read and written (`mode=rw`).
    ReadWrite,
    /// It is read (`mode=ro`).
    ReadOnly,
}

impl SqliteMode {
    /// The value of `mode`.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Create => "rwc",
            Self::ReadWrite => "rw",
            Self::ReadOnly => "ro",
        }
    }
}

/// A file, and what may be done to it.
pub(super) struct SqliteFile {
    pub(super) path: String,
    pub(super) mode: SqliteMode,
}

impl SqliteFile {
    /// Reads what follows the scheme.
    pub(super) fn of(text: &str) -> Result<Self, IntrospectError> {
        let (path, query) = split(text);
        let path = match text.starts_with("file:") {
            true => uri_path(path),
            false => path.to_owned(),
        };
        let option = |name: &str| {
            let mut options = query.split('&').filter_map(|option| option.split_once('='));
            options.rfind(|(key, _)| *key == name).map(|(_, value)| value)
        };
        if path.is_empty() || path == ":memory:" || option("mode") == Some("memory") {
            return Err(IntrospectError::BadUrl(
                "it names no file, and a database in memory is gone when the command ends; name a file: sqlite:shop.db"
                    .to_owned(),
            ));
        }
        let mode = match (option("mode"), option("immutable")) {
            (Some("ro"), _) | (None, Some("1")) => SqliteMode::ReadOnly,
            (Some("rw"), _) => SqliteMode::ReadWrite,
            (Some("rwc") | None, _) => SqliteMode::Create,
            (Some(other), _) => {
                return Err(IntrospectError::BadUrl(format!("mode={other} is none of ro, rw and rwc")));
            }
        };
        Ok(Self { path, mode })
    }
}

/// The path and the options behind it. A question mark may belong to the name of a file, but not one with options behind it.
pub(super) fn split(text: &str) -> (&str, &str) {
    let is_uri = text.starts_with("file:");
    let text = if is_uri { text.split('#').next().unwrap_or(text) } else { text };
    match text.rsplit_once('?') {
        Some((path, query)) if is_uri || query.split('&').all(|option| option.contains('=')) => (path, query),
        Some(_) | None => (text, ""),
    }
}

/// The path of a URI, without a host and with what is escaped.
fn uri_path(uri: &str) -> String {
    let path = uri.strip_prefix("file:").unwrap_or(uri);
    let path = match path.strip_prefix("//") {
        Some(rest) => &rest[rest.find('/').unwrap_or(rest.len())..],
        None => path,
    };
    percent_decode_str(path).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_and_their_modes_are_read() {
        let read = |text: &str| SqliteFile::of(text).map(|file| (file.path, file.mode)).ok();
        let file = |path: &str, mode: SqliteMode| Some((path.to_owned(), mode));
        assert_eq!(read("shop.db"), file("shop.db", SqliteMode::Create));
        assert_eq!(read("shop.db?mode=ro"), file("shop.db", SqliteMode::ReadOnly));
        assert_eq!(read("/x/shop.db?cache=private&mode=rw"), file("/x/shop.db", SqliteMode::ReadWrite));
        assert_eq!(read("file:shop.db?mode=rwc#x"), file("shop.db", SqliteMode::Create));
        assert_eq!(read("file:///x/a%20b.db?immutable=1"), file("/x/a b.db", SqliteMode::ReadOnly));
        assert_eq!(read("file://localhost/x/a.db"), file("/x/a.db", SqliteMode::Create));
        assert_eq!(read("what?.db"), file("what?.db", SqliteMode::Create));
        for memory in
            ["", ":memory:", "file::memory:", "file::memory:?cache=shared", "file:x?mode=memory", "file:"]
        {
            assert_eq!(read(memory), None, "{memory}");
        }
        assert_eq!(read("shop.db?mode=read"), None);
    }
}
