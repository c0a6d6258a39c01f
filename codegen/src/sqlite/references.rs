//! Which tables SQLite can look through for broken references. A foreign key whose target
//! columns are no key stands as long as nobody uses it, but makes `foreign_key_check` fail
//! (sqlite.org/foreignkeys.html#fk_indexes).

use std::collections::BTreeSet;

use autogen_diff_core::model::{Constraint, ConstraintKind, ForeignKey, Table};
use autogen_diff_core::{Ident, Pair, Schema};

use crate::quote::Quoter;

/// What to select the broken references from: all tables, or those whose foreign keys fit on both sides.
pub(super) fn broken(schemas: Pair<&Schema>, q: &Quoter) -> String {
    let sides = [schemas.from, schemas.to];
    if sides.iter().all(|schema| schema.tables().all(|table| fits(table, schema))) {
        return "pragma_foreign_key_check".to_owned();
    }
    let checkable = schemas.from.tables().filter(|table| {
        let on = |schema: &Schema| schema.table(&table.name).is_some_and(|table| fits(table, schema));
        sides.into_iter().all(on)
    });
    let checks = checkable.map(|table| {
        format!("SELECT 1 FROM pragma_foreign_key_check({})", q.literal(table.name.name.as_str()))
    });
    let none = "SELECT 1 WHERE 0".to_owned();
    format!("({})", std::iter::once(none).chain(checks).collect::<Vec<_>>().join(" UNION ALL "))
}

/// Whether every foreign key of a table leads to a key, or to no table at all.
fn fits(table: &Table, schema: &Schema) -> bool {
    let leads_to_key = |key: &ForeignKey| match schema.table(&key.target) {
        None => true,
        Some(target) => has_key(target, key),
    };
    table.constraints.iter().filter_map(Constraint::foreign_key).all(leads_to_key)
}

fn has_key(target: &Table, key: &ForeignKey) -> bool {
    let set = |columns: &[Ident]| columns.iter().cloned().collect::<BTreeSet<Ident>>();
    let wanted = set(&key.target_columns);
    let fits = |constraint: &Constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(found) if wanted.is_empty() => found.columns.len() == key.columns.len(),
        ConstraintKind::PrimaryKey(found) | ConstraintKind::Unique(found) => set(&found.columns) == wanted,
        ConstraintKind::ForeignKey(_) | ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => false,
    };
    let indexed = target.indexes.values().any(|index| {
        let columns: Option<Vec<Ident>> = index.keys.iter().map(|key| key.value.column().cloned()).collect();
        index.unique && index.predicate.is_none() && columns.is_some_and(|columns| set(&columns) == wanted)
    });
    indexed || target.constraints.iter().any(fits)
}
