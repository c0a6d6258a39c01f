//! Two schemas without the differences that a server makes when it reads its own
//! spelling again: parentheses, casts, white space.
//!
//! Only for asking whether two schemas are the same after a round trip; a plan
//! is never made from it.

use std::collections::BTreeMap;

use autogen_sql_text::normalize_expr;

use crate::model::{
    ConstraintKind, Expression, Index, IndexKeyValue, MaterializedView, Object, Schema, Table, View,
};
use crate::pair::Pair;

/// Both schemas, with one spelling for all texts that are the same without parentheses, casts and
/// white space: the first one that the `to` side has, or else the `from` side, so that what still
/// differs is shown as the server spells it.
pub fn normalized(schemas: Pair<&Schema>) -> Pair<Schema> {
    let mut spelled: BTreeMap<String, String> = BTreeMap::new();
    let mut spell = |schema: &Schema| {
        let mut schema = schema.clone();
        for_each_text(&mut schema, &mut |text| {
            spelled.entry(normalize_expr(text)).or_insert_with(|| text.to_owned()).clone()
        });
        schema
    };
    let to = spell(schemas.to);
    Pair::new(spell(schemas.from), to)
}

/// Puts what a function makes of it in the place of each expression and each text of a definition.
fn for_each_text(schema: &mut Schema, f: &mut impl FnMut(&str) -> String) {
    for_each_expression(schema, &mut |_, expression| *expression = Expression::new(f(expression.as_str())));
    for definition in schema.definitions_mut() {
        definition.statements.iter_mut().for_each(|text| *text = f(text));
        definition.parts.texts_mut().into_iter().for_each(|text| *text = f(text));
    }
}

/// Calls a function with each expression of a schema and with what tells it from all others.
pub(super) fn for_each_expression(schema: &mut Schema, f: &mut impl FnMut(String, &mut Expression)) {
    schema.tables_mut().for_each(|table| for_each_of_table(table, f));
    schema.views_mut().for_each(|view| for_each_of_view(view, f));
    schema.materialized_views_mut().for_each(|view| for_each_of_materialized_view(view, f));
}

/// The same for an object that stays as it is.
pub(super) fn for_each_expression_in(object: &Object, f: &mut impl FnMut(String, &mut Expression)) {
    match object {
        Object::Table(table) => for_each_of_table(&mut Table::clone(table), f),
        Object::View(view) => for_each_of_view(&mut View::clone(view), f),
        Object::MaterializedView(view) => {
            for_each_of_materialized_view(&mut MaterializedView::clone(view), f);
        }
        Object::Namespace(_)
        | Object::Extension(_)
        | Object::EnumType(_)
        | Object::Sequence(_)
        | Object::Definition(_) => {}
    }
}

fn for_each_of_table(table: &mut Table, f: &mut impl FnMut(String, &mut Expression)) {
    let name = table.name.clone();
    for column in &mut table.columns {
        let place = format!("{name:?} {:?}", column.name);
        column.default.iter_mut().for_each(|text| f(format!("{place} default"), text));
        let generated = column.generated.iter_mut();
        generated.for_each(|generated| f(format!("{place} generated"), &mut generated.expression));
    }
    for constraint in &mut table.constraints {
        let place = format!("{name:?} constraint {:?}", constraint.name);
        match &mut constraint.kind {
            ConstraintKind::Check(check) => f(place, &mut check.expression),
            ConstraintKind::Exclude(text) => f(place, text),
            ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => {}
        }
    }
    table.indexes.values_mut().for_each(|index| for_each_of_index(index, &format!("{name:?}"), f));
}

fn for_each_of_view(view: &mut View, f: &mut impl FnMut(String, &mut Expression)) {
    let name = view.name.clone();
    f(format!("{name:?} query"), &mut view.query);
    for (column, default) in &mut view.column_defaults {
        f(format!("{name:?} {column:?} default"), default);
    }
}

fn for_each_of_materialized_view(view: &mut MaterializedView, f: &mut impl FnMut(String, &mut Expression)) {
    let name = view.name.clone();
    f(format!("{name:?} query"), &mut view.query);
    view.indexes.values_mut().for_each(|index| for_each_of_index(index, &format!("{name:?}"), f));
}

fn for_each_of_index(index: &mut Index, relation: &str, f: &mut impl FnMut(String, &mut Expression)) {
    let place = format!("{relation} index {:?}", index.name);
    index.predicate.iter_mut().for_each(|text| f(format!("{place} predicate"), text));
    for (i, key) in index.keys.iter_mut().enumerate() {
        match &mut key.value {
            IndexKeyValue::Expression(expression) => f(format!("{place} key {i}"), expression),
            IndexKeyValue::Column(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Parameters, SourceText};
    use crate::{Dialect, Flavor, Ident, QualifiedName, Version};

    fn with_view(query: &str) -> Schema {
        let mut schema = Schema::empty(Dialect::Postgres, Flavor::Postgres, Version::parse("15.0"));
        let name = QualifiedName::new(None, Ident::exact("v"));
        let view = View {
            name,
            columns: Vec::new(),
            column_types: Vec::new(),
            query: Expression::new(query),
            options: Parameters::default(),
            column_defaults: BTreeMap::new(),
            source: SourceText::default(),
        };
        schema.insert(view);
        schema
    }

    #[test]
    fn what_differs_is_spelled_as_the_server_does() {
        let (got, wanted) = (with_view("SELECT (a)::text IS NULL"), with_view("SELECT a IS NULL"));
        let same = normalized(Pair::new(&got, &wanted));
        assert_eq!(same.from.objects, same.to.objects);
        let other = normalized(Pair::new(&with_view("SELECT (a) IS NOT NULL"), &wanted));
        let query = |schema: &Schema| schema.views().next().unwrap().query.to_string();
        assert_eq!(query(&other.from), "SELECT (a) IS NOT NULL");
        assert_eq!(query(&other.to), "SELECT a IS NULL");
    }
}
