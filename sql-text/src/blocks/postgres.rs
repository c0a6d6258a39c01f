//! PostgreSQL: `BEGIN ATOMIC … END` of SQL routines, and parentheses, in which a rule has its statements.
//!
//! Within `BEGIN ATOMIC`, `END` begins no statement, so the one behind a semicolon ends the body.

use super::Piece;

#[derive(Default)]
pub(crate) struct Blocks {
    tokens: usize,
    parentheses: usize,
    /// Whether it makes a function or procedure.
    is_routine: bool,
    is_atomic: bool,
    previous: Previous,
}

/// The token before.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Previous {
    #[default]
    Other,
    Begin,
    /// A semicolon, or the word `ATOMIC`.
    Start,
}

impl Blocks {
    pub(super) fn see(&mut self, piece: Piece<'_>) {
        if piece.is_sign("(") {
            self.parentheses += 1;
        } else if piece.is_sign(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
        // CREATE [OR REPLACE] FUNCTION
        self.is_routine |= (1..=3).contains(&self.tokens) && piece.is_any(&["FUNCTION", "PROCEDURE"]);
        self.tokens += 1;
        let begins = self.is_routine && self.previous == Previous::Begin && piece.is("ATOMIC");
        if begins {
            self.is_atomic = true;
        } else if self.is_atomic && self.previous == Previous::Start && piece.is("END") {
            self.is_atomic = false;
        }
        self.previous = if begins || piece.is_sign(";") {
            Previous::Start
        } else if piece.is("BEGIN") {
            Previous::Begin
        } else {
            Previous::Other
        };
    }

    pub(super) const fn are_open(&self) -> bool {
        self.is_atomic || self.parentheses > 0
    }
}
