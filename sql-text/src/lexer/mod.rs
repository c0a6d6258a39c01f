//! The one lexer: where each token of a text begins and ends. It goes over the text once.

mod conditional;
mod cursor;
mod quoted;
mod statement;

use crate::blocks::Piece;
use crate::dialect::Dialect;
use crate::syntax::{Backslash, Reader, Syntax};
use crate::token::{Token, TokenKind, TokenizeError};
use conditional::Start;
use cursor::Cursor;
use quoted::{block_comment, continues, dollar_quoted, is_line_comment, line_comment, quoted};
use statement::Statement;

/// The tokens of a text, in order and without gaps.
///
/// # Errors
/// When the text ends inside a quote or a comment.
pub fn tokens(syntax: Syntax, text: &str) -> Result<Vec<Token>, TokenizeError> {
    let mut lexer = Lexer::new(syntax, text);
    let mut tokens = Vec::new();
    while let Some(token) = lexer.next_token()? {
        tokens.push(token);
    }
    Ok(tokens)
}

const OPEN_COPY: &str = "no line with \\. ends the rows of this COPY";
const OPEN_STRING: &str = "this string is never closed";
const OPEN_NAME: &str = "this quoted name is never closed";
const OPEN_COMMENT: &str = "this comment is never closed";

struct Lexer<'a> {
    syntax: Syntax,
    cursor: Cursor<'a>,
    statement: Statement,
    /// What ends a statement, after a `DELIMITER` line.
    delimiter: Option<&'a str>,
    /// Where the conditional comment that is open begins.
    in_conditional: Option<usize>,
    /// Whether rows come on the next line.
    rows_follow: bool,
    /// Whether nothing but white space and comments stands before the cursor in its line.
    at_line_start: bool,
}

impl<'a> Lexer<'a> {
    fn new(syntax: Syntax, text: &'a str) -> Self {
        Self {
            syntax,
            cursor: Cursor::new(text),
            statement: Statement::new(syntax.dialect),
            delimiter: None,
            in_conditional: None,
            rows_follow: false,
            at_line_start: true,
        }
    }

    fn next_token(&mut self) -> Result<Option<Token>, TokenizeError> {
        let start = self.cursor.at();
        let Some(first) = self.cursor.peek() else {
            let open = self.in_conditional.take();
            return open.map_or(Ok(None), |offset| Err(TokenizeError { message: OPEN_COMMENT, offset }));
        };
        let kind = self.scan(first).map_err(|message| TokenizeError { message, offset: start })?;
        let span = start..self.cursor.at();
        let text = &self.cursor.text()[span.clone()];
        match kind {
            TokenKind::Space => self.at_line_start |= text.contains('\n'),
            TokenKind::Comment | TokenKind::ConditionalOpen | TokenKind::ConditionalClose => {}
            TokenKind::Terminator => {
                self.rows_follow = self.syntax.reader == Reader::Client && self.statement.reads_rows();
                self.statement = Statement::new(self.syntax.dialect);
                self.at_line_start = false;
            }
            TokenKind::ClientCommand | TokenKind::CopyData => self.rows_follow = false,
            TokenKind::Word
            | TokenKind::QuotedName
            | TokenKind::String
            | TokenKind::OtherString
            | TokenKind::Number
            | TokenKind::Variable
            | TokenKind::Sign => {
                self.statement.see(Piece { kind, text });
                self.at_line_start = false;
            }
        }
        Ok(Some(Token { kind, span }))
    }

