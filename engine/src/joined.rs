//! What a thread beside this one has found.

use std::thread::{JoinHandle, ScopedJoinHandle};

/// A thread that can be waited for.
pub(crate) trait Joined<T> {
    /// Its result; its panic goes on here.
    fn joined(self) -> T;
}

impl<T> Joined<T> for ScopedJoinHandle<'_, T> {
    fn joined(self) -> T {
        self.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl<T> Joined<T> for JoinHandle<T> {
    fn joined(self) -> T {
        self.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}
