//! GitLab's Code Quality report (docs.gitlab.com, "Code Quality report format").

use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::format::Report;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: String,
    severity: &'static str,
    location: Location<'a>,
}

#[derive(Serialize)]
struct Location<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
}

pub(crate) fn render(report: Report<'_>) -> Result<String, serde_json::Error> {
    let findings = report.findings();
    let issues: Vec<Issue<'_>> = findings.iter().map(issue).collect();
    Ok(serde_json::to_string_pretty(&issues)? + "\n")
}

fn issue(finding: &Finding) -> Issue<'_> {
    Issue {
        description: finding.sentence(),
        check_name: &finding.code,
        fingerprint: finding.fingerprint(),
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location { path: &finding.place.file, lines: Lines { begin: finding.place.line } },
    }
}
