//! What a statement locks, seen from the session that runs it.

use autogen_diff_core::lock::TakenLock;

use super::PostgresScratch;
use crate::error::IntrospectError;
use crate::postgres::SeenLocks;
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
        let taken = SeenLocks::of(self.runner()).map(|after| after.taken_since(&before));
        self.execute("COMMIT")?;
        Ok(taken.ok().filter(|_| is_seen))
    }
}
