//! How hazards and other texts from a catalog stand in SQL comments.

use std::fmt::Write as _;

use autogen_diff_core::hazard::{Hazard, Instead, Step};
use autogen_diff_core::lock::{Lock, lines};

/// Writes a hazard as comment lines.
pub fn write_comment(text: &mut String, hazard: &Hazard) {
    let class = hazard.code.class().words();
    let _ = writeln!(
        text,
        "-- {} {class}: {}: {}",
        hazard.code.code(),
        printable(&hazard.subject),
        printable(&hazard.message)
    );
    if let Some(query) = &hazard.look_first {
        let _ = writeln!(text, "--   look first: {};", printable(query));
    }
    if let Some(instead) = &hazard.instead {
        match instead {
            Instead::Migrations { steps } => write_steps(text, steps),
            Instead::Programs { commands } => write_commands(text, commands),
        }
    }
    if let Some(rest) = &hazard.afterwards {
        let _ = writeln!(text, "--   afterwards: {}", printable(rest));
    }
}

/// Writes programs that do the same: a single one in the line itself.
fn write_commands(text: &mut String, commands: &[String]) {
    if let [command] = commands {
        let _ = writeln!(text, "--   instead: {}", printable(command));
        return;
    }
    let _ = writeln!(text, "--   instead, one of these:");
    for command in commands {
        let _ = writeln!(text, "--     {}", printable(command));
    }
}

/// Writes a safer form: a single step in the line itself.
fn write_steps(text: &mut String, steps: &[Step]) {
    let line = |step: &Step| {
        let note = step.note.map(|note| format!(" -- {note}")).unwrap_or_default();
        printable(&format!("{};{note}", step.sql))
    };
    if let [step] = steps {
        let _ = writeln!(text, "--   instead: {}", line(step));
        return;
    }
    let _ = writeln!(text, "--   instead, each in a migration of its own:");
    for (i, step) in steps.iter().enumerate() {
        let _ = writeln!(text, "--     {}. {}", i + 1, line(step));
    }
}

/// Writes the locks that others wait for as comment lines.
pub fn write_locks(text: &mut String, locks: &[Lock]) {
    for line in lines(locks) {
        let _ = writeln!(text, "-- locks {}", printable(&line));
    }
}

/// Text from a catalog for a comment: printable ASCII only, the rest escaped,
/// so that no name can end the comment.
pub fn printable(text: &str) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        match c {
            ' '..='~' => clean.push(c),
            '…' => clean.push_str("..."),
            other => clean.extend(other.escape_unicode()),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::hazard::HazardCode;

    use super::super::hazard;
    use super::*;

    #[test]
    fn no_name_can_end_a_comment() {
        let name = "x\r\nDROP TABLE y;\u{202e}\u{1b}[31m";
        let mut text = String::new();
        write_comment(&mut text, &hazard(HazardCode::DropTable, name.to_owned(), name));
        assert!(text.lines().all(|line| line.starts_with("-- ")));
        assert_eq!(printable("Größe"), "Gr\\u{f6}\\u{df}e");
        assert!(text.bytes().all(|b| b == b'\n' || (b' '..=b'~').contains(&b)));
    }
}
