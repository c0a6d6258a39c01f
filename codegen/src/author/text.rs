//! Statements that make a whole object, in the author's words.

use autogen_sql_text::{Dialect, Lexeme, Object, is_obeyed, lexemes, takes_all_columns};

use super::OWN_COMMENT;

/// Whether a text may stand in a migration as it is: it holds nothing that a terminal obeys, and nothing that is meant for us.
pub(super) fn can_be_said(text: &str) -> bool {
    !text.contains(|c: char| is_obeyed(c)) && !text.contains(OWN_COMMENT) && !text.contains('\r')
}

/// A text up to its last token: a comment behind it would swallow what follows.
pub(super) fn up_to_the_last(text: &str, lexemes: &[Lexeme]) -> String {
    let end = lexemes.last().map_or(text.len(), |last| last.span.end);
    text[..end].to_owned()
}

/// A view's statement with the author's query, and the author's names of the columns. What stands around it (options, whether it is
/// filled) is as planned.
pub(super) fn view(sql: &str, object: &Object, query: &str, said: &str) -> Option<String> {
    let lexemes = lexemes(Dialect::Postgres, said);
    // What all columns are may be another thing where the migration runs.
    if takes_all_columns(&lexemes) || lexemes.iter().take(4).any(|lexeme| lexeme.is("RECURSIVE")) {
        return None;
    }
    let behind_as = position(&lexemes, |lexeme| lexeme.is("AS"))? + 1;
    let end = without_suffix(&lexemes);
    let last = lexemes.get(end.checked_sub(1)?).filter(|_| end > behind_as)?;
    let body = said[lexemes[behind_as - 1].span.end..last.span.end].trim();
    let (head, tail) = sql.split_once(query)?;
    let columns = columns(said, &lexemes[..behind_as - 1]);
    let (name, options) = head.split_at_checked(object.span.end)?;
    Some(format!("{name}{columns}{options}{body}{tail}"))
}

/// The first token outside of all parentheses that is meant.
fn position(lexemes: &[Lexeme], is_meant: impl Fn(&Lexeme) -> bool) -> Option<usize> {
    let mut depth = 0_usize;
    lexemes.iter().position(|lexeme| {
        if lexeme.is_sign("(") {
            depth += 1;
        } else if lexeme.is_sign(")") {
            depth = depth.saturating_sub(1);
        }
        depth == 0 && is_meant(lexeme)
    })
}

/// How many tokens a view's statement has before `WITH [NO] DATA` and `WITH [LOCAL | CASCADED] CHECK OPTION`.
fn without_suffix(lexemes: &[Lexeme]) -> usize {
    let suffixes: [&[&str]; 5] = [
        &["WITH", "DATA"],
        &["WITH", "NO", "DATA"],
        &["WITH", "CHECK", "OPTION"],
        &["WITH", "LOCAL", "CHECK", "OPTION"],
        &["WITH", "CASCADED", "CHECK", "OPTION"],
    ];
    let ends = |suffix: &&&[&str]| {
        let start = lexemes.len().checked_sub(suffix.len());
        start.is_some_and(|start| lexemes[start..].iter().zip(**suffix).all(|(lexeme, word)| lexeme.is(word)))
    };
    lexemes.len() - suffixes.iter().find(ends).map_or(0, |suffix| suffix.len())
}

/// The list of columns behind a view's name, with a space before it.
fn columns(said: &str, head: &[Lexeme]) -> String {
    let Some(open) = head.iter().position(|lexeme| lexeme.is_sign("(")) else { return String::new() };
    let is_options = open.checked_sub(1).is_some_and(|before| head[before].is("WITH"));
    let close = head[open..].iter().find(|lexeme| lexeme.is_sign(")"));
    match close {
        Some(close) if !is_options => format!(" {}", &said[head[open].span.start..close.span.end]),
        Some(_) | None => String::new(),
    }
}

/// The author's statement, which replaces what is there just where the planned one does.
pub(super) fn replacing(sql: &str, said: &str) -> Option<String> {
    let lexemes = lexemes(Dialect::Postgres, said);
    let words: Vec<&Lexeme> = lexemes.iter().take(3).collect();
    let [create, or, replace] = *words else { return None };
    let replaces = or.is("OR") && replace.is("REPLACE");
    let must_replace = sql.starts_with("CREATE OR REPLACE ");
    if lexemes.iter().take(6).any(|lexeme| lexeme.is_any(&["TEMP", "TEMPORARY"])) {
        return None;
    }
    let (start, end) = (create.span.end, replace.span.end);
    Some(match (replaces, must_replace) {
        (true, true) | (false, false) => said.to_owned(),
        (false, true) => format!("{} OR REPLACE{}", &said[..start], &said[start..]),
        (true, false) => format!("{}{}", &said[..start], &said[end..]),
    })
}
