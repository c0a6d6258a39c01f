//! A hash of what a migration does: the tokens of both its ways and how they run. Comments, white space and line ends are no
//! part of it, so that a file may be laid out otherwise and still be the one that somebody approved.

use std::fmt::Write as _;

use autogen_sql_text::{Dialect, Syntax, Token, TokenKind, tokens};

use crate::checksum::sha256_hex;
use crate::direction::Direction;
use crate::migration::Migration;

/// How many digits of SHA-256 such a hash has.
const DIGITS: usize = 32;

impl Migration {
    /// A hash of what it does in a kind of database, by its statements alone: up, down, whether they run in a transaction, and
    /// whether they may run again after they were stopped.
    pub fn statements_hash(&self, dialect: Dialect) -> String {
        let mut said = format!("transaction {}\n", self.run_in_transaction);
        for direction in [Direction::Up, Direction::Down] {
            let Some(text) = self.text(direction) else { continue };
            let _ = writeln!(said, "{} restartable {}", direction.file(), self.is_restartable(direction));
            said.push_str(&meant(dialect, &text.replace("\r\n", "\n")));
        }
        short_hash(&said)
    }
}

/// The first digits of a text's hash.
pub fn short_hash(text: &str) -> String {
    sha256_hex(text)[..DIGITS].to_owned()
}

/// Whether a text has the form of such a hash.
pub fn is_short_hash(text: &str) -> bool {
    text.len() == DIGITS && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The tokens that a server reads, each with its length. A text that can be read in two ways, or in none, is taken as it is.
fn meant(dialect: Dialect, text: &str) -> String {
    let Ok(tokens) = tokens(Syntax::server(dialect), text) else { return measured(text) };
    if tokens.iter().any(|token| may_end_elsewhere(dialect, token, &text[token.span.clone()])) {
        return measured(text);
    }
    let mut meant = String::new();
    let mut before: Option<&Token> = None;
    for token in tokens.iter().filter(|token| is_read(token, &text[token.span.clone()])) {
        // Two operators that stand apart are not the one that they would be together: `a < @b`, `a <@ b`.
        let are_signs =
            before.is_some_and(|own| own.kind == TokenKind::Sign) && token.kind == TokenKind::Sign;
        if are_signs && before.is_some_and(|own| own.span.end < token.span.start) {
            meant.push_str("apart\n");
        }
        meant.push_str(&measured(&text[token.span.clone()]));
        before = Some(token);
    }
    meant
}

/// A text that can't be taken for a part of what stands beside it.
fn measured(text: &str) -> String {
    format!("{} {text}\n", text.len())
}

/// Whether a server reads a token, optimizer hints included.
fn is_read(token: &Token, text: &str) -> bool {
    match token.kind {
        TokenKind::Space => false,
        TokenKind::Comment => text.starts_with("/*+"),
        TokenKind::ConditionalOpen
        | TokenKind::ConditionalClose
        | TokenKind::Word
        | TokenKind::QuotedName
        | TokenKind::String
        | TokenKind::OtherString
        | TokenKind::Number
        | TokenKind::Variable
        | TokenKind::Sign
        | TokenKind::Terminator
        | TokenKind::ClientCommand
        | TokenKind::CopyData => true,
    }
}

/// Whether settings of the session say where a string ends (`standard_conforming_strings`, `NO_BACKSLASH_ESCAPES`), and with it
/// what behind it is a comment.
fn may_end_elsewhere(dialect: Dialect, token: &Token, text: &str) -> bool {
    match dialect {
        Dialect::Postgres | Dialect::Mysql => {
            matches!(token.kind, TokenKind::String | TokenKind::OtherString | TokenKind::QuotedName)
                && !text.starts_with('$')
                && text.contains('\\')
        }
        Dialect::Sqlite => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash_on(dialect: Dialect, up: &str, down: Option<&str>) -> String {
        Migration::of_texts("1_a".to_owned(), "1_a".into(), up, down, true).statements_hash(dialect)
    }

    fn hash(up: &str) -> String {
        hash_on(Dialect::Postgres, up, None)
    }

    #[test]
    fn comments_and_layout_are_no_part_of_it() {
        let one = hash("-- add\n--\n-- revision 1, the first\n\nCREATE TABLE t (a int, b text);\n");
        let other = "/* licence */\n-- add it\n-- all of it\r\n--\r\n-- revision 1, the first\r\nCREATE TABLE t (\r\n  a int, -- why\r\n  b text\r\n);";
        assert_eq!(one, hash(other));
        assert!(is_short_hash(&one) && !is_short_hash(&one[1..]) && !is_short_hash(&one.to_uppercase()));
    }

    #[test]
    fn what_a_server_reads_is() {
        let one = hash("CREATE TABLE t (a int);");
        let others = [
            hash("CREATE TABLE u (a int);"),
            hash("CREATE TABLE t (a int); SELECT 1;"),
            hash("CREATE TABLE t (\"a int\");"),
            hash("CREATE TABLE t (aint);"),
            hash(
                "-- a\n--\n-- revision 1, the first\n-- restart  any number of times\nCREATE TABLE t (a int);",
            ),
            hash_on(Dialect::Postgres, "CREATE TABLE t (a int);", Some("")),
            hash_on(Dialect::Postgres, "CREATE TABLE t (a int);", Some("DROP TABLE t;")),
            Migration::of_texts("1_a".to_owned(), "1_a".into(), "CREATE TABLE t (a int);", None, false)
                .statements_hash(Dialect::Postgres),
        ];
        let distinct: std::collections::BTreeSet<&String> = others.iter().chain([&one]).collect();
        assert_eq!(distinct.len(), others.len() + 1);
    }

    #[test]
    fn what_only_looks_like_a_comment_or_a_space_is() {
        assert_ne!(hash("SELECT '-- a';"), hash("SELECT '-- b';"));
        assert_ne!(hash("SELECT $$ -- a\n $$;"), hash("SELECT $$ -- b\n $$;"));
        assert_ne!(hash("SELECT a < @b;"), hash("SELECT a <@ b;"));
        let mysql = |text| hash_on(Dialect::Mysql, text, None);
        assert_ne!(mysql("/*!40101 SET a = 1 */;"), mysql("/*!40101 SET a = 2 */;"));
        assert_ne!(mysql("SELECT /*+ A(b) */ 1;"), mysql("SELECT /*+ C(b) */ 1;"));
        assert_eq!(mysql("SELECT 1; # a"), mysql("SELECT 1; # b"));
    }

    #[test]
    fn a_text_whose_strings_may_end_elsewhere_is_taken_as_it_is() {
        for dialect in [Dialect::Postgres, Dialect::Mysql] {
            let hash = |comment: &str| hash_on(dialect, &format!("SELECT 'a\\', ' -- {comment}\n ';"), None);
            assert_ne!(hash("a"), hash("b"), "{dialect:?}");
        }
        assert_ne!(hash("SELECT 'never closed -- a"), hash("SELECT 'never closed -- b"));
        let sqlite = |text| hash_on(Dialect::Sqlite, text, None);
        assert_eq!(sqlite("SELECT 'a\\'; -- a"), sqlite("SELECT 'a\\'; -- b"));
    }
}
