//! Dangers of columns.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Column;
use autogen_diff_core::{Pair, QualifiedName};

use super::{hazard, set_not_null};
use crate::casts::{Cast, postgres};
use crate::quote::Quoter;

/// A new column that must hold a value.
pub(crate) fn add(table: &QualifiedName, column: &Column, quoter: &Quoter) -> Option<Hazard> {
    let filled = column.nullable
        || column.default.is_some()
        || column.generated.is_some()
        || column.identity.is_some();
    if filled {
        return None;
    }
    let subject = format!("{table}.{}", column.name);
    let mut found = hazard(
        HazardCode::AddRequiredColumn,
        subject,
        "fails if the table holds a row: NOT NULL without a default",
    );
    let (t, c) = (quoter.qualified(table), quoter.ident(&column.name));
    found.look_first = Some(format!("SELECT count(*) FROM {t}"));
    found.instead = vec![
        format!("1. ALTER TABLE {t} ADD COLUMN {c} {}", column.data_type),
        format!("2. UPDATE {t} SET {c} = … WHERE {c} IS NULL, in batches"),
        format!("3. ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL"),
    ];
    Some(found)
}

/// A column that changes in place.
pub(crate) fn alter(table: &QualifiedName, column: &Pair<Column>, quoter: &Quoter) -> Vec<Hazard> {
    let mut found = Vec::new();
    let subject = || format!("{table}.{}", column.to.name);
    if column.from.data_type != column.to.data_type {
        found.extend(type_change(&column.from.data_type, &column.to.data_type, subject()));
    }
    let is_checked = |column: &Column| !column.nullable && column.postgres.not_null.validated;
    if !is_checked(&column.from) && is_checked(&column.to) {
        found.push(set_not_null(table, &column.to, quoter));
    }
    found
}

/// What PostgreSQL's cast to another type can do to values.
pub(crate) fn type_change(from: &str, to: &str, subject: String) -> Vec<Hazard> {
    cast(postgres::cast(from, to), Pair::new(from, to), subject, DOES_NOT_FIT, postgres::loss(from, to))
}

/// The same, where the statement names the type that values are cast to, as for a domain's.
pub(crate) fn explicit_type_change(from: &str, to: &str, subject: String) -> Vec<Hazard> {
    let effect = postgres::explicit_cast(from, to);
    cast(effect, Pair::new(from, to), subject, DOES_NOT_FIT, postgres::explicit_loss(from, to))
}

/// What is said of a cast that may fail.
pub(crate) const DOES_NOT_FIT: &str = "fails if a value does not fit";

/// What a cast does to values: what it loses, and on what it fails.
pub(crate) fn cast(cast: Cast, types: Pair<&str>, subject: String, failure: &str, loss: &str) -> Vec<Hazard> {
    let message = |what: &str| format!("from {} to {}: {what}", types.from, types.to);
    let lost = cast.loses().then(|| hazard(HazardCode::NarrowType, subject.clone(), message(loss)));
    let failed = cast.may_fail().then(|| hazard(HazardCode::CastType, subject.clone(), message(failure)));
    lost.into_iter().chain(failed).collect()
}
