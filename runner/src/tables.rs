//! The tables that the runner keeps in the database, and their rows. `change` has all changes of them.

use diesel::QueryableByName;

use crate::bound_statement::{BoundStatement, BoundValue};

diesel::table! {
    /// Diesel's own: what is applied.
    __diesel_schema_migrations (version) {
        /// Its version in Diesel's sense.
        version -> Text,
    }
}

diesel::table! {
    /// What was run under each version.
    __autogen_history (version) {
        /// As in Diesel's table.
        version -> Text,
        /// SHA-256 of its files.
        hash -> Text,
        /// How many milliseconds it took, where that is known.
        took_ms -> Integer,
        /// How long its header said that it would take.
        estimate -> Nullable<Text>,
    }
}

diesel::table! {
    /// How far the statements of migrations are that no transaction takes back.
    __autogen_journal (version, direction, position) {
        /// As in Diesel's table.
        version -> Text,
        /// `up` or `down`.
        direction -> Text,
        /// The statement's place in its file, from 1.
        position -> Integer,
        /// SHA-256 of the statement.
        hash -> Text,
        /// `started`, `failed` or `done`.
        state -> Text,
        /// What was known of its object before.
        object -> Nullable<Text>,
    }
}

diesel::table! {
    /// What the schema was when the last upgrade was through: one row.
    __autogen_schema (id) {
        /// 1.
        id -> Integer,
        /// A hash of which migrations were applied.
        history -> Text,
        /// What the fingerprint depends on.
        basis -> Text,
        /// The schema's fingerprint.
        fingerprint -> Text,
    }
}

diesel::table! {
    /// What the database is for: one row.
    __autogen_environment (id) {
        /// 1.
        id -> Integer,
        /// `production`, say.
        name -> Text,
    }
}

/// A table of the runner, Diesel's among them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnTable {
    /// `__diesel_schema_migrations`.
    Applied,
    /// `__autogen_history`.
    History,
    /// `__autogen_journal`.
    Journal,
    /// `__autogen_schema`.
    Schema,
    /// `__autogen_environment`.
    Environment,
}

impl OwnTable {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Applied, Self::History, Self::Journal, Self::Schema, Self::Environment];

    /// Its name, which needs no quotes anywhere.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Applied => "__diesel_schema_migrations",
            Self::History => "__autogen_history",
            Self::Journal => "__autogen_journal",
            Self::Schema => "__autogen_schema",
            Self::Environment => "__autogen_environment",
        }
    }

    /// The names of several as a list of literals.
    pub(crate) fn literals(tables: &[Self]) -> String {
        let names: Vec<String> = tables.iter().map(|table| format!("'{}'", table.name())).collect();
        names.join(", ")
    }
}

/// A row of Diesel's table.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __diesel_schema_migrations)]
pub struct AppliedRow {
    /// The version.
    pub version: String,
}

impl AppliedRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str = "SELECT version FROM __diesel_schema_migrations ORDER BY version";

    /// The query that reads one of them.
    pub fn of(version: &str) -> BoundStatement {
        let sql = "SELECT version FROM __diesel_schema_migrations WHERE version = ?";
        BoundStatement { sql, values: vec![BoundValue::Text(version.to_owned())] }
    }
}

/// A row of `__autogen_history`.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __autogen_history)]
pub struct HistoryRow {
    /// The version.
    pub version: String,
    /// SHA-256 of what was run.
    pub hash: String,
}

impl HistoryRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str = "SELECT version, hash FROM __autogen_history";
}

/// How long a migration took, of a row of `__autogen_history`.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __autogen_history)]
pub struct TimingRow {
    /// The version.
    pub version: String,
    /// Milliseconds.
    pub took_ms: i32,
    /// What its header said.
    pub estimate: Option<String>,
}

impl TimingRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str =
        "SELECT version, took_ms, estimate FROM __autogen_history WHERE took_ms IS NOT NULL ORDER BY version";
}

/// A row of `__autogen_journal`.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __autogen_journal)]
pub struct JournalRow {
    /// The version.
    pub version: String,
    /// `up` or `down`.
    pub direction: String,
    /// The statement's place, from 1.
    pub position: i32,
    /// SHA-256 of the statement.
    pub hash: String,
    /// How far it is.
    pub state: String,
    /// What was known of its object before.
    pub object: Option<String>,
}

impl JournalRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str = "SELECT version, direction, position, hash, state, object FROM __autogen_journal \
        ORDER BY version, direction, position";
}

/// The row of `__autogen_schema`.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __autogen_schema)]
pub struct SchemaRow {
    /// Which migrations were applied.
    pub history: String,
    /// What the fingerprint depends on.
    pub basis: String,
    /// The schema's fingerprint.
    pub fingerprint: String,
}

impl SchemaRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str = "SELECT history, basis, fingerprint FROM __autogen_schema WHERE id = 1";
}

/// The row of `__autogen_environment`.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
#[diesel(table_name = __autogen_environment)]
pub struct EnvironmentRow {
    /// What the database is for.
    pub name: String,
}

impl EnvironmentRow {
    /// The query that reads them, by the names of the fields and in their order.
    pub const QUERY: &str = "SELECT name FROM __autogen_environment";
}
