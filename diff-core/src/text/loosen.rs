//! A schema with its expressions stripped of what a server adds when it reads
//! its own spelling again: parentheses, casts, white space.
//!
//! Only for asking whether two schemas are the same after a round trip; a plan
//! is never made from it.

use crate::model::{ConstraintKind, Expression, IndexKeyValue, Schema};

/// The schema with all expressions loosened.
pub fn loosened(schema: &Schema) -> Schema {
    let mut schema = schema.clone();
    for table in schema.tables.values_mut() {
        for column in &mut table.columns {
            column.default.iter_mut().for_each(loosen);
            column.generated.iter_mut().for_each(|generated| loosen(&mut generated.expression));
        }
        for constraint in &mut table.constraints {
            match &mut constraint.kind {
                ConstraintKind::Check(check) => loosen(&mut check.expression),
                ConstraintKind::Exclude(text) => loosen(text),
                ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::ForeignKey(_) => {
                }
            }
        }
        table.indexes.values_mut().for_each(loosen_index);
    }
    for view in schema.views.values_mut() {
        loosen(&mut view.query);
        view.column_defaults.values_mut().for_each(loosen);
    }
    for view in schema.materialized_views.values_mut() {
        loosen(&mut view.query);
        view.indexes.values_mut().for_each(loosen_index);
    }
    for definition in schema.definitions.values_mut() {
        definition.statements.iter_mut().for_each(|text| *text = loose_text(text));
    }
    schema
}

fn loosen_index(index: &mut crate::model::Index) {
    index.predicate.iter_mut().for_each(loosen);
    for key in &mut index.keys {
        match &mut key.value {
            IndexKeyValue::Expression(expression) => loosen(expression),
            IndexKeyValue::Column(_) => {}
        }
    }
}

fn loosen(expression: &mut Expression) {
    *expression = Expression::new(loose_text(expression.as_str()));
}

/// A text without white space, parentheses and casts outside of quotes. Keywords
/// are upper case in a server's spelling, so a cast's type ends before them.
fn loose_text(text: &str) -> String {
    let mut loose = String::new();
    let mut chars = text.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(close), c) => {
                loose.push(c);
                if c == close {
                    quote = None;
                }
            }
            (None, '\'' | '"') => {
                loose.push(c);
                quote = Some(c);
            }
            (None, ':') if chars.peek() == Some(&':') => {
                chars.next();
                while chars
                    .peek()
                    .is_some_and(|c| c.is_ascii_lowercase() || matches!(c, ' ' | '[' | ']' | '.' | '_'))
                {
                    chars.next();
                }
            }
            (None, '(' | ')' | '[' | ']') => {}
            (None, c) if c.is_whitespace() => {}
            (None, c) => loose.push(c),
        }
    }
    loose
}

#[cfg(test)]
mod tests {
    use super::loose_text;

    #[test]
    fn a_second_reading_is_the_same() {
        let once = "((a)::text = ANY ((ARRAY['x'::character varying, 'y'::character varying])::text[]))";
        let twice =
            "((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text]))";
        assert_eq!(loose_text(once), loose_text(twice));
        assert_ne!(loose_text("(a > 1)"), loose_text("(a > 2)"));
        assert_ne!(loose_text("'a b'"), loose_text("'ab'"));
    }
}
