//! A message to the user as a value. Printing it is the command line's work.

use crate::object::ObjectId;

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For those who ask for more (`-v`).
    Detail,
    /// Good to know.
    Note,
    /// To be looked at.
    Warning,
}

/// A message with the object it is about and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// The object it is about, if it is about one.
    pub subject: Option<ObjectId>,
    /// One sentence.
    pub message: String,
    /// The next thing to do, if there is one.
    pub help: Option<String>,
}
