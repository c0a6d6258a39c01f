//! A scratch database that is made while something else is done: on a server that takes as long as reading a small schema.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use autogen_introspect::{IntrospectError, Scratch, ScratchOptions};

use crate::joined::Joined as _;

/// The one that is being made, if one is. It is gone from the server when this goes.
#[derive(Default)]
pub(crate) struct ScratchAhead(Mutex<Option<Making>>);

struct Making {
    options: ScratchOptions,
    thread: JoinHandle<Result<Scratch, IntrospectError>>,
}

impl ScratchAhead {
    /// Begins with a scratch database that will be asked for in a moment.
    pub(crate) fn begin(&self, options: &ScratchOptions) {
        let mut held = self.held();
        if held.is_none() {
            let own = options.clone();
            let thread = thread::spawn(move || Scratch::create(&own));
            *held = Some(Making { options: options.clone(), thread });
        }
    }

    /// The one that is being made, if it is of this kind, or else another one.
    ///
    /// # Errors
    /// When the server does not allow it.
    pub(crate) fn take_or_create(&self, options: &ScratchOptions) -> Result<Scratch, IntrospectError> {
        let making = self.held().take_if(|making| making.options == *options);
        match making {
            Some(Making { thread, .. }) => thread.joined(),
            None => Scratch::create(options),
        }
    }

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
