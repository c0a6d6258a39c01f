//! Types of columns: which have a value for rows that are there, and which are changed in the catalog only.

use autogen_diff_core::model::Column;
use autogen_sql_text::{Dialect, LexemeKind, lexemes};

/// Whether the server has a value for rows that are there when a column that must hold one is added.
/// There is no date 0 while `sql_mode` is strict, and no place without coordinates.
pub(crate) fn has_implicit_value(column: &Column) -> bool {
    const NONE: [&str; 12] = [
        "date",
        "datetime",
        "timestamp",
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multilinestring",
        "multipolygon",
        "geomcollection",
        "geometrycollection",
    ];
    let base = column.data_type.split(['(', ' ']).next().unwrap_or_default();
    !NONE.contains(&base)
}

/// Whether a type is an ENUM or SET that only gets labels behind those that it has, and is stored
/// in as many bytes.
pub(super) fn appends(from: &str, to: &str) -> bool {
    let bytes = |text: &str, count: usize| match (text.starts_with("enum("), count) {
        (true, 0..=255) => 1,
        (true, _) => 2,
        (false, 33..) => 8,
        (false, _) => count.div_ceil(8),
    };
    match (labels(from), labels(to)) {
        (Some(old), Some(new)) => {
            from[..4] == to[..4] && new.starts_with(&old) && bytes(from, old.len()) == bytes(to, new.len())
        }
        (Some(_) | None, _) => false,
    }
}

/// The labels of `enum('a','b')` or `set('a','b')`, as they are written.
fn labels(text: &str) -> Option<Vec<&str>> {
    if !text.starts_with("enum(") && !text.starts_with("set(") {
        return None;
    }
    let labels =
        lexemes(Dialect::Mysql, text).into_iter().filter(|lexeme| matches!(lexeme.kind, LexemeKind::Text(_)));
    Some(labels.map(|label| &text[label.span]).collect())
}

#[cfg(test)]
mod tests {
    use super::appends;

    #[test]
    fn labels_are_appended_or_not() {
        assert!(appends("enum('a','b,''c')", "enum('a','b,''c','d')"));
        assert!(!appends("enum('a','b')", "enum('a','c','b')"));
        assert!(!appends("set('1','2','3','4','5','6','7','8')", "set('1','2','3','4','5','6','7','8','9')"));
    }
}
