//! Exit codes, as documented in the README.

use std::process::ExitCode;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done, or nothing differs.
    Success,
    /// Differences or findings.
    Findings,
    /// Wrong usage or configuration.
    Usage,
    /// The database can't be reached, or answered with an error.
    Database,
    /// Refused on purpose.
    Refused,
    /// The history is not what it should be.
    History,
    /// Timed out waiting for the migration lock.
    Lock,
    /// Something outside of a scratch database changed while it was in use.
    Disturbed,
    /// Of a fleet, some databases failed, or were not begun since others did.
    SomeFailed,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Success => 0,
            Exit::Findings => 1,
            Exit::Usage => 2,
            Exit::Database => 3,
            Exit::Refused => 4,
            Exit::History => 5,
            Exit::Lock => 6,
            Exit::Disturbed => 7,
            Exit::SomeFailed => 8,
        })
    }
}
