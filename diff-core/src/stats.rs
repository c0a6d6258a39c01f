//! How large the tables of a database are, and how fast its server works: what a file of `autogen stats` holds. No values of
//! rows are part of it.

use serde::{Deserialize, Serialize};

use crate::estimate::IndexedValues;
use crate::name::QualifiedName;

/// The layout; another one is another number.
pub const STATS_VERSION: u32 = 1;

/// The sizes of a database, at one moment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DatabaseStats {
    /// The layout.
    pub version: u32,
    /// The flavor and release of the server.
    pub server: String,
    /// When they were read, by RFC 3339.
    pub taken_at: String,
    /// How fast the server works; none where that was not measured.
    pub rates: Option<Rates>,
    /// The tables, by name.
    pub tables: Vec<TableStats>,
}

/// The size of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableStats {
    /// Its namespace, on PostgreSQL.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// About how many rows it has.
    pub rows: u64,
    /// The bytes of its rows.
    pub bytes: u64,
    /// The bytes of values that are stored apart from their rows (TOAST).
    pub toast_bytes: u64,
    /// Its indexes, by name.
    pub indexes: Vec<IndexStats>,
}

/// The size of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexStats {
    /// Its name.
    pub name: String,
    /// Its bytes, where the server tells.
    pub bytes: Option<u64>,
    /// What it sorts, where that is known.
    pub values: Option<IndexedValues>,
}

/// How fast a server works, as measured with tables of `rows` rows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// How many rows the tables had.
    pub rows: u64,
    /// Reading rows to judge them by a check.
    pub scan: Rate,
    /// Writing rows anew, without indexes.
    pub rewrite: Rate,
    /// Building an index of numbers, besides reading the rows.
    pub index: Rate,
    /// Building an index of texts, likewise.
    pub text_index: Rate,
    /// Looking up each row of a foreign key, likewise.
    pub foreign_key: Rate,
    /// Changing all rows in batches, in a table whose one index is its key.
    pub backfill: Rate,
    /// The same for each index more.
    pub backfill_index: Rate,
}

/// What a row and a byte cost. The time is rows ÷ rows a second + bytes ÷ bytes a second; what is none costs nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// Rows a second, whatever their size.
    pub rows_per_second: Option<u64>,
    /// Bytes a second.
    pub bytes_per_second: Option<u64>,
}

impl DatabaseStats {
    /// The size of a table.
    pub fn table(&self, name: &QualifiedName) -> Option<&TableStats> {
        let namespace = name.namespace.as_ref().map(|namespace| namespace.as_str());
        let is_it =
            |table: &&TableStats| table.name == name.name.as_str() && table.namespace.as_deref() == namespace;
        self.tables.iter().find(is_it)
    }
}

impl TableStats {
    /// Its name in messages.
    pub fn shown(&self) -> String {
        match &self.namespace {
            Some(namespace) if namespace != "public" => format!("{namespace}.{}", self.name),
            Some(_) | None => self.name.clone(),
        }
    }

    /// The bytes of all that its rows hold.
    pub const fn all_bytes(&self) -> u64 {
        self.bytes.saturating_add(self.toast_bytes)
    }
}
