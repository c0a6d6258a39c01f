//! Whether a default gives each row a value of its own (`pg_proc.provolatile`).

use autogen_diff_core::model::Definition;
use autogen_sql_text::{Dialect, Lexeme, lexemes};

use super::Relations;
use crate::plan::mentions;

/// The volatile functions of PostgreSQL's own (15 to 18) that a default can call.
const VOLATILE: [&str; 16] = [
    "array_sample",
    "array_shuffle",
    "clock_timestamp",
    "currval",
    "gen_random_uuid",
    "lastval",
    "nextval",
    "random",
    "random_normal",
    "set_config",
    "setval",
    "timeofday",
    "txid_status",
    "ts_rewrite",
    "uuidv4",
    "uuidv7",
];

/// Whether an expression calls a volatile function. One that is neither PostgreSQL's nor the schema's, an extension's
/// say, is taken for one.
pub(super) fn is_volatile(expression: &str, there: &Relations<'_>) -> bool {
    let words = lexemes(Dialect::Postgres, expression);
    let opens = |at: &usize| words.get(at + 1).is_some_and(|next| next.is_sign("("));
    let calls = (0..words.len()).filter(|at| words[*at].name().is_some()).filter(opens);
    calls.into_iter().any(|at| calls_volatile(&words, at, there))
}

fn calls_volatile(words: &[Lexeme], at: usize, there: &Relations<'_>) -> bool {
    let name = words[at].name().unwrap_or_default();
    let qualifier = at.checked_sub(2).filter(|_| words[at - 1].is_sign("."));
    let qualifier = qualifier.and_then(|at| words[at].name());
    // `numeric(10,2)` and `varchar(5)` stand behind `::`.
    let is_type = at.checked_sub(1).is_some_and(|before| words[before].is_sign("::"));
    if is_type || qualifier == Some("pg_catalog") {
        return !is_type && VOLATILE.contains(&name);
    }
    let mut known = there.functions(qualifier, name).peekable();
    let is_own = known.peek().is_some();
    match qualifier {
        Some(_) => !(is_own && known.all(is_steady)),
        None => VOLATILE.contains(&name) || !known.all(is_steady),
    }
}

/// Whether a function is said to give the same values, or is the text of a query that calls no volatile one: the server
/// puts such a text in the function's place.
fn is_steady(function: &Definition) -> bool {
    function.statements.iter().any(|text| {
        let (head, body) = text.split_once("\nAS ").unwrap_or((text, ""));
        let is_query = head.contains("LANGUAGE sql") && !body.is_empty();
        let calls = || VOLATILE.iter().any(|name| mentions(body, name)) || body.contains('.');
        head.contains(" IMMUTABLE") || head.contains(" STABLE") || (is_query && !calls())
    })
}
