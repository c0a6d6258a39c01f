//! Trying again what gave way to others: with longer and longer pauses, no two alike, until the time is over.

use std::time::{Duration, Instant};

use autogen_migration_files::Migration;

use crate::event::Event;
use crate::options::RunOptions;

/// A try holds others up for a second at most, so that many short pauses cost nobody anything.
const LONGEST_PAUSE: Duration = Duration::from_secs(4);

/// A row of tries.
pub(crate) struct Retry {
    start: Instant,
    pause: Duration,
    budget: Duration,
}

impl Retry {
    pub(crate) fn new(options: &RunOptions<'_>) -> Self {
        Self { start: Instant::now(), pause: Duration::from_millis(500), budget: options.lock_budget }
    }

    /// How long it has been tried.
    pub(crate) fn waited(&self) -> Duration {
        self.start.elapsed()
    }

    /// Waits for the next try and says so; false when there is no time for one.
    pub(crate) fn again(&mut self, options: &RunOptions<'_>, migration: &Migration, message: &str) -> bool {
        if self.waited() + self.pause > self.budget {
            return false;
        }
        options.on_event.iter().for_each(|on_event| on_event(&Event::Waiting(migration, message)));
        let jitter = u64::from(self.start.elapsed().subsec_micros() % 250);
        std::thread::sleep(self.pause + Duration::from_millis(jitter));
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
        true
    }
}
