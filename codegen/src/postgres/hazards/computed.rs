//! Expressions that are computed for the rows that are there, and fail on some.

use autogen_diff_core::QualifiedName;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Index, IndexKeyValue};
use autogen_sql_text::{Dialect, Lexeme, lexemes};

use crate::casts::postgres::cast;
use crate::hazards::{Standing, hazard};

/// A column that is stored for each row.
pub(super) fn column(table: &QualifiedName, column: &Column, standing: &Standing) -> Option<Hazard> {
    let generated = column.generated.as_ref().filter(|generated| generated.stored)?;
    can_fail(generated.expression.as_str(), standing)
        .then(|| computed(format!("{table}.{}", column.name), generated.expression.as_str()))
}

/// An index over an expression.
pub(super) fn index(table: &QualifiedName, index: &Index, standing: &Standing) -> Option<Hazard> {
    let failing = index.keys.iter().find_map(|key| match &key.value {
        IndexKeyValue::Expression(text) => can_fail(text.as_str(), standing).then_some(text.as_str()),
        IndexKeyValue::Column(_) => None,
    })?;
    Some(computed(table.sibling(index.name.clone()).to_string(), failing))
}

fn computed(subject: String, expression: &str) -> Hazard {
    hazard(HazardCode::CastType, subject, format!("fails if {expression} fails on a row"))
}

/// Whether an expression, as the server spells it, has a division or a cast that a value may not survive.
fn can_fail(expression: &str, standing: &Standing) -> bool {
    let found = lexemes(Dialect::Postgres, expression);
    let text = |at: usize| found.get(at).map_or("", |lexeme: &Lexeme| &expression[lexeme.span.clone()]);
    (0..found.len()).any(|at| match text(at) {
        "/" | "%" => divides_by_unknown(text(at + 1), text(at + 2)),
        "::" => {
            let to = type_behind(&found[at + 1..], expression);
            let operand =
                (1..).map(|back| at.checked_sub(back)).find(|at| at.is_none_or(|at| text(at) != ")"));
            let operand = operand.flatten();
            let column = operand.and_then(|at| standing.type_of(found[at].name()?));
            column.is_some_and(|from| cast(from, to).may_fail())
        }
        _ => false,
    })
}

/// The type that a text begins with: words, with numbers in parentheses between them.
fn type_behind<'a>(found: &[Lexeme], expression: &'a str) -> &'a str {
    let mut depth = 0;
    let mut belongs = |lexeme: &&Lexeme| {
        let was_inside = depth > 0;
        depth += i32::from(lexeme.is_sign("(")) - i32::from(lexeme.is_sign(")"));
        lexeme.name().is_some() || was_inside || depth > 0
    };
    let parts: Vec<&Lexeme> = found.iter().take_while(|lexeme| belongs(lexeme)).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return "" };
    &expression[first.span.start..last.span.end]
}

/// Whether what stands behind a division is anything but a number other than 0.
fn divides_by_unknown(next: &str, behind: &str) -> bool {
    let number = if next == "(" { behind } else { next };
    !number.starts_with(|c: char| c.is_ascii_digit() && c != '0')
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::Ident;

    use super::*;

    #[test]
    fn what_any_value_survives_does_not_fail() {
        let columns = [("v", "text"), ("q", "integer"), ("Big Q", "bigint")];
        let standing =
            Standing::of_columns(columns.map(|(name, data_type)| (Ident::exact(name), data_type.to_owned())));
        for expression in [
            "(v)::integer",
            "((v)::integer)",
            "(q / q)",
            "(q / 0)",
            "(\"Big Q\")::integer",
            "lower((q)::character varying(3))",
        ] {
            assert!(can_fail(expression, &standing), "{expression}");
        }
        for expression in [
            "(q / 2)",
            "((q)::numeric / (100)::numeric)",
            "((q)::numeric * 1.5)",
            "lower(v)",
            "((v || 'x'::text) || (q)::text)",
            "to_tsvector('english'::regconfig, v)",
            "(q)::character varying(20)",
        ] {
            assert!(!can_fail(expression, &standing), "{expression}");
        }
    }
}
