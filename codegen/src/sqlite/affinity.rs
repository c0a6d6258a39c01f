//! What SQLite makes of a declared type.

/// The affinity of a declared type (sqlite.org/datatype3.html#determination_of_column_affinity).
pub(crate) fn affinity(data_type: &str) -> &'static str {
    let upper = data_type.to_ascii_uppercase();
    let has = |part: &str| upper.contains(part);
    if has("INT") {
        "INTEGER"
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        "TEXT"
    } else if has("BLOB") || upper.is_empty() {
        "BLOB"
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        "REAL"
    } else {
        "NUMERIC"
    }
}
