//! What goes on in one database of a fleet, told with its name.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::observer::{Event, Observer, Question};

/// What was answered for the whole fleet.
#[derive(Debug, Default)]
pub(super) struct Answer(Mutex<Answered>);

#[derive(Debug, Default)]
struct Answered {
    /// The last answer.
    answer: Option<bool>,
    /// The losses that it was given for.
    places: BTreeSet<String>,
}

/// Tells and asks for one database of a fleet.
pub(super) struct MemberObserver {
    /// The database's name.
    pub(super) name: String,
    /// Which fleet it is of, in words.
    pub(super) fleet: String,
    /// Who hears it.
    pub(super) inner: Arc<dyn Observer>,
    /// What was answered.
    pub(super) answer: Arc<Answer>,
}

impl Observer for MemberObserver {
    fn tell(&self, event: &Event<'_>) {
        self.inner.tell(&Event::InFleet(&self.name, event));
    }

    /// An answer holds for all databases, as far as it was about what they lose: nobody answers a thousand times, and nobody
    /// permits what was not shown.
    fn ask(&self, question: &Question<'_>) -> Option<bool> {
        let Question::LoseData { database: _, places } = *question else { return self.inner.ask(question) };
        let mut answered = self.answer.0.lock().unwrap_or_else(PoisonError::into_inner);
        let new: Vec<String> =
            places.iter().filter(|place| !answered.places.contains(*place)).cloned().collect();
        if !new.is_empty() && answered.answer != Some(false) {
            answered.answer = self.inner.ask(&Question::LoseData { database: &self.fleet, places: &new });
            answered.places.extend(new);
        }
        answered.answer
    }
}
