//! The scratch databases of this process that are still there, so that an interrupt drops all of them.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::error::IntrospectError;

/// What is needed to drop each.
pub(super) struct Live<K: 'static> {
    state: Mutex<State<K>>,
    changed: Condvar,
}

struct State<K> {
    keys: Vec<K>,
    /// How many are being made at this moment.
    making: usize,
    /// The process ends.
    ends: bool,
}

/// How long an interrupt waits for a database that is being made, which the server does not break off.
const PATIENCE: Duration = Duration::from_secs(10);

impl<K: Clone + PartialEq> Live<K> {
    pub(super) const fn new() -> Self {
        let state = State { keys: Vec::new(), making: 0, ends: false };
        Self { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// Takes note of one that is made while the guard lives.
    ///
    /// # Errors
    /// When the process ends.
    pub(super) fn make(&'static self, key: &K) -> Result<Making<K>, IntrospectError> {
        let mut state = self.lock();
        if state.ends {
            return Err(IntrospectError::Query {
                what: "the scratch database".to_owned(),
                message: "it is gone".to_owned(),
            });
        }
        if !state.keys.contains(key) {
            state.keys.push(key.clone());
        }
        state.making += 1;
        Ok(Making { live: self })
    }

    /// One that is gone.
    pub(super) fn forget(&self, key: &K) {
        self.lock().keys.retain(|other| other != key);
    }

    /// All of them, once none is being made any more. No other one will be.
    pub(super) fn end(&self) -> Vec<K> {
        let mut state = self.lock();
        state.ends = true;
        let waited = self.changed.wait_timeout_while(state, PATIENCE, |state| state.making > 0);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut state.keys)
    }

    fn lock(&self) -> MutexGuard<'_, State<K>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// While it lives, a database is being made.
pub(super) struct Making<K: 'static> {
    live: &'static Live<K>,
}

impl<K> Drop for Making<K> {
    fn drop(&mut self) {
        self.live.state.lock().unwrap_or_else(PoisonError::into_inner).making -= 1;
        self.live.changed.notify_all();
    }
}
