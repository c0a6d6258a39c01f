//! The file of sizes and rates, which is read where there is no database.

use std::path::{Path, PathBuf};

use autogen_diff_core::stats::{DatabaseStats, STATS_VERSION};
use autogen_migration_files::write_atomic;
use autogen_runner::RunError;
use jiff::{Timestamp, Unit};
use serde::Deserialize;

use crate::error::Error;

/// The file's usual name, beside `autogen.toml`.
pub const STATS_FILE: &str = "stats.json";

/// How many days the sizes of a database are believed without a word.
const DAYS: i64 = 30;

/// The text of the file.
///
/// # Errors
/// When it can't be written as JSON.
pub fn to_text(stats: &DatabaseStats) -> Result<String, std::io::Error> {
    Ok(serde_json::to_string_pretty(stats)? + "\n")
}

/// Writes the file.
///
/// # Errors
/// When it can't be written.
pub fn write_stats(path: &Path, stats: &DatabaseStats) -> Result<(), Error> {
    Ok(write_atomic(path, &to_text(stats)?).map_err(RunError::from)?)
}

/// The present moment, to the second.
pub(crate) fn now() -> String {
    let now = Timestamp::now();
    now.round(Unit::Second).unwrap_or(now).to_string()
}

/// The file's number alone, which is looked at first.
#[derive(Deserialize)]
struct Numbered {
    version: u32,
}

/// What a file of stats says, and what is to be said of it.
#[derive(Debug, Default)]
pub(crate) struct StatsFile {
    /// Its content; none where there is no file, or none that can be read.
    pub(crate) stats: Option<DatabaseStats>,
    /// What is to be said.
    pub(crate) note: Option<StatsNote>,
}

/// What is to be said of a file of stats.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StatsNote {
    /// It was taken so many days ago, which is long.
    Old {
        /// The file.
        path: PathBuf,
        /// How many days.
        days: i64,
    },
    /// It can't be read, and nothing is estimated.
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        message: String,
    },
}

impl StatsFile {
    /// Reads a file.
    pub(crate) fn read(path: PathBuf) -> Self {
        match parsed(&path) {
            Ok((stats, taken)) => {
                let days = Timestamp::now().duration_since(taken).as_hours() / 24;
                let note = (days > DAYS).then_some(StatsNote::Old { path, days });
                Self { stats: Some(stats), note }
            }
            Err(message) => Self { stats: None, note: Some(StatsNote::Unreadable { path, message }) },
        }
    }
}

/// The content of a file, and when it was taken.
fn parsed(path: &Path) -> Result<(DatabaseStats, Timestamp), String> {
    // The path stands before the message already.
    let text = std::fs::read_to_string(path).map_err(|error| error.to_string())?;
    let Numbered { version } = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    if version != STATS_VERSION {
        return Err(format!("its version is {version}, and this autogen reads {STATS_VERSION}"));
    }
    let stats: DatabaseStats = serde_json::from_str(&text).map_err(|error| error.to_string())?;
    let taken = stats.taken_at.parse().map_err(|error| format!("taken_at: {error}"))?;
    Ok((stats, taken))
}
