//! How far something is that takes its time.

use crate::observer::{Activity, Event, Observer};

/// What is going on; its end is told when the value goes out of scope.
pub(crate) struct Progress<'a> {
    observer: &'a dyn Observer,
}

impl<'a> Progress<'a> {
    /// Begins something of so many steps.
    pub(crate) fn of(observer: &'a dyn Observer, activity: Activity, steps: usize) -> Self {
        observer.tell(&Event::Began(activity, steps));
        Self { observer }
    }

    /// Says what is done now.
    pub(crate) fn step(&self, what: &str) {
        self.observer.tell(&Event::Step(what));
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        self.observer.tell(&Event::Ended);
    }
}
