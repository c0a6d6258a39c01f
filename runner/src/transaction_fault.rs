//! What is wrong with the transactions of a file.

use std::fmt;

/// What is wrong with the transactions of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TransactionFault {
    /// A statement with this verb begins or ends a transaction within the runner's own.
    InRunners(String),
    /// A transaction begins and is not ended.
    NeverEnds,
    /// A transaction is ended that did not begin.
    NeverBegan,
    /// A transaction begins within another.
    Nested,
}

impl fmt::Display for TransactionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InRunners(verb) => write!(f, "{verb} in a file that runs in a transaction of the runner"),
            Self::NeverEnds => f.write_str("a transaction begins here and does not end in the file"),
            Self::NeverBegan => f.write_str("a transaction ends here that did not begin in the file"),
            Self::Nested => f.write_str("a transaction begins here within another one"),
        }
    }
}
