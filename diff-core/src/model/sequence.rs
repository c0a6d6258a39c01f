//! A sequence (`pg_sequence`) and the options that identity columns share with it.

use serde::{Deserialize, Serialize};

use crate::name::{Ident, QualifiedName};
use crate::pair::Pair;

/// A sequence that is an object of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sequence {
    /// Its name.
    pub name: QualifiedName,
    /// `smallint`, `integer` or `bigint`.
    pub data_type: String,
    /// Its numbers.
    pub options: SequenceOptions,
    /// Unlogged sequences exist since PostgreSQL 15.
    pub unlogged: bool,
    /// The column that it goes with (`OWNED BY`).
    pub owned_by: Option<(QualifiedName, Ident)>,
}

/// Start, step and limits of a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SequenceOptions {
    /// First value.
    pub start: i64,
    /// Step.
    pub increment: i64,
    /// Smallest value.
    pub min_value: i64,
    /// Largest value.
    pub max_value: i64,
    /// Values fetched at once per session.
    pub cache: i64,
    /// Whether it starts again at the end.
    pub cycle: bool,
}

impl SequenceOptions {
    /// What the server fills in when nothing is said, for a type and a direction.
    pub fn defaults(data_type: &str, increment: i64) -> Self {
        let (lowest, highest) = range(data_type);
        let (min_value, max_value) = if increment > 0 { (1, highest) } else { (lowest, -1) };
        let start = if increment > 0 { min_value } else { max_value };
        Self { start, increment, min_value, max_value, cache: 1, cycle: false }
    }

    /// What is left when the type changes: a bound that is the old type's own becomes the new type's
    /// (PostgreSQL, `sequence.c`: `init_params`).
    #[must_use]
    pub fn retyped(&self, types: Pair<&str>) -> Self {
        let Pair { from, to } = types.map(range);
        let follows = |bound: i64, from: i64, to: i64| if bound == from { to } else { bound };
        Self {
            min_value: follows(self.min_value, from.0, to.0),
            max_value: follows(self.max_value, from.1, to.1),
            ..self.clone()
        }
    }
}

/// The smallest and the largest number of a sequence's type.
fn range(data_type: &str) -> (i64, i64) {
    match data_type {
        "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
        "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    }
}
