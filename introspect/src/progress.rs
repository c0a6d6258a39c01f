//! How far a statement is, as its server tells while it runs.

use serde::Deserialize;

/// How far a statement is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct StatementProgress {
    /// What is done.
    pub work: ProgressWork,
    /// The table.
    pub relation: String,
    /// The phase of it, in the server's words.
    pub phase: String,
    /// How much of the phase is done, in blocks or rows.
    pub done: u64,
    /// Of how much; 0 where the phase does not tell.
    pub total: u64,
}

/// What servers tell the progress of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProgressWork {
    /// An index is built.
    Index,
    /// A table is written anew by `CLUSTER` or `VACUUM FULL`.
    Rewrite,
    /// A table is vacuumed.
    Vacuum,
}
