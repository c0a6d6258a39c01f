//! A sequence (`pg_sequence`) and the options that identity columns share with it.

use serde::{Deserialize, Serialize};

use crate::name::{Ident, QualifiedName};

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
        let (lowest, highest) = match data_type {
            "smallint" => (i64::from(i16::MIN), i64::from(i16::MAX)),
            "integer" => (i64::from(i32::MIN), i64::from(i32::MAX)),
            _ => (i64::MIN, i64::MAX),
        };
        let (min_value, max_value) = if increment > 0 { (1, highest) } else { (lowest, -1) };
        let start = if increment > 0 { min_value } else { max_value };
        Self { start, increment, min_value, max_value, cache: 1, cycle: false }
    }
}
