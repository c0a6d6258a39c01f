//! A report as one page by itself: nothing is loaded and no script runs, light and dark, on paper and on a telephone.

use askama::Template;
use autogen_codegen::report::{Entry, Side};

use crate::check::Check;
use crate::finding::{Finding, Severity};
use crate::format::Report;
use crate::picture::svg;
use crate::printable::printable;
use crate::review::{Proof, Review, Reviewed};

#[derive(Template)]
#[template(path = "page.html")]
struct Page {
    title: &'static str,
    summary: String,
    sections: Vec<Section>,
}

/// A migration, or a comparison.
#[derive(Default)]
struct Section {
    name: String,
    message: String,
    hash: String,
    proof: &'static str,
    is_proven: bool,
    proof_lines: Vec<String>,
    findings: Vec<Shown>,
    errors: usize,
    warnings: usize,
    locks: Vec<String>,
    /// SVG, which is written as it is.
    picture: String,
    changes: Vec<Line>,
    files: Vec<File>,
}

/// A finding as the page shows it.
struct Shown {
    word: &'static str,
    code: String,
    /// The line of the section's first file that it links to; 0 where it is in none.
    line: usize,
    place: String,
    sentence: String,
    notes: Vec<String>,
}

/// A line of what changes.
struct Line {
    class: &'static str,
    parts: Vec<Part>,
}

struct Part {
    text: String,
    is_marked: bool,
}

struct File {
    name: &'static str,
    lines: Vec<String>,
    is_open: bool,
    has_anchors: bool,
}

pub(crate) fn render(report: Report<'_>) -> Result<String, askama::Error> {
    let page = match report {
        Report::Review(review) => of_review(review),
        Report::Check(check) => of_check(check),
    };
    page.render()
}

fn of_review(review: &Review) -> Page {
    let sections = review.migrations.iter().map(section).collect();
    Page { title: "Migrations", summary: printable(&review.summary()), sections }
}

fn section(migration: &Reviewed) -> Section {
    let Reviewed { name, message, hash, changes, locks, estimates: _, findings, proof, picture, up, down } =
        migration;
    let (words, lines) = match proof {
        Proof::NotAsked => ("", &[][..]),
        Proof::Holds => ("Proven: up, down, up.", &[][..]),
        Proof::NotRunAgain => {
            ("Proven: up, down. Not up again, since another one does not lead back.", &[][..])
        }
        Proof::OnlyUp => ("Proven: up.", &[][..]),
        Proof::Fails(lines) => ("Not proven:", lines.as_slice()),
    };
    let is_small = up.lines().count() <= 60;
    let mut files = vec![File {
        name: "up.sql",
        lines: lines_of(up),
        is_open: is_small || !findings.is_empty(),
        has_anchors: true,
    }];
    let of_down =
        |down: &String| File { name: "down.sql", lines: lines_of(down), is_open: false, has_anchors: false };
    files.extend(down.as_ref().map(of_down));
    let count = files[0].lines.len();
    Section {
        name: printable(name),
        message: printable(message),
        hash: hash.clone().unwrap_or_default(),
        proof: words,
        is_proven: matches!(proof, Proof::Holds | Proof::OnlyUp),
        proof_lines: lines.iter().map(|line| printable(line)).collect(),
        findings: findings.iter().map(|finding| shown(finding, count)).collect(),
        locks: locks.iter().map(|line| printable(line)).collect(),
        picture: if picture.is_empty() { String::new() } else { svg(picture) },
        changes: change_lines(changes),
        files,
        ..counted(findings)
    }
}

fn of_check(check: &Check) -> Page {
    let findings = check.findings();
    let mut first = Section {
        name: check.compared.join(", "),
        findings: findings.iter().map(|finding| shown(finding, 0)).collect(),
        changes: check.differences.iter().flat_map(|found| difference_lines(check, found)).collect(),
        ..counted(&findings)
    };
    if first.changes.is_empty() {
        first.changes = change_lines(&[]);
    }
    Page { title: "Schema", summary: printable(&check.summary()), sections: vec![first] }
}

fn difference_lines(check: &Check, found: &crate::check::Difference) -> Vec<Line> {
    let head = plain("dim", &format!("{} differs from {}", found.words, check.model));
    let entries: Vec<Entry> = found.entries.iter().map(|own| own.entry.clone()).collect();
    std::iter::once(head).chain(change_lines(&entries)).collect()
}

fn counted(findings: &[Finding]) -> Section {
    let count = |severity| findings.iter().filter(|finding| finding.severity == severity).count();
    Section { errors: count(Severity::Error), warnings: count(Severity::Warning), ..Section::default() }
}

fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(printable).collect()
}

/// A finding; it links to its line where the page has that.
fn shown(finding: &Finding, lines: usize) -> Shown {
    let place = &finding.place;
    Shown {
        word: match finding.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        },
        code: printable(&finding.code),
        line: if place.line <= lines { place.line } else { 0 },
        place: printable(&format!("{}:{}", place.file, place.line)),
        sentence: printable(&finding.sentence()),
        notes: finding.details().map(|line| printable(&line)).collect(),
    }
}

fn change_lines(changes: &[Entry]) -> Vec<Line> {
    let mut lines = Vec::new();
    for entry in changes {
        lines.push(plain("", &format!("{} {}", entry.verb, entry.object)));
        lines.extend(entry.lines.iter().map(|line| plain(class_of(line), &format!("    {line}"))));
        for text in &entry.texts {
            lines.push(plain("alt", &format!("    ~ {}", text.what)));
            lines.extend(text.lines.iter().map(|line| {
                let sign = Part { text: format!("        {}", line.side.sign()), is_marked: false };
                let parts = line
                    .parts
                    .iter()
                    .map(|part| Part { text: printable(&part.text), is_marked: part.differs });
                Line { class: class_of_side(line.side), parts: std::iter::once(sign).chain(parts).collect() }
            }));
        }
    }
    if lines.is_empty() {
        lines.push(plain("dim", "changes no object"));
    }
    lines
}

fn plain(class: &'static str, text: &str) -> Line {
    Line { class, parts: vec![Part { text: printable(text), is_marked: false }] }
}

fn class_of(line: &str) -> &'static str {
    match line.chars().next() {
        Some('+') => "add",
        Some('-') => "del",
        Some('~') => "alt",
        Some(_) | None => "",
    }
}

const fn class_of_side(side: Side) -> &'static str {
    match side {
        Side::From => "del",
        Side::To => "add",
        Side::Both | Side::LeftOut => "dim",
    }
}
