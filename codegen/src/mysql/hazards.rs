//! Which dangers MySQL's operations have on a database that may hold rows.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Constraint, Table};
use autogen_diff_core::{Dialect, Flavor, Pair, QualifiedName, Schema};

use super::online::OnlineDdl;
use super::options::{self, is_versioned};
use super::partition::moves_rows;
use super::steps::can_be_stored;
use super::text;
use super::types::has_implicit_value;
use super::{computed, copy_tools, rename};
use crate::casts::mysql as casts;
use crate::hazards::{
    CreatedHere, Standing, column, column_check, constraint, drop_column, drop_table, dropped_definition,
    hazard, new_constraints, rename_hazard, set_not_null,
};
use crate::plan::{ConstraintOperation, DefinitionOperation, Operation, TableOperation};
use crate::quote::Quoter;

/// The dangers of an operation that is so much work.
pub(super) fn hazards(
    operation: &Operation,
    created: &CreatedHere,
    work: Option<OnlineDdl>,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> Vec<Hazard> {
    match operation {
        Operation::Rename(rename) => {
            let copied = rename::copied(rename, schemas.from, q);
            let blocked = copied.and_then(|table| blocked(&table, Some(OnlineDdl::Copy)));
            rename_hazard(rename).into_iter().chain(blocked).collect()
        }
        Operation::Table(TableOperation::Drop(table)) => vec![drop_table(table)],
        Operation::Table(TableOperation::AlterAtOnce(pair)) => {
            let mut found = alter_table_at_once(pair, schemas.to.flavor, q);
            let instead = copy_tools::instead(pair, schemas, work, &found, q);
            found.extend(blocked(&pair.to.name, work).map(|blocked| Hazard { instead, ..blocked }));
            found
        }
        Operation::Constraint(ConstraintOperation::Add { table, constraint }) => {
            let is_vacuous = created.is_vacuous(table, constraint);
            let own = (!is_vacuous).then(|| constraint::add(table, constraint, q)).flatten();
            let own = own.map(|found| created.looked_for(table, constraint, found));
            own.into_iter().chain(blocked(table, work)).collect()
        }
        Operation::Definition(DefinitionOperation::Drop(definition)) => {
            dropped_definition(definition).into_iter().collect()
        }
        Operation::Table(
            TableOperation::Create(_) | TableOperation::Alter(_) | TableOperation::Rebuild(_),
        )
        | Operation::Definition(DefinitionOperation::Create(_) | DefinitionOperation::Replace(_))
        | Operation::Constraint(_)
        | Operation::Column(_)
        | Operation::Index(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Partition(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Attachment(_) => Vec::new(),
    }
}

/// What waits while an operation runs.
fn blocked(table: &QualifiedName, work: Option<OnlineDdl>) -> Option<Hazard> {
    let message = match work? {
        OnlineDdl::Copy | OnlineDdl::StatedCopy => "the table is copied, and writes wait until that is done",
        OnlineDdl::Shared => "writes wait until its FULLTEXT or SPATIAL keys are built",
        OnlineDdl::Instant | OnlineDdl::InPlace | OnlineDdl::Rebuild => return None,
    };
    Some(hazard(HazardCode::BlockWrites, table.to_string(), message))
}

/// One `ALTER TABLE` has the dangers of all that it does. Foreign keys are operations of their own.
fn alter_table_at_once(pair: &Pair<Table>, flavor: Flavor, q: &Quoter) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let gone = from.columns.iter().filter(|c| to.column(&c.name).is_none() && c.generated.is_none());
    let mut found: Vec<Hazard> = gone.map(|column| drop_column(&to.name, column)).collect();
    let created = CreatedHere::columns_of(Dialect::Mysql, pair);
    for column in &to.columns {
        match from.column(&column.name) {
            None => {
                found.extend(column::add(&to.name, column, q).and_then(|found| required(column, found)));
                found.extend(computed::column(to, column, flavor));
                if column.generated.as_ref().is_some_and(|generated| generated.stored) {
                    found.extend(column::computed_of_null(&to.name, column, &created.standing(&to.name)));
                }
                let definition = column.mysql().definition.as_str();
                let checks = column_check::unsatisfied(Dialect::Mysql, &to.name, definition, &created);
                found
                    .extend(checks.into_iter().map(|condition| added_unchecked(&to.name, column, condition)));
            }
            Some(old) => found.extend(changed_column(pair, Pair::new(old, column), flavor, q)),
        }
    }
    let keys =
        to.indexes.values().filter(|index| index.unique && from.indexes.get(&index.name) != Some(index));
    let standing = created.standing(&to.name);
    let keys =
        keys.filter(|index| !created.is_key_vacuous(&to.name, index) && !standing.implies_index(index));
    found.extend(keys.map(|index| constraint::unique_index(&to.name, index, q)));
    found.extend(history(pair));
    found.extend(options::forgets_rows(pair).then(|| drop_table(to)));
    found.extend(partitions(pair));
    let is_here = |constraint: &Constraint| constraint.foreign_key().is_none();
    found.extend(new_constraints(pair, &created, is_here, q));
    found
}

/// What a new column that must hold a value means for rows that have none.
fn required(column: &Column, found: Hazard) -> Option<Hazard> {
    // The server counts.
    if column.mysql().definition.contains(" AUTO_INCREMENT") {
        return None;
    }
    let found = Hazard { instead: None, ..found };
    if !has_implicit_value(column) {
        return Some(found);
    }
    let message = "rows that are there silently get 0, '' or the first label: NOT NULL without a default";
    Some(Hazard { message: message.to_owned(), ..found })
}

/// What becomes of earlier versions of rows.
fn history(pair: &Pair<Table>) -> Option<Hazard> {
    let ends = is_versioned(&pair.from) && !is_versioned(&pair.to);
    let message =
        "the earlier versions of its rows are lost: turning versioning on again does not bring them back";
    ends.then(|| hazard(HazardCode::DropHistory, pair.to.name.to_string(), message))
}

/// Rows that none of the new partitions takes.
fn partitions(pair: &Pair<Table>) -> Option<Hazard> {
    let is_list = pair.to.mysql().partition.as_ref().is_some_and(|text| text.contains(" VALUES "));
    let message = "all rows are moved, which stops writes; fails if a row fits in no partition";
    (moves_rows(pair) && is_list).then(|| hazard(HazardCode::Repartition, pair.to.name.to_string(), message))
}

fn changed_column(pair: &Pair<Table>, column: Pair<&Column>, flavor: Flavor, q: &Quoter) -> Vec<Hazard> {
    let table = &pair.to.name;
    let standing = Standing::of(Dialect::Mysql, &pair.from);
    if let Some(lost) = column::becomes_generated(table, column) {
        let same = column::same_in_keys(table, column, &standing);
        return std::iter::once(lost).chain(same).collect();
    }
    let is_virtual = column.from.generated.as_ref().is_some_and(|generated| !generated.stored);
    if is_virtual && column.to.generated.is_none() && !can_be_stored(&pair.from, column.from) {
        return vec![drop_column(table, column.from)];
    }
    let null = column.from.nullable && !column.to.nullable;
    let mut found: Vec<Hazard> = null.then(|| set_not_null(table, column.to, q)).into_iter().collect();
    let casts = other_type(table, column, flavor);
    let letters = text::other_letters(pair, column);
    let same = if text::is_compared_otherwise(pair, column) {
        column::same_in_keys(table, column, &standing)
    } else {
        column::made_equal(table, column, &casts, &standing)
    };
    found.extend(casts.into_iter().chain(letters).chain(same).chain(own_check(table, column)));
    found
}

/// MariaDB adds a column with its own check without a look at the rows.
fn added_unchecked(table: &QualifiedName, column: &Column, condition: &str) -> Hazard {
    let message = format!("rows that are there violate CHECK ({condition}), and a change of one fails");
    hazard(HazardCode::AddCheck, format!("{table}.{}", column.name), message)
}

/// A check that stands at the column itself, as MariaDB writes what JSON is.
fn own_check(table: &QualifiedName, column: Pair<&Column>) -> Option<Hazard> {
    let conditions =
        column.map(|column| column_check::conditions(Dialect::Mysql, &column.mysql().definition));
    let new = conditions.to.into_iter().find(|condition| !conditions.from.contains(condition))?;
    Some(column_check::violated(table, column.to, new))
}

/// What another type does to the values that are there.
fn other_type(table: &QualifiedName, column: Pair<&Column>, flavor: Flavor) -> Vec<Hazard> {
    let types = column.map(|column| column.data_type.as_str());
    let cast = casts::cast(flavor, types.from, types.to);
    let failure = "a value that does not fit fails, or is cut where sql_mode is not strict";
    let subject = format!("{table}.{}", column.to.name);
    column::cast(cast, types, subject, failure, casts::loss(types.from, types.to))
}
