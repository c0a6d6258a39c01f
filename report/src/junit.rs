//! JUnit XML: a test case for each migration, which fails where its proof does; findings stand in what it printed.

use quick_junit::{NonSuccessKind, Report, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::printable::printable;
use crate::review::{Proof, Review, Reviewed};

pub(crate) fn render(review: &Review) -> Result<String, SerializeError> {
    let mut suite = TestSuite::new("migrations");
    suite.add_test_cases(review.migrations.iter().map(case));
    let mut report = Report::new("autogen review");
    report.add_test_suite(suite);
    report.to_string()
}

fn case(migration: &Reviewed) -> TestCase {
    let status = match &migration.proof {
        Proof::NotAsked if migration.is_clean() => TestCaseStatus::success(),
        Proof::NotAsked => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message("there are findings");
            status
        }
        Proof::Holds => TestCaseStatus::success(),
        Proof::NotRunAgain => {
            let mut status = TestCaseStatus::skipped();
            status.set_message("not run up again, since another migration does not lead back");
            status
        }
        Proof::Fails(lines) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message("does not run up, down and up again");
            status.set_description(printable(&lines.join("\n")));
            status
        }
    };
    let mut case = TestCase::new(printable(&migration.name), status);
    case.set_classname(if migration.proof == Proof::NotAsked { "lint" } else { "up, down, up" });
    let lines: Vec<String> = migration
        .findings
        .iter()
        .map(|finding| format!("{} line {}: {}", finding.code, finding.place.line, finding.sentence()))
        .collect();
    if !lines.is_empty() {
        case.set_system_out(printable(&lines.join("\n")));
    }
    case
}
