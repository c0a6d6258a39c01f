//! Characters that a terminal obeys instead of showing them, and that nobody sees in a file.

/// Whether a character is a control character other than the end of a line and a tab, or a mark that changes the direction of writing.
pub fn is_obeyed(c: char) -> bool {
    let is_control = c.is_control() && c != '\n' && c != '\t';
    let is_mark = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200b}'..='\u{200f}');
    is_control || is_mark
}
