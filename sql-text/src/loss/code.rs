//! Code in a script: the statements in it, and the texts that it runs as statements.

use crate::{Dialect, Lexeme, LexemeKind, lexemes};

/// The lexemes of a statement, and those of each text in it that is code itself: a routine's body, what that executes.
pub fn code_lexemes(dialect: Dialect, statement: &str) -> Vec<Vec<Lexeme>> {
    let mut found = Vec::new();
    let mut work = vec![(lexemes(dialect, statement), false)];
    while let Some((code, around)) = work.pop() {
        // A text inside is executed by the code around it or by itself.
        let runs_texts = around || is_dynamic(&code);
        work.extend(texts(dialect, &code, runs_texts).into_iter().map(|inner| (inner, runs_texts)));
        found.push(code);
    }
    found
}

/// Words that a statement about tables or rows begins with.
const VERBS: [&str; 11] = [
    "CREATE", "DROP", "ALTER", "RENAME", "TRUNCATE", "DELETE", "UPDATE", "INSERT", "REPLACE", "LOAD", "MERGE",
];

/// What stands before such a word where it begins no statement: `ON DELETE`, `FOR UPDATE`, `OR REPLACE`, lists of privileges.
const NO_START: [&str; 11] =
    ["ON", "AFTER", "BEFORE", "OR", "FOR", "KEY", "OF", "GRANT", "REVOKE", "PARTITION", "COLUMN"];

/// The statements in code, each up to its semicolon.
pub(super) fn parts(code: &[Lexeme]) -> Vec<&[Lexeme]> {
    let starts = (0..code.len()).filter(|at| {
        let before = at.checked_sub(1).map(|before| &code[before]);
        let is_inside =
            |before: &Lexeme| before.is_any(&NO_START) || before.is_sign(",") || before.is_sign(".");
        // A function of the same name is called.
        let is_call = code.get(at + 1).is_some_and(|next| next.is_sign("("));
        code[*at].is_any(&VERBS) && !before.is_some_and(is_inside) && !is_call
    });
    let part = |at: usize| {
        let length = code[at..].iter().take_while(|lexeme| !lexeme.is_sign(";")).count();
        &code[at..at + length]
    };
    starts.map(part).collect()
}

/// The texts in code that are code themselves: bodies and, in code that runs texts, those too.
pub(super) fn texts(dialect: Dialect, code: &[Lexeme], is_dynamic: bool) -> Vec<Vec<Lexeme>> {
    let text = |at: usize| match &code[at].kind {
        LexemeKind::Text(text) => is_run(code, at, is_dynamic).then(|| text.replace("''", "'")),
        LexemeKind::Other(text) => body(text).map(str::to_owned),
        LexemeKind::Word(_) | LexemeKind::Name(_) => None,
    };
    (0..code.len()).filter_map(text).map(|text| lexed(dialect, &text)).collect()
}

/// Whether code runs texts as statements.
pub(super) fn is_dynamic(code: &[Lexeme]) -> bool {
    code.iter().any(|lexeme| lexeme.is_any(&["EXECUTE", "PREPARE"]))
}

/// Whether a string is run. In code that runs strings all are taken for it, but for those that are said to somebody.
fn is_run(code: &[Lexeme], at: usize, is_dynamic: bool) -> bool {
    const SAID: [&str; 8] = ["COMMENT", "NOTICE", "WARNING", "EXCEPTION", "INFO", "LOG", "DEBUG", "LANGUAGE"];
    let before = |steps: usize| at.checked_sub(steps).map(|before| &code[before]);
    let is_body = before(1).is_some_and(|before| before.is_any(&["AS", "DO"]))
        || before(2).is_some_and(|before| before.is("LANGUAGE"));
    is_body || (is_dynamic && !before(1).is_some_and(|before| before.is_any(&SAID)))
}

/// What a dollar-quoted string or one with escapes holds.
fn body(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix("E'").or_else(|| text.strip_prefix("e'")) {
        return rest.strip_suffix('\'');
    }
    let length = text.strip_prefix('$')?.find('$')? + 2;
    let (mark, rest) = text.split_at(length);
    rest.strip_suffix(mark)
}

/// The words of a text. One that is a part of a statement may end within quotes, which then are left out.
fn lexed(dialect: Dialect, text: &str) -> Vec<Lexeme> {
    let found = lexemes(dialect, text);
    if found.is_empty() { lexemes(dialect, &text.replace(['\'', '"', '`'], " ")) } else { found }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_inside_of_code_is_found() {
        let text = "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN RAISE NOTICE 'not this'; \
                    EXECUTE 'SELECT ''x'', a.g()'; RETURN h('nor this'); END $f$";
        let found = code_lexemes(Dialect::Postgres, text);
        let has = |word: &str| found.iter().flatten().any(|lexeme| lexeme.name() == Some(word));
        assert!(has("f") && has("h") && has("g") && !has("not"));
        let text = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT g(''no_code'')'";
        let found = code_lexemes(Dialect::Postgres, text);
        let has = |word: &str| found.iter().flatten().any(|lexeme| lexeme.name() == Some(word));
        assert!(has("g") && !has("no_code"));
    }
}
