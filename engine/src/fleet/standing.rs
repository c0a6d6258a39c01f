//! Where a database of a fleet is.

/// Where a database of a fleet is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The newest applied migration, by name.
    pub current: Option<String>,
    /// How many are pending.
    pub pending: usize,
    /// The hash of what an upgrade would do, where that was asked for.
    pub plan: Option<String>,
}
