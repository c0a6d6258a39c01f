//! Finds the parts of SQL as the server writes it: where a name, a string, a comment
//! or a group in parentheses ends. It reads what `SHOW CREATE` prints and nothing else.

/// The length of what starts a text and belongs together: a quoted name, a string, a
/// comment, a group in parentheses, or one character.
fn unit(text: &str) -> usize {
    match text.as_bytes().first() {
        None => 0,
        Some(&quote @ (b'`' | b'\'' | b'"')) => quoted_length(text, quote),
        Some(b'(') => group_length(text),
        Some(b'/') if text.starts_with("/*") => text.find("*/").map_or(text.len(), |end| end + 2),
        Some(_) => text.chars().next().map_or(0, char::len_utf8),
    }
}

/// A doubled quote, and a backslash in a string, do not end it.
fn quoted_length(text: &str, quote: u8) -> usize {
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote != b'`' => at += 2,
            byte if byte == quote && bytes.get(at + 1) == Some(&quote) => at += 2,
            byte if byte == quote => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

fn group_length(text: &str) -> usize {
    let mut at = 1;
    while at < text.len() {
        if text.as_bytes()[at] == b')' {
            return at + 1;
        }
        at += unit(&text[at..]);
    }
    text.len()
}

/// The pieces between separators that stand outside of quotes and parentheses.
pub(super) fn split(text: &str, separator: char) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let length = unit(&text[at..]);
        if text[at..].starts_with(separator) {
            pieces.push(&text[start..at]);
            start = at + length;
        }
        at += length;
    }
    pieces.push(&text[start..]);
    pieces
}

/// The text as quoted names, strings, comments and what stands between them.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < text.len() {
        let is_group = text[at..].starts_with('(');
        let length = if is_group { 1 } else { unit(&text[at..]) };
        let is_quoted = text[at..].starts_with(['`', '\'', '"']) || text[at..].starts_with("/*");
        if is_quoted {
            pieces.extend([&text[start..at], &text[at..at + length]].into_iter().filter(|p| !p.is_empty()));
            start = at + length;
        }
        at += length;
    }
    pieces.extend([&text[start..]].into_iter().filter(|piece| !piece.is_empty()));
    pieces
}

/// The words of a text; a group belongs to the word in front of it.
pub(super) fn words(text: &str) -> Vec<&str> {
    split(text, ' ').into_iter().map(str::trim).filter(|word| !word.is_empty()).collect()
}

/// The inside of the first group in parentheses, and what stands before and after it.
pub(super) fn group(text: &str) -> Option<(&str, &str, &str)> {
    let mut at = 0;
    while at < text.len() {
        let length = unit(&text[at..]);
        if text[at..].starts_with('(') {
            let inside = text[at + 1..at + length].strip_suffix(')')?;
            return Some((&text[..at], inside, &text[at + length..]));
        }
        at += length;
    }
    None
}

/// A name in back quotes at the start of a text, and what follows it.
pub(super) fn name(text: &str) -> Option<(String, &str)> {
    if !text.starts_with('`') {
        return None;
    }
    let (quoted, rest) = text.split_at(quoted_length(text, b'`'));
    let inside = quoted.strip_prefix('`')?.strip_suffix('`')?;
    Some((inside.replace("``", "`"), rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_comments_and_groups_hide_what_is_in_them() {
        let text =
            "`a,b` int DEFAULT (f(',', \")\")),c varchar(5) COMMENT 'it''s \\', NOT NULL',/*!1 d, e */ f";
        assert_eq!(
            split(text, ','),
            [
                "`a,b` int DEFAULT (f(',', \")\"))",
                "c varchar(5) COMMENT 'it''s \\', NOT NULL'",
                "/*!1 d, e */ f"
            ]
        );
        assert_eq!(
            words("varchar(5)  NOT NULL COMMENT 'a b'"),
            ["varchar(5)", "NOT", "NULL", "COMMENT", "'a b'"]
        );
        assert_eq!(pieces("a (`b`,'(') /* c */d"), ["a (", "`b`", ",", "'('", ") ", "/* c */", "d"]);
        assert_eq!(group("KEY `(` (`a`(3),(b + 1)) c"), Some(("KEY `(` ", "`a`(3),(b + 1)", " c")));
        assert_eq!(name("`a``b` c"), Some(("a`b".to_owned(), " c")));
    }

    #[test]
    fn a_text_that_never_ends_is_taken_to_its_end() {
        for text in ["`a", "'a", "(a", "/* a", "'a\\"] {
            assert_eq!(split(text, ','), [text]);
        }
    }
}
