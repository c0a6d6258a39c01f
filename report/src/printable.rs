//! Text from a catalog or a file, made harmless for whatever shows it.

use autogen_sql_text::is_obeyed;

/// The text without anything that a terminal would obey: control characters but for the newline and the tab, and marks that
/// change the direction of writing or are not seen. They stand as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        if is_obeyed(c) {
            clean.extend(c.escape_unicode());
        } else {
            clean.push(c);
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::printable;

    #[test]
    fn a_terminal_gets_nothing_to_obey() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b\n"), "a\\u{1b}[31m\\u{202e}b\n");
    }
}
