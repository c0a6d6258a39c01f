//! The significant tokens of a statement, for questions about its words.

use std::ops::Range;

use crate::dialect::Dialect;
use crate::lexer::tokens;
use crate::syntax::Syntax;
use crate::token::TokenKind;

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

/// Whether a comma stands outside of all parentheses: a list of names, or an `ALTER` with several actions.
pub fn has_outer_comma(lexemes: &[Lexeme]) -> bool {
    let mut depth = 0_usize;
    lexemes.iter().any(|lexeme| {
        if lexeme.is_sign("(") {
            depth += 1;
        } else if lexeme.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && lexeme.is_sign(",")
    })
}

/// Whether a query takes all columns that there are when it runs: `SELECT *`, `t.*`.
pub fn takes_all_columns(lexemes: &[Lexeme]) -> bool {
    let is_all = |pair: &[Lexeme]| {
        let before = &pair[0];
        pair[1].is_sign("*")
            && (before.is_sign(".")
                || before.is_sign(",")
                || before.is_any(&["SELECT", "ALL", "DISTINCT", "RETURNING"]))
    };
    lexemes.windows(2).any(is_all)
}

/// The tokens of a statement; none when it can't be read, which the server then says.
pub fn lexemes(dialect: Dialect, statement: &str) -> Vec<Lexeme> {
    lexemes_as(Syntax::server(dialect), statement)
}

/// The same, read in another way.
pub fn lexemes_as(syntax: Syntax, statement: &str) -> Vec<Lexeme> {
    let found = tokens(syntax, statement).unwrap_or_default();
    found.into_iter().filter_map(|token| Lexeme::of(token.kind, token.span, statement)).collect()
}

impl Lexeme {
    fn of(token: TokenKind, span: Range<usize>, statement: &str) -> Option<Self> {
        let text = &statement[span.clone()];
        let kind = match token {
            TokenKind::Space
            | TokenKind::Comment
            | TokenKind::ConditionalOpen
            | TokenKind::ConditionalClose
            | TokenKind::ClientCommand
            | TokenKind::CopyData => return None,
            TokenKind::Word | TokenKind::Variable => LexemeKind::Word(text.to_owned()),
            TokenKind::QuotedName => LexemeKind::Name(inside(text).to_owned()),
            TokenKind::String => LexemeKind::Text(inside(text).to_owned()),
            TokenKind::OtherString | TokenKind::Number | TokenKind::Sign | TokenKind::Terminator => {
                LexemeKind::Other(text.to_owned())
            }
        };
        Some(Self { kind, span })
    }

    /// What it says, as it is written but without quotes.
    pub fn text(&self) -> &str {
        match &self.kind {
            LexemeKind::Word(text)
            | LexemeKind::Name(text)
            | LexemeKind::Text(text)
            | LexemeKind::Other(text) => text,
        }
    }
}

/// What stands between quotes, doubled quotes and backslashes included; `U&"…"` has two more signs before it.
fn inside(quoted: &str) -> &str {
    let start = quoted.find(['\'', '"', '`', '[']).map_or(0, |quote| quote + 1);
    quoted.get(start..quoted.len() - 1).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_taken_off() {
        let found = lexemes(Dialect::Mysql, "/*!40101 SET*/ `a``b` = 'it''s' -- c\n+ x'1'");
        let kinds: Vec<LexemeKind> = found.into_iter().map(|lexeme| lexeme.kind).collect();
        let wanted = [
            LexemeKind::Word("SET".into()),
            LexemeKind::Name("a``b".into()),
            LexemeKind::Other("=".into()),
            LexemeKind::Text("it''s".into()),
            LexemeKind::Other("+".into()),
            LexemeKind::Other("x'1'".into()),
        ];
        assert_eq!(kinds, wanted);
    }
}
