//! The significant tokens of a statement, for questions about its words.

use std::ops::Range;

use sqlparser::tokenizer::Token;

use crate::Dialect;
use crate::text::statement::{LineIndex, tokenize};

/// A token that is no white space and no comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lexeme {
    /// What it is.
    pub kind: LexemeKind,
    /// Its bytes in the statement.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LexemeKind {
    /// A bare word, as it is written.
    Word(String),
    /// A quoted name, without its quotes.
    Name(String),
    /// A string with single quotes, without them.
    Text(String),
    /// Anything else, as it is written.
    Other(String),
}

impl Lexeme {
    /// Whether it is a keyword, which has to be given in upper case.
    pub fn is(&self, keyword: &str) -> bool {
        matches!(&self.kind, LexemeKind::Word(word) if word.eq_ignore_ascii_case(keyword))
    }

    /// Whether it is one of some keywords.
    pub fn is_any(&self, keywords: &[&str]) -> bool {
        keywords.iter().any(|keyword| self.is(keyword))
    }

    /// Whether it is a sign such as `(`.
    pub fn is_sign(&self, sign: &str) -> bool {
        matches!(&self.kind, LexemeKind::Other(text) if text == sign)
    }

    /// The name that a bare word or a quoted name is.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            LexemeKind::Word(name) | LexemeKind::Name(name) => Some(name),
            LexemeKind::Text(_) | LexemeKind::Other(_) => None,
        }
    }

    /// The word in upper case; empty for all that is no bare word.
    pub fn upper(&self) -> String {
        match &self.kind {
            LexemeKind::Word(word) => word.to_ascii_uppercase(),
            LexemeKind::Name(_) | LexemeKind::Text(_) | LexemeKind::Other(_) => String::new(),
        }
    }
}

/// The tokens of a statement; none when it can't be read, which the server then says.
pub fn lexemes(dialect: Dialect, statement: &str) -> Vec<Lexeme> {
    let Ok(tokens) = tokenize(dialect, statement) else { return Vec::new() };
    let lines = LineIndex::new(statement);
    let lexeme = |token: &sqlparser::tokenizer::TokenWithSpan| {
        let kind = match &token.token {
            Token::Whitespace(_) | Token::EOF => return None,
            Token::Word(word) if word.quote_style.is_some() => LexemeKind::Name(word.value.clone()),
            Token::Word(word) => LexemeKind::Word(word.value.clone()),
            // MySQL's other string.
            Token::SingleQuotedString(text) | Token::DoubleQuotedString(text) => {
                LexemeKind::Text(text.clone())
            }
            other => LexemeKind::Other(other.to_string()),
        };
        let span = lines.offset(token.span.start)..lines.offset(token.span.end);
        Some(Lexeme { kind, span })
    };
    tokens.iter().filter_map(lexeme).collect()
}
