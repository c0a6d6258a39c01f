//! GitHub's workflow commands (docs.github.com, "Workflow commands for GitHub Actions").
//!
//! A step shows ten errors and ten warnings and drops the rest without a word, so nine are kept and the last line says how
//! many there are more.

use crate::finding::{Finding, Severity};
use crate::format::Report;

/// How many of one severity are shown.
const KEPT: usize = 9;

pub(crate) fn render(report: Report<'_>) -> String {
    let findings = report.by_severity();
    let mut text = String::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Note] {
        let of_it: Vec<&Finding> = findings.iter().filter(|finding| finding.severity == severity).collect();
        of_it.iter().take(KEPT).for_each(|finding| text.push_str(&command(finding)));
        if of_it.len() > KEPT {
            let more = of_it.len() - KEPT;
            text.push_str(&format!("::{}::and {more} more; see the summary\n", word(severity)));
        }
    }
    text
}

fn command(finding: &Finding) -> String {
    let place = &finding.place;
    let title = format!("{} {}", finding.code, finding.subject);
    let message: Vec<String> = std::iter::once(finding.sentence()).chain(finding.details()).collect();
    format!(
        "::{} file={},line={},title={}::{}\n",
        word(finding.severity),
        property(&place.file),
        place.line,
        property(&title),
        data(&message.join("\n")),
    )
}

const fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// What stands behind the second `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What stands between the two.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
