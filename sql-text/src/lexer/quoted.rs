//! Strings, quoted names and comments: where they end.

use super::cursor::Cursor;
use crate::dialect::Dialect;
use crate::syntax::Backslash;

/// Goes behind a string or name that begins at the cursor with its quote, which is doubled inside; false when
/// the text ends in it.
pub(super) fn quoted(cursor: &mut Cursor<'_>, quote: u8, backslash: Backslash) -> bool {
    cursor.skip(1);
    loop {
        cursor.skip_while(|byte| byte != quote && byte != b'\\');
        match cursor.peek() {
            None => return false,
            Some(b'\\') if backslash == Backslash::Escapes => {
                cursor.skip(1);
                cursor.skip(1);
            }
            Some(found) if found == quote => {
                cursor.skip(1);
                if cursor.peek() != Some(quote) {
                    return true;
                }
                cursor.skip(1);
            }
            Some(_) => cursor.skip(1),
        }
    }
}

/// Goes to the quote by which a string goes on behind white space with a new line and comments; false, and nowhere, where
/// it does not.
pub(super) fn continues(cursor: &mut Cursor<'_>) -> bool {
    let start = cursor.at();
    let mut has_new_line = false;
    loop {
        match cursor.peek() {
            Some(b'\n' | b'\r') => {
                has_new_line = true;
                cursor.skip(1);
            }
            Some(b' ' | b'\t' | 0x0b | 0x0c) => cursor.skip(1),
            Some(b'-') if cursor.starts_with("--") => {
                cursor.skip_while(|byte| byte != b'\n' && byte != b'\r');
            }
            Some(b'\'') if has_new_line => return true,
            Some(_) | None => break,
        }
    }
    cursor.return_to(start);
    false
}

/// Goes behind `$tag$…$tag$`; `None`, and nowhere, when no tag stands at the cursor.
pub(super) fn dollar_quoted(cursor: &mut Cursor<'_>) -> Option<bool> {
    let start = cursor.at();
    cursor.skip(1);
    if !cursor.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        cursor.skip_while(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || !byte.is_ascii());
        if cursor.peek() == Some(b'$') {
            cursor.skip(1);
            let tag = &cursor.text()[start..cursor.at()];
            return Some(cursor.skip_past(tag));
        }
    }
    cursor.return_to(start);
    None
}

/// Goes behind `/* … */`, which nests on PostgreSQL alone; false when the text ends in it.
pub(super) fn block_comment(cursor: &mut Cursor<'_>, dialect: Dialect) -> bool {
    cursor.skip(2);
    if dialect != Dialect::Postgres {
        // SQLite lets the end of the text end one.
        return cursor.skip_past("*/") || dialect == Dialect::Sqlite;
    }
    let mut depth = 1;
    while depth > 0 {
        cursor.skip_while(|byte| byte != b'*' && byte != b'/');
        if cursor.starts_with("/*") {
            depth += 1;
            cursor.skip(2);
        } else if cursor.starts_with("*/") {
            depth -= 1;
            cursor.skip(2);
        } else if cursor.peek().is_none() {
            return false;
        } else {
            cursor.skip(1);
        }
    }
    true
}

/// Whether a comment to the end of the line begins at the cursor. MySQL wants white space or a control
/// character behind the dashes (manual, 11.7).
pub(super) fn is_line_comment(cursor: &Cursor<'_>, dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres | Dialect::Sqlite => cursor.starts_with("--"),
        Dialect::Mysql => {
            let is_blank = |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control();
            cursor.peek() == Some(b'#')
                || (cursor.starts_with("--") && cursor.peek_at(2).is_none_or(is_blank))
        }
    }
}

/// Goes to the end of the line.
pub(super) fn line_comment(cursor: &mut Cursor<'_>, dialect: Dialect) {
    cursor.skip_while(|byte| byte != b'\n' && (byte != b'\r' || dialect != Dialect::Postgres));
}

/// Goes behind a conditional comment that the server does not open. One other comment may stand in it.
pub(super) fn unopened_comment(cursor: &mut Cursor<'_>) -> bool {
    cursor.skip(2);
    let mut is_inside = false;
    loop {
        cursor.skip_while(|byte| byte != b'*' && byte != b'/');
        if cursor.starts_with("*/") {
            cursor.skip(2);
            if !is_inside {
                return true;
            }
            is_inside = false;
        } else if cursor.starts_with("/*") {
            is_inside = true;
            cursor.skip(2);
        } else if cursor.peek().is_none() {
            return false;
        } else {
            cursor.skip(1);
        }
    }
}
