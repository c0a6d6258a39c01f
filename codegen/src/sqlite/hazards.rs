//! Which dangers SQLite's operations have on a database that may hold rows.

use autogen_diff_core::hazard::Hazard;
use autogen_diff_core::model::{Column, Table};
use autogen_diff_core::{Pair, QualifiedName};

use super::Affinity;
use crate::casts::sqlite as casts;
use crate::hazards::{
    CreatedHere, column, constraint, drop_column, drop_table, dropped_definition, new_constraints,
    rename_hazard, set_not_null,
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
            column::add(table, column, q).into_iter().collect()
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
                found.extend(required.map(|found| Hazard { instead: Vec::new(), ..found }));
            }
            Some(old) => found.extend(rebuilt_column(&to.name, Pair::new(old, column), q)),
        }
    }
    let created = CreatedHere::columns_of(pair);
    found.extend(new_constraints(pair, &created, |_| true, q));
    found
}

fn rebuilt_column(table: &QualifiedName, column: Pair<&Column>, q: &Quoter) -> Vec<Hazard> {
    let null = column.from.nullable && !column.to.nullable;
    let null = null.then(|| set_not_null(table, column.to, q));
    null.into_iter().chain(other_affinity(table, column)).collect()
}

/// What another affinity does to the values that are there.
fn other_affinity(table: &QualifiedName, column: Pair<&Column>) -> Vec<Hazard> {
    let types = column.map(|column| column.data_type.as_str());
    let Pair { from, to } = types.map(Affinity::of);
    let subject = format!("{table}.{}", column.to.name);
    column::cast(casts::cast(from, to), types, subject, column::DOES_NOT_FIT, casts::loss(to))
}
