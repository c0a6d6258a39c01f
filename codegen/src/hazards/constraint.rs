//! Dangers of constraints and unique indexes.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{
    Constraint, ConstraintKind, ForeignKey, Index, IndexKeyValue, TextConstraintKind,
};
use autogen_diff_core::{Ident, QualifiedName};

use super::hazard;
use crate::quote::Quoter;
use crate::report::check_clause;

/// A constraint that rows may violate.
pub(crate) fn add(table: &QualifiedName, constraint: &Constraint, quoter: &Quoter) -> Option<Hazard> {
    let name = constraint.name.as_ref().map_or_else(|| "a constraint".to_owned(), Ident::to_string);
    let t = quoter.qualified(table);
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
            Some(duplicates(table, name, &quoter.list(&key.columns), None, quoter))
        }
        ConstraintKind::Check(check) if check.validated => {
            let message = format!("fails if a row of {table} violates {}", check_clause(check));
            let mut found = hazard(HazardCode::AddCheck, name, message);
            found.look_first = Some(format!("SELECT count(*) FROM {t} WHERE NOT ({})", check.expression));
            Some(found)
        }
        ConstraintKind::ForeignKey(key) if key.validated => {
            let mut found = hazard(
                HazardCode::AddForeignKey,
                name,
                format!("fails if a row of {table} refers to no row of {}", key.target),
            );
            found.look_first = Some(orphans(&t, key, quoter));
            Some(found)
        }
        ConstraintKind::Exclude(text) if text.as_str().ends_with(" NOT ENFORCED") => None,
        ConstraintKind::Exclude(text) => match TextConstraintKind::of(text) {
            TextConstraintKind::Exclusion | TextConstraintKind::PrimaryKey | TextConstraintKind::Unique => {
                Some(hazard(HazardCode::AddExclusion, name, format!("fails if two rows of {table} conflict")))
            }
            TextConstraintKind::ForeignKey => {
                let message = format!("fails if a row of {table} refers to no rows for all of its period");
                Some(hazard(HazardCode::AddForeignKey, name, message))
            }
            TextConstraintKind::Check => None,
        },
        ConstraintKind::Check(_) | ConstraintKind::ForeignKey(_) => None,
    }
}

fn orphans(table: &str, key: &ForeignKey, quoter: &Quoter) -> String {
    let set: Vec<String> = key.columns.iter().map(|a| format!("c.{} IS NOT NULL", quoter.ident(a))).collect();
    format!(
        "SELECT count(*) FROM {table} c WHERE {} AND NOT EXISTS (SELECT 1 FROM {} p WHERE {})",
        set.join(" AND "),
        quoter.qualified(&key.target),
        refers(key, quoter)
    )
}

/// A query that counts the rows of one table that refer to rows of another one.
pub(crate) fn references(
    table: &QualifiedName,
    key: &ForeignKey,
    target: &QualifiedName,
    quoter: &Quoter,
) -> String {
    let (table, target) = (quoter.qualified(table), quoter.qualified(target));
    format!("SELECT count(*) FROM {table} c JOIN {target} p ON {}", refers(key, quoter))
}

/// Whether a row `c` refers to a row `p`.
fn refers(key: &ForeignKey, quoter: &Quoter) -> String {
    let targets = if key.target_columns.is_empty() { &key.columns } else { &key.target_columns };
    let pairs = key.columns.iter().zip(targets);
    let pairs = pairs.map(|(a, b)| format!("p.{} = c.{}", quoter.ident(b), quoter.ident(a)));
    pairs.collect::<Vec<_>>().join(" AND ")
}

fn duplicates(
    table: &QualifiedName,
    name: String,
    keys: &str,
    predicate: Option<&str>,
    quoter: &Quoter,
) -> Hazard {
    let mut found =
        hazard(HazardCode::AddUnique, name, format!("fails if two rows of {table} hold the same {keys}"));
    let filter = predicate.map(|text| format!(" WHERE {text}")).unwrap_or_default();
    found.look_first = Some(format!(
        "SELECT {keys}, count(*) FROM {}{filter} GROUP BY {keys} HAVING count(*) > 1",
        quoter.qualified(table)
    ));
    found
}

/// A unique index over rows that may be the same.
pub(crate) fn unique_index(table: &QualifiedName, index: &Index, quoter: &Quoter) -> Hazard {
    let keys = index.keys.iter().map(|key| match &key.value {
        IndexKeyValue::Column(column) => quoter.ident(column),
        IndexKeyValue::Expression(expression) => expression.to_string(),
    });
    let keys = keys.collect::<Vec<_>>().join(", ");
    let predicate = index.predicate.as_ref().map(|expression| expression.as_str());
    duplicates(table, index.name.to_string(), &keys, predicate, quoter)
}
