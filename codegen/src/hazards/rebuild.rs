//! Dangers of a table that is built anew (SQLite) or changed as a whole (MySQL).

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Constraint, Table};
use autogen_diff_core::{Dialect, Pair, QualifiedName};

use super::{CreatedHere, column, constraint, drop_column, hazard};
use crate::quote::Quoter;
use crate::{mysql, sqlite};

/// A rebuild has the dangers of all that it does at once.
pub(super) fn rebuild(pair: &Pair<Table>, quoter: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let gone = from.columns.iter().filter(|c| to.column(&c.name).is_none() && c.generated.is_none());
    let mut found: Vec<Hazard> = gone.map(|column| drop_column(&to.name, column)).collect();
    for column in &to.columns {
        match from.column(&column.name) {
            None => found.extend(
                column::add(&to.name, column, quoter).and_then(|found| required(column, found, quoter)),
            ),
            Some(old) => found.extend(rebuilt_column(&to.name, Pair::new(old, column), quoter)),
        }
    }
    let mut created = CreatedHere::default();
    let added = to.columns.iter().filter(|column| from.column(&column.name).is_none());
    added.for_each(|column| created.add_column(&to.name, column));
    let new = to.constraints.iter().filter(|constraint| !from.constraints.contains(constraint));
    // MySQL's foreign keys are operations of their own.
    let is_here =
        |constraint: &Constraint| quoter.dialect() != Dialect::Mysql || constraint.foreign_key().is_none();
    let new = new.filter(|constraint| is_here(constraint) && !created.is_vacuous(&to.name, constraint));
    let nameless = |mut found: Hazard| {
        if found.subject == "a constraint" {
            found.subject = to.name.to_string();
        }
        found
    };
    if quoter.dialect() == Dialect::Mysql {
        // The keys change in the same statement.
        let keys =
            to.indexes.values().filter(|index| index.unique && from.indexes.get(&index.name) != Some(index));
        let keys = keys.filter(|index| !created.is_key_vacuous(&to.name, index));
        found.extend(keys.map(|index| constraint::unique_index(&to.name, index, quoter)));
        found.extend(history(pair));
        found.extend(partitions(pair));
    }
    found.extend(new.filter_map(|constraint| constraint::add(&to.name, constraint, quoter)).map(nameless));
    found
}

/// What a new column that must hold a value means for rows that have none.
fn required(column: &Column, found: Hazard, quoter: &Quoter) -> Option<Hazard> {
    let found = Hazard { instead: Vec::new(), ..found };
    match quoter.dialect() {
        Dialect::Sqlite | Dialect::Postgres => Some(found),
        // The server counts.
        Dialect::Mysql if column.mysql.definition.contains(" AUTO_INCREMENT") => None,
        Dialect::Mysql if mysql::has_implicit_value(column) => Some(Hazard {
            message: "rows that are there silently get 0, '' or the first label: NOT NULL without a default"
                .to_owned(),
            ..found
        }),
        Dialect::Mysql => Some(found),
    }
}

/// What becomes of earlier versions of rows.
fn history(pair: &Pair<Table>) -> Option<Hazard> {
    let ends = mysql::is_versioned(&pair.from) && !mysql::is_versioned(&pair.to);
    let message =
        "the earlier versions of its rows are lost: turning versioning on again does not bring them back";
    ends.then(|| hazard(HazardCode::DropHistory, pair.to.name.to_string(), message))
}

/// Rows that none of the new partitions takes.
fn partitions(pair: &Pair<Table>) -> Option<Hazard> {
    let is_list = pair.to.mysql.partition.as_ref().is_some_and(|text| text.contains(" VALUES "));
    let message = "all rows are moved, which stops writes; fails if a row fits in no partition";
    (mysql::moves_rows(pair) && is_list)
        .then(|| hazard(HazardCode::Repartition, pair.to.name.to_string(), message))
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
    found.extend(other_type(column, subject(), quoter));
    found
}

/// What another type does to the values that are there.
fn other_type(column: Pair<&Column>, subject: String, quoter: &Quoter) -> Option<Hazard> {
    let change = format!("from {} to {}", column.from.data_type, column.to.data_type);
    match quoter.dialect() {
        Dialect::Sqlite | Dialect::Postgres => {
            let (from, to) =
                (sqlite::affinity(&column.from.data_type), sqlite::affinity(&column.to.data_type));
            (from != to && to != "BLOB").then(|| {
                let message = format!("{change}: values that look like {to} are converted, '007' to 7");
                hazard(HazardCode::NarrowType, subject, message)
            })
        }
        Dialect::Mysql => {
            let types = column.map(|column| column.data_type.to_lowercase());
            (types.from != types.to && !mysql::widens(&types.from, &types.to)).then(|| {
                hazard(
                    HazardCode::CastType,
                    subject,
                    format!(
                        "{change}: a value that does not fit fails, or is cut where sql_mode is not strict"
                    ),
                )
            })
        }
    }
}
