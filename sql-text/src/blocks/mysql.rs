//! Compound statements of MySQL and MariaDB (MySQL manual, 15.6; MariaDB, "Programmatic & Compound Statements").
//!
//! Words such as `IF`, `REPEAT`, `FOR` and `END` open and close blocks only where a statement may begin; elsewhere they
//! are functions, clauses and names. So the state is followed: `State` says what the next word may be.

use super::Piece;
use crate::token::TokenKind;

#[derive(Default)]
pub(crate) struct Blocks {
    open: Vec<Block>,
    state: State,
    object: Object,
    parentheses: usize,
    previous: Previous,
}

/// An open block, by what its inside may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Block {
    Package,
    /// Declarations before `BEGIN`, in Oracle mode.
    Declarations,
    Begin,
    If,
    CaseStatement,
    CaseExpression,
    Loop,
    /// `WHILE` or `FOR`, before `DO` or `LOOP`.
    LoopHead,
    Repeat,
    /// `UNTIL`, before `END REPEAT`.
    Until,
}

/// Where in a statement, or in one of a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    /// Before the first word.
    #[default]
    First,
    /// Behind the word `BEGIN` that a statement begins with: it opens a transaction or, in MariaDB, a block.
    FirstBegin,
    /// Behind `CREATE` or `ALTER`, before the kind of the object.
    Kind,
    /// Before the words that a trigger's or event's body follows.
    Head,
    /// In the head of a routine, before the end of its parameters.
    Parameters,
    /// Behind them, where words of the head or of the body may follow.
    Body,
    /// Where a statement of a body may begin.
    Start,
    /// Behind a word that may be a label.
    Label,
    /// In `<<label>>`.
    Brackets,
    /// Behind `DECLARE`.
    Declare,
    /// Behind `DECLARE … HANDLER`, before `FOR`.
    Handler,
    /// Behind `END`, before the word that says of what.
    End,
    /// Anywhere else.
    Inside,
    /// In a statement that has no body.
    Plain,
}

/// What a `CREATE` or `ALTER` is about, as far as it has a body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Object {
    #[default]
    None,
    Event,
    Trigger,
    Routine,
}

/// What the token before tells of the next word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Previous {
    #[default]
    Other,
    /// `.`, behind which any word is a name.
    Dot,
    /// `=` or `@`, behind which stands an account.
    Account,
    Each,
    /// `RETURNS`, `CHARACTER`: a type or character set follows.
    Type,
    /// `AS` or `IS` of a routine.
    As,
}

/// Words between `CREATE` and the object's kind.
const ASIDE: [&str; 10] = [
    "OR",
    "REPLACE",
    "DEFINER",
    "AGGREGATE",
    "SQL",
    "SECURITY",
    "INVOKER",
    "ALGORITHM",
    "CURRENT_USER",
    "CURRENT_ROLE",
];

/// Words that a simple statement in a body begins with.
const VERBS: [&str; 47] = [
    "ALTER",
    "ANALYZE",
    "CALL",
    "CHECK",
    "CHECKSUM",
    "CLOSE",
    "COMMIT",
    "CREATE",
    "DEALLOCATE",
    "DELETE",
    "DESC",
    "DESCRIBE",
    "DO",
    "DROP",
    "EXECUTE",
    "EXPLAIN",
    "FETCH",
    "FLUSH",
    "GET",
    "GOTO",
    "GRANT",
    "HANDLER",
    "INSERT",
    "ITERATE",
    "KILL",
    "LEAVE",
    "LOAD",
    "LOCK",
    "OPEN",
    "OPTIMIZE",
    "PREPARE",
    "RELEASE",
    "RENAME",
    "REPAIR",
    "REPLACE",
    "RESIGNAL",
    "REVOKE",
    "ROLLBACK",
    "SAVEPOINT",
    "SELECT",
    "SET",
    "SHOW",
    "SIGNAL",
    "START",
    "TRUNCATE",
    "UPDATE",
    "VALUES",
];

