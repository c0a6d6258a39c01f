//! A report as markdown that fits a comment on GitHub or GitLab.

use std::fmt::Write as _;

use autogen_codegen::report::Entry;

use crate::check::Check;
use crate::finding::{Finding, Severity};
use crate::format::Report;
use crate::picture::mermaid;
use crate::printable::printable;
use crate::review::{Proof, Review, Reviewed};

/// GitHub cuts a comment at 65,536 characters.
const MOST_CHARACTERS: usize = 65_000;

pub(crate) fn render(report: Report<'_>) -> String {
    match report {
        Report::Review(review) => of_review(review),
        Report::Check(check) => of_check(check),
    }
}

fn of_check(check: &Check) -> String {
    let head = format!("## Schema\n\n{}\n", inline(&check.summary()));
    let mut text = head.clone();
    let pending: Vec<String> =
        check.pending.iter().map(|pending| format!("- pending {}", inline(&pending.name))).collect();
    let stale: Vec<String> =
        check.stale_files.iter().map(|path| format!("- stale {}", inline(path))).collect();
    let environments: Vec<String> = check
        .environments
        .iter()
        .flat_map(|own| std::iter::once(own.summary()).chain(own.lines()))
        .map(|line| format!("- {}", inline(&line)))
        .collect();
    let listed = [pending, stale, environments].concat();
    if !listed.is_empty() {
        let _ = write!(text, "\n{}\n", listed.join("\n"));
    }
    for found in &check.differences {
        let entries: Vec<Entry> = found.entries.iter().map(|own| own.entry.clone()).collect();
        let (words, model) = (inline(&found.words), inline(&check.model));
        let _ =
            write!(text, "\n### {words} differs from {model}\n\n{}", fenced("diff", &change_lines(&entries)));
    }
    match text.chars().count() <= MOST_CHARACTERS {
        true => text,
        false => format!("{head}\n_More than a comment has room for: `autogen check` shows it._\n"),
    }
}

fn of_review(review: &Review) -> String {
    let whole = written(review, &|migration| with_sql(migration));
    if whole.chars().count() <= MOST_CHARACTERS {
        return whole;
    }
    let short = written(review, &|migration| without_sql(migration));
    if short.chars().count() <= MOST_CHARACTERS { short } else { cut(review) }
}

fn written(review: &Review, section: &dyn Fn(&Reviewed) -> String) -> String {
    let sections: Vec<String> = review.migrations.iter().map(section).collect();
    format!("{}{}", head(review), sections.concat())
}

/// As many sections as fit, and how many are left out.
fn cut(review: &Review) -> String {
    let mut text = head(review);
    let mut length = text.chars().count();
    for (number, migration) in review.migrations.iter().enumerate() {
        let section = without_sql(migration);
        let section_length = section.chars().count();
        if length + section_length > MOST_CHARACTERS - 200 {
            let left = review.migrations.len() - number;
            let _ = write!(
                text,
                "\n_{left} more left out, which a comment has no room for: `autogen review` shows them._\n"
            );
            break;
        }
        length += section_length;
        text.push_str(&section);
    }
    text
}

fn head(review: &Review) -> String {
    format!("## Migrations\n\n{}\n", review.summary())
}

fn without_sql(migration: &Reviewed) -> String {
    let Reviewed {
        name,
        message,
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
    let mut text = format!("\n### {}\n\n", inline(name));
    if !message.is_empty() {
        let _ = writeln!(text, "{}\n", inline(message));
    }
    if let Some(hash) = hash {
        let _ = writeln!(text, "hash `{hash}`\n");
    }
    match proof {
        Proof::NotAsked => {}
        Proof::Holds => text.push_str("Proven: up, down, up.\n\n"),
        Proof::NotRunAgain => {
            text.push_str("Proven: up, down. Not up again, since another one does not lead back.\n\n");
        }
        Proof::OnlyUp => text.push_str("Proven: up.\n\n"),
        Proof::Fails(lines) => {
            text.push_str("**Not proven:**\n\n");
            text.push_str(&fenced("", &lines.join("\n")));
        }
    }
    if !findings.is_empty() {
        text.push_str("| | code | line | what |\n|---|---|---|---|\n");
        findings.iter().for_each(|finding| text.push_str(&row(finding)));
        text.push('\n');
    }
    if !locks.is_empty() {
        let locks: Vec<String> = locks.iter().map(|line| format!("- locks {}", inline(line))).collect();
        let _ = writeln!(text, "{}\n", locks.join("\n"));
    }
    text.push_str(&fenced("diff", &change_lines(changes)));
    text
}

fn with_sql(migration: &Reviewed) -> String {
    let mut text = without_sql(migration);
    if !migration.picture.is_empty() {
        text.push_str(&fenced("mermaid", &mermaid(&migration.picture)));
    }
    let down = migration.down.as_deref().map(|sql| ("down.sql", sql));
    for (file, sql) in std::iter::once(("up.sql", migration.up.as_str())).chain(down) {
        let _ = write!(text, "<details><summary>{file}</summary>\n\n{}</details>\n", fenced("sql", sql));
    }
    text
}

/// The changes, with the sign of a line in front, where a diff is coloured by it.
fn change_lines(changes: &[Entry]) -> String {
    let mut lines = Vec::new();
    for entry in changes {
        lines.push(format!("@@ {} {} @@", entry.verb, entry.object));
        lines.extend(entry.lines.iter().map(|line| line.replacen('~', "!", 1)));
        for text in &entry.texts {
            lines.push(format!("! {}", text.what));
            lines.extend(text.lines.iter().map(ToString::to_string));
        }
    }
    if lines.is_empty() { "changes no object".to_owned() } else { lines.join("\n") }
}

fn row(finding: &Finding) -> String {
    let mark = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    let lines = std::iter::once(finding.sentence()).chain(finding.details());
    let lines: Vec<String> = lines.map(|line| inline(&line)).collect();
    format!("| {mark} | {} | {} | {} |\n", finding.code, finding.place.line, lines.join("<br>"))
}

/// Text within a line or a cell: nothing in it is markdown or HTML.
pub(crate) fn inline(text: &str) -> String {
    let mut clean = String::new();
    for c in printable(text).chars() {
        match c {
            '&' => clean.push_str("&amp;"),
            '<' => clean.push_str("&lt;"),
            '>' => clean.push_str("&gt;"),
            '|' | '`' | '*' | '_' | '[' | ']' | '\\' | '#' | '~' | '@' => {
                let _ = write!(clean, "&#{};", u32::from(c));
            }
            '\n' | '\t' => clean.push(' '),
            c => clean.push(c),
        }
    }
    clean
}

/// A block that its text can't end: the fence is longer than any run of backticks in it.
pub(crate) fn fenced(language: &str, text: &str) -> String {
    let text = printable(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n", text.trim_end())
}
