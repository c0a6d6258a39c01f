//! Why a text names no place in the history.

use autogen_sql_text::redact_connection;

/// Why a text names no place in the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It has not the form of a target.
    #[error("{:?} is no revision: use head, base, +1, -1 or a version", redact_connection(.0))]
    NoRevision(String),
    /// The steps lead behind the last or before the first migration.
    #[error("{:?} leads beyond the history: it is seen from migration {start} of {count}", redact_connection(.text))]
    BeyondHistory {
        /// The target.
        text: String,
        /// Where the steps begin.
        start: usize,
        /// How many migrations there are.
        count: usize,
    },
    /// Several migrations could be meant.
    #[error("{:?} could be any of: {}", redact_connection(.name), .found.join(", "))]
    Ambiguous {
        /// The revision.
        name: String,
        /// The folders.
        found: Vec<String>,
    },
    /// No migration is meant.
    #[error("there is no revision {:?}{}", redact_connection(.name), listed(.nearest))]
    Unknown {
        /// The revision.
        name: String,
        /// The folders whose names are most like it.
        nearest: Vec<String>,
    },
}

fn listed(names: &[String]) -> String {
    if names.is_empty() { String::new() } else { format!("; the nearest: {}", names.join(", ")) }
}
