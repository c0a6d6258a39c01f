//! Which dangers SQLite's operations have on a database that may hold rows.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{Pair, QualifiedName};
use autogen_sql_text::Dialect;

use super::Affinity;
use crate::casts::sqlite as casts;
use crate::hazards::{
    CreatedHere, Standing, column, column_check, constraint, drop_column, drop_table, dropped_definition,
    hazard, new_constraints, rename_hazard, set_not_null,
};
use crate::plan::{ColumnOperation, DefinitionOperation, IndexOperation, Operation, TableOperation};
use crate::quote::Quoter;

/// The dangers of an operation.
pub(super) fn hazards(operation: &Operation, created: &CreatedHere, q: &Quoter) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => rename_hazard(rename).into_iter().collect(),
        Operation::Table(TableOperation::Drop(table)) => vec![drop_table(table)],
        Operation::Table(TableOperation::Rebuild(pair)) => rebuild(pair, q),
        Operation::Column(ColumnOperation::Add { table, column }) if !created.has_table(table) => {
            let definition = column.sqlite().source.0.as_str();
            let checks = column_check::unsatisfied(Dialect::Sqlite, table, definition, created).into_iter();
            let checks = checks.map(|condition| column_check::violated(table, column, condition));
            let of_null = column::computed_of_null(table, column, &created.standing(table));
            column::add(table, column, q).into_iter().chain(of_null).chain(checks).collect()
        }
        Operation::Column(ColumnOperation::Drop { table, column }) if column.generated.is_none() => {
            vec![drop_column(table, column)]
        }
        Operation::Index(IndexOperation::Create { table, index })
            if index.unique && !created.has_table(table) && !created.restores(table, index) =>
        {
            vec![constraint::unique_index(table, index, q)]
        }
        Operation::Definition(DefinitionOperation::Drop(definition)) => {
            dropped_definition(definition).into_iter().collect()
        }
        Operation::Table(
            TableOperation::Create(_) | TableOperation::Alter(_) | TableOperation::AlterAtOnce(_),
        )
        | Operation::Definition(DefinitionOperation::Create(_) | DefinitionOperation::Replace(_))
        | Operation::Column(_)
        | Operation::Index(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Partition(_)
        | Operation::Constraint(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => Vec::new(),
    }
}

/// A rebuild has the dangers of all that it does at once.
fn rebuild(pair: &Pair<Table>, q: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let gone = from.columns.iter().filter(|c| to.column(&c.name).is_none() && c.generated.is_none());
    let mut found: Vec<Hazard> = gone.map(|column| drop_column(&to.name, column)).collect();
    for column in &to.columns {
        match from.column(&column.name) {
            None => {
                let required = column::add(&to.name, column, q);
                found.extend(required.map(|found| Hazard { instead: None, ..found }));
                found.extend(column::computed_of_null(
                    &to.name,
                    column,
                    &Standing::of(Dialect::Sqlite, from),
                ));
                found.extend(computed(&to.name, column));
            }
            Some(old) => found.extend(rebuilt_column(pair, Pair::new(old, column), q)),
        }
    }
    found.extend(becomes_strict(pair));
    let created = CreatedHere::columns_of(Dialect::Sqlite, pair);
    found.extend(new_constraints(pair, &created, |_| true, q));
    found
}

fn rebuilt_column(pair: &Pair<Table>, column: Pair<&Column>, q: &Quoter) -> Vec<Hazard> {
    let table = &pair.to.name;
    let standing = Standing::of(Dialect::Sqlite, &pair.from);
    if let Some(lost) = column::becomes_generated(table, column) {
        let same = column::same_in_keys(table, column, &standing);
        return std::iter::once(lost).chain(same).collect();
    }
    let null = column.from.nullable && !column.to.nullable;
    let null = null.then(|| set_not_null(table, column.to, q));
    // A strict table's ANY keeps what it is given (sqlite.org/stricttables.html, 3).
    let is_any = pair.to.sqlite().strict && column.to.data_type.eq_ignore_ascii_case("any");
    let casts = if is_any { Vec::new() } else { other_affinity(table, column) };
    let collation = column.map(|column| collation(&column.sqlite().tokens));
    let same = match collation.to {
        Some("nocase" | "rtrim") if collation.from != collation.to => {
            column::same_in_keys(table, column, &standing)
        }
        Some(_) | None => column::made_equal(table, column, &casts, &standing),
    };
    let misfits = becomes_rowid(pair, column).or_else(|| strictly_another(pair, column));
    null.into_iter().chain(casts).chain(same).chain(misfits).collect()
}

/// The collation that a column's definition names.
fn collation(tokens: &str) -> Option<&str> {
    tokens.split("; ").find_map(|clause| clause.strip_prefix("collate "))
}

/// A rowid is a whole number, which a column of another affinity may not hold.
fn becomes_rowid(pair: &Pair<Table>, column: Pair<&Column>) -> Option<Hazard> {
    let is_rowid = |table: &Table, column: &Column| table.sqlite().rowid_alias.as_ref() == Some(&column.name);
    let held_numbers = Affinity::of(&column.from.data_type) == Affinity::Integer;
    let becomes = is_rowid(&pair.to, column.to) && !is_rowid(&pair.from, column.from) && !held_numbers;
    let subject = format!("{}.{}", pair.to.name, column.to.name);
    becomes.then(|| hazard(HazardCode::CastType, subject, "fails if a value is no whole number"))
}

/// A strict table takes the values of each column's type alone.
fn becomes_strict(pair: &Pair<Table>) -> Option<Hazard> {
    let becomes = pair.to.sqlite().strict && !pair.from.sqlite().strict;
    let message = "fails if a column holds a value of another type";
    becomes.then(|| hazard(HazardCode::CastType, pair.to.name.to_string(), message))
}

/// A column of a strict table gets a type that does not take all values of the old one (sqlite.org/stricttables.html, 2).
fn strictly_another(pair: &Pair<Table>, column: Pair<&Column>) -> Option<Hazard> {
    if !pair.from.sqlite().strict || !pair.to.sqlite().strict {
        return None;
    }
    let types = column.map(|column| column.data_type.to_ascii_uppercase().replace("INTEGER", "INT"));
    let takes_all = match (types.from.as_str(), types.to.as_str()) {
        (_, "ANY") | ("INT", "REAL" | "TEXT") | ("REAL", "TEXT") => true,
        (from, to) => from == to,
    };
    let message = format!(
        "from {} to {}: fails if a value is of another type",
        column.from.data_type, column.to.data_type
    );
    let subject = format!("{}.{}", pair.to.name, column.to.name);
    (!takes_all).then(|| hazard(HazardCode::CastType, subject, message))
}

/// A stored column whose expression reads JSON, which fails on other text.
fn computed(table: &QualifiedName, column: &Column) -> Option<Hazard> {
    let generated = column.generated.as_ref().filter(|generated| generated.stored)?;
    let expression = generated.expression.as_str();
    let reads_json = expression.to_ascii_lowercase().contains("json") || expression.contains("->");
    let message = format!("fails if {expression} fails on a row");
    reads_json.then(|| hazard(HazardCode::CastType, format!("{table}.{}", column.name), message))
}

/// What another affinity does to the values that are there.
fn other_affinity(table: &QualifiedName, column: Pair<&Column>) -> Vec<Hazard> {
    let types = column.map(|column| column.data_type.as_str());
    let Pair { from, to } = types.map(Affinity::of);
    let subject = format!("{table}.{}", column.to.name);
    column::cast(casts::cast(from, to), types, subject, column::DOES_NOT_FIT, casts::loss(to))
}
