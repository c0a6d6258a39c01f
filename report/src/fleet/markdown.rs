//! A fleet's report as markdown. It holds groups and no list of all databases, so it fits a comment.

use std::fmt::Write as _;

use super::FleetReview;
use super::groups::{counted, failures, groups, remarkable};
use crate::markdown::{fenced, inline};

/// How many different failures are shown, and how many characters of each.
const SHOWN: usize = 20;
const LONGEST: usize = 2_000;

/// How many groups are shown.
const MOST_GROUPS: usize = 200;

pub(super) fn render(review: &FleetReview) -> String {
    let count = counted(review.databases.len());
    let mut text = format!("## {} {}: {count}\n\n", inline(&review.command), inline(&review.fleet));
    text.push_str("| databases | |\n|---:|---|\n");
    let groups = groups(review);
    for group in groups.iter().take(MOST_GROUPS) {
        let _ = writeln!(text, "| {} | {} |", group.count, inline(&group.words));
    }
    if groups.len() > MOST_GROUPS {
        let _ = write!(text, "\n_{} more groups left out._\n", groups.len() - MOST_GROUPS);
    }
    for (state, names) in remarkable(review) {
        let _ = write!(text, "\n**{}:** {}\n", state.words(), inline(&names));
    }
    let failures = failures(review);
    for failure in failures.iter().take(SHOWN) {
        let message: String = failure.message.chars().take(LONGEST).collect();
        let (state, names) = (failure.state.words(), inline(&failure.names));
        let _ = write!(text, "\n**{state}:** {names}\n\n{}", fenced("", &message));
        if let Some(help) = failure.help {
            let _ = write!(text, "\n{}\n", inline(help));
        }
    }
    if failures.len() > SHOWN {
        let _ = write!(text, "\n_{} more failures left out._\n", failures.len() - SHOWN);
    }
    if let Some(why) = &review.stopped {
        let _ = write!(text, "\n**Stopped:** {}\n", inline(why));
    }
    text
}
