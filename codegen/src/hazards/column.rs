//! Dangers of columns.

use autogen_diff_core::hazard::{Hazard, HazardCode, Instead, Step};
use autogen_diff_core::model::{Column, SequenceOptions};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::{Standing, hazard, set_not_null};
use crate::casts::{Cast, postgres};
use crate::quote::Quoter;

/// Whether rows that say nothing of a column get a value by its default.
pub(crate) fn has_default_value(column: &Column) -> bool {
    column.default.as_ref().is_some_and(|default| !is_null(default.as_str()))
}

/// Whether a default is NULL, as a column has without one: `null`, `(NULL)`, `NULL::character varying`.
pub(crate) fn is_null(default: &str) -> bool {
    let value = default.split("::").next().unwrap_or_default();
    value.trim_matches(['(', ')', ' ']).eq_ignore_ascii_case("NULL")
}

/// A new column that must hold a value.
pub(crate) fn add(table: &QualifiedName, column: &Column, quoter: &Quoter) -> Option<Hazard> {
    let filled = column.nullable
        || has_default_value(column)
        || column.generated.is_some()
        || column.identity.is_some();
    if filled {
        return None;
    }
    let subject = format!("{table}.{}", column.name);
    let mut found = hazard(
        HazardCode::AddRequiredColumn,
        subject,
        "fails if the table holds a row: NOT NULL without a default; programs must write it from here on",
    );
    let (t, c) = (quoter.qualified(table), quoter.ident(&column.name));
    found.look_first = Some(format!("SELECT count(*) FROM {t}"));
    let fill = Step::new(format!("UPDATE {t} SET {c} = … WHERE {c} IS NULL")).noting("in batches");
    let steps = vec![
        Step::new(format!("ALTER TABLE {t} ADD COLUMN {c} {}", column.data_type)),
        fill,
        Step::new(format!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL")),
    ];
    found.instead = Some(Instead::Migrations { steps });
    Some(found)
}

/// A computed column that must hold a value, where what it is computed from may be NULL.
pub(crate) fn computed_of_null(
    table: &QualifiedName,
    column: &Column,
    standing: &Standing,
) -> Option<Hazard> {
    let expression = column.generated.as_ref().filter(|_| !column.nullable)?.expression.as_str();
    let subject = format!("{table}.{}", column.name);
    let message = format!("fails if {expression} is NULL for a row");
    standing.may_be_null(expression).then(|| hazard(HazardCode::SetNotNull, subject, message))
}

/// A column that changes in place.
pub(crate) fn alter(
    table: &QualifiedName,
    column: &Pair<Column>,
    standing: &Standing,
    quoter: &Quoter,
) -> Vec<Hazard> {
    let mut found = Vec::new();
    let subject = || format!("{table}.{}", column.to.name);
    if column.from.data_type != column.to.data_type {
        found.extend(type_change(&column.from.data_type, &column.to.data_type, subject()));
        found.extend(made_equal(table, column.as_ref(), &found, standing));
    }
    let is_checked = |column: &Column| !column.nullable && column.postgres().not_null.validated;
    let counters = column.as_ref().map(|column| column.identity.as_ref().map(|identity| &identity.options));
    if let Pair { from: Some(from), to: Some(to) } = counters {
        found.extend(narrower_counter(subject(), Pair::new(from, to)));
    }
    if !is_checked(&column.from) && is_checked(&column.to) && !standing.has_no_null(&column.from) {
        found.push(set_not_null(table, &column.to, quoter));
    }
    found
}

/// A counter whose next numbers are fewer.
pub(crate) fn narrower_counter(subject: String, options: Pair<&SequenceOptions>) -> Option<Hazard> {
    let Pair { from, to } = options;
    let message = format!("fails if its counter is not from {} to {}", to.min_value, to.max_value);
    let is_narrower = from.min_value < to.min_value || from.max_value > to.max_value;
    is_narrower.then(|| hazard(HazardCode::CastType, subject, message))
}

/// Values of a unique key that a cast makes the same. `casts` are the hazards of the cast.
pub(crate) fn made_equal(
    table: &QualifiedName,
    column: Pair<&Column>,
    casts: &[Hazard],
    standing: &Standing,
) -> Vec<Hazard> {
    if casts.iter().all(|hazard| hazard.code != HazardCode::NarrowType) {
        return Vec::new();
    }
    same_in_keys(table, column, standing)
}

/// The same, whatever makes them so: the server looks at the keys again.
pub(crate) fn same_in_keys(table: &QualifiedName, column: Pair<&Column>, standing: &Standing) -> Vec<Hazard> {
    let message = format!("fails if two rows of {table} hold the same {} after the change", column.to.name);
    let keys = standing.keys_over(&column.from.name);
    let subjects = keys.map(|key| key.name.as_ref().map_or_else(|| table.to_string(), Ident::to_string));
    subjects.map(|subject| hazard(HazardCode::JudgedAgain, subject, message.clone())).collect()
}

/// The values of a column that is computed from now on.
pub(crate) fn becomes_generated(table: &QualifiedName, column: Pair<&Column>) -> Option<Hazard> {
    let becomes = column.from.generated.is_none() && column.to.generated.is_some();
    let message = "its values are lost: from now on they are computed";
    becomes.then(|| hazard(HazardCode::DropColumn, format!("{table}.{}", column.to.name), message))
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
