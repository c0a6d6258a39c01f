//! What is said of how long statements take.

use std::time::Duration;

use autogen_diff_core::estimate_text::between;
use autogen_engine::event::{ProgressWork, StatementProgress, StatsNote};

use crate::output::{self, escape};

/// What is to be said of the file of sizes and rates.
pub(crate) fn stats(note: &StatsNote) {
    match note {
        StatsNote::Old { path, days } => {
            output::status(
                "Note",
                &escape(&format!("estimates go by {}, which was taken {days} days ago", path.display())),
            );
        }
        StatsNote::Unreadable { path, message } => {
            output::warning(&escape(&format!("{}: {message}; nothing is estimated", path.display())));
        }
    }
    output::hint("run `autogen stats --out FILE` where the database can be reached");
}

/// How far a long statement is.
pub(crate) fn running(progress: &StatementProgress, left: Option<Duration>) {
    let StatementProgress { work, relation, phase, done, total } = progress;
    let work = match work {
        ProgressWork::Index => "building an index of",
        ProgressWork::Rewrite => "rewriting",
        ProgressWork::Vacuum => "vacuuming",
    };
    let share =
        done.saturating_mul(100).checked_div(*total).map(|share| format!(", {share} %")).unwrap_or_default();
    let left = left.map(|left| format!(", {} left", between(left, left))).unwrap_or_default();
    output::status("Running", &escape(&format!("{work} {relation}: {phase}{share}{left}")));
}

/// That nothing will be estimated, and why.
pub(crate) fn no_rates(reason: &str) {
    output::status(
        "Note",
        &escape(&format!("no rates are measured, so nothing will be estimated: {reason}")),
    );
}
