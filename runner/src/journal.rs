//! What is done of a migration where no transaction takes it back: a row for each statement,
//! written before it runs and again after it.

use std::time::Duration;

use autogen_migration_files::{Direction, sha256_hex};

use crate::backend::Backend;
use crate::change::{Change, JournalKey};
use crate::error::RunError;
use crate::lock::{locked, waited};
use crate::tables::{JournalRow, OwnTable};

/// Made with the first migration that needs it.
const SETUP: &str = "CREATE TABLE IF NOT EXISTS __autogen_journal (\
    version VARCHAR(50) NOT NULL, direction VARCHAR(4) NOT NULL, position INTEGER NOT NULL, \
    hash VARCHAR(64) NOT NULL, state VARCHAR(8) NOT NULL, object VARCHAR(64), PRIMARY KEY (version, direction, position))";

/// How far a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatementState {
    /// It began, and nobody saw its end: the client or the server died.
    Started,
    /// The server refused it, and it changed nothing.
    Failed,
    /// It is done.
    Done,
}

impl StatementState {
    const fn word(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Failed => "failed",
            Self::Done => "done",
        }
    }

    fn parse(word: &str) -> Self {
        match word {
            "done" => Self::Done,
            "failed" => Self::Failed,
            _ => Self::Started,
        }
    }
}

/// A migration that is done in part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unfinished {
    /// Its version.
    pub version: String,
    /// Which of its files.
    pub direction: Direction,
    /// The statements that have begun, by place from 1.
    pub statements: Vec<JournalEntry>,
}

/// A row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalEntry {
    /// The statement's place in its file, from 1.
    pub position: usize,
    /// SHA-256 of its text.
    pub hash: String,
    /// How far it is.
    pub state: StatementState,
    /// A hash of what the catalog showed of its object before it ran, where that tells whether it is done.
    pub object: Option<String>,
}

impl Unfinished {
    /// The statement that has to be decided about before anything goes on.
    pub fn open(&self) -> Option<&JournalEntry> {
        self.statements.iter().find(|entry| entry.state == StatementState::Started)
    }

    /// The statement that the migration stopped at, unless all that began are done.
    pub fn stopped_at(&self) -> Option<&JournalEntry> {
        self.open().or_else(|| self.statements.iter().find(|entry| entry.state == StatementState::Failed))
    }

    /// What is known of a statement.
    pub(crate) fn state(&self, position: usize) -> Option<&JournalEntry> {
        self.statements.iter().find(|entry| entry.position == position)
    }
}

/// The migrations that are done in part; none where there is no journal.
///
/// # Errors
/// When the journal is there and can't be read.
pub fn unfinished<C: Backend>(connection: &mut C) -> Result<Vec<Unfinished>, RunError> {
    if !connection.has_table(OwnTable::Journal)? {
        return Ok(Vec::new());
    }
    let mut found: Vec<Unfinished> = Vec::new();
    for row in connection.journal_rows()? {
        let direction = if row.direction == "down" { Direction::Down } else { Direction::Up };
        let (version, entry) = JournalEntry::of(row);
        match found.last_mut() {
            Some(last) if last.version == version && last.direction == direction => {
                last.statements.push(entry)
            }
            Some(_) | None => found.push(Unfinished { version, direction, statements: vec![entry] }),
        }
    }
    Ok(found)
}

impl JournalEntry {
    /// The entry of a row, and the version that it belongs to.
    fn of(row: JournalRow) -> (String, Self) {
        let JournalRow { version, direction: _, position, hash, state, object } = row;
        let position = usize::try_from(position).unwrap_or_default();
        (version, Self { position, hash, state: StatementState::parse(&state), object })
    }
}

/// What is done of one file of a migration.
pub(crate) fn read<C: Backend>(
    connection: &mut C,
    version: &str,
    direction: Direction,
) -> Result<Unfinished, RunError> {
    if !connection.has_table(OwnTable::Journal)? {
        connection.execute(SETUP)?;
    }
    let of_this = |found: &Unfinished| found.version == version && found.direction == direction;
    let found = unfinished(connection)?.into_iter().find(of_this);
    Ok(found.unwrap_or_else(|| Unfinished { version: version.to_owned(), direction, statements: Vec::new() }))
}

/// Writes that a statement begins, and that at once.
pub(crate) fn begin<C: Backend>(
    connection: &mut C,
    unfinished: &Unfinished,
    entry: &JournalEntry,
) -> Result<(), RunError> {
    let JournalEntry { position, hash, state, object } = entry.clone();
    let key = key(unfinished, position);
    let insert = Change::InsertJournal { key: key.clone(), hash, state: state.word(), object };
    Ok(connection.change_all(&[Change::DeleteJournal(key), insert])?)
}

/// Writes how a statement ended that a migration stopped at.
///
/// # Errors
/// When the lock is not had in time, the journal does not have the statement any more, or the database can't be written.
pub fn end<C: Backend>(
    connection: &mut C,
    unfinished: &Unfinished,
    position: usize,
    state: StatementState,
    lock_budget: Duration,
) -> Result<(), RunError> {
    locked(connection, lock_budget, |connection| {
        let now = read(connection, &unfinished.version, unfinished.direction)?;
        if now.state(position).is_some_and(|entry| entry.state == state) {
            return Ok(());
        }
        let written = connection.change_row(&ended(unfinished, position, state));
        written.map_err(|error| waited::<C>(error.into(), lock_budget))
    })
}

/// One statement, so that it is written whole or not at all.
pub(crate) fn ended(unfinished: &Unfinished, position: usize, state: StatementState) -> Change {
    Change::UpdateJournal { key: key(unfinished, position), state: state.word() }
}

fn key(unfinished: &Unfinished, position: usize) -> JournalKey {
    JournalKey { version: unfinished.version.clone(), direction: unfinished.direction.word(), position }
}

/// Forgets a file that is through.
pub(crate) fn forget(version: &str, direction: Direction) -> Change {
    Change::DeleteJournalOfFile { version: version.to_owned(), direction: direction.word() }
}

/// Forgets everything: whoever stamps says what is applied.
pub(crate) fn clear<C: Backend>(connection: &mut C) -> Result<(), RunError> {
    if unfinished(connection)?.is_empty() {
        return Ok(());
    }
    Ok(connection.change(&Change::DeleteAllJournal).map(drop)?)
}

/// A statement's hash.
pub(crate) fn hash_of(statement: &str) -> String {
    sha256_hex(&statement.replace("\r\n", "\n"))
}
