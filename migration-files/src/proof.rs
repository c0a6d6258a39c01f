//! How a migration was proven before it was written.

use std::fmt;

const WHOLE: &str = "up, down, up";
const PART: &str = "up, down, up in part: ";
const NOT: &str = "no";

/// How a migration was proven, as its header says: `up, down, up`, also `in part: 7 of 1012 objects`, or `no`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// It did not run.
    #[default]
    Not,
    /// It ran up, down and up on the whole schema.
    Whole,
    /// It ran so on the objects that it can touch, and those that they lean on.
    Part {
        /// How many those were.
        objects: usize,
        /// How many the schema has.
        of: usize,
    },
}

impl Proof {
    /// Reads what a header says; what is none of it is no proof.
    pub(crate) fn parse(text: &str) -> Self {
        let part = || {
            let (objects, of) = text.strip_prefix(PART)?.strip_suffix(" objects")?.split_once(" of ")?;
            Some(Self::Part { objects: objects.parse().ok()?, of: of.parse().ok()? })
        };
        if text == WHOLE { Self::Whole } else { part().unwrap_or_default() }
    }
}

impl fmt::Display for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Not => f.write_str(NOT),
            Self::Whole => f.write_str(WHOLE),
            Self::Part { objects, of } => write!(f, "{PART}{objects} of {of} objects"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_read_as_it_was_written() {
        for proof in [Proof::Not, Proof::Whole, Proof::Part { objects: 7, of: 1012 }] {
            assert_eq!(Proof::parse(&proof.to_string()), proof);
        }
        assert_eq!(Proof::parse("up, down, up in part: some"), Proof::Not);
    }
}
