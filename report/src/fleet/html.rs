//! A fleet's report as one page by itself, like the page of a review.

use askama::Template;

use super::groups::{counted, failures, groups};
use super::{DatabaseState, FleetDatabase, FleetReview};
use crate::printable::printable;

#[derive(Template)]
#[template(path = "fleet.html")]
struct Page {
    title: String,
    stopped: String,
    groups: Vec<GroupLine>,
    failures: Vec<FailureLine>,
    databases: Vec<DatabaseLine>,
}

struct GroupLine {
    count: usize,
    words: String,
}

struct FailureLine {
    names: String,
    message: String,
    help: String,
}

struct DatabaseLine {
    class: &'static str,
    line: String,
}

pub(super) fn render(review: &FleetReview) -> Result<String, askama::Error> {
    let count = counted(review.databases.len());
    let group = groups(review).into_iter();
    let failure = failures(review).into_iter();
    Page {
        title: printable(&format!("{} {}: {count}", review.command, review.fleet)),
        stopped: review.stopped.as_deref().map(printable).unwrap_or_default(),
        groups: group.map(|group| GroupLine { count: group.count, words: printable(&group.words) }).collect(),
        failures: failure
            .map(|failure| FailureLine {
                names: printable(&failure.names),
                message: printable(failure.message),
                help: failure.help.map(printable).unwrap_or_default(),
            })
            .collect(),
        databases: review.databases.iter().map(line).collect(),
    }
    .render()
}

fn line(database: &FleetDatabase) -> DatabaseLine {
    let class = match database.state {
        DatabaseState::Unchanged | DatabaseState::Changed => "good",
        DatabaseState::Behind | DatabaseState::NotBegun => "warning",
        DatabaseState::Drifted
        | DatabaseState::Differs
        | DatabaseState::Failed
        | DatabaseState::Unreachable => "error",
    };
    let at = database.current.as_deref().map(|current| format!(", at {current}")).unwrap_or_default();
    DatabaseLine { class, line: printable(&format!("{}: {}{at}", database.name, database.state.words())) }
}
