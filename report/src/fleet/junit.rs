//! JUnit XML: a test case for each database, which fails where its database did, and is skipped where it was not begun.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use super::{DatabaseState, FleetDatabase, FleetReview};
use crate::printable::printable;

pub(super) fn render(review: &FleetReview) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new(printable(&review.fleet));
    suite.add_test_cases(review.databases.iter().map(|database| case(&review.command, database)));
    let mut report = Report::new(format!("autogen {}", printable(&review.command)));
    report.add_test_suite(suite);
    report.to_string()
}

fn case(command: &str, database: &FleetDatabase) -> TestCase {
    let status = match database.state {
        DatabaseState::Unchanged | DatabaseState::Changed => TestCaseStatus::success(),
        DatabaseState::NotBegun => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(database.state.words());
            status
        }
        DatabaseState::Behind
        | DatabaseState::Drifted
        | DatabaseState::Differs
        | DatabaseState::Unreachable
        | DatabaseState::Failed => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(database.state.words());
            let lines = [&database.message, &database.help].into_iter().flatten().cloned();
            status.set_description(printable(&lines.collect::<Vec<_>>().join("\n")));
            status
        }
    };
    let mut case = TestCase::new(printable(&database.name), status);
    case.set_classname(printable(command));
    if !database.ran.is_empty() {
        case.set_system_out(printable(&database.ran.join("\n")));
    }
    case
}
