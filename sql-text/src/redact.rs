//! Secrets in statements, for messages.

use std::borrow::Cow;

use crate::dialect::Dialect;
use crate::lexeme::{Lexeme, LexemeKind, lexemes};

/// Parts of names whose values are nobody's business.
const SECRET_NAMES: [&str; 6] = ["password", "passwd", "pwd", "secret", "token", "passphrase"];

/// A statement with the values of secrets covered: of options (`OPTIONS (password 'x')`), of roles and accounts
/// (`PASSWORD 'x'`, `IDENTIFIED BY 'x'`), and of connections (`CONNECTION 'host=a password=x'`).
///
/// A statement that can't be read and seems to hold one is covered as a whole.
pub fn redact_secrets(dialect: Dialect, sql: &str) -> Cow<'_, str> {
    let found = lexemes(dialect, sql);
    if found.is_empty() {
        let may_hold_one = names_secret(sql) || sql.to_lowercase().contains("identified");
        return Cow::Borrowed(if may_hold_one { "***" } else { sql });
    }
    let mut clean = String::new();
    let mut rest = 0;
    let secrets = found.iter().enumerate().filter(|(at, lexeme)| is_secret(&found[..*at], lexeme));
    for (_, lexeme) in secrets {
        clean.push_str(&sql[rest..lexeme.span.start]);
        clean.push_str("'***'");
        rest = lexeme.span.end;
    }
    if rest == 0 {
        return Cow::Borrowed(sql);
    }
    clean.push_str(&sql[rest..]);
    Cow::Owned(clean)
}

/// What was meant to say where a database is and is no URL, with its secrets covered: whatever may be a password before an `@`, and
/// the values of libpq's and a query's keys (`password=x`).
pub fn redact_connection(text: &str) -> String {
    let (login, rest) = text.rsplit_once('@').map_or((None, text), |(login, rest)| (Some(login), rest));
    let login = login.map(|login| {
        login.split_once(':').map_or_else(|| login.to_owned(), |(scheme, _)| format!("{scheme}:***"))
    });
    let whole = login.map_or_else(|| rest.to_owned(), |login| format!("{login}@{rest}"));
    let is_end = |c: char| c.is_whitespace() || matches!(c, '&' | ';');
    let mut clean = String::new();
    let mut rest = whole.as_str();
    while let Some((before, after)) = rest.split_once('=') {
        clean.push_str(before);
        clean.push('=');
        rest = after;
        let key = before.trim_end().rsplit(is_end).next().unwrap_or_default();
        if names_secret(key) {
            let value = after.trim_start();
            clean.push_str(&after[..after.len() - value.len()]);
            clean.push_str("***");
            // A value in quotes may go on behind a space: all that follows is covered.
            if value.starts_with(['\'', '"']) {
                return clean;
            }
            rest = &value[value.find(is_end).unwrap_or(value.len())..];
        }
    }
    clean.push_str(rest);
    clean
}

fn names_secret(name: &str) -> bool {
    // How FTS5 and others part a text into words is no secret.
    let name = name.to_lowercase().replace("tokenize", "");
    SECRET_NAMES.iter().any(|secret| name.contains(secret))
}

/// Whether a string is the value of a secret, by the words before it.
fn is_secret(before: &[Lexeme], value: &Lexeme) -> bool {
    let is_string = match &value.kind {
        LexemeKind::Text(_) => true,
        LexemeKind::Other(text) => text.ends_with('\'') || (text.starts_with('$') && text.ends_with('$')),
        LexemeKind::Word(_) | LexemeKind::Name(_) => false,
    };
    if !is_string {
        return false;
    }
    let mut back = before.iter().rev().skip_while(|lexeme| lexeme.is_sign("="));
    let name = back.next();
    let is_named = name.is_some_and(|lexeme| lexeme.name().is_some_and(names_secret));
    let is_account = name.is_some_and(|lexeme| lexeme.is_any(&["BY", "AS", "USING"]))
        && before.iter().rev().take(5).any(|lexeme| lexeme.is("IDENTIFIED"));
    let is_connection = name.is_some_and(|lexeme| lexeme.is("CONNECTION")) && names_secret(value.text());
    is_named || is_account || is_connection
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_url_shows_no_password() {
        for (text, wanted) in [
            ("host=h password=P dbname=x", "host=h password=*** dbname=x"),
            ("host=h password='P Q' dbname=x", "host=h password=***"),
            ("postgres:P@h/x", "postgres:***@h/x"),
            ("mysql:root:P@Q@h/x", "mysql:***@h/x"),
            ("postgres://u:P@h/x?a=b&sslpassword=P&c=d", "postgres:***@h/x?a=b&sslpassword=***&c=d"),
            ("Server=h;Password=P;Database=x", "Server=h;Password=***;Database=x"),
            ("host=h password = P dbname=x", "host=h password = *** dbname=x"),
            ("host=h passwd='P", "host=h passwd=***"),
            ("host=h pwd=P", "host=h pwd=***"),
            ("a=b=c", "a=b=c"),
            ("schema.sql", "schema.sql"),
            ("me@h", "me@h"),
        ] {
            assert_eq!(redact_connection(text), wanted);
        }
    }

    #[test]
    fn secrets_are_covered_and_nothing_else() {
        for (dialect, sql, wanted) in [
            (
                Dialect::Postgres,
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (password 'p''w', \"user\" 'u', api_token 'x')",
                "CREATE USER MAPPING FOR a SERVER s OPTIONS (password '***', \"user\" 'u', api_token '***')",
            ),
            (Dialect::Postgres, "SELECT 'it''s'", "SELECT 'it''s'"),
            (
                Dialect::Sqlite,
                "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter')",
                "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='porter')",
            ),
            (Dialect::Postgres, "ALTER ROLE a PASSWORD $$it's$$", "ALTER ROLE a PASSWORD '***'"),
            (
                Dialect::Postgres,
                "ALTER ROLE a PASSWORD E'it\\'s' -- 'b'",
                "ALTER ROLE a PASSWORD '***' -- 'b'",
            ),
            (
                Dialect::Postgres,
                "CREATE SUBSCRIPTION s CONNECTION 'host=a password=b' PUBLICATION p",
                "CREATE SUBSCRIPTION s CONNECTION '***' PUBLICATION p",
            ),
            (Dialect::Postgres, "COMMENT ON COLUMN t.password IS 'a'", "COMMENT ON COLUMN t.password IS 'a'"),
            (Dialect::Mysql, "CREATE USER a IDENTIFIED BY \"b\"", "CREATE USER a IDENTIFIED BY '***'"),
            (
                Dialect::Mysql,
                "CREATE USER a IDENTIFIED WITH p AS 'b'",
                "CREATE USER a IDENTIFIED WITH p AS '***'",
            ),
            (
                Dialect::Mysql,
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (PASSWORD 'x', HOST 'h')",
                "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (PASSWORD '***', HOST 'h')",
            ),
            (
                Dialect::Mysql,
                "CHANGE MASTER TO MASTER_PASSWORD='x'",
                "CHANGE MASTER TO MASTER_PASSWORD='***'",
            ),
            (Dialect::Postgres, "ALTER ROLE a PASSWORD 'b", "***"),
        ] {
            assert_eq!(redact_secrets(dialect, sql), wanted);
        }
    }
}
