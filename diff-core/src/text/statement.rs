//! Splitting a script into statements, with the place of each.

use sqlparser::dialect::{Dialect as SqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect};
use sqlparser::tokenizer::{Location, Token, TokenWithSpan, Tokenizer};

use crate::Dialect;
use crate::text::delimiter::Delimited;

/// One statement of a script.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceStatement {
    /// Its text, from the first word to before the semicolon.
    pub text: String,
    /// Byte offset of the text in the script.
    pub offset: usize,
    /// Line of the first word, from 1.
    pub line: usize,
    /// The first words, upper case, up to four.
    pub words: Vec<String>,
}

/// A script that the tokenizer can't read, such as an open quote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizeError {
    /// What is wrong.
    pub message: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
}

/// The tokens of a text with their places.
///
/// # Errors
/// When the text ends inside a quote or a comment.
pub fn tokenize(dialect: Dialect, text: &str) -> Result<Vec<TokenWithSpan>, TokenizeError> {
    let postgres = PostgreSqlDialect {};
    let sqlite = SQLiteDialect {};
    let mysql = MySqlDialect {};
    let sql_dialect: &dyn SqlDialect = match dialect {
        Dialect::Postgres => &postgres,
        Dialect::Sqlite => &sqlite,
        Dialect::Mysql => &mysql,
    };
    let delimited = Delimited::of(text);
    let text = if dialect == Dialect::Mysql { &delimited.text } else { text };
    Tokenizer::new(sql_dialect, text).with_unescape(false).tokenize_with_location().map_err(|error| {
        TokenizeError {
            message: error.message,
            line: to_usize(error.location.line),
            column: to_usize(error.location.column),
        }
    })
}

/// Splits a script at the semicolons that end statements.
///
/// Comments before a statement are no part of it; empty statements are left out.
///
/// # Errors
/// When the text ends inside a quote or a comment.
pub fn split(dialect: Dialect, script: &str) -> Result<Vec<SourceStatement>, TokenizeError> {
    let tokens = tokenize(dialect, script)?;
    let delimited = Delimited::of(script);
    let lines = LineIndex::new(script);
    let mut statements = Vec::new();
    let mut current: Option<Open> = None;
    for token in &tokens {
        match &token.token {
            Token::EOF => {}
            Token::Whitespace(_) => {}
            Token::SemiColon
                if delimited
                    .ends_at(lines.offset(token.span.start))
                    .filter(|_| dialect == Dialect::Mysql)
                    .unwrap_or_else(|| current.as_ref().is_none_or(|open| open.depth == 0)) =>
            {
                if let Some(open) = current.take() {
                    statements.push(open.close(script, lines.offset(token.span.start)));
                }
            }
            other => {
                let start = lines.offset(token.span.start);
                let open =
                    current.get_or_insert_with(|| Open::new(dialect, start, to_usize(token.span.start.line)));
                open.see(other);
                open.end = lines.offset(token.span.end);
            }
        }
    }
    if let Some(open) = current {
        let end = open.end;
        statements.push(open.close(script, end));
    }
    Ok(statements)
}

/// A statement whose end has not come yet.
struct Open {
    offset: usize,
    end: usize,
    line: usize,
    words: Vec<String>,
    /// Open `BEGIN … END` and `CASE … END` blocks of a body.
    depth: usize,
    previous: String,
    dialect: Dialect,
    /// A MySQL routine, trigger or event.
    has_body: bool,
}

impl Open {
    fn new(dialect: Dialect, offset: usize, line: usize) -> Self {
        let (words, previous) = (Vec::new(), String::new());
        Self { offset, end: offset, line, words, depth: 0, previous, dialect, has_body: false }
    }

    /// Follows the blocks inside trigger bodies and `BEGIN ATOMIC` functions.
    fn see(&mut self, token: &Token) {
        let Token::Word(word) = token else {
            self.previous.clear();
            return;
        };
        let word = if word.quote_style.is_some() { String::new() } else { word.value.to_ascii_uppercase() };
        if self.words.len() < 4 {
            self.words.push(word.clone());
        }
        self.has_body |= matches!(word.as_str(), "PROCEDURE" | "FUNCTION" | "EVENT" | "TRIGGER" | "PACKAGE")
            && self.dialect == Dialect::Mysql
            && self.words.first().is_some_and(|first| first == "CREATE");
        match word.as_str() {
            "PACKAGE" if self.has_body && self.depth == 0 => self.depth = 1,
            "BEGIN" if self.has_trigger_body() && self.depth == 0 => self.depth = 1,
            "ATOMIC" if self.previous == "BEGIN" && self.depth == 0 => self.depth = 1,
            "BEGIN" if self.depth > 0 && self.has_body => self.depth += 1,
            // `END CASE` opens none, and `END IF` and the like close what opened none here.
            "CASE" if self.depth > 0 && self.previous != "END" => self.depth += 1,
            "IF" | "LOOP" | "WHILE" | "REPEAT" | "FOR" if self.previous == "END" && self.has_body => {
                self.depth += 1
            }
            "END" if self.depth > 0 => self.depth -= 1,
            _ => {}
        }
        self.previous = word;
    }

