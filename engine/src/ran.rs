//! What an upgrade or a downgrade did.

use autogen_runner::RunReport;

/// What a run did.
#[derive(Debug)]
pub struct Ran {
    /// The migrations that ran, in order.
    pub report: RunReport,
    /// How many migrations were pending before.
    pub pending: usize,
    /// Where it was to stop, as it was asked for.
    pub target: Option<String>,
}
