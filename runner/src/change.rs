//! All changes of the runner's tables. Each is one statement with bound values, the same for every database and client.

use crate::bound_statement::{BoundStatement, BoundValue};
use crate::tables::{OwnTable, SchemaRow};

/// The key of a row of the journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalKey {
    /// The version.
    pub version: String,
    /// `up` or `down`.
    pub direction: &'static str,
    /// The statement's place, from 1.
    pub position: usize,
}

/// A change of one of the tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// A migration is applied.
    InsertApplied(String),
    /// A migration is not applied any more.
    DeleteApplied(String),
    /// Nothing is applied.
    DeleteAllApplied,
    /// What was run.
    InsertHistory {
        /// The version.
        version: String,
        /// The hash.
        hash: String,
    },
    /// The same, of what is there.
    UpdateHistory {
        /// The version.
        version: String,
        /// The hash.
        hash: String,
    },
    /// How long it took.
    UpdateTiming {
        /// The version.
        version: String,
        /// Milliseconds.
        took_ms: i32,
        /// How long its header said that it would take.
        estimate: Option<String>,
    },
    /// What was run is not there any more.
    DeleteHistory(String),
    /// The same for all.
    DeleteAllHistory,
    /// A statement begins.
    InsertJournal {
        /// Which.
        key: JournalKey,
        /// SHA-256 of its text.
        hash: String,
        /// How far it is.
        state: &'static str,
        /// What is known of its object before.
        object: Option<String>,
    },
    /// How far a statement is now.
    UpdateJournal {
        /// Which.
        key: JournalKey,
        /// How far it is.
        state: &'static str,
    },
    /// A statement is as if it had never begun.
    DeleteJournal(JournalKey),
    /// A file is through.
    DeleteJournalOfFile {
        /// The version.
        version: String,
        /// `up` or `down`.
        direction: &'static str,
    },
    /// Everything is through.
    DeleteAllJournal,
    /// The first upgrade is through.
    InsertSchema(SchemaRow),
    /// Another upgrade is through.
    UpdateSchema(SchemaRow),
    /// The database gets its name.
    InsertEnvironment(String),
}

impl Change {
    /// The table that it changes.
    pub const fn table(&self) -> OwnTable {
        match self {
            Self::InsertApplied(_) | Self::DeleteApplied(_) | Self::DeleteAllApplied => OwnTable::Applied,
            Self::InsertHistory { .. }
            | Self::UpdateHistory { .. }
            | Self::UpdateTiming { .. }
            | Self::DeleteHistory(_)
            | Self::DeleteAllHistory => OwnTable::History,
            Self::InsertJournal { .. }
            | Self::UpdateJournal { .. }
            | Self::DeleteJournal(_)
            | Self::DeleteJournalOfFile { .. }
            | Self::DeleteAllJournal => OwnTable::Journal,
            Self::InsertSchema(_) | Self::UpdateSchema(_) => OwnTable::Schema,
            Self::InsertEnvironment(_) => OwnTable::Environment,
        }
    }

