//! How long applied migrations took, beside how long they were estimated to take. What is noted here hinders no upgrade.

use std::collections::BTreeMap;
use std::time::Duration;

use autogen_migration_files::{Migration, Takes};

use crate::backend::Backend;
use crate::change::Change;
use crate::error::RunError;
use crate::tables::{OwnTable, TimingRow};

/// How long an applied migration took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// How long it took.
    pub took: Duration,
    /// How long its header said that it would take when it ran.
    pub estimate: Option<Takes>,
}

/// The timings of the applied migrations, by version; those that ran before there were timings have none.
///
/// # Errors
/// When the database can't be read.
pub fn timings<C: Backend>(connection: &mut C) -> Result<BTreeMap<String, Timing>, RunError> {
    if !connection.has_table(OwnTable::History)? || !connection.has_timings()? {
        return Ok(BTreeMap::new());
    }
    let rows = connection.timing_rows()?.into_iter().map(|TimingRow { version, took_ms, estimate }| {
        let took = Duration::from_millis(u64::try_from(took_ms).unwrap_or_default());
        (version, Timing { took, estimate: estimate.as_deref().and_then(Takes::parse) })
    });
    Ok(rows.collect())
}

/// Adds the columns to a table from before there were timings, if that is quickly done.
pub(crate) fn set_up<C: Backend>(connection: &mut C) {
    if connection.has_timings().is_ok_and(|has_timings| !has_timings) {
        // Another role may own the table, and another upgrader may have been faster.
        let _ = connection.add_timings();
    }
}

/// Notes how long a migration took that was just applied.
pub(crate) fn note<C: Backend>(connection: &mut C, migration: &Migration, took: Duration) {
    let change = Change::UpdateTiming {
        version: migration.version.clone(),
        took_ms: i32::try_from(took.as_millis()).unwrap_or(i32::MAX),
        estimate: migration.takes().map(|takes| takes.to_string()),
    };
    if connection.has_timings().unwrap_or(false) {
        // It is applied; that nobody will know how long it took is no failure.
        let _ = connection.change(&change);
    }
}
