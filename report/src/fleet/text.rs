//! A fleet's report for a terminal.

use std::fmt::Write as _;

use super::FleetReview;
use super::groups::{counted, failures, groups, remarkable};
use crate::printable::printable;

pub(super) fn render(review: &FleetReview) -> String {
    let mut text = format!("{} {}: {}\n", review.command, review.fleet, counted(review.databases.len()));
    for group in groups(review) {
        let _ = writeln!(text, "{:>7}  {}", group.count, group.words);
    }
    for (state, names) in remarkable(review) {
        let _ = writeln!(text, "{}: {names}", state.words());
    }
    for failure in failures(review) {
        let (state, message) = (failure.state.words(), failure.message.replace('\n', "\n    "));
        let _ = writeln!(text, "{state}: {}\n    {message}", failure.names);
        if let Some(help) = failure.help {
            let _ = writeln!(text, "    hint: {}", help.replace('\n', "\n    "));
        }
    }
    if let Some(why) = &review.stopped {
        let _ = writeln!(text, "stopped: {why}");
    }
    printable(&text)
}
