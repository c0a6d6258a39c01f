//! The bodies of routines and triggers, in which semicolons end no statement. One file a dialect.

mod mysql;
mod postgres;
mod sqlite;

use crate::dialect::Dialect;
use crate::token::TokenKind;

/// A token of a statement, with its text.
#[derive(Clone, Copy)]
pub(crate) struct Piece<'a> {
    pub(crate) kind: TokenKind,
    pub(crate) text: &'a str,
}

impl Piece<'_> {
    /// Whether it is a bare word, given in upper case.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.kind == TokenKind::Word && self.text.eq_ignore_ascii_case(word)
    }

    fn is_any(&self, words: &[&str]) -> bool {
        words.iter().any(|word| self.is(word))
    }

    fn is_sign(&self, sign: &str) -> bool {
        self.kind == TokenKind::Sign && self.text == sign
    }
}

/// The blocks of one statement, followed token by token.
pub(crate) enum Blocks {
    Postgres(postgres::Blocks),
    Sqlite(sqlite::Blocks),
    Mysql(mysql::Blocks),
}

impl Blocks {
    pub(crate) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Postgres => Self::Postgres(postgres::Blocks::default()),
            Dialect::Sqlite => Self::Sqlite(sqlite::Blocks::default()),
            Dialect::Mysql => Self::Mysql(mysql::Blocks::default()),
        }
    }

    pub(crate) fn see(&mut self, piece: Piece<'_>) {
        match self {
            Self::Postgres(blocks) => blocks.see(piece),
            Self::Sqlite(blocks) => blocks.see(piece),
            Self::Mysql(blocks) => blocks.see(piece),
        }
    }

    /// Whether one is open, so that a semicolon is a part of the statement.
    pub(crate) fn are_open(&self) -> bool {
        match self {
            Self::Postgres(blocks) => blocks.are_open(),
            Self::Sqlite(blocks) => blocks.are_open(),
            Self::Mysql(blocks) => blocks.are_open(),
        }
    }
}
