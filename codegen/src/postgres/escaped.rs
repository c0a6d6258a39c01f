//! Names and strings with characters that nobody sees in a file and that a terminal obeys: those are written as escapes, which the
//! server reads as the same characters (manual, 4.1.2: Unicode escapes, C-style escapes).

use std::borrow::Cow;

use autogen_sql_text::{Dialect, Syntax, TokenKind, is_obeyed, tokens};

/// A statement with such characters as escapes. Bodies in dollar quotes and comments stay as they are.
pub(super) fn escaped(sql: String) -> String {
    if !sql.contains(is_obeyed) {
        return sql;
    }
    let Ok(found) = tokens(Syntax::server(Dialect::Postgres), &sql) else { return sql };
    found.iter().map(|token| of_token(token.kind, &sql[token.span.clone()])).collect()
}

fn of_token(kind: TokenKind, text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    match kind {
        TokenKind::String => by_unicode(text),
        TokenKind::QuotedName if text.starts_with('"') => by_unicode(text),
        TokenKind::OtherString if text.starts_with(['e', 'E']) => {
            let escape =
                |c: char| if is_obeyed(c) { format!("\\U{:08x}", u32::from(c)) } else { c.to_string() };
            Cow::Owned(text.chars().map(escape).collect())
        }
        TokenKind::OtherString
        | TokenKind::QuotedName
        | TokenKind::Space
        | TokenKind::Comment
        | TokenKind::ConditionalOpen
        | TokenKind::ConditionalClose
        | TokenKind::Word
        | TokenKind::Number
        | TokenKind::Variable
        | TokenKind::Sign
        | TokenKind::Terminator
        | TokenKind::ClientCommand
        | TokenKind::CopyData => Cow::Borrowed(text),
    }
}

/// `U&'…'` or `U&"…"`.
fn by_unicode(text: &str) -> Cow<'_, str> {
    let escape = |c: char| match c {
        '\\' => "\\\\".to_owned(),
        c if is_obeyed(c) => format!("\\{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    Cow::Owned(format!("U&{}", text.chars().map(escape).collect::<String>()))
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn only_names_and_strings_are_written_otherwise() {
        let sql = "CREATE TABLE \"a\u{1}\\\" (b text DEFAULT '\u{1b}[31m''\\', c text DEFAULT E'\\\\\u{202e}') -- \u{7}";
        let wanted = "CREATE TABLE U&\"a\\0001\\\\\" (b text DEFAULT U&'\\001b[31m''\\\\', c text DEFAULT E'\\\\\\U0000202e') -- \u{7}";
        assert_eq!(escaped(sql.to_owned()), wanted);
        assert_eq!(escaped("SELECT 'a\\\n'".to_owned()), "SELECT 'a\\\n'");
    }
}
