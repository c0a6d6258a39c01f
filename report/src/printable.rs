//! Text from a catalog or a file, made harmless for whatever shows it.

/// The text without anything that a terminal would obey: control characters but for the newline and the tab, and marks that
/// change the direction of writing or are not seen. They stand as `\u{…}`.
pub fn printable(text: &str) -> String {
    let mut clean = String::new();
    for c in text.chars() {
        let is_obeyed = (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}');
        if is_obeyed {
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
