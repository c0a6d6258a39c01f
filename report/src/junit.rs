//! JUnit XML: a test case for each migration, which fails where its proof does, or for each comparison; findings stand in what it printed.

use quick_junit::{NonSuccessKind, SerializeError, TestCase, TestCaseStatus, TestSuite};

use crate::check::{Check, ComparedSide, PENDING, STALE};
use crate::finding::Finding;
use crate::format::Report;
use crate::printable::printable;
use crate::review::{Proof, Reviewed};

pub(crate) fn render(report: Report<'_>) -> Result<String, SerializeError> {
    let (name, suite, cases) = match report {
        Report::Review(review) => {
            ("autogen review", "migrations", review.migrations.iter().map(case).collect())
        }
        Report::Check(check) => ("autogen check", "schema", comparisons(check)),
    };
    let mut suite = TestSuite::new(suite);
    suite.add_test_cases(cases);
    let mut document = quick_junit::Report::new(name);
    document.add_test_suite(suite);
    document.to_string()
}

/// A case for all that a check asks for.
fn comparisons(check: &Check) -> Vec<TestCase> {
    let findings = check.findings();
    let codes = [
        PENDING,
        ComparedSide::Database.code(),
        ComparedSide::Migrations.code(),
        ComparedSide::Both.code(),
        STALE,
    ];
    let case = |code: &str| {
        let own: Vec<&Finding> = findings.iter().filter(|finding| finding.code == code).collect();
        let mut status = TestCaseStatus::success();
        if !own.is_empty() {
            let lines: Vec<String> = own.iter().flat_map(|finding| lines(finding)).collect();
            status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message(format!("{} found", own.len()));
            status.set_description(printable(&lines.join("\n")));
        }
        let mut case = TestCase::new(code, status);
        case.set_classname("check");
        case
    };
    codes.map(case).into()
}

fn lines(finding: &Finding) -> Vec<String> {
    std::iter::once(finding.sentence()).chain(finding.details().map(|line| format!("    {line}"))).collect()
}

fn case(migration: &Reviewed) -> TestCase {
    let status = match &migration.proof {
        Proof::NotAsked if migration.is_clean() => TestCaseStatus::success(),
        Proof::NotAsked => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_message("there are findings");
            status
        }
        Proof::Holds | Proof::OnlyUp => TestCaseStatus::success(),
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
