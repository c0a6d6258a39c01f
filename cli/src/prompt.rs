//! Questions on a terminal.

use std::io::IsTerminal as _;

use crate::output::escape;

/// Whether there is somebody to ask.
pub(crate) fn is_possible() -> bool {
    std::io::stdin().is_terminal() && std::io::stderr().is_terminal()
}

/// Asks; no is the usual answer.
pub(crate) fn is_confirmed(question: &str) -> bool {
    dialoguer::Confirm::new().with_prompt(escape(question)).default(false).interact().unwrap_or(false)
}
