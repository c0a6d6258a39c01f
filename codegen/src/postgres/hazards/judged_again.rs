//! Checks and unique keys that the server looks at again, since values or their order change.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Column;
use autogen_diff_core::{DefinitionKind, Pair, QualifiedName, Schema};

use crate::hazards::{Standing, column, hazard};

/// A column whose type or collation changes. `casts` are the hazards of the cast.
pub(super) fn changed(
    table: &QualifiedName,
    column: Pair<&Column>,
    casts: &[Hazard],
    standing: &Standing,
    to: &Schema,
) -> Vec<Hazard> {
    let lost = casts.iter().any(|hazard| hazard.code == HazardCode::NarrowType);
    let is_compared_otherwise = column.from.collation != column.to.collation;
    let keys = if is_compared_otherwise && tells_less(column.to, to) {
        column::same_in_keys(table, column, standing)
    } else {
        Vec::new()
    };
    let checks = standing
        .checks_over(&column.from.name)
        .filter(|check| lost || (is_compared_otherwise && check.expression.contains(['<', '>'])));
    let message = "fails if a row violates it after the change: it is judged again";
    let checks = checks.map(|check| {
        hazard(HazardCode::JudgedAgain, check.name.clone().unwrap_or_else(|| table.to_string()), message)
    });
    keys.into_iter().chain(checks).collect()
}

/// Whether different texts are the same by a column's collation.
fn tells_less(column: &Column, schema: &Schema) -> bool {
    let Some(name) = &column.collation else { return false };
    let mut collations = schema.definitions_of(DefinitionKind::Collation);
    collations.any(|collation| {
        collation.qualified_name().as_ref() == Some(name)
            && collation.statements.iter().any(|text| text.contains("deterministic = false"))
    })
}
