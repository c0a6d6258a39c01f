//! What a partition's bound asks of a row, as a check: `ATTACH PARTITION` does not look at the rows of a table that has it
//! (manual, ALTER TABLE).

use autogen_diff_core::model::{Check, Constraint, ConstraintKind, Expression, Table};
use autogen_diff_core::{Dialect, Ident, QualifiedName};
use autogen_sql_text::{Lexeme, LexemeKind, lexemes};

use super::default_name::of_object;
use crate::hazards::Standing;
use crate::quote::server_ident;

/// Types of which the server spells a quoted value and its type, and nothing else.
const SPELLED_PLAINLY: [&str; 8] = [
    "bigint",
    "date",
    "integer",
    "smallint",
    "text",
    "timestamp with time zone",
    "timestamp without time zone",
    "uuid",
];

/// The check, where the partitioned table goes by one column of a usual type; none for another bound.
pub(crate) fn check_of(parent: &Table, bound: &Expression) -> Option<Expression> {
    let key = parent.postgres().partition_key.as_ref()?.as_str();
    let columns = parent.columns.iter().map(|column| (&column.name, column.data_type.as_str()));
    check(key, columns, bound.as_str())
}

fn check<'a>(
    key: &str,
    mut columns: impl Iterator<Item = (&'a Ident, &'a str)>,
    bound: &str,
) -> Option<Expression> {
    let (kind, name, data_type) = columns.find_map(|(column, data_type)| {
        let name = server_ident(column.as_str());
        let kinds = [(format!("RANGE ({name})"), Kind::Range), (format!("LIST ({name})"), Kind::List)];
        kinds.into_iter().find(|(text, _)| text == key).map(|(_, kind)| (kind, name, data_type))
    })?;
    if !SPELLED_PLAINLY.contains(&data_type) {
        return None;
    }
    let words = lexemes(Dialect::Postgres, bound);
    let conditions = match kind {
        Kind::Range => range(&words, &name, data_type)?,
        Kind::List => vec![list(&words, &name, data_type)?],
    };
    let conditions: String = conditions.iter().map(|condition| format!(" AND {condition}")).collect();
    Some(Expression::new(format!("(({name} IS NOT NULL){conditions})")))
}

/// What the check is called.
pub(crate) fn check_name(table: &QualifiedName) -> Ident {
    Ident::exact(of_object(&table.name, None, "bound"))
}

/// Whether a table that is attached has a check, before and after, that leaves nothing to look at.
pub(crate) fn is_proven(parent: Option<&Table>, table: [Option<&Table>; 2], bound: &Expression) -> bool {
    let Some(expression) = parent.and_then(|parent| check_of(parent, bound)) else { return false };
    let wanted = Constraint::new(None::<Ident>, ConstraintKind::Check(Check::new(expression)));
    table
        .into_iter()
        .all(|table| table.is_some_and(|table| Standing::of(Dialect::Postgres, table).implies(&wanted)))
}

#[derive(Clone, Copy)]
enum Kind {
    Range,
    List,
}

/// `FOR VALUES FROM (…) TO (…)`.
fn range(words: &[Lexeme], name: &str, data_type: &str) -> Option<Vec<String>> {
    let [for_, values, from, open, low, close, to, open_too, high, close_too] = words else { return None };
    let has_words = for_.is("FOR") && values.is("VALUES") && from.is("FROM") && to.is("TO");
    let has_signs = [open, open_too].iter().all(|word| word.is_sign("("))
        && [close, close_too].iter().all(|word| word.is_sign(")"));
    if !has_words || !has_signs {
        return None;
    }
    let low = (!low.is("MINVALUE")).then(|| value(low, data_type).map(|low| format!("({name} >= {low})")));
    let high =
        (!high.is("MAXVALUE")).then(|| value(high, data_type).map(|high| format!("({name} < {high})")));
    [low, high].into_iter().flatten().collect()
}

/// `FOR VALUES IN (…)`.
fn list(words: &[Lexeme], name: &str, data_type: &str) -> Option<String> {
    let [for_, values, in_, open, items @ .., close] = words else { return None };
    let has_words = for_.is("FOR") && values.is("VALUES") && in_.is("IN");
    if !has_words || !open.is_sign("(") || !close.is_sign(")") {
        return None;
    }
    let items: Option<Vec<String>> = items
        .split(|word| word.is_sign(","))
        .map(|item| match item {
            [only] => value(only, data_type),
            [] | [_, _, ..] => None,
        })
        .collect();
    let items = items?;
    match &items[..] {
        [only] => Some(format!("({name} = {only})")),
        items => Some(format!("({name} = ANY (ARRAY[{}]))", items.join(", "))),
    }
}

/// A value as the server spells it in an expression.
fn value(word: &Lexeme, data_type: &str) -> Option<String> {
    match &word.kind {
        LexemeKind::Text(text) => Some(format!("'{text}'::{data_type}")),
        LexemeKind::Other(number) if number.bytes().all(|byte| byte.is_ascii_digit()) => Some(number.clone()),
        LexemeKind::Word(_) | LexemeKind::Name(_) | LexemeKind::Other(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, data_type: &str, bound: &str) -> Option<String> {
        let column = Ident::exact("at");
        check(key, [(&column, data_type)].into_iter(), bound).map(|check| check.to_string())
    }

    #[test]
    fn a_bound_is_a_check_as_the_server_spells_it() {
        assert_eq!(
            of("RANGE (at)", "date", "FOR VALUES FROM ('2026-01-01') TO (MAXVALUE)").as_deref(),
            Some("((at IS NOT NULL) AND (at >= '2026-01-01'::date))")
        );
        assert_eq!(
            of("RANGE (at)", "integer", "FOR VALUES FROM ('-5') TO (10)").as_deref(),
            Some("((at IS NOT NULL) AND (at >= '-5'::integer) AND (at < 10))")
        );
        assert_eq!(
            of("LIST (at)", "text", "FOR VALUES IN ('a', 'b''')").as_deref(),
            Some("((at IS NOT NULL) AND (at = ANY (ARRAY['a'::text, 'b'''::text])))")
        );
        assert_eq!(of("LIST (at)", "text", "FOR VALUES IN ('a', NULL)"), None);
        assert_eq!(
            of("RANGE (at, b)", "date", "FOR VALUES FROM ('2026-01-01', 1) TO ('2027-01-01', 1)"),
            None
        );
        assert_eq!(of("HASH (at)", "integer", "FOR VALUES WITH (modulus 2, remainder 0)"), None);
    }
}
