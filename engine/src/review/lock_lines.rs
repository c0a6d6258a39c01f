//! What is locked so that others wait, and for how long, as a review says it.

use autogen_codegen::{Estimator, Statement};
use autogen_diff_core::estimate::Estimate;
use autogen_diff_core::lock::{self, Lock, LockWork, TakenLock};
use autogen_report::LockEstimate;

/// The locks of a script, each once.
#[derive(Default)]
pub(super) struct LockLines {
    /// A line each.
    pub(super) lines: Vec<String>,
    /// How long those last that are not held for an instant.
    pub(super) estimates: Vec<LockEstimate>,
}

impl LockLines {
    /// Adds the locks that statements are declared to take.
    pub(super) fn add_declared(&mut self, statements: &[Statement]) {
        let locks = || statements.iter().flat_map(|statement| &statement.locks);
        let lines = statements.iter().flat_map(|statement| lock::lines(&statement.locks));
        lines.for_each(|line| push_once(&mut self.lines, line));
        for lock in locks().filter(|lock| lock.mode.blocks_writes() && lock.part_of.is_none()) {
            self.add_estimate(lock.relation.to_string(), lock.estimate);
        }
    }

    /// Adds the locks that a script was seen to take. How long they last is known of the statements that a plan of the same change
    /// has, or else by what was seen.
    pub(super) fn add_seen(
        &mut self,
        taken: &[TakenLock],
        statements: &[Statement],
        estimator: Option<&Estimator<'_>>,
    ) {
        let declared = || statements.iter().flat_map(|statement| &statement.locks);
        for seen in taken.iter().filter(|lock| lock.mode.blocks_writes()) {
            let is_it = |lock: &&Lock| lock.work == seen.work && lock.relation.to_string() == seen.relation;
            let estimate = match declared().find(is_it) {
                _ if seen.work == LockWork::Instant => None,
                Some(lock) => lock.estimate,
                None => estimator.and_then(|estimator| estimator.seen(seen)),
            };
            let line = lock::line(&seen.relation, seen.mode, seen.work, estimate.as_ref());
            push_once(&mut self.lines, line);
            self.add_estimate(seen.relation.clone(), estimate);
        }
    }

    fn add_estimate(&mut self, relation: String, estimate: Option<Estimate>) {
        if let Some(estimate) = estimate {
            push_once(&mut self.estimates, LockEstimate { relation, estimate });
        }
    }
}

fn push_once<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}
