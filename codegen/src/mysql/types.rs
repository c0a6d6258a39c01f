//! Which types hold all values of another.

use autogen_diff_core::model::Column;
use autogen_sql_text::{Dialect, LexemeKind, lexemes};

/// Whether every value of a MySQL type fits into another one.
pub(crate) fn widens(from: &str, to: &str) -> bool {
    const INTEGERS: [&str; 5] = ["tinyint", "smallint", "mediumint", "int", "bigint"];
    const TEXTS: [&str; 6] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext"];
    let base = |text: &str| text.split(['(', ' ']).next().unwrap_or_default().to_owned();
    let length = |text: &str| -> Option<u32> { text.split_once('(')?.1.split(')').next()?.parse().ok() };
    let place = |list: &[&str], text: &str| list.iter().position(|word| *word == base(text));
    let unsigned = |text: &str| text.ends_with(" unsigned");
    if let (Some(old), Some(new)) = (labels(from), labels(to)) {
        return base(from) == base(to) && old.iter().all(|label| new.contains(label));
    }
    if let (Some((a, b)), Some((c, d))) = (decimal(from), decimal(to)) {
        return unsigned(from) == unsigned(to) && a.saturating_sub(b) <= c.saturating_sub(d) && b <= d;
    }
    if let (Some(a), Some(b)) = (place(&INTEGERS, from), place(&INTEGERS, to)) {
        return (a <= b && unsigned(from) == unsigned(to)) || (a < b && unsigned(from));
    }
    match (place(&TEXTS, from), place(&TEXTS, to)) {
        (Some(a), Some(b)) if a > 1 => a <= b,
        // The longest varchar fits into text, not into tinytext.
        (Some(_), Some(b)) if b > 1 => b > 2,
        (Some(_), Some(_)) => length(from) <= length(to),
        _ => false,
    }
}

/// The digits of `decimal(10,2)`, all and behind the point.
fn decimal(text: &str) -> Option<(u32, u32)> {
    let (all, behind) = text.strip_prefix("decimal(")?.split(')').next()?.split_once(',')?;
    Some((all.parse().ok()?, behind.parse().ok()?))
}

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
    use super::{appends, widens};

    #[test]
    fn labels_are_appended_or_not() {
        assert!(appends("enum('a','b,''c')", "enum('a','b,''c','d')"));
        assert!(!appends("enum('a','b')", "enum('a','c','b')"));
        assert!(widens("enum('a','b')", "enum('a','c','b')"));
        assert!(!widens("enum('a','b')", "enum('a')"));
        assert!(!appends("set('1','2','3','4','5','6','7','8')", "set('1','2','3','4','5','6','7','8','9')"));
    }

    #[test]
    fn only_what_always_fits_widens() {
        for (from, to) in [
            ("int(11)", "bigint(20)"),
            ("int(10) unsigned", "bigint(20)"),
            ("varchar(300)", "text"),
            ("decimal(10,2)", "decimal(12,3)"),
        ] {
            assert!(widens(from, to), "{from} to {to}");
        }
        for (from, to) in [
            ("bigint(20)", "int(11)"),
            ("int(11)", "int(11) unsigned"),
            ("varchar(300)", "tinytext"),
            ("decimal(10,2)", "decimal(10,3)"),
        ] {
            assert!(!widens(from, to), "{from} to {to}");
        }
    }
}
