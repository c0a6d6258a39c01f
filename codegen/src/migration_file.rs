//! The text of migration files: header, statements, and what Diesel needs beside.

use autogen_diff_core::fingerprint::fingerprint_of_text;

use crate::hazards::{self, printable};
use crate::script::{Script, TransactionMode};

/// What a header says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Header {
    /// The message, as given with `-m`.
    pub message: String,
    /// This migration's version.
    pub version: String,
    /// The version before, if any.
    pub parent: Option<String>,
    /// The versions in whose place it stands, itself left out; none but for a squash.
    pub replaces: Vec<String>,
    /// Fingerprints of the schema before and after, if known.
    pub fingerprints: Option<(String, String)>,
    /// Whether the migration was run up, down and up in a scratch database.
    pub proven: bool,
    /// Whether the statements are a plan's, and not somebody's own.
    pub planned: bool,
}

/// What begins the line of the header that says what the planned statements were.
const PLANNED: &str = "-- planned  ";

/// The files of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFiles {
    /// `up.sql`.
    pub up: String,
    /// `down.sql`.
    pub down: String,
    /// `metadata.toml`, only when it is needed.
    pub metadata: Option<String>,
}

/// Writes up and down.
///
/// Diesel takes one transaction mode for both, so the one that can't run inside
/// a transaction decides, and the other brings its own `BEGIN` and `COMMIT`.
pub fn files(header: &Header, up: &Script, down: &Script) -> MigrationFiles {
    let outside = [up, down].iter().any(|script| script.transaction == TransactionMode::None);
    let metadata = outside.then(|| "run_in_transaction = false\n".to_owned());
    MigrationFiles {
        up: file(header, up, Place { down: false, outside }),
        down: file(header, down, Place { down: true, outside }),
        metadata,
    }
}

/// Which of the two files it is, and whether they run outside of a transaction.
struct Place {
    down: bool,
    outside: bool,
}

fn file(header: &Header, script: &Script, place: Place) -> String {
    let body = body(script, place.outside);
    let planned = header.planned.then(|| format!("{PLANNED}{}\n", fingerprint_of_text(&body)));
    format!("{}{}\n{body}", header_text(header, &script.notes, place.down), planned.unwrap_or_default())
}

/// Whether the statements of a file are still those that were planned: an edit makes them somebody's own.
pub fn is_as_planned(text: &str) -> bool {
    let text = text.replace("\r\n", "\n");
    let Some((header, body)) = text.split_once("\n\n") else { return false };
    let planned = header.lines().find_map(|line| line.strip_prefix(PLANNED));
    planned.is_some_and(|planned| planned == fingerprint_of_text(body))
}

fn body(script: &Script, outside: bool) -> String {
    let text = script.to_sql();
    if outside && script.transaction == TransactionMode::Transaction {
        format!("BEGIN;\n\n{text}\nCOMMIT;\n")
    } else {
        text
    }
}

fn header_text(header: &Header, notes: &[&str], down: bool) -> String {
    let Header { message, version, parent, replaces, fingerprints, proven, planned: _ } = header;
    let mut text = format!("-- {}{}\n--\n", if down { "undo: " } else { "" }, hazards::message(message));
    let after = parent.as_ref().map_or_else(|| "the first".to_owned(), |parent| format!("after {parent}"));
    text.push_str(&format!("-- revision {}, {}\n", printable(version), printable(&after)));
    for versions in replaces.chunks(4) {
        text.push_str(&format!("-- replaces {}\n", printable(&versions.join(", "))));
    }
    if let Some((before, after)) = fingerprints {
        let (from, to) = if down { (after, before) } else { (before, after) };
        text.push_str(&format!("-- schema   {from} -> {to}\n"));
    }
    text.push_str(if *proven { "-- proven   up, down, up\n" } else { "-- proven   no\n" });
    for note in notes {
        text.push_str(&format!("-- note     {note}\n"));
    }
    text
}

/// A file's text under another version, behind another one or none, and with the fingerprints that it has there. A
/// text without a header of ours stays as it is.
pub fn readdressed(text: &str, version: &str, parent: &str, fingerprints: (&str, &str)) -> String {
    let mut in_header = true;
    let lines = text.split_inclusive('\n').map(|line| {
        in_header &= line.starts_with("--");
        if in_header && line.starts_with("-- revision ") {
            match parent {
                "" => format!("-- revision {version}, the first\n"),
                parent => format!("-- revision {version}, after {parent}\n"),
            }
        } else if in_header && line.starts_with("-- schema   ") {
            format!("-- schema   {} -> {}\n", fingerprints.0, fingerprints.1)
        } else {
            line.to_owned()
        }
    });
    lines.collect()
}

/// A folder name's second half: `Add e-mail!` becomes `add_e_mail`, `Straße` becomes `strasse`.
pub fn slug(message: &str) -> String {
    let mut slug = String::new();
    for c in deunicode::deunicode_with_tofu(message, "_").chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('_') {
            slug.push('_');
        }
    }
    slug.truncate(64);
    let slug = slug.trim_end_matches('_');
    if slug.is_empty() { "migration".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_header_is_readdressed() {
        let text = "-- m\n--\n-- revision 1, the first\n-- schema   a -> b\n\n-- revision 1, not in the header\nSELECT 1;\n";
        let moved = readdressed(text, "3", "2", ("c", "d"));
        assert_eq!(
            moved,
            "-- m\n--\n-- revision 3, after 2\n-- schema   c -> d\n\n-- revision 1, not in the header\nSELECT 1;\n"
        );
        assert_eq!(readdressed("SELECT 1;", "3", "2", ("c", "d")), "SELECT 1;");
        assert_eq!(
            readdressed("-- revision 1, after 0\n", "3", "", ("c", "d")),
            "-- revision 3, the first\n"
        );
    }

    #[test]
    fn an_edit_of_planned_statements_shows_and_one_of_the_header_does_not() {
        let script = |sql: &str| Script {
            statements: vec![crate::Statement { sql: sql.to_owned(), hazards: Vec::new() }],
            transaction: TransactionMode::Transaction,
            notes: Vec::new(),
        };
        let header = Header {
            message: "m".to_owned(),
            version: "1".to_owned(),
            parent: None,
            replaces: Vec::new(),
            fingerprints: Some(("a".to_owned(), "b".to_owned())),
            proven: true,
            planned: true,
        };
        let written = files(&header, &script("SELECT 1"), &script("SELECT 2"));
        assert!(is_as_planned(&written.up) && is_as_planned(&written.down), "{}", written.up);
        assert!(is_as_planned(&readdressed(&written.up, "3", "2", ("c", "d")).replace('\n', "\r\n")));
        assert!(!is_as_planned(&written.up.replace("SELECT 1", "SELECT 3")));
        assert!(!is_as_planned("SELECT 1;\n"));
        let own = files(&Header { planned: false, ..header }, &script("SELECT 1"), &script("SELECT 2"));
        assert!(!is_as_planned(&own.up));
    }

    #[test]
    fn slugs_are_plain() {
        assert_eq!(slug("Add e-mail!"), "add_e_mail");
        assert_eq!(slug("../../etc"), "etc");
        assert_eq!(slug("Größe für Café"), "grosse_fur_cafe");
        assert_eq!(slug("добавить почту"), "dobavit_pochtu");
        assert_eq!(slug("添加邮箱"), "tian_jia_you_xiang");
        assert_eq!(slug("!?"), "migration");
        assert_eq!(slug(&"x".repeat(200)).len(), 64);
    }
}
