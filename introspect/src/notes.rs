//! What was noticed while catalogs were read, kept until somebody tells it: once, however many databases were read.

use std::sync::{Mutex, PoisonError};

use autogen_diff_core::diagnostic::Diagnostic;
#[cfg(feature = "postgres")]
use autogen_diff_core::diagnostic::Severity;

static NOTES: Mutex<Vec<Diagnostic>> = Mutex::new(Vec::new());

/// Keeps a note, unless it is there already.
#[cfg(feature = "postgres")]
pub(crate) fn note(severity: Severity, message: String) {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner);
    if !notes.iter().any(|note| note.message == message) {
        notes.push(Diagnostic { severity, subject: None, message, help: None });
    }
}

/// All notes of this process, in the order of their texts, since databases are read side by side.
pub fn all() -> Vec<Diagnostic> {
    let mut notes = NOTES.lock().unwrap_or_else(PoisonError::into_inner).clone();
    notes.sort_by(|a, b| a.message.cmp(&b.message));
    notes
}
