//! Walks over the words of a statement.

use crate::{Dialect, Lexeme, LexemeKind};

/// The namespace of temporary tables.
pub(super) const TEMPORARY: &str = "temp";

/// The name of a table or sequence as a statement has it, folded as the server folds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TableName {
    pub(super) namespace: Option<String>,
    pub(super) name: String,
}

impl TableName {
    /// The temporary table of that name.
    pub(super) fn temporary(self) -> Self {
        Self { namespace: Some(TEMPORARY.to_owned()), name: self.name }
    }
}

/// A place in a statement.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    pub(super) dialect: Dialect,
    lexemes: &'a [Lexeme],
}

impl<'a> Cursor<'a> {
    pub(super) const fn new(dialect: Dialect, lexemes: &'a [Lexeme]) -> Self {
        Self { dialect, lexemes }
    }

    /// What is not read yet.
    pub(super) const fn rest(&self) -> &'a [Lexeme] {
        self.lexemes
    }

    pub(super) fn peek(&self) -> Option<&'a Lexeme> {
        self.lexemes.first()
    }

    /// The next word in upper case, which is read; empty for all that is no bare word.
    pub(super) fn word(&mut self) -> String {
        self.next().map(Lexeme::upper).unwrap_or_default()
    }

    pub(super) fn next(&mut self) -> Option<&'a Lexeme> {
        let (first, rest) = self.lexemes.split_first()?;
        self.lexemes = rest;
        Some(first)
    }

    /// Reads all words in a row that are among some; gives whether there was one.
    pub(super) fn skip(&mut self, words: &[&str]) -> bool {
        let count = self.lexemes.iter().take_while(|lexeme| lexeme.is_any(words)).count();
        self.lexemes = &self.lexemes[count..];
        count > 0
    }

    /// Reads a sign if it comes next.
    pub(super) fn sign(&mut self, sign: &str) -> bool {
        let is_next = self.peek().is_some_and(|lexeme| lexeme.is_sign(sign));
        if is_next {
            self.next();
        }
        is_next
    }

    /// Reads a name with the namespace before it, if one comes next.
    pub(super) fn name(&mut self) -> Option<TableName> {
        let mut name = TableName { namespace: None, name: self.part()? };
        while self.sign(".") {
            name = TableName { namespace: Some(name.name), name: self.part()? };
        }
        Some(name)
    }

    /// Reads names with commas between them; PostgreSQL takes a `*` behind each.
    pub(super) fn names(&mut self) -> Vec<TableName> {
        let mut names = Vec::new();
        while let Some(name) = self.name() {
            names.push(name);
            self.sign("*");
            if !self.sign(",") {
                break;
            }
            self.skip(&["ONLY"]);
        }
        names
    }

    fn part(&mut self) -> Option<String> {
        let part = self.peek().and_then(|lexeme| folded(self.dialect, lexeme))?;
        self.next();
        Some(part)
    }
}

/// A part of a name as the server keeps it. What MySQL does with capitals depends on the machine, so they count there.
fn folded(dialect: Dialect, lexeme: &Lexeme) -> Option<String> {
    match (dialect, &lexeme.kind) {
        (Dialect::Postgres, LexemeKind::Word(name)) => Some(name.to_lowercase()),
        // SQLite takes a string where only a name can stand.
        (Dialect::Sqlite, LexemeKind::Word(name) | LexemeKind::Name(name) | LexemeKind::Text(name)) => {
            Some(name.to_lowercase())
        }
        (Dialect::Postgres, LexemeKind::Name(name))
        | (Dialect::Mysql, LexemeKind::Word(name) | LexemeKind::Name(name)) => Some(name.clone()),
        (Dialect::Postgres | Dialect::Mysql, LexemeKind::Text(_)) | (_, LexemeKind::Other(_)) => None,
    }
}

/// The lexemes outside of parentheses, with their places.
pub(super) fn outside(lexemes: &[Lexeme]) -> impl Iterator<Item = (usize, &Lexeme)> {
    let mut depth = 0_usize;
    lexemes.iter().enumerate().filter(move |(_, lexeme)| {
        if lexeme.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        let is_outside = depth == 0;
        if lexeme.is_sign("(") {
            depth += 1;
        }
        is_outside
    })
}

/// What stands between the commas outside of parentheses.
pub(super) fn between_commas(lexemes: &[Lexeme]) -> Vec<&[Lexeme]> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in outside(lexemes).filter(|(_, lexeme)| lexeme.is_sign(",")) {
        parts.push(&lexemes[start..at]);
        start = at + 1;
    }
    parts.push(&lexemes[start..]);
    parts
}
