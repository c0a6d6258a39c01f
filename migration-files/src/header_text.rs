//! How texts stand in a header: on one line, and so that they are read back as they were.

use std::fmt::Write as _;

/// What somebody wrote, for a header: printable ASCII and letters and digits of any script stay, so that no text can end the
/// comment.
pub(crate) fn escape_text(text: &str) -> String {
    let mut escaped = String::new();
    for (at, c) in text.char_indices() {
        let is_escape = text[at..].starts_with("\\u{");
        match c {
            ' '..='~' | '…' if !is_escape => escaped.push(c),
            c if c.is_alphanumeric() => escaped.push(c),
            other => escaped.extend(other.escape_unicode()),
        }
    }
    escaped
}

/// A part of a list, for a header: printable ASCII without spaces and commas.
pub(crate) fn escape_word(word: &str) -> String {
    if word.is_empty() {
        return "\\u{}".to_owned();
    }
    let mut escaped = String::new();
    for c in word.chars() {
        match c {
            '\\' | ',' => {
                let _ = write!(escaped, "{}", c.escape_unicode());
            }
            '!'..='~' => escaped.push(c),
            other => escaped.extend(other.escape_unicode()),
        }
    }
    escaped
}

/// The text that was escaped. What is no escape stays as it is.
pub(crate) fn unescape(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find("\\u{") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let length = rest.find('}').map_or(rest.len(), |end| end + 1);
        let decoded = escaped_char(&rest[..length]);
        // Of what is no escape only the backslash is passed over: another escape may begin behind it.
        let (decoded, length) = decoded.map_or(("\\".to_owned(), 1), |decoded| (decoded, length));
        plain.push_str(&decoded);
        rest = &rest[length..];
    }
    plain + rest
}

/// The character of `\u{…}`; none of `\u{}`, which stands for an empty word.
fn escaped_char(escape: &str) -> Option<String> {
    let digits = escape.strip_prefix("\\u{")?.strip_suffix('}')?;
    if digits.is_empty() {
        return Some(String::new());
    }
    let is_hex = digits.len() <= 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let code = is_hex.then(|| u32::from_str_radix(digits, 16).ok())??;
    char::from_u32(code).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_the_line_and_each_is_read_back() {
        assert_eq!(escape_text("Größe 日本\n;"), "Größe 日本\\u{a};");
        assert_eq!(escape_text("C:\\temp \\u{a}"), "C:\\temp \\u{5c}u{a}");
        assert_eq!(escape_word("a, ß\\"), "a\\u{2c}\\u{20}\\u{df}\\u{5c}");
        for text in ["Größe…\n", "\\u{a}", "\\\n", "\\u{", "\\\\u{zz}", "\u{202e}\u{1b}[31m", "", " "] {
            assert_eq!(unescape(&escape_text(text)), text);
            assert_eq!(unescape(&escape_word(text)), text);
        }
        assert_eq!(unescape("\\u{d800} \\u{zz} \\u{61} \\u{\\u{62}"), "\\u{d800} \\u{zz} a \\u{b");
    }
}