impl Blocks {
    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty()
    }

    pub(super) fn see(&mut self, piece: Piece<'_>) {
        let was_as = self.previous == Previous::As;
        let word = piece.kind == TokenKind::Word && self.previous != Previous::Dot;
        // The previous token is told anew by what follows.
        let previous = std::mem::take(&mut self.previous);
        match piece.kind {
            TokenKind::Word if word => self.word(&piece, previous),
            TokenKind::Sign => self.sign(piece.text),
            // `AS $$ … $$` and `AS 'module'`: the code is in the string.
            TokenKind::String | TokenKind::OtherString if was_as => {
                self.open.pop();
                self.state = State::Inside;
            }
            TokenKind::QuotedName if self.state == State::Start => self.state = State::Label,
            _ => self.other(),
        }
    }

    /// A quoted name, a literal or a variable.
    fn other(&mut self) {
        self.state = match self.state {
            State::First | State::FirstBegin => State::Plain,
            State::Start | State::Label => State::Inside,
            other => other,
        };
    }

    fn sign(&mut self, sign: &str) {
        match sign {
            "(" => {
                self.parentheses += 1;
                self.other();
            }
            ")" => {
                self.parentheses = self.parentheses.saturating_sub(1);
                if self.state == State::Parameters && self.parentheses == 0 {
                    self.state = State::Body;
                }
            }
            ";" => {
                self.parentheses = 0;
                self.state = if self.open.is_empty() { State::Plain } else { State::Start };
            }
            ":" if matches!(self.state, State::Label | State::Body) => self.state = State::Start,
            "<<" if matches!(self.state, State::First | State::Start) => self.state = State::Brackets,
            ">>" if self.state == State::Brackets => self.state = State::Start,
            "." => self.previous = Previous::Dot,
            // The next one of a handler's conditions.
            "," if self.state == State::Body => self.previous = Previous::Type,
            "=" | "@" if self.state == State::Kind => self.previous = Previous::Account,
            _ => self.other(),
        }
    }

    fn word(&mut self, word: &Piece<'_>, previous: Previous) {
        match self.state {
            State::First => self.first(word),
            State::FirstBegin => {
                self.state = State::Plain;
                if !word.is_any(&["WORK"]) {
                    self.open.push(Block::Begin);
                    // `BEGIN NOT ATOMIC`, or Oracle mode's block.
                    if word.is("NOT") { self.state = State::Start } else { self.statement(word) }
                }
            }
            State::Kind if previous == Previous::Account => {}
            State::Kind => self.kind(word),
            State::Head => self.head(word, previous),
            State::Parameters => self.parameters(word),
            State::Body => self.body(word, previous),
            // Behind `NOT`.
            State::Start if word.is("ATOMIC") => {}
            State::Start => self.statement(word),
            State::Declare => self.declared(word),
            State::Handler => {
                if word.is("FOR") {
                    self.state = State::Body;
                    // A condition, which may have any name.
                    self.previous = Previous::Type;
                }
            }
            State::End => self.state = State::Inside,
            State::Label | State::Inside => self.inside(word),
            State::Brackets | State::Plain => {}
        }
    }

    fn first(&mut self, word: &Piece<'_>) {
        if word.is_any(&["CREATE", "ALTER"]) {
            self.state = State::Kind;
        } else if word.is("BEGIN") {
            self.state = State::FirstBegin;
        } else if word.is_any(&VERBS) {
            self.state = State::Plain;
        } else {
            self.statement(word);
        }
    }

    fn kind(&mut self, word: &Piece<'_>) {
        let is_aside = word.is_any(&ASIDE);
        (self.object, self.state) = if word.is_any(&["PROCEDURE", "FUNCTION"]) {
            (Object::Routine, State::Parameters)
        } else if word.is("TRIGGER") {
            (Object::Trigger, State::Head)
        } else if word.is("EVENT") {
            (Object::Event, State::Head)
        } else if word.is("PACKAGE") {
            self.open.push(Block::Package);
            (Object::None, State::Inside)
        } else {
            (Object::None, if is_aside { State::Kind } else { State::Plain })
        };
    }

    /// A trigger's body follows `FOR EACH ROW`, an event's `DO`.
    fn head(&mut self, word: &Piece<'_>, previous: Previous) {
        if self.object == Object::Trigger {
            if word.is("ROW") && previous == Previous::Each {
                self.state = State::Body;
            } else if word.is("EACH") {
                self.previous = Previous::Each;
            }
        } else if word.is("DO") && self.parentheses == 0 {
            self.state = State::Start;
        }
    }

    fn parameters(&mut self, word: &Piece<'_>) {
        if self.parentheses == 0 && word.is_any(&["AS", "IS"]) {
            self.declarations();
        }
    }

    /// `AS` or `IS` before declarations, or before a text with code.
    fn declarations(&mut self) {
        self.open.push(Block::Declarations);
        self.state = State::Start;
        self.previous = Previous::As;
    }

    /// A word of a head or the first one of a body.
    fn body(&mut self, word: &Piece<'_>, previous: Previous) {
        const OPENING: [&str; 8] = ["BEGIN", "IF", "CASE", "LOOP", "WHILE", "REPEAT", "FOR", "DECLARE"];
        if self.parentheses > 0 || previous == Previous::Type {
            return;
        }
        // The name of a trigger stands behind the words of its place.
        if word.is_any(&["RETURNS", "CHARACTER", "CHAR", "FOLLOWS", "PRECEDES"]) {
            self.previous = Previous::Type;
            if word.is("RETURNS") {
                // Then `RETURN` is the body's.
                self.object = Object::None;
            }
        } else if self.object == Object::Routine && word.is_any(&["AS", "IS"]) {
            self.declarations();
        } else if self.object == Object::Routine && word.is("RETURN") {
            // Oracle mode: `FUNCTION f RETURN INT AS …`.
            self.previous = Previous::Type;
        } else if word.is_any(&OPENING) {
            self.statement(word);
        } else if word.is_any(&VERBS) || word.is_any(&["RETURN", "WITH"]) {
            self.state = State::Inside;
        }
    }

    /// The first word of a statement in a body, or of one that is compound.
    fn statement(&mut self, word: &Piece<'_>) {
        let top = self.open.last().copied();
        let (block, state) = if word.is("BEGIN") {
            if matches!(top, Some(Block::Declarations | Block::Package)) {
                self.open.pop();
            }
            (Some(Block::Begin), State::Start)
        } else if word.is("IF") {
            (Some(Block::If), State::Inside)
        } else if word.is("CASE") {
            (Some(Block::CaseStatement), State::Inside)
        } else if word.is("LOOP") {
            (Some(Block::Loop), State::Start)
        } else if word.is("REPEAT") {
            (Some(Block::Repeat), State::Start)
        } else if word.is_any(&["WHILE", "FOR"]) {
            (Some(Block::LoopHead), State::Inside)
        } else if word.is("DECLARE") {
            let is_oracle = !matches!(top, Some(Block::Begin));
            (is_oracle.then_some(Block::Declarations), if is_oracle { State::Start } else { State::Declare })
        } else {
            (None, self.other_statement(word, top))
        };
        self.open.extend(block);
        self.state = state;
    }

    /// A word that opens no block where a statement may begin.
    fn other_statement(&mut self, word: &Piece<'_>, top: Option<Block>) -> State {
        if word.is("END") {
            self.open.pop();
            State::End
        } else if word.is("UNTIL") && top == Some(Block::Repeat) {
            self.open.pop();
            self.open.push(Block::Until);
            State::Inside
        } else if word.is("ELSE") || (word.is("EXCEPTION") && top == Some(Block::Begin)) {
            State::Start
        } else if word.is_any(&["PROCEDURE", "FUNCTION"])
            && matches!(top, Some(Block::Package | Block::Declarations))
        {
            self.object = Object::Routine;
            State::Parameters
        } else {
            State::Label
        }
    }

    fn declared(&mut self, word: &Piece<'_>) {
        if word.is("HANDLER") {
            // The head of a handler is no routine's.
            self.object = Object::None;
            self.state = State::Handler;
        } else if !word.is_any(&["CONTINUE", "EXIT", "UNDO"]) {
            self.state = State::Inside;
        }
    }

    /// A word within a statement.
    fn inside(&mut self, word: &Piece<'_>) {
        self.state = State::Inside;
        match self.open.last() {
            Some(Block::Package) if word.is_any(&["PROCEDURE", "FUNCTION"]) => {
                self.object = Object::Routine;
                self.state = State::Parameters;
            }
            Some(Block::Package) if word.is_any(&["BEGIN", "END"]) => self.statement(word),
            Some(Block::LoopHead) if word.is_any(&["DO", "LOOP"]) => {
                self.open.pop();
                self.open.push(Block::Loop);
                self.state = State::Start;
            }
            Some(Block::CaseExpression) if word.is("END") => {
                self.open.pop();
            }
            Some(Block::Until) if word.is("END") => {
                self.open.pop();
                self.state = State::End;
            }
            Some(Block::CaseExpression) if word.is_any(&["THEN", "ELSE"]) => {}
            Some(Block::If | Block::CaseStatement | Block::Begin) if word.is("THEN") => {
                self.state = State::Start
            }
            Some(_) if word.is("CASE") => self.open.push(Block::CaseExpression),
            Some(_) | None => {}
        }
    }
}
