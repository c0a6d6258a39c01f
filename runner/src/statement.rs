//! Cuts a MySQL or MariaDB file into its statements, for the journal.
//!
//! Only what decides where a statement ends is looked at: quotes, comments, and the blocks of
//! the bodies of routines, triggers and events (MySQL manual 11.7, 15.6). A cut at the wrong place
//! is a syntax error of the server and never another meaning.

/// The statements of a file, without what stands between them.
pub(crate) fn split(text: &str) -> Vec<&str> {
    let mut statements = Vec::new();
    let mut open = Open::default();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let rest = &text[at..];
        let length = unit(rest);
        let piece = &rest[..length];
        if piece == ";" && open.depth == 0 {
            push(&mut statements, &text[start..at]);
            open = Open::default();
            start = at + length;
        } else if is_word(piece) {
            open.see(&piece.to_ascii_uppercase());
        } else if !piece.trim().is_empty() && !is_comment(piece) {
            open.see("");
        }
        at += length;
    }
    push(&mut statements, &text[start..]);
    statements
}

/// The first word of a statement, upper case.
pub(crate) fn first_word(statement: &str) -> String {
    without_comments(statement)
        .chars()
        .take_while(char::is_ascii_alphabetic)
        .collect::<String>()
        .to_ascii_uppercase()
}

/// The words, strings, quoted names and marks of a statement, without comments and what stands between.
#[cfg(feature = "mysql")]
pub(crate) fn words(statement: &str) -> impl Iterator<Item = &str> {
    let mut rest = statement;
    std::iter::from_fn(move || {
        rest = without_comments(rest);
        let (word, after) = rest.split_at(if rest.is_empty() { 0 } else { unit(rest) });
        rest = after;
        (!word.is_empty()).then_some(word)
    })
}

fn push<'a>(statements: &mut Vec<&'a str>, text: &'a str) {
    let text = without_comments(text).trim_end();
    if !text.is_empty() {
        statements.push(text);
    }
}

/// A text from its first word on. A comment that the server executes is none.
fn without_comments(text: &str) -> &str {
    let mut rest = text.trim_start();
    while is_comment(rest) {
        rest = rest[unit(rest)..].trim_start();
    }
    rest
}

fn is_comment(text: &str) -> bool {
    let executed = text.starts_with("/*!") || text.starts_with("/*M!");
    let line = text.starts_with('#')
        || text == "--"
        || text.starts_with("-- ")
        || text.starts_with("--\n")
        || text.starts_with("--\t");
    line || (text.starts_with("/*") && !executed)
}

fn is_word(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// The length of a word, a string, a quoted name, a comment, or one character.
fn unit(text: &str) -> usize {
    let first = text.chars().next().unwrap_or(' ');
    match first {
        '\'' | '"' | '`' => quoted(text, first),
        _ if is_comment(text) && !text.starts_with("/*") => text.find('\n').map_or(text.len(), |end| end + 1),
        '/' if is_comment(text) => text.find("*/").map_or(text.len(), |end| end + 2),
        _ if is_word(text) => {
            text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len())
        }
        other => other.len_utf8(),
    }
}

fn quoted(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((i, c)) = characters.next() {
        if c == '\\' && quote != '`' {
            characters.next();
        } else if c == quote {
            if characters.peek().is_none_or(|(_, next)| *next != quote) {
                return i + 1;
            }
            characters.next();
        }
    }
    text.len()
}

/// A statement whose end has not come yet.
#[derive(Default)]
struct Open {
    words: usize,
    creates: bool,
    /// A routine, trigger, event or package.
    has_body: bool,
    /// Open blocks.
    depth: usize,
    previous: String,
}

impl Open {
    fn see(&mut self, word: &str) {
        self.creates |= self.words == 0 && word == "CREATE";
        let is_kind = matches!(word, "PROCEDURE" | "FUNCTION" | "EVENT" | "TRIGGER" | "PACKAGE");
        self.has_body |= self.creates && is_kind;
        let ends = self.previous == "END";
        match word {
            "PACKAGE" if self.has_body && self.depth == 0 => self.depth = 1,
            "BEGIN" if self.has_body => self.depth += 1,
            "CASE" if self.depth > 0 && !ends => self.depth += 1,
            // They close what opened nothing here.
            "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if self.has_body && ends => self.depth += 1,
            "END" if self.depth > 0 => self.depth -= 1,
            _ => {}
        }
        self.words += 1;
        self.previous = word.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_comments_hide_semicolons() {
        let text = "-- a; b\nSELECT 'x;''\\'' , \"y;\", `z;`; # c;\n/* d; */ SELECT 5--1;\n\n;/*! SET x = 1 */;\n-- end";
        assert_eq!(split(text), ["SELECT 'x;''\\'' , \"y;\", `z;`", "SELECT 5--1", "/*! SET x = 1 */"]);
        assert_eq!(first_word("-- c\n/* d */ set @a = 1"), "SET");
    }

    #[test]
    fn bodies_are_one_statement() {
        let bodies = [
            "CREATE DEFINER=`a`@`b` PROCEDURE p() BEGIN IF 1 THEN SELECT 1; END IF; WHILE 0 DO SELECT 2; END WHILE; END",
            "CREATE TRIGGER t BEFORE INSERT ON u FOR EACH ROW BEGIN CASE WHEN 1 THEN SET @a = 1; END CASE; SET @b = CASE 1 WHEN 1 THEN 2 END; END",
            "CREATE OR REPLACE FUNCTION f() RETURNS int l: BEGIN DECLARE x int; BEGIN SET x = 1; END; l2: LOOP LEAVE l2; END LOOP l2; RETURN x; END",
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM t",
            "CREATE PACKAGE BODY x AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END",
            "CREATE TABLE `begin` (`end` int)",
        ];
        assert_eq!(split(&bodies.join(";\n")), bodies);
    }
}