    fn has_trigger_body(&self) -> bool {
        if self.has_body {
            return true;
        }
        let mut words = self.words.iter().map(String::as_str);
        words.next() == Some("CREATE")
            && matches!(
                (words.next(), words.next()),
                (Some("TRIGGER"), _) | (Some("TEMP" | "TEMPORARY"), Some("TRIGGER"))
            )
    }

    fn close(self, script: &str, end: usize) -> SourceStatement {
        SourceStatement {
            text: script[self.offset..end].trim_end().to_owned(),
            offset: self.offset,
            line: self.line,
            words: self.words,
        }
    }
}

/// Byte offsets of a text's lines, for places given in lines and characters.
pub struct LineIndex<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// Whether a byte is a character everywhere, so that places need no counting.
    is_ascii: bool,
}

impl<'a> LineIndex<'a> {
    /// Finds the lines of a text.
    pub fn new(text: &'a str) -> Self {
        let newlines = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(newlines.map(|(i, _)| i + 1)).collect();
        Self { text, starts, is_ascii: text.is_ascii() }
    }

    /// The byte offset of a place.
    pub fn offset(&self, place: Location) -> usize {
        let line = to_usize(place.line).saturating_sub(1);
        let Some(&start) = self.starts.get(line) else { return self.text.len() };
        let before = to_usize(place.column).saturating_sub(1);
        if self.is_ascii {
            return (start + before).min(self.text.len());
        }
        self.text[start..].char_indices().nth(before).map_or(self.text.len(), |(i, _)| start + i)
    }

    /// The line (from 1) that a byte offset is in.
    pub fn line_at(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset)
    }
}

fn to_usize(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(dialect: Dialect, script: &str) -> Vec<String> {
        split(dialect, script).expect("tokens").into_iter().map(|s| s.text).collect()
    }

    #[test]
    fn semicolons_in_bodies_do_not_split() {
        let trigger = "CREATE TRIGGER a AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 END; SELECT 3; END";
        assert_eq!(texts(Dialect::Sqlite, &format!("{trigger};\nSELECT ';'; ")), [trigger, "SELECT ';'"]);
    }

    #[test]
    fn other_delimiters_end_statements_and_packages_are_one() {
        let script = "SELECT 1;\nDELIMITER $$\nCREATE PROCEDURE p() BEGIN SELECT 1; SELECT ';'; END$$\n-- autogen\n\
                      CREATE PROCEDURE q() SELECT 2 $$\ndelimiter ;\nSELECT 3;\nSELECT 4";
        let bodies =
            ["CREATE PROCEDURE p() BEGIN SELECT 1; SELECT ';'; END", "CREATE PROCEDURE q() SELECT 2"];
        assert_eq!(texts(Dialect::Mysql, script), ["SELECT 1", bodies[0], bodies[1], "SELECT 3", "SELECT 4"]);
        assert_eq!(split(Dialect::Mysql, script).expect("tokens")[2].line, 5);
        let package = "CREATE PACKAGE x AS FUNCTION f RETURN INT; END";
        let body = "CREATE PACKAGE BODY x AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END";
        assert_eq!(texts(Dialect::Mysql, &format!("{package};{body};")), [package, body]);
    }

    #[test]
    fn dollar_quotes_and_atomic_bodies_do_not_split() {
        let body = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $x$ begin; end; $x$";
        let atomic = "CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END";
        assert_eq!(texts(Dialect::Postgres, &format!("-- c\n{body};{atomic}")), [body, atomic]);
    }

    #[test]
    fn a_statement_knows_its_line_behind_comments_and_wide_characters() {
        let found = split(Dialect::Postgres, "/* é */ -- ü\n\n  select 'ä' ;\nselect 2").expect("tokens");
        assert_eq!((found[0].line, found[0].text.as_str()), (3, "select 'ä'"));
        assert_eq!((found[1].line, found[1].text.as_str()), (4, "select 2"));
    }
}
