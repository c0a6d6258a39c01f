//! Dangers of a table that is built anew (SQLite).

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{Pair, QualifiedName};

use super::{Fresh, column, constraint, drop_column, hazard};
use crate::quote::Quoter;

/// A rebuild has the dangers of all that it does at once.
pub(super) fn rebuild(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let gone = from.columns.iter().filter(|c| to.column(&c.name).is_none() && c.generated.is_none());
    let mut found: Vec<Hazard> = gone.map(|column| drop_column(&to.name, column)).collect();
    for column in &to.columns {
        match from.column(&column.name) {
            None => found.extend(
                column::add(&to.name, column, quoter).map(|hazard| Hazard { instead: Vec::new(), ..hazard }),
            ),
            Some(old) => found.extend(rebuilt_column(&to.name, Pair::new(old, column), quoter)),
        }
    }
    let mut fresh = Fresh::default();
    let added = to.columns.iter().filter(|column| from.column(&column.name).is_none());
    added.for_each(|column| fresh.add_column(&to.name, column));
    let new = to.constraints.iter().filter(|constraint| !from.constraints.contains(constraint));
    let new = new.filter(|constraint| !fresh.covers(&to.name, constraint));
    let nameless = |mut found: Hazard| {
        if found.subject == "a constraint" {
            found.subject = to.name.to_string();
        }
        found
    };
    found.extend(new.filter_map(|constraint| constraint::add(&to.name, constraint, quoter)).map(nameless));
    found
}

fn rebuilt_column(table: &QualifiedName, column: Pair<&Column>, quoter: &Quoter) -> Vec<Hazard> {
    let mut found = Vec::new();
    let subject = || format!("{table}.{}", column.to.name);
    if column.from.nullable && !column.to.nullable {
        let mut null = hazard(HazardCode::SetNotNull, subject(), "fails if a row holds NULL");
        let (t, c) = (quoter.qualified(table), quoter.ident(&column.to.name));
        null.look_first = Some(format!("SELECT count(*) FROM {t} WHERE {c} IS NULL"));
        found.push(null);
    }
    let (from, to) = (affinity(&column.from.data_type), affinity(&column.to.data_type));
    if from != to && to != "BLOB" {
        let message = format!(
            "from {} to {}: values that look like {to} are converted, '007' to 7",
            column.from.data_type, column.to.data_type
        );
        found.push(hazard(HazardCode::NarrowType, subject(), message));
    }
    found
}

/// The affinity of a declared type (sqlite.org/datatype3.html#determination_of_column_affinity).
fn affinity(data_type: &str) -> &'static str {
    let upper = data_type.to_ascii_uppercase();
    let has = |part: &str| upper.contains(part);
    if has("INT") {
        "INTEGER"
    } else if has("CHAR") || has("CLOB") || has("TEXT") {
        "TEXT"
    } else if has("BLOB") || upper.is_empty() {
        "BLOB"
    } else if has("REAL") || has("FLOA") || has("DOUB") {
        "REAL"
    } else {
        "NUMERIC"
    }
}
