//! What a statement locks, seen from the session that runs it.

use autogen_diff_core::lock::{Lock, LockDifference, TakenLock};

use super::PostgresScratch;
use crate::error::IntrospectError;
use crate::postgres::{LockWatch, SeenLocks};
use crate::scratch::ServerFailure;

impl PostgresScratch {
    /// Runs one statement in a transaction of its own, and looks at what it locked. Of what can't run so is seen only what it
    /// rewrote.
    pub(in crate::scratch) fn execute_watched(
        &mut self,
        statement: &str,
    ) -> Result<Option<Vec<TakenLock>>, ServerFailure> {
        let failed = |error: IntrospectError| ServerFailure::new(error.to_string());
        self.execute("BEGIN")?;
        let before = SeenLocks::of(self.runner()).map_err(failed)?;
        if self.execute(statement).is_err() {
            // What is wrong with it shows when it runs by itself, too.
            self.execute("ROLLBACK")?;
            self.execute(statement)?;
            let after = SeenLocks::of(self.runner()).map_err(failed)?;
            return Ok(Some(after.rewritten_since(&before)).filter(|taken| !taken.is_empty()));
        }
        // What the server's own role ran was in another session.
        let is_seen =
            self.confined.is_none() || self.transaction.as_ref().is_some_and(|done| !done.is_empty());
        let taken = SeenLocks::of_locked(self.runner()).map(|after| after.taken_since(&before));
        self.execute("COMMIT")?;
        Ok(taken.ok().filter(|_| is_seen))
    }

    /// Begins to look at what the open transaction locks.
    pub(in crate::scratch) fn watch_locks(&mut self) {
        self.lock_watch = SeenLocks::of(self.runner()).ok().map(LockWatch::begin);
    }

    /// What is otherwise than declared since the last look; nothing once a part of it ran in another session.
    pub(in crate::scratch) fn lock_differences(&mut self, declared: &[Lock]) -> Vec<LockDifference> {
        let Some(mut watch) = self.lock_watch.take() else { return Vec::new() };
        let Ok(after) = SeenLocks::of_locked(self.runner()) else { return Vec::new() };
        let differences = watch.step(declared, after);
        self.lock_watch = Some(watch);
        differences
    }
}
