//! Why migrations need to be confirmed on production.

use std::fmt;

/// Why steps need to be confirmed on production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// They lose rows or values: where, and by which statements.
    DataLoss(Vec<String>),
    /// They go back.
    Downgrade,
}

impl fmt::Display for Confirmation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::DataLoss(_) => "what is pending loses data",
            Self::Downgrade => "a downgrade loses what was added since",
        })
    }
}

impl Confirmation {
    /// The places that lose data, a line each.
    pub(crate) fn lines(&self) -> String {
        match self {
            Self::DataLoss(places) => places.iter().map(|place| format!("\n    {place}")).collect(),
            Self::Downgrade => String::new(),
        }
    }
}
