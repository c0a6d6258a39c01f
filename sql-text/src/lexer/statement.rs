//! The statement that the lexer is in, as far as it says where it ends and what follows it.

use crate::blocks::{Blocks, Piece};
use crate::dialect::Dialect;

pub(super) struct Statement {
    blocks: Blocks,
    tokens: usize,
    is_copy: bool,
    was_from: bool,
    was_as: bool,
    reads_rows: bool,
}

impl Statement {
    pub(super) fn new(dialect: Dialect) -> Self {
        let blocks = Blocks::new(dialect);
        Self { blocks, tokens: 0, is_copy: false, was_from: false, was_as: false, reads_rows: false }
    }

    pub(super) fn see(&mut self, piece: Piece<'_>) {
        self.is_copy |= self.tokens == 0 && piece.is("COPY");
        self.reads_rows |= self.is_copy && self.was_from && piece.is("STDIN");
        self.was_from = piece.is("FROM");
        self.was_as = piece.is("AS");
        self.tokens += 1;
        self.blocks.see(piece);
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.tokens == 0
    }

    /// Whether a semicolon at this place is a part of it.
    pub(super) fn is_in_body(&self) -> bool {
        self.blocks.are_open()
    }

    /// Whether it is a `COPY … FROM stdin`.
    pub(super) const fn reads_rows(&self) -> bool {
        self.reads_rows
    }

    /// Whether the last token was the word `AS`.
    pub(super) const fn was_as(&self) -> bool {
        self.was_as
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::token::TokenKind;

    #[test]
    fn rows_follow_a_copy_from_stdin_alone() {
        let reads = |words: &[&str]| {
            let mut statement = Statement::new(Dialect::Postgres);
            words.iter().for_each(|text| statement.see(Piece { kind: TokenKind::Word, text }));
            statement.reads_rows()
        };
        assert!(reads(&["copy", "t", "FROM", "stdin"]));
        assert!(!reads(&["COPY", "t", "FROM", "stdout"]));
        assert!(!reads(&["SELECT", "FROM", "STDIN"]));
    }
}
