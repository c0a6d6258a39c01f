//! Why a text is no target.

/// Why a text names no place in the history.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// It has not the form of a target.
    #[error("{0:?} is no revision: use head, base, +1, -1 or a version")]
    NoRevision(String),
    /// The steps lead behind the last or before the first migration.
    #[error("{text:?} leads beyond the history: it is seen from migration {start} of {count}")]
    BeyondHistory {
        /// The target.
        text: String,
        /// Where the steps begin.
        start: usize,
        /// How many migrations there are.
        count: usize,
    },
    /// Several migrations could be meant.
    #[error("{name:?} could be any of: {}", .found.join(", "))]
    Ambiguous {
        /// The revision.
        name: String,
        /// The folders.
        found: Vec<String>,
    },
    /// No migration is meant.
    #[error("there is no revision {name:?}{}", listed(.nearest))]
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
