//! SQL texts inside objects: expressions in the server's spelling, and source
//! texts that are carried along but never compared.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An expression or query as the server spells it.
///
/// Two expressions are equal when the server spells them alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Expression(String);

impl Expression {
    /// Takes the server's text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The author's own text of a definition, kept so that it can be written again
/// as it was. All source texts are equal: meaning is compared elsewhere.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct SourceText(pub String);

impl PartialEq for SourceText {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for SourceText {}

impl fmt::Debug for SourceText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SourceText")
    }
}

/// `name=value` texts in the order of the catalog. Order is no difference.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Parameters(pub Vec<String>);

impl Parameters {
    fn sorted(&self) -> Vec<&String> {
        let mut sorted: Vec<&String> = self.0.iter().collect();
        sorted.sort();
        sorted
    }
}

impl std::ops::Deref for Parameters {
    type Target = [String];

    fn deref(&self) -> &[String] {
        &self.0
    }
}

impl PartialEq for Parameters {
    fn eq(&self, other: &Self) -> bool {
        self.sorted() == other.sorted()
    }
}

impl Eq for Parameters {}

impl fmt::Debug for Parameters {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.sorted())
    }
}
