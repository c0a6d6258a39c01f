//! SQLite's triggers: they end with `; END`, as `sqlite3_complete` has it. What stands between needs no counting,
//! since `END` begins no statement. And its virtual tables, whose arguments are any tokens within parentheses (`vtabarg` in its grammar).

use super::Piece;

#[derive(Default)]
pub(crate) struct Blocks {
    state: State,
    was_semicolon: bool,
    /// Those that are open in the arguments of a virtual table.
    parentheses: usize,
}

/// Where in a statement.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum State {
    /// Before what tells whether it makes a trigger.
    #[default]
    Start,
    /// Behind `CREATE` or `CREATE TEMP`.
    Create,
    /// In a trigger, before its body.
    Head,
    /// In the body of a trigger.
    Body,
    /// In a virtual table.
    Virtual,
    /// In any other statement, or behind a body.
    Rest,
}

impl Blocks {
    pub(super) fn see(&mut self, piece: Piece<'_>) {
        self.state = match self.state {
            State::Start if piece.is("CREATE") => State::Create,
            State::Start if piece.is_any(&["EXPLAIN", "QUERY", "PLAN"]) => State::Start,
            State::Create if piece.is_any(&["TEMP", "TEMPORARY"]) => State::Create,
            State::Create if piece.is("TRIGGER") => State::Head,
            State::Create if piece.is("VIRTUAL") => State::Virtual,
            State::Head if piece.is("BEGIN") => State::Body,
            State::Body if self.was_semicolon && piece.is("END") => State::Rest,
            State::Start | State::Create => State::Rest,
            other @ (State::Head | State::Body | State::Virtual | State::Rest) => other,
        };
        self.was_semicolon = piece.is_sign(";");
        if self.state == State::Virtual && piece.is_sign("(") {
            self.parentheses += 1;
        } else if piece.is_sign(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
    }

    pub(super) fn are_open(&self) -> bool {
        self.state == State::Body || self.parentheses > 0
    }
}
