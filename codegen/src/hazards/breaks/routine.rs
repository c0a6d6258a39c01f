//! Routines that programs call.

use autogen_diff_core::model::Definition;
use autogen_diff_core::{Dialect, Pair, Schema};
use autogen_sql_text::{Lexeme, lexemes};

use super::{Break, GONE, new_definitions};

/// A routine that goes, or is made again so that calls mean something else.
pub(super) fn dropped(routine: &Definition, schemas: Pair<&Schema>) -> Option<Break> {
    if let Some(new) = schemas.to.definition(&(routine.kind, routine.identity.clone())) {
        return changed(Pair::new(routine, new), schemas.to.dialect);
    }
    if is_run_by_server(routine) {
        return None;
    }
    let name = routine.qualified_name();
    let same = new_definitions(routine.kind, schemas);
    let same: Vec<_> = same.filter(|other| name.is_some() && other.qualified_name() == name).collect();
    if same.iter().any(|other| takes_calls(routine, other)) {
        return None;
    }
    let message =
        if same.is_empty() { GONE } else { "programs that call it with these arguments fail from here on" };
    Some((routine.identity.clone(), message.to_owned()))
}

/// A routine that keeps its name and the types of its arguments.
pub(super) fn changed(routine: Pair<&Definition>, dialect: Dialect) -> Option<Break> {
    let is_called = routine.to.kind.is_routine() && !is_run_by_server(routine.from);
    let message = match dialect {
        Dialect::Postgres => PostgresSignature::change(routine),
        Dialect::Mysql => mysql_change(routine),
        Dialect::Sqlite => None,
    };
    message.filter(|_| is_called).map(|message| (routine.to.identity.clone(), message.to_owned()))
}

/// A trigger's function, which no program calls.
fn is_run_by_server(routine: &Definition) -> bool {
    let signature = routine.signature.as_deref().unwrap_or_default();
    ["trigger ", "event_trigger "].iter().any(|result| signature.starts_with(result))
}

/// What introspection writes: the result, the arguments' names, how many of them have a default.
struct PostgresSignature<'a> {
    result: &'a str,
    names: Option<&'a str>,
    defaults: usize,
}

impl<'a> PostgresSignature<'a> {
    fn of(routine: &'a Definition) -> Option<Self> {
        let (rest, defaults) = routine.signature.as_deref()?.rsplit_once(' ')?;
        let (result, names) = match rest.rsplit_once(" {") {
            Some((result, names)) => (result, Some(names)),
            None => (rest, None),
        };
        Some(Self { result, names, defaults: defaults.parse().ok()? })
    }

    fn change(routine: Pair<&'a Definition>) -> Option<&'static str> {
        let sides = Pair::new(Self::of(routine.from)?, Self::of(routine.to)?);
        let Pair { from, to } = sides;
        if from.result != to.result {
            Some("programs that call it get a result of another type")
        } else if from.defaults > to.defaults {
            Some("programs that leave out an argument fail from here on")
        } else if from.names.is_some() && from.names != to.names {
            Some("programs that name its arguments fail from here on")
        } else {
            None
        }
    }
}

/// Whether calls of a routine that goes find another one, which has more arguments with defaults.
fn takes_calls(old: &Definition, new: &Definition) -> bool {
    let arguments = |routine: &Definition| {
        let inside = routine.identity.split_once('(').map(|(_, rest)| rest.trim_end_matches(')').to_owned());
        let listed = inside.unwrap_or_default();
        if listed.is_empty() { Vec::new() } else { listed.split(", ").map(str::to_owned).collect() }
    };
    let (had, has) = (arguments(old), arguments(new));
    let signatures = (PostgresSignature::of(old), PostgresSignature::of(new));
    let (Some(old), Some(new)) = signatures else { return false };
    has.starts_with(&had) && has.len() <= had.len() + new.defaults && old.result == new.result
}

/// The arguments and the result stand in the text, as `SHOW CREATE` writes it.
fn mysql_change(routine: Pair<&Definition>) -> Option<&'static str> {
    let heads = routine.map(|routine| {
        let text = routine.statements.iter().find(|text| text.starts_with("CREATE "));
        text.map(|text| mysql_head(text))
    });
    let Pair { from: Some(from), to: Some(to) } = heads else { return None };
    if from.0 != to.0 {
        return Some("programs that call it with these arguments fail from here on");
    }
    (from.1 != to.1).then_some("programs that call it get a result of another type")
}

/// The arguments of a routine, and its result.
fn mysql_head(text: &str) -> (Vec<String>, Vec<String>) {
    let found = lexemes(Dialect::Mysql, text);
    let mut depth = 0_usize;
    let start = found.iter().position(|lexeme| lexeme.is_sign("(")).unwrap_or(found.len());
    let ends = found[start..].iter().position(|lexeme| {
        if lexeme.is_sign("(") {
            depth += 1;
        } else if lexeme.is_sign(")") {
            depth -= 1;
        }
        depth == 0
    });
    let end = ends.map_or(found.len(), |length| start + length + 1);
    let words = |found: &[Lexeme]| found.iter().map(|lexeme| lexeme.text().to_ascii_lowercase()).collect();
    let result = found.get(end).filter(|lexeme| lexeme.is("RETURNS")).map(|lexeme| lexeme.span.start);
    let line = result.map(|at| text[at..].lines().next().unwrap_or_default());
    (words(&found[start..end]), words(&lexemes(Dialect::Mysql, line.unwrap_or_default())))
}
