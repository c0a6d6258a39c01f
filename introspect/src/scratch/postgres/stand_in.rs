//! Roles in statements: in a scratch database other roles stand in for those that own things, so that what is
//! run there can be given to nobody who can do anything outside.

use std::collections::BTreeMap;

use autogen_sql_text::{Lexeme, LexemeKind};

/// Words that stand for a role.
const SPECIAL: [&str; 6] = ["PUBLIC", "CURRENT_USER", "CURRENT_ROLE", "SESSION_USER", "NONE", "DEFAULT"];

/// The tokens of a statement that name a role.
pub(super) fn role_places(lexemes: &[Lexeme]) -> Vec<usize> {
    let starts = |words: &[&str]| words.iter().zip(lexemes).all(|(word, lexeme)| lexeme.is(word));
    let mut places = Vec::new();
    let mut list = |start: usize| {
        let mut at = start;
        loop {
            if lexemes.get(at).is_some_and(|lexeme| lexeme.is("GROUP")) {
                at += 1;
            }
            match lexemes.get(at) {
                Some(lexeme) if role_name(lexeme).is_some() => places.push(at),
                Some(_) => {}
                None => return,
            }
            if !lexemes.get(at + 1).is_some_and(|lexeme| lexeme.is_sign(",")) {
                return;
            }
            at += 2;
        }
    };
    let last = |word: &str| lexemes.iter().rposition(|lexeme| lexeme.is(word));
    if starts(&["GRANT"]) || starts(&["REVOKE"]) || starts(&["ALTER", "DEFAULT", "PRIVILEGES"]) {
        let is_revoke = lexemes.iter().any(|lexeme| lexeme.is("REVOKE"));
        last(if is_revoke { "FROM" } else { "TO" }).into_iter().for_each(|at| list(at + 1));
        if let Some(at) =
            last("GRANTED").filter(|at| lexemes.get(at + 1).is_some_and(|lexeme| lexeme.is("BY")))
        {
            list(at + 2);
        }
        let of = lexemes.windows(2).position(|pair| pair[0].is("FOR") && pair[1].is_any(&["ROLE", "USER"]));
        of.into_iter().for_each(|at| list(at + 2));
    } else if starts(&["ALTER"]) || starts(&["CREATE"]) || starts(&["DROP"]) {
        if let [.., owner, to, _] = lexemes
            && owner.is("OWNER")
            && to.is("TO")
        {
            list(lexemes.len() - 1);
        }
        if lexemes.get(1).is_some_and(|lexeme| lexeme.is("SCHEMA")) {
            let at = lexemes.iter().position(|lexeme| lexeme.is("AUTHORIZATION"));
            at.into_iter().for_each(|at| list(at + 1));
        }
        if lexemes.get(1).is_some_and(|lexeme| lexeme.is("POLICY")) {
            let to = lexemes.windows(2).position(|pair| !pair[0].is("RENAME") && pair[1].is("TO"));
            to.into_iter().for_each(|at| list(at + 2));
        }
        if lexemes.get(1).is_some_and(|lexeme| lexeme.is("USER")) {
            let at = lexemes.iter().position(|lexeme| lexeme.is("FOR"));
            at.into_iter().for_each(|at| list(at + 1));
        }
    } else if starts(&["SET"]) {
        let at = lexemes.iter().position(|lexeme| lexeme.is_any(&["ROLE", "AUTHORIZATION"]));
        at.filter(|at| *at <= 2).into_iter().for_each(|at| list(at + 1));
    }
    places
}

/// The role that a token names; none for words that stand for one.
pub(super) fn role_name(lexeme: &Lexeme) -> Option<String> {
    match &lexeme.kind {
        LexemeKind::Word(word) if lexeme.is_any(&SPECIAL) && !word.is_empty() => None,
        LexemeKind::Word(word) => Some(word.to_lowercase()),
        LexemeKind::Name(name) => Some(name.replace("\"\"", "\"")),
        LexemeKind::Text(text) => Some(text.clone()),
        LexemeKind::Other(_) => None,
    }
}

