//! What became of each database of a fleet.

use super::standing::Standing;
use crate::error::Error;

/// What became of a fleet.
#[derive(Debug)]
pub struct FleetReport {
    /// The fleet's name.
    pub fleet: String,
    /// Its databases, in their order.
    pub members: Vec<MemberReport>,
    /// Why no more databases were begun, if that is so.
    pub stop: Option<Stop>,
}

/// What became of one database.
#[derive(Debug)]
pub struct MemberReport {
    /// What it is called, without secrets.
    pub name: String,
    /// Where it is now, as far as that is known.
    pub standing: Option<Standing>,
    /// The fingerprint of its schema, where that was read.
    pub fingerprint: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of one database.
#[derive(Debug)]
pub enum Outcome {
    /// There was nothing to do, or another worker did it.
    Unchanged,
    /// These migrations were applied or taken back.
    Changed(Vec<String>),
    /// Something is pending.
    Behind,
    /// Something is to be done there, and was not begun.
    NotBegun,
    /// Its schema is not what the last upgrade left there.
    Drifted,
    /// Its schema is another than most databases have at the same migration.
    Differs,
    /// It failed.
    Failed(Error),
}

/// Why no more databases were begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// One of those that come first failed.
    Canary,
    /// So many have failed as may.
    MaxFailures,
}

impl FleetReport {
    /// How many failed.
    pub fn failures(&self) -> usize {
        self.members.iter().filter(|member| matches!(member.outcome, Outcome::Failed(_))).count()
    }
}
