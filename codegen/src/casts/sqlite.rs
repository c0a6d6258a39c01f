//! SQLite's casts: what another affinity does to values when the table is made anew.

use super::Cast;
use crate::sqlite::Affinity;

/// What the change from one affinity to another does. Any column holds any value, so that BLOB, which converts
/// nothing, keeps all (sqlite.org/datatype3.html#type_affinity).
pub(crate) const fn cast(from: Affinity, to: Affinity) -> Cast {
    use Affinity::{Blob, Integer, Numeric, Real, Text};
    match (from, to) {
        (Integer | Text | Blob | Real | Numeric, Blob)
        | (Integer, Integer | Text | Numeric)
        | (Text, Text)
        | (Real, Text | Real | Integer | Numeric)
        | (Numeric, Text | Numeric | Integer) => Cast::Exact,
        // '007' becomes 7, and 7 '7'.
        (Text | Blob, Integer | Real | Numeric)
        | (Blob, Text)
        // A whole number keeps 53 bits.
        | (Integer | Numeric, Real) => Cast::Loses,
    }
}

/// What a cast that loses does to a value.
pub(crate) const fn loss(to: Affinity) -> &'static str {
    match to {
        Affinity::Text => "numbers become their text",
        Affinity::Real => {
            "a whole number above 2^53 is rounded, and text that looks like a number becomes one: '007' becomes 7.0"
        }
        Affinity::Integer | Affinity::Numeric | Affinity::Blob => {
            "text that looks like a number becomes one: '007' becomes 7"
        }
    }
}
