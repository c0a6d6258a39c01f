//! Raw names. Quoting happens in `codegen::quote` and nowhere else.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The name of one object as the catalog holds it, without quotes. Copies share it.
///
/// Names compare as the dialect compares them: exactly, or without regard to
/// ASCII case where the database ignores it (SQLite).
#[derive(Clone)]
pub struct Ident(Arc<Name>);

#[derive(Serialize, Deserialize)]
struct Name {
    text: Box<str>,
    comparison: Comparison,
}

/// How names compare in a dialect.
#[derive(Clone, Debug, Serialize, Deserialize)]
enum Comparison {
    Exact,
    /// With the name in lower case, where that differs.
    CaseInsensitive(Option<Box<str>>),
}

impl Ident {
    /// A name that compares exactly (PostgreSQL).
    pub fn exact(text: impl AsRef<str>) -> Self {
        Self(Arc::new(Name { text: text.as_ref().into(), comparison: Comparison::Exact }))
    }

    /// A name that compares without regard to ASCII case (SQLite).
    pub fn case_insensitive(text: impl AsRef<str>) -> Self {
        let text = text.as_ref();
        let folded = text.to_ascii_lowercase();
        let folded = (folded != text).then(|| folded.into());
        Self(Arc::new(Name { text: text.into(), comparison: Comparison::CaseInsensitive(folded) }))
    }

    /// The spelling in the catalog.
    pub fn as_str(&self) -> &str {
        &self.0.text
    }

    /// Another name that compares in the same way.
    #[must_use]
    pub fn renamed(&self, text: &str) -> Self {
        match self.0.comparison {
            Comparison::Exact => Self::exact(text),
            Comparison::CaseInsensitive(_) => Self::case_insensitive(text),
        }
    }

    fn key(&self) -> &str {
        match &self.0.comparison {
            Comparison::Exact | Comparison::CaseInsensitive(None) => &self.0.text,
            Comparison::CaseInsensitive(Some(folded)) => folded,
        }
    }
}

impl Serialize for Ident {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Ident {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Name::deserialize(deserializer).map(|name| Self(Arc::new(name)))
    }
}

impl PartialEq for Ident {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.key() == other.key()
    }
}

impl Eq for Ident {}

impl PartialOrd for Ident {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Ident {
    fn cmp(&self, other: &Self) -> Ordering {
        if Arc::ptr_eq(&self.0, &other.0) { Ordering::Equal } else { self.key().cmp(other.key()) }
    }
}

impl Hash for Ident {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key().hash(state);
    }
}

impl fmt::Debug for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.key(), f)
    }
}

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)
    }
}

/// A name with the namespace it lives in, where the dialect has namespaces.
///
/// `Display` is for messages, never for SQL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QualifiedName {
    /// The namespace (a PostgreSQL schema); none on SQLite.
    pub namespace: Option<Ident>,
    /// The object's own name.
    pub name: Ident,
}

impl QualifiedName {
    /// A name inside a namespace.
    pub const fn new(namespace: Option<Ident>, name: Ident) -> Self {
        Self { namespace, name }
    }

    /// Another name in the same namespace.
    pub fn sibling(&self, name: Ident) -> Self {
        Self { namespace: self.namespace.clone(), name }
    }
}

impl fmt::Display for QualifiedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) if namespace.as_str() != "public" => write!(f, "{namespace}.{}", self.name),
            Some(_) | None => write!(f, "{}", self.name),
        }
    }
}
