//! What SQLite makes of a declared type.

/// What a column prefers to store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Affinity {
    /// Whole numbers where text is one.
    Integer,
    /// Text instead of numbers.
    Text,
    /// Whatever it gets.
    Blob,
    /// Floating point numbers.
    Real,
    /// Numbers where text is one.
    Numeric,
}

impl Affinity {
    /// The affinity of a declared type (sqlite.org/datatype3.html#determination_of_column_affinity).
    pub(crate) fn of(data_type: &str) -> Self {
        let upper = data_type.to_ascii_uppercase();
        let has = |part: &str| upper.contains(part);
        if has("INT") {
            Self::Integer
        } else if has("CHAR") || has("CLOB") || has("TEXT") {
            Self::Text
        } else if has("BLOB") || upper.is_empty() {
            Self::Blob
        } else if has("REAL") || has("FLOA") || has("DOUB") {
            Self::Real
        } else {
            Self::Numeric
        }
    }
}
