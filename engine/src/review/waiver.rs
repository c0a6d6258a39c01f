//! What the author of a script or model knows and says so.

use autogen_report::{Finding, Severity};
use autogen_sql_text::{Dialect, waivers};

/// Takes the weight of what the author knows and gives a reason for.
pub(super) fn waive(findings: &mut [Finding], dialect: Dialect, script: &str) {
    let waivers = waivers(dialect, script);
    for finding in findings.iter_mut().filter(|finding| finding.place.is_exact) {
        let own = waivers.iter().filter(|waiver| waiver.line == finding.place.line);
        for waiver in
            own.filter(|waiver| waiver.codes.iter().any(|code| code.eq_ignore_ascii_case(&finding.code)))
        {
            match &waiver.reason {
                Some(reason) => {
                    finding.severity = Severity::Note;
                    finding.waived = Some(reason.clone());
                }
                None => finding.notes.push("not waived: a waiver takes a reason behind a colon".to_owned()),
            }
        }
    }
}
