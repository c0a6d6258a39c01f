//! Two spellings of one expression. A server's deparse is no fixpoint for some
//! texts: what it makes of its own text differs from the text. Such a difference
//! is none when both sides lead to the same text in the end.

use std::collections::BTreeMap;

use autogen_sql_text::normalize_expr;

use crate::model::{Definition, Expression, Object, Schema};
use crate::object::ObjectId;
use crate::pair::Pair;
use crate::text::normalized::{for_each_expression, for_each_expression_in, normalized};

/// Whether the sides have expressions that differ in parentheses, casts and spaces only.
///
/// That is no proof that they mean the same; the server has to say.
pub fn may_differ_in_spelling_only(schemas: Pair<&Schema>) -> bool {
    let texts = differing_expressions(schemas);
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
        let find = |schema: &Schema| schema.definition(&key).cloned();
        if let (Some(a), Some(b)) = (find(read_again.from), find(read_again.to))
            && a.is_equivalent(&b)
        {
            from.objects.extend(to.definition(&key).map(|found| (found.id(), found.clone().into())));
        }
    }
}

type DefinitionKey = (crate::DefinitionKind, String);

/// Definitions that differ, but not when they are normalized.
fn alike_definitions(schemas: Pair<&Schema>) -> Vec<DefinitionKey> {
    let key = |one: &Definition| (one.kind, one.identity.clone());
    let differ = |schemas: Pair<&Schema>, key: &DefinitionKey| {
        let (from, to) = (schemas.from.definition(key), schemas.to.definition(key));
        from.zip(to).is_some_and(|(one, other)| !one.is_equivalent(other))
    };
    let mut differing: Vec<DefinitionKey> = schemas.from.definitions().map(key).collect();
    differing.retain(|key| differ(schemas, key));
    if differing.is_empty() {
        return Vec::new();
    }
    let loose = normalized(schemas);
    differing.retain(|key| !differ(loose.as_ref(), key));
    differing
}

fn expressions(schema: &Schema) -> BTreeMap<String, Expression> {
    expressions_of(schema.objects.values())
}

/// The expressions of those objects that are not the same on both sides.
fn differing_expressions(schemas: Pair<&Schema>) -> Pair<BTreeMap<String, Expression>> {
    let beside = |own: &Schema, other: &Schema| {
        let differs = |(id, object): &(&ObjectId, &Object)| other.objects.get(id) != Some(object);
        expressions_of(own.objects.iter().filter(differs).map(|(_, object)| object))
    };
    Pair::new(beside(schemas.from, schemas.to), beside(schemas.to, schemas.from))
}

fn expressions_of<'a>(objects: impl Iterator<Item = &'a Object>) -> BTreeMap<String, Expression> {
    let mut found = BTreeMap::new();
    for object in objects {
        for_each_expression_in(object, &mut |place, expression| {
            found.insert(place, expression.clone());
        });
    }
    found
}
