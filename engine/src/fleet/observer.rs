//! What goes on in one database of a fleet, told with its name.

use std::sync::{Arc, Mutex, PoisonError};

use crate::observer::{Event, Observer, Question};

/// The answer that holds for the whole fleet, once it was asked for.
#[derive(Debug, Default)]
pub(super) struct Answer(Mutex<Option<Option<bool>>>);

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

    /// One answer is that for all databases: nobody answers a thousand times.
    fn ask(&self, question: &Question<'_>) -> Option<bool> {
        let mut answer = self.answer.0.lock().unwrap_or_else(PoisonError::into_inner);
        *answer.get_or_insert_with(|| match *question {
            Question::LoseData { database: _, places } => {
                self.inner.ask(&Question::LoseData { database: &self.fleet, places })
            }
            Question::IsRename(_) | Question::DropAll { .. } => self.inner.ask(question),
        })
    }
}
