//! A scratch database that is made while something else is done: on a server that takes as long as reading a small schema.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use autogen_introspect::{IntrospectError, Scratch, ScratchOptions};

use crate::project::Project;

/// The one that is being made, if one is. It is gone from the server when this goes.
#[derive(Default)]
pub(crate) struct ScratchAhead(Mutex<Option<Making>>);

struct Making {
    options: ScratchOptions,
    thread: JoinHandle<Result<Scratch, IntrospectError>>,
}

impl ScratchAhead {
    fn held(&self) -> MutexGuard<'_, Option<Making>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for ScratchAhead {
    fn drop(&mut self) {
        if let Some(making) = self.held().take() {
            // A database that could not be made was not asked for either.
            let _ = making.thread.join();
        }
    }
}

impl Project {
    /// Begins with a scratch database that will be asked for in a moment.
    pub(crate) fn make_scratch_ahead(&self, options: &ScratchOptions) {
        let mut held = self.scratch_ahead.held();
        if held.is_none() {
            let own = options.clone();
            let thread = thread::spawn(move || Scratch::create(&own));
            *held = Some(Making { options: options.clone(), thread });
        }
    }

    /// An empty scratch database.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub(crate) fn new_scratch(&self, options: &ScratchOptions) -> Result<Scratch, IntrospectError> {
        let made = self.scratch_ahead.held().take_if(|making| making.options == *options);
        match made {
            Some(Making { thread, .. }) => {
                thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
            }
            None => Scratch::create(options),
        }
    }
}
