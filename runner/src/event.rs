//! What is told while migrations run.

use std::time::Duration;

use autogen_migration_files::Migration;

/// What happens while running.
#[derive(Debug)]
pub enum Event<'a> {
    /// A migration starts.
    Started(&'a Migration),
    /// A migration gave way to others, was rolled back, and is tried again after a pause.
    Waiting(&'a Migration, &'a str),
    /// Something else has changed the schema since the last upgrade, and that is no hindrance.
    DriftAllowed,
    /// Everything is applied, but the schema that it led to can't be read, so drift from here on is not seen.
    NotRecorded(&'a str),
    /// A migration is done.
    Finished(&'a Migration, Duration),
}
