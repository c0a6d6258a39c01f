//! A report for a terminal.

use std::fmt::Write as _;

use crate::finding::{Finding, Severity};
use crate::format::Report;
use crate::printable::printable;
use crate::review::{Proof, Review, Reviewed};

pub(crate) fn render(report: Report<'_>) -> String {
    match report {
        Report::Review(review) => of_review(review),
        Report::Check(check) => printable(&format!("{check}\n")),
    }
}

fn of_review(review: &Review) -> String {
    let mut text = String::new();
    for migration in &review.migrations {
        add_migration(&mut text, migration);
        text.push('\n');
    }
    text.push_str(&review.summary());
    text.push('\n');
    printable(&text)
}

fn add_migration(text: &mut String, migration: &Reviewed) {
    let Reviewed {
        name,
        message: _,
        hash,
        changes,
        locks,
        estimates: _,
        findings,
        proof,
        picture: _,
        up: _,
        down: _,
    } = migration;
    text.push_str(name);
    text.push('\n');
    hash.iter().for_each(|hash| add_line(text, "  hash ", hash));
    for entry in changes {
        let _ = writeln!(text, "  {} {}", entry.verb, entry.object);
        entry.details().for_each(|line| add_line(text, "      ", &line));
    }
    if changes.is_empty() && *proof != Proof::NotAsked {
        text.push_str("  changes no object\n");
    }
    locks.iter().for_each(|line| add_line(text, "  locks ", line));
    findings.iter().for_each(|finding| add_finding(text, finding));
    match proof {
        Proof::NotAsked => {}
        Proof::Holds => text.push_str("  proven: up, down, up\n"),
        Proof::NotRunAgain => {
            text.push_str("  proven: up, down; not up again, since another one does not lead back\n")
        }
        Proof::OnlyUp => text.push_str("  proven: up\n"),
        Proof::Fails(lines) => {
            text.push_str("  NOT proven:\n");
            lines.iter().for_each(|line| add_line(text, "      ", line));
        }
    }
}

fn add_finding(text: &mut String, finding: &Finding) {
    let word = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let (place, sentence) = (&finding.place, finding.sentence());
    let _ = writeln!(text, "  {word} {} {}:{}: {sentence}", finding.code, place.file, place.line);
    finding.details().for_each(|line| add_line(text, "      ", &line));
}

fn add_line(text: &mut String, lead: &str, line: &str) {
    text.push_str(lead);
    text.push_str(line);
    text.push('\n');
}
