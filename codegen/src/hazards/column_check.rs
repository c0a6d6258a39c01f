//! Checks that stand in the definition of a column (SQLite, MariaDB).

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Column;
use autogen_diff_core::{Dialect, QualifiedName};
use autogen_sql_text::lexemes;

use super::{CreatedHere, hazard};

/// The conditions of the checks in a definition, in order.
pub(crate) fn conditions(dialect: Dialect, definition: &str) -> Vec<&str> {
    let lexemes = lexemes(dialect, definition);
    let starts = lexemes.iter().enumerate().filter(|(_, lexeme)| lexeme.is("CHECK"));
    let found = starts.filter_map(|(at, _)| {
        let mut depth = 0_usize;
        let open = lexemes.get(at + 1).filter(|open| &definition[open.span.clone()] == "(")?;
        let close = lexemes[at + 1..].iter().find(|lexeme| {
            match &definition[lexeme.span.clone()] {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        })?;
        Some(&definition[open.span.end..close.span.start])
    });
    found.collect()
}

/// The conditions of a column that is added which the rows that are there may not satisfy by what they get in it.
pub(crate) fn unsatisfied<'a>(
    dialect: Dialect,
    table: &QualifiedName,
    definition: &'a str,
    created: &CreatedHere,
) -> Vec<&'a str> {
    let mut conditions = conditions(dialect, definition);
    conditions.retain(|condition| !created.satisfies(dialect, table, condition));
    conditions
}

/// A check of a column that a row may violate.
pub(crate) fn violated(table: &QualifiedName, column: &Column, condition: &str) -> Hazard {
    let message = format!("fails if a row violates CHECK ({condition})");
    hazard(HazardCode::AddCheck, format!("{table}.{}", column.name), message)
}
