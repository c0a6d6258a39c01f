//! The byte order mark.

/// A text without the mark that some editors put before it.
pub fn strip_bom(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}
