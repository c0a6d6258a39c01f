//! What in a script is for a client and not for the server: the commands of psql and of the sqlite3
//! shell, and the rows behind `COPY … FROM stdin`.

use std::ops::Range;

use crate::Dialect;
use crate::text::opaque;

/// A script without what is for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerScript {
    /// The script, of the same length.
    pub text: String,
    /// Commands that can't be left out, since what they do would be missing (`\i other.sql`).
    pub refused: Vec<Range<usize>>,
    /// The databases that `\connect` names.
    pub databases: Vec<String>,
}

/// psql's commands that say nothing of a schema (psql manual, "Meta-Commands").
const PSQL: [&str; 21] = [
    "restrict",
    "unrestrict",
    "connect",
    "c",
    "set",
    "unset",
    "echo",
    "qecho",
    "warn",
    "encoding",
    "pset",
    "timing",
    "x",
    "t",
    "a",
    "conninfo",
    "errverbose",
    "prompt",
    "q",
    ".",
    "\\",
];

/// The sqlite3 shell's commands that say nothing of a schema (sqlite.org/cli.html).
const SQLITE: [&str; 15] = [
    "bail",
    "changes",
    "echo",
    "eqp",
    "explain",
    "headers",
    "limit",
    "mode",
    "nullvalue",
    "print",
    "prompt",
    "separator",
    "stats",
    "timer",
    "width",
];

/// Takes out what is for a client.
pub fn for_server(dialect: Dialect, script: &str) -> ServerScript {
    let mut found = ServerScript { text: String::new(), refused: Vec::new(), databases: Vec::new() };
    let mut text = script.as_bytes().to_vec();
    let mut words = Words::default();
    let mut at = 0;
    while at < script.len() {
        if let Some(end) = opaque::end(dialect, script, at) {
            words.end_word();
            if !matches!(script.as_bytes()[at], b'-' | b'/' | b'#') {
                words.is_empty = false;
            }
            at = end;
            continue;
        }
        let byte = script.as_bytes()[at];
        match byte {
            b'\\' if dialect == Dialect::Postgres => at = command(&mut found, &mut text, script, at, &PSQL),
            b'.' if dialect == Dialect::Sqlite && words.is_empty && is_line_start(script, at) => {
                at = command(&mut found, &mut text, script, at, &SQLITE);
            }
            b';' => {
                at += 1;
                words.end_word();
                if dialect == Dialect::Postgres && words.reads_rows {
                    at = rows(&mut text, script, at);
                }
                words = Words::default();
            }
            _ => {
                words.see(byte);
                at += script[at..].chars().next().map_or(1, char::len_utf8);
            }
        }
    }
    // Whole lines are blanked, by ASCII bytes.
    found.text = String::from_utf8_lossy(&text).into_owned();
    found
}

/// The words of a statement, as far as they tell that rows follow it.
struct Words {
    is_empty: bool,
    word: String,
    is_copy: Option<bool>,
    was_from: bool,
    reads_rows: bool,
}

impl Default for Words {
    fn default() -> Self {
        Self { is_empty: true, word: String::new(), is_copy: None, was_from: false, reads_rows: false }
    }
}

impl Words {
    fn see(&mut self, byte: u8) {
        if byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii() {
            self.is_empty = false;
            // Words that are longer tell nothing.
            if self.word.len() < 8 {
                self.word.push(char::from(byte.to_ascii_uppercase()));
            }
        } else {
            self.is_empty &= byte.is_ascii_whitespace();
            self.end_word();
        }
    }

    fn end_word(&mut self) {
        if self.word.is_empty() {
            return;
        }
        let is_copy = *self.is_copy.get_or_insert(self.word == "COPY");
        self.reads_rows |= is_copy && self.was_from && self.word == "STDIN";
        self.was_from = self.word == "FROM";
        self.word.clear();
    }
}

fn is_line_start(script: &str, at: usize) -> bool {
    script[..at].chars().next_back().is_none_or(|c| c == '\n')
}

/// Takes a client's command out, to the end of its line; gives that place.
fn command(found: &mut ServerScript, text: &mut [u8], script: &str, at: usize, known: &[&str]) -> usize {
    let end = script[at..].find('\n').map_or(script.len(), |end| at + end);
    let line = &script[at + 1..end];
    let mut words = line.split_whitespace();
    let name = words.next().unwrap_or_default();
    if known.contains(&name) {
        if matches!(name, "c" | "connect") {
            let database = words.next().map(|word| word.trim_matches(['"', '\'']).to_owned());
            found.databases.extend(database.filter(|name| name != "-" && !name.starts_with('-')));
        }
    } else {
        found.refused.push(at..at + script[at..end].trim_end().len());
    }
    opaque::blank(text, at..end);
    end
}

/// Takes out the rows that follow a `COPY … FROM stdin`, to the line `\.`; gives the place behind them.
fn rows(text: &mut [u8], script: &str, at: usize) -> usize {
    let Some(first) = script[at..].find('\n').map(|end| at + end + 1) else { return at };
    let mut end = first;
    for line in script[first..].split_inclusive('\n') {
        end += line.len();
        if line.trim_end() == "\\." {
            break;
        }
    }
    opaque::blank(text, first..end);
    end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(dialect: Dialect, script: &str) -> String {
        let found = for_server(dialect, script);
        assert_eq!(found.text.len(), script.len());
        found.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn psql_commands_and_rows_are_left_out() {
        let script = "\\restrict key\nSELECT 1;\nCOPY public.t (a, b) FROM stdin;\n1\tit's; $$\n\\.\n\nSELECT 2;\n\\connect shop\n";
        assert_eq!(text(Dialect::Postgres, script), "SELECT 1; COPY public.t (a, b) FROM stdin; SELECT 2;");
        assert_eq!(for_server(Dialect::Postgres, script).databases, ["shop"]);
        assert!(for_server(Dialect::Postgres, script).refused.is_empty());
    }

    #[test]
    fn backslashes_in_bodies_and_strings_are_no_commands() {
        let script = "CREATE FUNCTION f() RETURNS text AS $$\n\\i x\n$$; SELECT '\n\\! ls\n';";
        assert_eq!(for_server(Dialect::Postgres, script).text, script);
    }

    #[test]
    fn any_letters_may_stand_outside_of_quotes() {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
            let script = "CREATE TABLE größe (é int, \u{1f600} text); -- ü\nSELECT 'ß';";
            assert_eq!(for_server(dialect, script).text, script);
        }
    }

    #[test]
    fn commands_that_do_something_are_refused() {
        for command in ["\\i other.sql", "\\! ls", "\\gexec", "\\copy t from 'f'"] {
            let script = format!("SELECT 1\n{command}\n");
            let found = for_server(Dialect::Postgres, &script);
            assert_eq!(
                found.refused.iter().map(|range| &script[range.clone()]).collect::<Vec<_>>(),
                [command]
            );
        }
        let script = ".bail on\nCREATE TABLE t (a DEFAULT\n.5);\n.read x.sql\n";
        let found = for_server(Dialect::Sqlite, script);
        assert_eq!(text(Dialect::Sqlite, script), "CREATE TABLE t (a DEFAULT .5);");
        assert_eq!(&script[found.refused[0].clone()], ".read x.sql");
    }
}
