//! A session that reads the project's database and that nobody asks right now.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::connection::AnyConnection;

/// How long a session may be idle. A firewall that forgot an older one would have its next question wait for minutes.
const IDLE: Duration = Duration::from_secs(60);

/// The session that nobody asks right now, and since when. Two questions at once take one each, and one of the two stays.
#[derive(Default)]
pub(crate) struct IdleSession(Mutex<Option<(AnyConnection, Instant)>>);

impl IdleSession {
    /// Ends the session that nobody asks.
    pub(crate) fn end(&self) {
        drop(self.take());
    }

    /// Takes it, unless it was idle for too long.
    pub(crate) fn take(&self) -> Option<AnyConnection> {
        let idle = self.idle().take();
        idle.filter(|(_, since)| since.elapsed() < IDLE).map(|(connection, _)| connection)
    }

    /// Keeps a session for who asks next.
    pub(crate) fn give_back(&self, connection: AnyConnection) {
        *self.idle() = Some((connection, Instant::now()));
    }

    fn idle(&self) -> MutexGuard<'_, Option<(AnyConnection, Instant)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
