//! A token and its place.

use std::ops::Range;

/// A part of a text. The tokens of a text, joined, are the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes in the text.
    pub span: Range<usize>,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// White space.
    Space,
    /// A comment that no server reads.
    Comment,
    /// `/*!40101`, behind which MySQL reads on.
    ConditionalOpen,
    /// The `*/` that belongs to it.
    ConditionalClose,
    /// A bare word.
    Word,
    /// A quoted name.
    QuotedName,
    /// A string in plain quotes.
    String,
    /// Any other string: `E'…'`, `X'…'`, `U&'…'`, `$tag$…$tag$`.
    OtherString,
    /// A number.
    Number,
    /// `@a` and `@@a` of MySQL; `$1`, `?1` and `:a`.
    Variable,
    /// An operator, a parenthesis, or any other character.
    Sign,
    /// What ends a statement: a semicolon that is in no body, or what a `DELIMITER` line names.
    Terminator,
    /// A command to the client, to the end of its line.
    ClientCommand,
    /// The rows behind `COPY … FROM stdin`, with the line that ends them.
    CopyData,
}

impl TokenKind {
    /// Whether it is a part of a statement.
    pub const fn is_significant(self) -> bool {
        match self {
            Self::Space | Self::Comment | Self::ClientCommand | Self::CopyData | Self::Terminator => false,
            Self::ConditionalOpen
            | Self::ConditionalClose
            | Self::Word
            | Self::QuotedName
            | Self::String
            | Self::OtherString
            | Self::Number
            | Self::Variable
            | Self::Sign => true,
        }
    }
}

/// A text that ends inside a quote or a comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenizeError {
    /// What is wrong.
    pub message: &'static str,
    /// The byte that the quote or comment begins at.
    pub offset: usize,
}
