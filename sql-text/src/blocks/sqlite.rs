//! SQLite's triggers: they end with `; END`, as `sqlite3_complete` has it. What stands between needs no counting,
//! since `END` begins no statement.

use super::Piece;

#[derive(Default)]
pub(crate) struct Blocks {
    place: Place,
    was_semicolon: bool,
}

/// Where in a statement.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Place {
    /// Before what tells whether it makes a trigger.
    #[default]
    Start,
    /// Behind `CREATE` or `CREATE TEMP`.
    Create,
    /// In a trigger, before its body.
    Head,
    /// In the body of a trigger.
    Body,
    /// In any other statement, or behind a body.
    Rest,
}

impl Blocks {
    pub(super) fn see(&mut self, piece: Piece<'_>) {
        self.place = match self.place {
            Place::Start if piece.is("CREATE") => Place::Create,
            Place::Start if piece.is_any(&["EXPLAIN", "QUERY", "PLAN"]) => Place::Start,
            Place::Create if piece.is_any(&["TEMP", "TEMPORARY"]) => Place::Create,
            Place::Create if piece.is("TRIGGER") => Place::Head,
            Place::Head if piece.is("BEGIN") => Place::Body,
            Place::Body if self.was_semicolon && piece.is("END") => Place::Rest,
            Place::Start | Place::Create => Place::Rest,
            other @ (Place::Head | Place::Body | Place::Rest) => other,
        };
        self.was_semicolon = piece.is_sign(";");
    }

    pub(super) fn are_open(&self) -> bool {
        self.place == Place::Body
    }
}
