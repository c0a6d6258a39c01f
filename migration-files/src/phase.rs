//! The part of a change that a migration is, as programs of two releases see it.

use std::fmt;

/// Whether programs of the release before live with a migration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Programs of both releases do: it comes before the new ones.
    Expand,
    /// Only those of the new release do: it waits until no other ones run.
    Contract,
}

impl Phase {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Expand, Self::Contract];

    /// The word in a header and on a command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Expand => "expand",
            Self::Contract => "contract",
        }
    }

    /// Reads the word.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|phase| phase.word() == text)
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
