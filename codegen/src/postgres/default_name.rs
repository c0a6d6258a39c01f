//! The names that the server gives to what nobody named: `makeObjectName` and `ChooseIndexNameAddition` of its
//! sources (`commands/indexcmds.c`). A digit that it puts behind one which is taken is not foreseen.

use autogen_diff_core::Ident;

/// The longest name in bytes (`NAMEDATALEN - 1`).
const LONGEST: usize = 63;

/// `table_columns_label`, of which the longer part is cut until the whole fits.
pub(crate) fn of_object(table: &Ident, columns: Option<&str>, label: &str) -> String {
    let (table, columns) = (table.as_str(), columns.unwrap_or_default());
    let joints = 1 + usize::from(!columns.is_empty());
    let room = LONGEST - label.len() - joints;
    let (mut first, mut second) = (table.len(), columns.len());
    while first + second > room {
        if first > second { first -= 1 } else { second -= 1 }
    }
    let table = cut(table, first);
    match cut(columns, second) {
        "" => format!("{table}_{label}"),
        columns => format!("{table}_{columns}_{label}"),
    }
}

/// The part of an index's name that names its columns, those of `INCLUDE` too.
pub(crate) fn of_columns<'a>(columns: impl Iterator<Item = &'a Ident>) -> String {
    let mut text = String::new();
    for column in columns {
        if !text.is_empty() {
            text.push('_');
        }
        text.push_str(cut(column.as_str(), LONGEST));
        if text.len() > LONGEST {
            break;
        }
    }
    text
}

/// At most so many bytes, and no half character.
fn cut(text: &str, bytes: usize) -> &str {
    let mut end = bytes.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_name_is_cut_where_it_is_longer() {
        let name = |text: &str| Ident::exact(text);
        assert_eq!(of_object(&name("t"), None, "pkey"), "t_pkey");
        assert_eq!(of_object(&name("t"), Some("a_b"), "key"), "t_a_b_key");
        let (table, column) = ("t".repeat(40), "c".repeat(40));
        let cut = of_object(&name(&table), Some(&column), "key");
        assert_eq!(cut, format!("{}_{}_key", "t".repeat(29), "c".repeat(29)));
        assert_eq!(of_object(&name(&"é".repeat(30)), None, "pkey"), format!("{}_pkey", "é".repeat(29)));
    }
}