    /// Goes behind the next token, and says what it is.
    fn scan(&mut self, first: u8) -> Result<TokenKind, &'static str> {
        let dialect = self.syntax.dialect;
        if self.rows_follow && self.cursor.before() == Some(b'\n') {
            return if self.copy_data() { Ok(TokenKind::CopyData) } else { Err(OPEN_COPY) };
        }
        if is_space(dialect, first) || (dialect == Dialect::Sqlite && self.cursor.starts_with("\u{feff}")) {
            self.space();
            return Ok(TokenKind::Space);
        }
        if self.is_client_command(first) {
            self.client_command();
            return Ok(TokenKind::ClientCommand);
        }
        if let Some(delimiter) = self.delimiter.filter(|delimiter| self.cursor.starts_with(delimiter)) {
            self.cursor.skip(delimiter.len());
            return Ok(TokenKind::Terminator);
        }
        if is_line_comment(&self.cursor, dialect) {
            line_comment(&mut self.cursor, dialect);
            return Ok(TokenKind::Comment);
        }
        if first == b'/' && self.cursor.starts_with("/*") {
            return self.comment();
        }
        if self.in_conditional.is_some() && self.cursor.starts_with("*/") {
            self.in_conditional = None;
            self.cursor.skip(2);
            return Ok(TokenKind::ConditionalClose);
        }
        match dialect {
            Dialect::Postgres => self.postgres(first),
            Dialect::Sqlite => self.sqlite(first),
            Dialect::Mysql => self.mysql(first),
        }
    }

    /// White space, up to the line end behind which rows begin.
    fn space(&mut self) {
        if self.syntax.dialect == Dialect::Sqlite && self.cursor.starts_with("\u{feff}") {
            self.cursor.skip(3);
        } else if self.rows_follow {
            self.cursor.skip_while(|byte| is_space(Dialect::Postgres, byte) && byte != b'\n');
            if self.cursor.peek() == Some(b'\n') {
                self.cursor.skip(1);
            }
        } else {
            let dialect = self.syntax.dialect;
            self.cursor.skip_while(|byte| is_space(dialect, byte));
        }
    }

    fn comment(&mut self) -> Result<TokenKind, &'static str> {
        let dialect = self.syntax.dialect;
        let Some(start) = Start::at(&self.cursor).filter(|_| dialect == Dialect::Mysql) else {
            let is_closed = block_comment(&mut self.cursor, dialect);
            return if is_closed { Ok(TokenKind::Comment) } else { Err(OPEN_COMMENT) };
        };
        if start.is_opened_by(self.syntax.server) {
            self.in_conditional = Some(self.cursor.at());
            self.cursor.skip(start.length);
            return Ok(TokenKind::ConditionalOpen);
        }
        let is_closed = quoted::unopened_comment(&mut self.cursor);
        if is_closed { Ok(TokenKind::Comment) } else { Err(OPEN_COMMENT) }
    }

    /// A command to psql, to the sqlite3 shell, or the mysql client's `DELIMITER`.
    fn is_client_command(&self, first: u8) -> bool {
        match (self.syntax.dialect, self.syntax.reader) {
            (Dialect::Postgres, Reader::Client) => first == b'\\',
            (Dialect::Sqlite, Reader::Client) => {
                let is_line_start = self.cursor.before().is_none_or(|byte| byte == b'\n');
                first == b'.' && is_line_start && self.statement.is_empty()
            }
            (Dialect::Mysql, Reader::Client | Reader::Server) => {
                self.at_line_start && self.statement.is_empty() && self.is_delimiter_line()
            }
            (Dialect::Postgres | Dialect::Sqlite, Reader::Server) => false,
        }
    }

    fn is_delimiter_line(&self) -> bool {
        const COMMAND: &[u8] = b"DELIMITER";
        let is_command = (0..COMMAND.len())
            .all(|at| self.cursor.peek_at(at).is_some_and(|b| b.eq_ignore_ascii_case(&COMMAND[at])));
        is_command && matches!(self.cursor.peek_at(COMMAND.len()), Some(b' ' | b'\t'))
    }

    fn client_command(&mut self) {
        let start = self.cursor.at();
        self.cursor.skip_while(|byte| byte != b'\n');
        let line = &self.cursor.text()[start..self.cursor.at()];
        if self.syntax.dialect == Dialect::Mysql
            && let Some(delimiter) = line.split_ascii_whitespace().nth(1)
        {
            let unquoted = delimiter.trim_matches(['\'', '"', '`']);
            let delimiter = if unquoted.is_empty() { delimiter } else { unquoted };
            self.delimiter = Some(delimiter).filter(|delimiter| *delimiter != ";");
        }
    }

    /// To behind the line `\.`; false when there is none.
    fn copy_data(&mut self) -> bool {
        loop {
            let start = self.cursor.at();
            let is_line = self.cursor.skip_past("\n");
            if self.cursor.text()[start..self.cursor.at()].trim_ascii_end() == "\\." {
                return true;
            }
            if !is_line {
                return false;
            }
        }
    }

    fn postgres(&mut self, first: u8) -> Result<TokenKind, &'static str> {
        match first {
            b'\'' => self.string(Backslash::IsPlain),
            b'"' => self.name(b'"'),
            b'$' => Ok(match dollar_quoted(&mut self.cursor) {
                Some(true) => TokenKind::OtherString,
                Some(false) => return Err(OPEN_STRING),
                None => self.variable(),
            }),
            b'e' | b'E' if self.cursor.peek_at(1) == Some(b'\'') => self.prefixed(1, Backslash::Escapes),
            b'b' | b'B' | b'x' | b'X' | b'n' | b'N' if self.cursor.peek_at(1) == Some(b'\'') => {
                self.prefixed(1, Backslash::IsPlain)
            }
            b'u' | b'U' if self.cursor.peek_at(1) == Some(b'&') => match self.cursor.peek_at(2) {
                Some(b'\'') => self.prefixed(2, Backslash::IsPlain),
                Some(b'"') => {
                    self.cursor.skip(2);
                    self.name(b'"')
                }
                _ => Ok(self.word()),
            },
            _ => Ok(self.plain(first)),
        }
    }

    fn sqlite(&mut self, first: u8) -> Result<TokenKind, &'static str> {
        match first {
            b'\'' => self.string(Backslash::IsPlain),
            b'"' | b'`' => self.name(first),
            b'[' => {
                if self.cursor.skip_past("]") {
                    Ok(TokenKind::QuotedName)
                } else {
                    Err(OPEN_NAME)
                }
            }
            b'x' | b'X' if self.cursor.peek_at(1) == Some(b'\'') => self.prefixed(1, Backslash::IsPlain),
            b'$' | b'@' | b'#' | b':' | b'?' => Ok(self.variable()),
            _ => Ok(self.plain(first)),
        }
    }

    fn mysql(&mut self, first: u8) -> Result<TokenKind, &'static str> {
        match first {
            b'\'' | b'"' => self.string(self.syntax.backslash),
            b'`' => self.name(b'`'),
            b'n' | b'N' if self.cursor.peek_at(1) == Some(b'\'') => self.prefixed(1, self.syntax.backslash),
            b'b' | b'B' | b'x' | b'X' if self.cursor.peek_at(1) == Some(b'\'') => {
                self.prefixed(1, Backslash::IsPlain)
            }
            // The code of a routine in another language (MySQL 9).
            b'$' if self.statement.was_as() => Ok(match dollar_quoted(&mut self.cursor) {
                Some(true) => TokenKind::OtherString,
                Some(false) => return Err(OPEN_STRING),
                None => self.word(),
            }),
            b'@' if !self.is_behind_name() => Ok(self.variable()),
            _ => Ok(self.plain(first)),
        }
    }

    /// `root@localhost` is an account.
    fn is_behind_name(&self) -> bool {
        self.cursor.before().is_some_and(|byte| is_name(byte) || matches!(byte, b'\'' | b'"' | b'`'))
    }

    fn plain(&mut self, first: u8) -> TokenKind {
        let is_fraction = first == b'.' && self.cursor.peek_at(1).is_some_and(|byte| byte.is_ascii_digit());
        if first.is_ascii_digit() || (is_fraction && !self.is_behind_name()) {
            self.number()
        } else if is_name(first) && (first != b'$' || self.syntax.dialect == Dialect::Mysql) {
            self.word()
        } else {
            self.sign(first)
        }
    }

    fn string(&mut self, backslash: Backslash) -> Result<TokenKind, &'static str> {
        let quote = self.cursor.peek().unwrap_or(b'\'');
        if quoted(&mut self.cursor, quote, backslash) { Ok(TokenKind::String) } else { Err(OPEN_STRING) }
    }

    fn prefixed(&mut self, prefix: usize, backslash: Backslash) -> Result<TokenKind, &'static str> {
        self.cursor.skip(prefix);
        self.string(backslash)?;
        // A string goes on behind a new line, and still escapes there (PostgreSQL manual, 4.1.2.1).
        while backslash == Backslash::Escapes && continues(&mut self.cursor) {
            self.string(backslash)?;
        }
        Ok(TokenKind::OtherString)
    }

    fn name(&mut self, quote: u8) -> Result<TokenKind, &'static str> {
        let is_closed = quoted(&mut self.cursor, quote, Backslash::IsPlain);
        if is_closed { Ok(TokenKind::QuotedName) } else { Err(OPEN_NAME) }
    }

    /// A word, which another delimiter may end.
    fn word(&mut self) -> TokenKind {
        let start = self.cursor.at();
        self.cursor.skip_while(is_name);
        if let Some(delimiter) = self.delimiter {
            let word = &self.cursor.text()[start..self.cursor.at()];
            let found = word.find(delimiter).filter(|place| *place > 0);
            let cut = found.or_else(|| overlap(word, delimiter, &self.cursor.text()[start..]));
            if let Some(length) = cut {
                self.cursor.return_to(start + length);
            }
        }
        TokenKind::Word
    }

    /// `1`, `.5`, `1.5e-3`, `0x1f`. What MySQL takes for a name, such as `1a`, is one.
    fn number(&mut self) -> TokenKind {
        let start = self.cursor.at();
        self.cursor.skip_while(|byte| byte.is_ascii_digit());
        // `1..10` is a range.
        if self.cursor.peek() == Some(b'.') && self.cursor.peek_at(1) != Some(b'.') {
            self.cursor.skip(1);
            self.cursor.skip_while(|byte| byte.is_ascii_digit());
        }
        if matches!(self.cursor.peek(), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(self.cursor.peek_at(1), Some(b'+' | b'-')));
            if self.cursor.peek_at(1 + sign).is_some_and(|byte| byte.is_ascii_digit()) {
                self.cursor.skip(1 + sign);
            }
        }
        let numeric = self.cursor.at();
        self.cursor.skip_while(|byte| is_name(byte) && byte != b'$');
        let text = &self.cursor.text()[start..self.cursor.at()];
        let is_rest_digits = self.cursor.text()[numeric..self.cursor.at()]
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'_');
        let is_radix = text.starts_with("0x") || text.starts_with("0X") || text.starts_with("0b");
        let is_name = self.syntax.dialect == Dialect::Mysql && !is_rest_digits && !is_radix;
        if is_name { TokenKind::Word } else { TokenKind::Number }
    }

    /// A variable or a parameter; the sign alone where no name follows it.
    fn variable(&mut self) -> TokenKind {
        let sign = self.cursor.peek().unwrap_or(b'@');
        let is_double = sign == b'@' && self.cursor.peek_at(1) == Some(b'@');
        if sign == b':' && self.cursor.peek_at(1) == Some(b':') {
            self.cursor.skip(2);
            return TokenKind::Sign;
        }
        self.cursor.skip(if is_double { 2 } else { 1 });
        let start = self.cursor.at();
        self.cursor.skip_while(is_name);
        if self.cursor.at() > start { TokenKind::Variable } else { TokenKind::Sign }
    }

    fn sign(&mut self, first: u8) -> TokenKind {
        match self.syntax.dialect {
            Dialect::Postgres => self.postgres_sign(first),
            Dialect::Sqlite | Dialect::Mysql => {
                const LONG: [&str; 15] = [
                    "<=>", "->>", "->", "<=", ">=", "<>", "!=", "==", "||", "&&", "<<", ">>", ":=", "..",
                    "::",
                ];
                let long = LONG.iter().find(|sign| self.cursor.starts_with(sign));
                self.cursor.skip(long.map_or(1, |sign| sign.len()));
            }
        }
        // What a line names instead of the semicolon ends statements, and the semicolon none.
        let ends = first == b';' && self.delimiter.is_none() && !self.statement.is_in_body();
        if ends { TokenKind::Terminator } else { TokenKind::Sign }
    }

    /// The longest operator (manual, 4.1.3): it ends before a comment, and with `+` or `-` only if it has some other character.
    fn postgres_sign(&mut self, first: u8) {
        /// The server takes no longer one (`NAMEDATALEN`).
        const LONGEST: usize = 63;
        let is_operator = |byte: u8| b"+-*/<>=~!@#%^&|`?".contains(&byte);
        if !is_operator(first) {
            let is_long =
                matches!((first, self.cursor.peek_at(1)), (b':', Some(b':' | b'=')) | (b'.', Some(b'.')));
            self.cursor.skip(if is_long { 2 } else { 1 });
            return;
        }
        let start = self.cursor.at();
        let length = (0..LONGEST).take_while(|at| self.cursor.peek_at(*at).is_some_and(is_operator)).count();
        let run = &self.cursor.text()[start..start + length];
        let comment = ["--", "/*"].iter().filter_map(|mark| run.find(mark)).min();
        let operator = &run[..comment.filter(|place| *place > 0).unwrap_or(run.len())];
        let may_end_so = operator.bytes().any(|byte| b"~!@#%^&|`?".contains(&byte));
        let shorter = if may_end_so { operator } else { operator.trim_end_matches(['+', '-']) };
        self.cursor.return_to(start + shorter.len().max(1));
    }
}

/// Where another delimiter that begins inside of a word and ends behind it begins.
fn overlap(word: &str, delimiter: &str, rest: &str) -> Option<usize> {
    let longest = delimiter.len().saturating_sub(1).min(word.len().saturating_sub(1));
    let starts = (1..=longest).rev().map(|length| word.len() - length);
    starts.filter(|at| rest.is_char_boundary(*at)).find(|at| rest[*at..].starts_with(delimiter))
}

/// White space. No byte of a longer character is any.
const fn is_space(dialect: Dialect, byte: u8) -> bool {
    match byte {
        b' ' | b'\t' | b'\n' | b'\r' | 0x0c => true,
        0x0b => match dialect {
            Dialect::Postgres | Dialect::Mysql => true,
            Dialect::Sqlite => false,
        },
        _ => false,
    }
}

/// What names are made of; a dollar does not begin one, but on MySQL.
const fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || !byte.is_ascii()
}

#[cfg(test)]
mod tests;
