//! Two spellings of one expression. A server's deparse is no fixpoint for some
//! texts: what it makes of its own text differs from the text. Such a difference
//! is none when both sides lead to the same text in the end.

use std::collections::BTreeMap;

use autogen_sql_text::normalize_expr;

use crate::model::{Definition, Expression, Schema};
use crate::pair::Pair;
use crate::text::normalized::{for_each_expression, normalized};

/// Whether the sides have expressions that differ in parentheses, casts and spaces only.
///
/// That is no proof that they mean the same; the server has to say.
pub fn may_differ_in_spelling_only(schemas: Pair<&Schema>) -> bool {
    let texts = schemas.map(expressions);
    let same = |a: &str, b: &str| a != b && normalize_expr(a) == normalize_expr(b);
    let expressions = texts
        .from
        .iter()
        .any(|(place, text)| texts.to.get(place).is_some_and(|other| same(text.as_str(), other.as_str())));
    expressions || !alike_definitions(schemas).is_empty()
}

/// Gives the `from` side the spelling of the `to` side where the server, which has
/// read both of its own texts again, made the same of them.
pub fn reconcile_deparse(from: &mut Schema, to: &Schema, read_again: Pair<&Schema>) {
    let wanted = expressions(to);
    let again = read_again.map(expressions);
    let definitions = alike_definitions(Pair::new(from, to));
    for_each_expression(from, &mut |place, expression| {
        let Some(wanted) = wanted.get(&place) else { return };
        let same = again.from.contains_key(&place) && again.from.get(&place) == again.to.get(&place);
        if same && normalize_expr(wanted.as_str()) == normalize_expr(expression.as_str()) {
            expression.clone_from(wanted);
        }
    });
    for key in definitions {
        let find = |schema: &Schema| schema.definitions.get(&key).cloned();
        if let (Some(a), Some(b)) = (find(read_again.from), find(read_again.to))
            && a.is_equivalent(&b)
        {
            from.definitions.insert(key.clone(), to.definitions[&key].clone());
        }
    }
}

type DefinitionKey = (crate::DefinitionKind, String);

/// Definitions that differ, but not when they are normalized.
fn alike_definitions(schemas: Pair<&Schema>) -> Vec<DefinitionKey> {
    let differ = |key: &DefinitionKey, one: &Definition| {
        schemas.to.definitions.get(key).is_some_and(|other| !one.is_equivalent(other))
    };
    let differing: Vec<&DefinitionKey> =
        schemas.from.definitions.iter().filter(|(key, one)| differ(key, one)).map(|(key, _)| key).collect();
    if differing.is_empty() {
        return Vec::new();
    }
    let loose = normalized(schemas);
    let alike =
        |key: &&&DefinitionKey| loose.from.definitions[**key].is_equivalent(&loose.to.definitions[**key]);
    differing.iter().filter(alike).map(|key| (*key).clone()).collect()
}

fn expressions(schema: &Schema) -> BTreeMap<String, Expression> {
    let mut schema = schema.clone();
    let mut found = BTreeMap::new();
    for_each_expression(&mut schema, &mut |place, expression| {
        found.insert(place, expression.clone());
    });
    found
}
