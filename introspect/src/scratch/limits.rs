//! How long foreign SQL may run in a scratch database, and how large that may become.

use std::time::Duration;

/// What a scratch database may use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For one batch of statements.
    pub time: Duration,
    /// Of the database, in bytes.
    pub size: u64,
}

impl Default for Limits {
    /// Five minutes and two gigabytes: far above what a schema needs, far below what harms a server.
    fn default() -> Self {
        Self { time: Duration::from_secs(300), size: 2 << 30 }
    }
}
