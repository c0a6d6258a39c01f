//! The form of an operation in which nobody waits: the same end by several migrations (manual, ALTER TABLE and CREATE INDEX).

use autogen_diff_core::hazard::{Instead, Step};
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, Index, KeyConstraint, PartitionOf, Table,
};
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::default_name::of_object;
use super::{constraint, expression, index, partition_bound, table};
use crate::plan::{ColumnOperation, ConstraintOperation, IndexOperation, Operation, PartitionOperation};
use crate::quote::Quoter;

/// What an index is built with while rows are written.
const ALONE: &str = "alone in its file, run_in_transaction = false";

/// The safer form, where there is one.
pub(super) fn instead(operation: &Operation, schemas: Pair<&Schema>, q: &Quoter) -> Option<Instead> {
    let statements = match operation {
        Operation::Index(IndexOperation::Create { table, index }) => {
            of_index(schemas.from.table(table)?, index, q)?
        }
        Operation::Constraint(ConstraintOperation::Add { table, constraint }) => {
            of_constraint(schemas.from.table(table)?, constraint, schemas.to, q)?
        }
        Operation::Column(ColumnOperation::Alter { table, column }) => {
            of_column(table, column, schemas.to, q)?
        }
        Operation::Partition(PartitionOperation::Attach { table, partition }) => {
            of_attachment(schemas.from.table(table)?, partition, schemas, q)?
        }
        Operation::Column(
            ColumnOperation::Add { .. }
            | ColumnOperation::Drop { .. }
            | ColumnOperation::DropDefault { .. }
            | ColumnOperation::DropIdentity { .. }
            | ColumnOperation::SetDefault { .. },
        )
        | Operation::Rename(_)
        | Operation::Namespace(_)
        | Operation::Extension(_)
        | Operation::Type(_)
        | Operation::Sequence(_)
        | Operation::Table(_)
        | Operation::Partition(_)
        | Operation::Constraint(_)
        | Operation::Index(_)
        | Operation::View(_)
        | Operation::MaterializedView(_)
        | Operation::Definition(_)
        | Operation::Attachment(_) => return None,
    };
    let spelled = |step: Step| Step { sql: expression::spelled(step.sql, q), ..step };
    Some(Instead::Migrations { steps: statements.into_iter().map(spelled).collect() })
}

/// An index of a partitioned table can't be built so.
fn of_index(table: &Table, index: &Index, q: &Quoter) -> Option<Vec<Step>> {
    if table.postgres().partition_key.is_some() {
        return None;
    }
    let create = index::create_concurrently(&table.name, index, q).into_iter().next()?;
    Some(vec![Step::new(create).noting(ALONE)])
}

fn of_constraint(table: &Table, added: &Constraint, to: &Schema, q: &Quoter) -> Option<Vec<Step>> {
    let is_partitioned = table.postgres().partition_key.is_some();
    let validated = |unchecked: ConstraintKind| {
        let unchecked = Constraint { kind: unchecked, ..added.clone() };
        let validate = constraint::validate(&table.name, added, q);
        vec![Step::new(constraint::add(&table.name, &unchecked, q)), Step::new(validate)]
    };
    match &added.kind {
        ConstraintKind::PrimaryKey(key) if !is_partitioned => of_key(table, added, key, "PRIMARY KEY", q),
        ConstraintKind::Unique(key) if !is_partitioned => of_key(table, added, key, "UNIQUE", q),
        ConstraintKind::Check(check) => {
            let mut check = check.clone();
            check.validated = false;
            Some(validated(ConstraintKind::Check(check)))
        }
        // Keys of partitioned tables are NOT VALID from 18 on.
        ConstraintKind::ForeignKey(key) if !is_partitioned || to.version.major >= 18 => {
            let mut key = key.clone();
            key.validated = false;
            Some(validated(ConstraintKind::ForeignKey(key)))
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude(_) => None,
    }
}

/// A key over an index that is built before, with the settings that are usual.
fn of_key(
    table: &Table,
    added: &Constraint,
    key: &KeyConstraint,
    word: &str,
    q: &Quoter,
) -> Option<Vec<Step>> {
    if !key.storage_parameters.is_empty() || key.tablespace.is_some() {
        return None;
    }
    let name = q.ident(added.name.as_ref()?);
    let t = q.qualified(&table.name);
    let include =
        if key.include.is_empty() { String::new() } else { format!(" INCLUDE ({})", q.list(&key.include)) };
    let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let columns = q.list(&key.columns);
    let create = format!("CREATE UNIQUE INDEX CONCURRENTLY {name} ON {t} ({columns}){include}{nulls}");
    let add = format!(
        "ALTER TABLE {t} ADD CONSTRAINT {name} {word} USING INDEX {name}{}",
        constraint::deferrability(added)
    );
    Some(vec![Step::new(create).noting(ALONE), Step::new(add)])
}

/// A table that stands alone, whose rows a check has looked at before it is attached.
fn of_attachment(
    table: &Table,
    place: &PartitionOf,
    schemas: Pair<&Schema>,
    q: &Quoter,
) -> Option<Vec<Step>> {
    let own = table.postgres();
    if own.partition_of.is_some() || !own.inherits.is_empty() {
        return None;
    }
    let check = partition_bound::check_of(schemas.to.table(&place.parent)?, &place.bound)?;
    let (t, name) = (q.qualified(&table.name), q.ident(&partition_bound::check_name(&table.name)));
    let attach = table::attach(&table.name, place, q);
    Some(vec![
        Step::new(format!("ALTER TABLE {t} ADD CONSTRAINT {name} CHECK ({check}) NOT VALID")),
        Step::new(format!("ALTER TABLE {t} VALIDATE CONSTRAINT {name}")),
        Step::new(attach),
        Step::new(format!("ALTER TABLE {t} DROP CONSTRAINT {name}")),
    ])
}

/// A column that takes no NULL any more, and changes in no other way that looks at the rows.
fn of_column(table: &QualifiedName, column: &Pair<Column>, to: &Schema, q: &Quoter) -> Option<Vec<Step>> {
    let Pair { from, to: new } = column;
    let is_alone =
        from.nullable && !new.nullable && from.data_type == new.data_type && new.identity == from.identity;
    if !is_alone {
        return None;
    }
    let (t, c) = (q.qualified(table), q.ident(&new.name));
    let usual = Ident::exact(of_object(&table.name, Some(new.name.as_str()), "not_null"));
    let name = q.ident(new.postgres().not_null.given_name().unwrap_or(&usual));
    let add = |what: &str| Step::new(format!("ALTER TABLE {t} ADD CONSTRAINT {name} {what} NOT VALID"));
    let validate = Step::new(format!("ALTER TABLE {t} VALIDATE CONSTRAINT {name}"));
    if to.version.major >= 18 {
        return Some(vec![add(&format!("NOT NULL {c}")), validate]);
    }
    let set = format!("ALTER TABLE {t} ALTER COLUMN {c} SET NOT NULL, DROP CONSTRAINT {name}");
    Some(vec![add(&format!("CHECK ({c} IS NOT NULL)")), validate, Step::new(set)])
}
