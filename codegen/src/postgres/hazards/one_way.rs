//! What rows may hold from now on that the way back has no place for.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, DomainParts};
use autogen_diff_core::{Pair, QualifiedName, Schema};

use crate::hazards::hazard;

/// What is said of something that takes NULL.
const TAKES_NULL: &str =
    "a NULL that is written from here on stands in the way back, and before programs that never met one";

/// A column that takes NULL, and not only until its constraint is set anew.
pub(super) fn nullable(table: &QualifiedName, column: &Pair<Column>, schema: &Schema) -> Option<Hazard> {
    let stays = || schema.table(table)?.column(&column.to.name).map(|end| end.nullable);
    let takes = !column.from.nullable && column.to.nullable && stays() != Some(false);
    takes.then(|| hazard(HazardCode::OneWay, format!("{table}.{}", column.to.name), TAKES_NULL))
}

/// A domain that takes NULL.
pub(super) fn nullable_domain(name: &str, from: &DomainParts, to: &DomainParts) -> Option<Hazard> {
    (from.not_null && !to.not_null).then(|| hazard(HazardCode::OneWay, name.to_owned(), TAKES_NULL))
}

/// A value of an enum type.
pub(super) fn enum_value(name: &QualifiedName, value: &str) -> Hazard {
    let message = "rows that hold it stand in the way back";
    hazard(HazardCode::OneWay, format!("{name} '{value}'"), message)
}
