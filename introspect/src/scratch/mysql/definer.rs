//! `DEFINER=…` in statements: in a scratch schema accounts without rights stand in for those that are declared, so that
//! what is defined there runs with no more rights than what defines it.

use autogen_sql_text::{Lexeme, LexemeKind};

/// The definer that a statement declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definer {
    pub(super) user: String,
    pub(super) host: String,
    /// The bytes of the account in the statement.
    pub(super) span: std::ops::Range<usize>,
}

/// Kinds that have a definer.
const KINDS: [&str; 6] = ["VIEW", "TRIGGER", "PROCEDURE", "FUNCTION", "EVENT", "PACKAGE"];

/// The kind of code that a statement makes or alters; none for all else.
pub(super) fn kind(lexemes: &[Lexeme]) -> Option<(usize, String)> {
    if !lexemes.first()?.is_any(&["CREATE", "ALTER"]) {
        return None;
    }
    let at = lexemes.iter().position(|lexeme| lexeme.is_any(&KINDS) || lexeme.is_any(&["TABLE", "INDEX"]))?;
    lexemes[at].is_any(&KINDS).then(|| (at, lexemes[at].upper()))
}

/// The definer of a statement: `DEFINER = user@host` before its kind. `CURRENT_USER` is none.
pub(super) fn of(lexemes: &[Lexeme]) -> Option<Definer> {
    let (kind, _) = kind(lexemes)?;
    // `SQL SECURITY DEFINER` names nobody.
    let at = lexemes[..kind].windows(2).position(|pair| pair[0].is("DEFINER") && pair[1].is_sign("="))?;
    let user = lexemes.get(at + 2)?;
    if user.is_any(&["CURRENT_USER", "CURRENT_ROLE"]) {
        return None;
    }
    let rest = lexemes.get(at + 3..kind)?;
    let (user, host, end) = account(user, rest);
    Some(Definer { user, host, span: lexemes[at + 2].span.start..end })
}

/// The user and host of an account, and where it ends. The tokenizer takes `root@localhost` as one word, and the host
/// behind a quoted user as one token or two.
fn account(user: &Lexeme, rest: &[Lexeme]) -> (String, String, usize) {
    if let (LexemeKind::Word(word), Some((user_name, host))) = (&user.kind, text(user).split_once('@'))
        && word.contains('@')
        && !host.is_empty()
    {
        return (user_name.to_owned(), host.to_owned(), user.span.end);
    }
    let name = text(user).trim_end_matches('@').to_owned();
    let is_at = text(user).ends_with('@') || rest.first().is_some_and(|lexeme| text(lexeme).starts_with('@'));
    let host = rest.iter().take(2).find_map(|lexeme| match text(lexeme).trim_start_matches('@') {
        "" => None,
        host => Some((host.trim_matches(['`', '\'', '"']).to_owned(), lexeme.span.end)),
    });
    let (host, end) = host.filter(|_| is_at).unwrap_or_else(|| ("%".to_owned(), user.span.end));
    (name, host, end)
}

fn text(lexeme: &Lexeme) -> &str {
    match &lexeme.kind {
        LexemeKind::Word(text)
        | LexemeKind::Name(text)
        | LexemeKind::Text(text)
        | LexemeKind::Other(text) => text,
    }
}

/// The statement with a definer where it has none.
pub(super) fn with(sql: &str, lexemes: &[Lexeme], definer: &str) -> Option<String> {
    kind(lexemes)?;
    let replaces = lexemes.get(1)?.is("OR") && lexemes.get(2)?.is("REPLACE");
    let mut at = if replaces { 2 } else { 0 };
    // ALGORITHM = MERGE
    if lexemes.get(at + 1)?.is("ALGORITHM") {
        at += 3;
    }
    let place = lexemes.get(at)?.span.end;
    Some(format!("{} DEFINER={definer}{}", &sql[..place], &sql[place..]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use autogen_diff_core::Dialect;
    use autogen_sql_text::lexemes;

    fn definer(sql: &str) -> Option<(String, String, String)> {
        let found = of(&lexemes(Dialect::Mysql, sql))?;
        Some((found.user, found.host, sql[found.span].to_owned()))
    }

    #[test]
    fn definers_are_found_however_they_are_quoted() {
        let found =
            |user: &str, host: &str, text: &str| Some((user.to_owned(), host.to_owned(), text.to_owned()));
        let sql = "CREATE DEFINER=`root`@`localhost` PROCEDURE p() SELECT 1";
        assert_eq!(definer(sql), found("root", "localhost", "`root`@`localhost`"));
        let sql = "CREATE ALGORITHM=UNDEFINED DEFINER = 'a'@'%' SQL SECURITY DEFINER VIEW v AS SELECT 1";
        assert_eq!(definer(sql), found("a", "%", "'a'@'%'"));
        let sql = "CREATE DEFINER=root@localhost TRIGGER t BEFORE INSERT ON x FOR EACH ROW SET NEW.a = 1";
        assert_eq!(definer(sql), found("root", "localhost", "root@localhost"));
        let sql = "CREATE DEFINER=root@'%' VIEW v AS SELECT 1";
        assert_eq!(definer(sql), found("root", "%", "root@'%'"));
        assert_eq!(definer("CREATE DEFINER=CURRENT_USER VIEW v AS SELECT 1"), None);
        assert_eq!(definer("CREATE SQL SECURITY DEFINER VIEW v AS SELECT 1"), None);
        assert_eq!(definer("CREATE DEFINER = VIEW v AS SELECT 1"), None);
        assert_eq!(definer("CREATE TABLE definer (a int)"), None);
    }

    #[test]
    fn a_definer_goes_where_it_may_stand() {
        let given = |sql: &str| with(sql, &lexemes(Dialect::Mysql, sql), "x").unwrap_or_default();
        assert_eq!(
            given("CREATE FUNCTION f() RETURNS INT RETURN 1"),
            "CREATE DEFINER=x FUNCTION f() RETURNS INT RETURN 1"
        );
        assert_eq!(
            given("CREATE OR REPLACE ALGORITHM=MERGE VIEW v AS SELECT 1"),
            "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=x VIEW v AS SELECT 1"
        );
    }
}