    /// The one statement that makes the change.
    pub fn statement(&self) -> BoundStatement {
        let text = |value: &str| BoundValue::Text(value.to_owned());
        let (sql, values) = match self {
            Self::InsertApplied(version) => {
                ("INSERT INTO __diesel_schema_migrations (version) VALUES (?)", vec![text(version)])
            }
            Self::DeleteApplied(version) => {
                ("DELETE FROM __diesel_schema_migrations WHERE version = ?", vec![text(version)])
            }
            Self::DeleteAllApplied => ("DELETE FROM __diesel_schema_migrations", vec![]),
            Self::InsertHistory { version, hash } => (
                "INSERT INTO __autogen_history (version, hash) VALUES (?, ?)",
                vec![text(version), text(hash)],
            ),
            Self::UpdateHistory { version, hash } => {
                ("UPDATE __autogen_history SET hash = ? WHERE version = ?", vec![text(hash), text(version)])
            }
            Self::UpdateTiming { version, took_ms, estimate } => (
                "UPDATE __autogen_history SET took_ms = ?, estimate = ? WHERE version = ?",
                vec![
                    BoundValue::Number(*took_ms),
                    estimate.as_deref().map_or(BoundValue::NoText, text),
                    text(version),
                ],
            ),
            Self::DeleteHistory(version) => {
                ("DELETE FROM __autogen_history WHERE version = ?", vec![text(version)])
            }
            Self::DeleteAllHistory => ("DELETE FROM __autogen_history", vec![]),
            Self::InsertJournal { key, hash, state, object } => {
                let object = object.as_deref().map_or(BoundValue::NoText, text);
                (
                    "INSERT INTO __autogen_journal (version, direction, position, hash, state, object) \
                     VALUES (?, ?, ?, ?, ?, ?)",
                    key.values().into_iter().chain([text(hash), text(state), object]).collect(),
                )
            }
            Self::UpdateJournal { key, state } => (
                "UPDATE __autogen_journal SET state = ? WHERE version = ? AND direction = ? AND position = ?",
                std::iter::once(text(state)).chain(key.values()).collect(),
            ),
            Self::DeleteJournal(key) => (
                "DELETE FROM __autogen_journal WHERE version = ? AND direction = ? AND position = ?",
                key.values().to_vec(),
            ),
            Self::DeleteJournalOfFile { version, direction } => (
                "DELETE FROM __autogen_journal WHERE version = ? AND direction = ?",
                vec![text(version), text(direction)],
            ),
            Self::DeleteAllJournal => ("DELETE FROM __autogen_journal", vec![]),
            Self::InsertSchema(row) => (
                "INSERT INTO __autogen_schema (history, basis, fingerprint, id) VALUES (?, ?, ?, 1)",
                row.values().to_vec(),
            ),
            Self::UpdateSchema(row) => (
                "UPDATE __autogen_schema SET history = ?, basis = ?, fingerprint = ? WHERE id = 1",
                row.values().to_vec(),
            ),
            Self::InsertEnvironment(name) => {
                ("INSERT INTO __autogen_environment (id, name) VALUES (1, ?)", vec![text(name)])
            }
        };
        BoundStatement { sql, values }
    }
}

impl JournalKey {
    fn values(&self) -> [BoundValue; 3] {
        let Self { version, direction, position } = self;
        // A file of more statements than fit does not fit into memory.
        let position = i32::try_from(*position).unwrap_or(i32::MAX);
        [
            BoundValue::Text(version.clone()),
            BoundValue::Text((*direction).to_owned()),
            BoundValue::Number(position),
        ]
    }
}

impl SchemaRow {
    fn values(&self) -> [BoundValue; 3] {
        let Self { history, basis, fingerprint } = self;
        [history, basis, fingerprint].map(|text| BoundValue::Text(text.clone()))
    }
}

#[cfg(test)]
mod tests {
    use autogen_sql_text::Dialect;

    use super::{Change, JournalKey};
    use crate::tables::SchemaRow;

    #[test]
    fn every_statement_has_a_place_for_each_value() {
        let key = JournalKey { version: "1".to_owned(), direction: "up", position: 2 };
        let row = SchemaRow { history: "h".to_owned(), basis: "b".to_owned(), fingerprint: "f".to_owned() };
        let text = || "1".to_owned();
        for change in [
            Change::InsertApplied(text()),
            Change::DeleteApplied(text()),
            Change::DeleteAllApplied,
            Change::InsertHistory { version: text(), hash: text() },
            Change::UpdateHistory { version: text(), hash: text() },
            Change::UpdateTiming { version: text(), took_ms: 1, estimate: None },
            Change::DeleteHistory(text()),
            Change::DeleteAllHistory,
            Change::InsertJournal { key: key.clone(), hash: text(), state: "done", object: None },
            Change::UpdateJournal { key: key.clone(), state: "done" },
            Change::DeleteJournal(key),
            Change::DeleteJournalOfFile { version: text(), direction: "up" },
            Change::DeleteAllJournal,
            Change::InsertSchema(row.clone()),
            Change::UpdateSchema(row),
            Change::InsertEnvironment(text()),
        ] {
            let statement = change.statement();
            assert_eq!(statement.counted().matches('?').count(), statement.values.len(), "{change:?}");
        }
    }

    #[test]
    fn values_are_numbered_or_written_out() {
        let key = JournalKey { version: "o'clock\\".to_owned(), direction: "up", position: 2 };
        let statement = Change::UpdateJournal { key, state: "done" }.statement();
        assert_eq!(
            statement.numbered(),
            "UPDATE __autogen_journal SET state = $1 WHERE version = $2 AND direction = $3 AND position = $4"
        );
        for (dialect, version) in [
            (Dialect::Postgres, r"'o''clock\'"),
            (Dialect::Sqlite, r"'o''clock\'"),
            (Dialect::Mysql, r"'o''clock\\'"),
        ] {
            assert_eq!(
                statement.literal(dialect),
                format!(
                    "UPDATE __autogen_journal SET state = 'done' WHERE version = {version} AND direction = 'up' AND position = 2"
                )
            );
        }
    }
}
