//! The parts of a script that hold anything: strings, quoted names, dollar quotes and comments.

use crate::Dialect;

/// Where the string, quoted name or comment that begins at a place ends; `None` where none begins.
///
/// One that never ends reaches to the end of the text. MySQL's conditional comments (`/*! */`) are none.
pub(super) fn end(dialect: Dialect, text: &str, at: usize) -> Option<usize> {
    let rest = &text[at..];
    let first = rest.as_bytes().first()?;
    match (first, dialect) {
        (b'\'', Dialect::Postgres) if is_escape_string(text, at) => Some(quoted(text, at, b'\'', true)),
        (b'\'', _) | (b'"', Dialect::Mysql) => Some(quoted(text, at, *first, dialect == Dialect::Mysql)),
        (b'"', Dialect::Postgres | Dialect::Sqlite) => Some(quoted(text, at, b'"', false)),
        (b'`', Dialect::Mysql | Dialect::Sqlite) => Some(quoted(text, at, b'`', false)),
        (b'[', Dialect::Sqlite) => Some(rest.find(']').map_or(text.len(), |end| at + end + 1)),
        (b'$', Dialect::Postgres) => dollar_quoted(text, at),
        (b'#', Dialect::Mysql) => Some(line_end(text, at)),
        (b'-', _) if is_line_comment(dialect, rest) => Some(line_end(text, at)),
        (b'/', Dialect::Mysql) if rest.starts_with("/*!") || rest.starts_with("/*M!") => None,
        (b'/', _) if rest.starts_with("/*") => Some(block_comment(dialect, text, at)),
        _ => None,
    }
}

/// MySQL wants white space behind the dashes (manual, 11.7).
fn is_line_comment(dialect: Dialect, rest: &str) -> bool {
    let Some(behind) = rest.strip_prefix("--") else { return false };
    dialect != Dialect::Mysql || behind.chars().next().is_none_or(|c| c.is_whitespace() || c.is_control())
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

fn quoted(text: &str, at: usize, quote: u8, has_escapes: bool) -> usize {
    let bytes = text.as_bytes();
    let mut i = at + 1;
    while i < bytes.len() {
        if has_escapes && bytes[i] == b'\\' {
            i += 2;
        } else if bytes[i] != quote {
            i += 1;
        } else if bytes.get(i + 1) == Some(&quote) {
            i += 2;
        } else {
            return i + 1;
        }
    }
    text.len()
}

/// `E'…'`, in which a backslash escapes.
fn is_escape_string(text: &str, at: usize) -> bool {
    let before = &text.as_bytes()[..at];
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$') || !byte.is_ascii();
    matches!(before.last(), Some(b'e' | b'E')) && !before.iter().rev().nth(1).is_some_and(is_name)
}

fn dollar_quoted(text: &str, at: usize) -> Option<usize> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_' || !c.is_ascii();
    // `a$b$` is a name.
    if text[..at].chars().next_back().is_some_and(|c| is_name(c) || c == '$') {
        return None;
    }
    let rest = &text[at + 1..];
    let length = rest.find(|c: char| !is_name(c))?;
    let tag_is_name = !rest.starts_with(|c: char| c.is_ascii_digit());
    if !tag_is_name || !rest[length..].starts_with('$') {
        return None;
    }
    let mark = &text[at..=at + 1 + length];
    let body = at + mark.len();
    Some(text[body..].find(mark).map_or(text.len(), |end| body + end + mark.len()))
}

/// They nest on PostgreSQL alone.
fn block_comment(dialect: Dialect, text: &str, at: usize) -> usize {
    let mut depth = 0;
    let mut i = at;
    while let Some(found) = text[i..].find(['*', '/']) {
        i += found;
        if text[i..].starts_with("/*") && (depth == 0 || dialect == Dialect::Postgres) {
            depth += 1;
            i += 2;
        } else if text[i..].starts_with("*/") {
            depth -= 1;
            i += 2;
            if depth == 0 {
                return i;
            }
        } else {
            i += 1;
        }
    }
    text.len()
}

/// Blanks a range but for its line ends, so that all other places stay what they are.
pub(super) fn blank(text: &mut [u8], range: std::ops::Range<usize>) {
    text[range].iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(dialect: Dialect, text: &str, at: usize) -> Option<&str> {
        end(dialect, text, at).map(|end| &text[at..end])
    }

    #[test]
    fn each_dialect_has_its_own_quotes() {
        assert_eq!(taken(Dialect::Postgres, r"'a\' b'", 0), Some(r"'a\'"));
        assert_eq!(taken(Dialect::Postgres, r"E'a\' b' c", 1), Some(r"'a\' b'"));
        assert_eq!(taken(Dialect::Mysql, r"'a\' b' c", 0), Some(r"'a\' b'"));
        assert_eq!(taken(Dialect::Postgres, "$x$ ' $$ $x$ b", 0), Some("$x$ ' $$ $x$"));
        assert_eq!(taken(Dialect::Postgres, "a$x$", 1), None);
        assert_eq!(taken(Dialect::Postgres, "$1 + $2", 0), None);
        assert_eq!(taken(Dialect::Sqlite, "[a'b] c", 0), Some("[a'b]"));
        assert_eq!(taken(Dialect::Postgres, "/* a /* b */ c */ d", 0), Some("/* a /* b */ c */"));
        assert_eq!(taken(Dialect::Sqlite, "/* a /* b */ c */ d", 0), Some("/* a /* b */"));
        assert_eq!(taken(Dialect::Mysql, "/*!40101 a */", 0), None);
        assert_eq!(taken(Dialect::Mysql, "--1", 0), None);
        assert_eq!(taken(Dialect::Mysql, "# a\nb", 0), Some("# a"));
    }
}
