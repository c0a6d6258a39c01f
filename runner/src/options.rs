//! How to run.

use std::ops::Range;
use std::time::Duration;

use autogen_migration_files::Target;

use crate::event::Event;
use crate::plan::PlanHashes;

/// Gives the bytes of the statements of a file, or nothing.
pub type Split<'a> = dyn Fn(&str) -> Option<Vec<Range<usize>>> + 'a;

/// How to run.
pub struct RunOptions<'a> {
    /// How long to wait for another upgrader.
    pub lock_budget: Duration,
    /// Run pending migrations that are older than an applied one, and those of several heads.
    pub allow_out_of_order: bool,
    /// Where to stop; `None` is head for an upgrade and one step for a downgrade.
    pub target: Option<Target>,
    /// The plan that was approved, with the hashes of the folder's migrations; an upgrade that would do anything else is refused.
    pub plan: Option<(&'a str, &'a PlanHashes)>,
    /// Told about each step.
    pub on_event: Option<&'a dyn Fn(&Event<'_>)>,
    /// Cuts a file into the bytes of its statements, so that an error names the one where the server names no place. Without
    /// it, or where it gives nothing, a file runs in one piece.
    pub split: Option<&'a Split<'a>>,
}

impl Default for RunOptions<'_> {
    fn default() -> Self {
        Self {
            lock_budget: Duration::from_secs(60),
            allow_out_of_order: false,
            target: None,
            plan: None,
            on_event: None,
            split: None,
        }
    }
}
