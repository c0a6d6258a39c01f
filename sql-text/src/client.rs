//! What in a script is for a client and not for the server: the commands of psql and of the sqlite3
//! shell, and the rows behind `COPY … FROM stdin`.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::lexer::tokens;
use crate::syntax::Syntax;
use crate::token::{TokenKind, TokenizeError};

/// A script without what is for a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerScript {
    /// The script, of the same length.
    pub text: String,
    /// Commands that can't be left out, since what they do would be missing (`\i other.sql`).
    pub refused: Vec<Range<usize>>,
    /// The databases that `\connect` names, with the place of the command.
    pub databases: Vec<(Range<usize>, String)>,
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
///
/// # Errors
/// When the script ends inside a quote or a comment.
pub fn for_server(dialect: Dialect, script: &str) -> Result<ServerScript, TokenizeError> {
    let known: &[&str] = match dialect {
        Dialect::Postgres => &PSQL,
        Dialect::Sqlite => &SQLITE,
        // Its `DELIMITER` lines are read where the script is split.
        Dialect::Mysql => &[],
    };
    let mut found = ServerScript {
        text: String::with_capacity(script.len()),
        refused: Vec::new(),
        databases: Vec::new(),
    };
    for token in tokens(Syntax::client(dialect), script)? {
        let part = &script[token.span.clone()];
        match token.kind {
            TokenKind::ClientCommand if dialect != Dialect::Mysql => {
                found.command(script, token.span, known);
                found.text.push_str(&blanks(part));
            }
            TokenKind::CopyData => found.text.push_str(&blanks(part)),
            TokenKind::ClientCommand
            | TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ConditionalOpen
            | TokenKind::ConditionalClose
            | TokenKind::Word
            | TokenKind::QuotedName
            | TokenKind::String
            | TokenKind::OtherString
            | TokenKind::Number
            | TokenKind::Variable
            | TokenKind::Sign
            | TokenKind::Terminator => found.text.push_str(part),
        }
    }
    Ok(found)
}

impl ServerScript {
    /// Notes what a command asks for. Behind another backslash psql reads a second command, or SQL; behind `\q`
    /// nothing.
    fn command(&mut self, script: &str, span: Range<usize>, known: &[&str]) {
        let line = script[span.clone()].trim_end();
        let mut words = line[1..].split_whitespace();
        let name = words.next().unwrap_or_default();
        let place = span.start..span.start + line.len();
        let goes_on = line.starts_with('\\') && line[1..].contains('\\') && line != "\\\\";
        let ends_early = name == "q" && !script[span.end..].trim().is_empty();
        if !known.contains(&name) || goes_on || ends_early {
            self.refused.push(place);
        } else if matches!(name, "c" | "connect") {
            let database = words.next().map(|word| word.trim_matches(['"', '\'']).to_owned());
            self.databases.extend(database.filter(|name| !name.starts_with('-')).map(|name| (place, name)));
        }
    }
}

/// As many blanks as a text has bytes, with its line ends: what is put in its place leaves all else in its place.
pub fn blanks(text: &str) -> String {
    text.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(dialect: Dialect, script: &str) -> String {
        let found = for_server(dialect, script).expect("tokens");
        assert_eq!(found.text.len(), script.len());
        found.text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn psql_commands_and_rows_are_left_out() {
        let script = "\\restrict key\nSELECT 1;\nCOPY public.t (a, b) FROM stdin;\n1\tit's; $$\n\\.\n\nSELECT 2;\n\\connect shop\n";
        assert_eq!(text(Dialect::Postgres, script), "SELECT 1; COPY public.t (a, b) FROM stdin; SELECT 2;");
        assert_eq!(for_server(Dialect::Postgres, script).expect("tokens").databases.len(), 1);
        assert!(for_server(Dialect::Postgres, script).expect("tokens").refused.is_empty());
    }

    #[test]
    fn backslashes_in_bodies_and_strings_are_no_commands() {
        let script = "CREATE FUNCTION f() RETURNS text AS $$\n\\i x\n$$; SELECT '\n\\! ls\n';";
        assert_eq!(for_server(Dialect::Postgres, script).expect("tokens").text, script);
    }

    #[test]
    fn any_letters_may_stand_outside_of_quotes() {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
            let script = "CREATE TABLE größe (é int, \u{1f600} text); -- ü\nSELECT 'ß';";
            assert_eq!(for_server(dialect, script).expect("tokens").text, script);
        }
    }

    #[test]
    fn commands_that_do_something_are_refused() {
        let commands = ["\\i other.sql", "\\! ls", "\\gexec", "\\copy t from 'f'"];
        let hiding = ["\\timing \\\\ CREATE TABLE t (a int);", "\\echo a \\i other.sql", "\\q"];
        for command in commands.into_iter().chain(hiding) {
            let script = format!("SELECT 1;\n{command}\nSELECT 2;\n");
            let found = for_server(Dialect::Postgres, &script).expect("tokens");
            assert_eq!(
                found.refused.iter().map(|range| &script[range.clone()]).collect::<Vec<_>>(),
                [command]
            );
        }
        let script = ".bail on\nCREATE TABLE t (a DEFAULT\n.5);\n.read x.sql\n";
        let found = for_server(Dialect::Sqlite, script).expect("tokens");
        assert_eq!(text(Dialect::Sqlite, script), "CREATE TABLE t (a DEFAULT .5);");
        assert_eq!(&script[found.refused[0].clone()], ".read x.sql");
    }
}