/// The statement with other roles in the places of some.
pub(super) fn with_roles(text: &str, lexemes: &[Lexeme], roles: &BTreeMap<String, String>) -> Option<String> {
    let mut changed = text.to_owned();
    let mut places = role_places(lexemes);
    places.sort_by_key(|at| std::cmp::Reverse(*at));
    let mut any = false;
    for at in places {
        let lexeme = &lexemes[at];
        let Some(name) = role_name(lexeme) else { continue };
        let Some(other) = roles.get(&name) else { continue };
        let before = at.checked_sub(1).and_then(|at| lexemes.get(at));
        let earlier = at.checked_sub(2).and_then(|at| lexemes.get(at));
        let is_before = |lexeme: Option<&Lexeme>, words: &[&str]| lexeme.is_some_and(|l| l.is_any(words));
        match (before, earlier) {
            // A schema without a name has its owner's.
            (Some(authorization), Some(_))
                if authorization.is("AUTHORIZATION") && is_before(earlier, &["SCHEMA", "EXISTS"]) =>
            {
                let named = &text[lexeme.span.clone()];
                let range = authorization.span.start..lexeme.span.end;
                changed.replace_range(range, &format!("{named} AUTHORIZATION {other}"));
            }
            // Only a superuser may be another session; any member may act as a role.
            (Some(authorization), Some(session))
                if authorization.is("AUTHORIZATION") && session.is("SESSION") =>
            {
                changed.replace_range(session.span.start..lexeme.span.end, &format!("ROLE {other}"));
            }
            _ => changed.replace_range(lexeme.span.clone(), other),
        }
        any = true;
    }
    any.then_some(changed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use autogen_diff_core::Dialect;
    use autogen_sql_text::lexemes;

    fn changed(sql: &str) -> String {
        let roles =
            [("app", "s1"), ("Odd \"x", "s2")].map(|(real, other)| (real.to_owned(), other.to_owned()));
        with_roles(sql, &lexemes(Dialect::Postgres, sql), &roles.into())
            .unwrap_or_else(|| "unchanged".to_owned())
    }

    #[test]
    fn roles_are_found_wherever_they_are_named() {
        for (sql, wanted) in [
            ("GRANT SELECT ON app TO app, PUBLIC, bob", "GRANT SELECT ON app TO s1, PUBLIC, bob"),
            ("REVOKE ALL ON t FROM App CASCADE", "REVOKE ALL ON t FROM s1 CASCADE"),
            ("GRANT ALL ON t TO bob GRANTED BY app", "GRANT ALL ON t TO bob GRANTED BY s1"),
            ("ALTER TABLE app OWNER TO app", "ALTER TABLE app OWNER TO s1"),
            ("ALTER TABLE t OWNER TO \"Odd \"\"x\"", "ALTER TABLE t OWNER TO s2"),
            ("CREATE SCHEMA app AUTHORIZATION app", "CREATE SCHEMA app AUTHORIZATION s1"),
            ("CREATE SCHEMA AUTHORIZATION app", "CREATE SCHEMA app AUTHORIZATION s1"),
            (
                "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA app REVOKE ALL ON TABLES FROM app",
                "ALTER DEFAULT PRIVILEGES FOR ROLE s1 IN SCHEMA app REVOKE ALL ON TABLES FROM s1",
            ),
            (
                "CREATE POLICY p ON app FOR ALL TO app USING (true)",
                "CREATE POLICY p ON app FOR ALL TO s1 USING (true)",
            ),
            ("ALTER POLICY p ON t RENAME TO app", "unchanged"),
            ("SET ROLE app", "SET ROLE s1"),
            ("SET SESSION AUTHORIZATION 'app'", "SET ROLE s1"),
            ("SET SESSION ROLE app", "SET SESSION ROLE s1"),
            ("SET search_path = app", "unchanged"),
            ("CREATE TABLE app (app int)", "unchanged"),
            ("ALTER TABLE t RENAME TO app", "unchanged"),
            ("CREATE USER MAPPING FOR app SERVER s", "CREATE USER MAPPING FOR s1 SERVER s"),
        ] {
            assert_eq!(changed(sql), wanted);
        }
    }
}
