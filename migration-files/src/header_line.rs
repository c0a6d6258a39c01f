//! The lines of a header behind its message: one kind of line is read and written here and nowhere else.

use std::fmt;

use crate::header_text::{escape_text, escape_word, unescape};
use crate::phase::Phase;
use crate::proof::Proof;
use crate::takes::Takes;

/// The schema before and after a migration's file, as fingerprints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprints {
    /// Before it runs.
    pub before: String,
    /// After it ran.
    pub after: String,
}

/// A line of a header.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum HeaderLine {
    /// The version, and those that it comes after.
    Revision { version: String, parents: Vec<String> },
    /// Versions in whose place the migration stands.
    Replaces(Vec<String>),
    /// The schema before and after.
    Schema(Fingerprints),
    /// Whether programs of the release before live with it.
    Phase(Phase),
    /// How it ran up, down and up in a scratch database.
    Proven(Proof),
    /// That it may run again after it was stopped anywhere.
    Restartable,
    /// How long it was estimated to take.
    Takes(Takes),
    /// What a reviewer must know.
    Note(String),
    /// The fingerprint of the statements that were planned.
    Planned(String),
}

const REVISION: &str = "-- revision ";
const REPLACES: &str = "-- replaces ";
const SCHEMA: &str = "-- schema   ";
const PHASE: &str = "-- phase    ";
const PROVEN: &str = "-- proven   ";
const RESTARTABLE: &str = "-- restart  any number of times";
const TAKES: &str = "-- takes    ";
const NOTE: &str = "-- note     ";
const PLANNED: &str = "-- planned  ";

const FIRST: &str = "the first";
const AFTER: &str = "after ";
const ARROW: &str = " -> ";

impl HeaderLine {
    /// Reads a line without its end; another comment is none.
    pub(crate) fn read(line: &str) -> Option<Self> {
        if let Some(revision) = line.strip_prefix(REVISION) {
            let (version, place) = revision.trim_end().split_once(", ")?;
            let parents = match place {
                FIRST => Vec::new(),
                place => words(place.strip_prefix(AFTER)?),
            };
            return Some(Self::Revision { version: word(version), parents });
        }
        if let Some(schema) = line.strip_prefix(SCHEMA) {
            let (before, after) = schema.split_once(ARROW)?;
            return Some(Self::Schema(Fingerprints { before: word(before), after: word(after) }));
        }
        let replaces = line.strip_prefix(REPLACES).map(|list| Self::Replaces(words(list)));
        replaces
            .or_else(|| line.strip_prefix(PROVEN).map(|how| Self::Proven(Proof::parse(how.trim()))))
            .or_else(|| {
                line.strip_prefix(PHASE).and_then(|phase| Phase::parse(phase.trim())).map(Self::Phase)
            })
            .or_else(|| (line.trim_end() == RESTARTABLE).then_some(Self::Restartable))
            .or_else(|| {
                line.strip_prefix(TAKES).and_then(|takes| Takes::parse(takes.trim())).map(Self::Takes)
            })
            .or_else(|| line.strip_prefix(NOTE).map(|note| Self::Note(unescape(note))))
            .or_else(|| line.strip_prefix(PLANNED).map(|planned| Self::Planned(word(planned))))
    }
}

impl fmt::Display for HeaderLine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Revision { version, parents } if parents.is_empty() => {
                write!(f, "{REVISION}{}, {FIRST}", escape_word(version))
            }
            Self::Revision { version, parents } => {
                write!(f, "{REVISION}{}, {AFTER}{}", escape_word(version), list(parents))
            }
            Self::Replaces(versions) => write!(f, "{REPLACES}{}", list(versions)),
            Self::Schema(Fingerprints { before, after }) => {
                write!(f, "{SCHEMA}{}{ARROW}{}", escape_word(before), escape_word(after))
            }
            Self::Phase(phase) => write!(f, "{PHASE}{phase}"),
            Self::Proven(proof) => write!(f, "{PROVEN}{proof}"),
            Self::Restartable => f.write_str(RESTARTABLE),
            Self::Takes(takes) => write!(f, "{TAKES}{takes}"),
            Self::Note(note) => write!(f, "{NOTE}{}", escape_text(note)),
            Self::Planned(fingerprint) => write!(f, "{PLANNED}{}", escape_word(fingerprint)),
        }
    }
}

fn list(words: &[String]) -> String {
    words.iter().map(|word| escape_word(word)).collect::<Vec<_>>().join(", ")
}

fn words(list: &str) -> Vec<String> {
    list.split(',').map(word).collect()
}

fn word(text: &str) -> String {
    unescape(text.trim())
}
