//! `NOT NULL` of a column that partitions and inheritance children share. Since PostgreSQL 18 it is a constraint with a name, a
//! child's own or its parents' or both; while a parent has one, a child's can be neither dropped nor renamed.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use autogen_diff_core::model::{Column, ConstraintKind, NotNullConstraint, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::{ancestors, parents};
use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{ColumnOperation, Operation};
use crate::postgres::default_name;

/// Does to a child's column what the change of its parent's does.
pub(super) fn pass_on(child: &mut Column, table: &Ident, parent: &Pair<Column>) {
    match (inheritable(&parent.from), inheritable(&parent.to)) {
        (None, None) => {}
        (None, Some(new)) => join(child, new),
        // `NO INHERIT` leaves the child's to it.
        (Some(_), None) if !parent.to.nullable => become_local(child, table),
        (Some(_), None) => leave(child, table),
        (Some(old), Some(new)) if old.validated && !new.validated => {
            leave(child, table);
            join(child, new);
        }
        (Some(old), Some(new)) => {
            let own = &mut child.postgres_mut().not_null;
            if own.name == old.name {
                own.name.clone_from(&new.name);
            }
            own.validated |= new.validated && !old.validated;
        }
    }
}

/// The constraint of a parent's column that its children have too.
fn inheritable(column: &Column) -> Option<&NotNullConstraint> {
    let constraint = &column.postgres().not_null;
    (!column.nullable && !constraint.no_inherit).then_some(constraint)
}

fn join(child: &mut Column, parent: &NotNullConstraint) {
    if child.nullable {
        child.nullable = false;
        // A name that comes from the parent's is none that somebody gave to the child's.
        child.postgres_mut().not_null =
            NotNullConstraint { has_default_name: true, inherited: true, ..parent.clone() };
    }
}

fn leave(child: &mut Column, table: &Ident) {
    if child.has_local_not_null() { become_local(child, table) } else { *child = child.without_not_null() }
}

fn become_local(child: &mut Column, table: &Ident) {
    let usual = default_name::of_object(table, Some(child.name.as_str()), "not_null");
    let own = &mut child.postgres_mut().not_null;
    own.inherited = false;
    own.has_default_name = own.name.as_ref().is_none_or(|name| name.as_str() == usual);
}

/// A column with the constraint of another one.
pub(super) fn with(column: &Column, other: &Column) -> Column {
    let mut column = column.clone();
    column.nullable = other.nullable;
    column.postgres_mut().not_null = other.postgres().not_null.clone();
    column
}

/// Whether a child that all its parents' changes have reached still needs a change of its constraint that the server refuses:
/// as long as a parent has one, the child's stays.
pub(super) fn is_stuck(reached: &Column, to: &Column, table: &Table, schema: &Schema) -> bool {
    let mut above = parents(table).filter_map(|parent| schema.table(parent)?.column(&to.name));
    let (old, new) = (&reached.postgres().not_null, &to.postgres().not_null);
    let differs = reached.nullable || !old.is_named_as(new) || (old.validated && !new.validated);
    to.not_null_name().is_some() && differs && above.any(|parent| inheritable(parent).is_some())
}

/// Whether the parent's constraint gets another name, which the server refuses where a child's has one of its own or one more
/// parent's.
pub(super) fn is_renamed_above(child: &Column, table: &Table, parent: &Pair<Column>) -> bool {
    let names = parent.as_ref().map(|column| inheritable(column));
    let (Some(old), Some(new)) = (names.from, names.to) else { return false };
    let keeps_rows_known = !old.validated || new.validated;
    let is_followed = old.name.as_ref() == child.not_null_name() && parents(table).count() == 1;
    keeps_rows_known && !old.is_named_as(new) && child.not_null_name().is_some() && !is_followed
}

/// Notes that the constraints of a column's family are set anew, or why that can't be.
pub(super) fn plan(objects: &mut ObjectPlans, table: &Table, column: &Ident, schemas: Pair<&Schema>) {
    let stuck = (table.name.clone(), column.clone());
    let mut members = family(&table.name, column, schemas.to).into_iter();
    let is_needed = |schema: &Schema, name: &QualifiedName| {
        schema.table(name).is_some_and(|member| !can_be_taken_off(member, column))
    };
    if members.any(|(name, _)| is_needed(schemas.from, &name) && is_needed(schemas.to, &name)) {
        let reason = "PostgreSQL gives its NOT NULL another name only where that of all its parents is taken off, which a \
                      primary key or an identity needs";
        let help = "declare the name that it has (CONSTRAINT name NOT NULL), a parent's too where only its table or column is renamed, or \
                    write this change by hand in a migration of its own";
        objects.refuse(ObjectId::Column(stuck.0, stuck.1), reason, help);
    } else {
        objects.stuck.insert(stuck);
    }
}

/// Whether the server takes `NOT NULL` off a column at all.
fn can_be_taken_off(table: &Table, column: &Ident) -> bool {
    let is_key = table.constraints.iter().any(|constraint| match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => key.columns.contains(column),
        ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Check(_)
        | ConstraintKind::Exclude(_) => false,
    });
    !is_key && table.column(column).is_none_or(|column| column.identity.is_none())
}

/// Writes names out that two new columns share, a partitioned table's and that of a partition which is away meanwhile: the server
/// gives none of its own that another table of the schema has (`ChooseConstraintName` of its `pg_constraint.c`).
pub(in crate::plan) fn write_shared_names(operations: &mut [Operation]) {
    let name_of = |operation: &Operation| {
        let Operation::Column(ColumnOperation::Add { table, column }) = operation else { return None };
        Some((table.namespace.clone(), column.not_null_name()?.clone()))
    };
    let mut names = BTreeSet::new();
    let all = operations.iter().filter_map(name_of);
    let shared: BTreeSet<_> = all.filter(|name| !names.insert(name.clone())).collect();
    for operation in operations {
        let is_shared = name_of(operation).is_some_and(|name| shared.contains(&name));
        if let Operation::Column(ColumnOperation::Add { column, .. }) = operation
            && is_shared
        {
            column.postgres_mut().not_null.has_default_name = false;
        }
    }
}

/// A column of a table whose constraint is stuck in its family.
pub(in crate::plan) type Stuck = BTreeSet<(QualifiedName, Ident)>;

/// Takes the constraints of each stuck column's family off and sets them anew.
pub(in crate::plan) fn renew(operations: &mut Vec<Operation>, stuck: &Stuck, schemas: Pair<&Schema>) {
    for (table, column) in families(stuck, schemas.to) {
        let columns = schemas.map(|schema| schema.table(&table).and_then(|table| table.column(&column)));
        let (Some(from), Some(to)) = (columns.from, columns.to) else { continue };
        let is_it = |operation: &Operation| {
            matches!(operation, Operation::Column(ColumnOperation::Alter { table: t, column: pair })
                if *t == table && pair.to.name == column)
        };
        let planned = operations.iter().position(is_it).map(|at| operations.remove(at));
        let pair = match planned {
            Some(Operation::Column(ColumnOperation::Alter { column, .. })) => column,
            Some(_) | None => Pair::new(from.clone(), from.clone()),
        };
        operations.extend(parts(&table, pair, Pair::new(from, to)));
    }
}

/// What is done to a member: its own constraint goes, the rest changes, its own constraint comes.
fn parts(table: &QualifiedName, rest: Pair<Column>, columns: Pair<&Column>) -> Vec<Operation> {
    let bare = rest.as_ref().map(Column::without_not_null);
    let mut pairs = Vec::new();
    if columns.from.has_local_not_null() {
        pairs.push(Pair::new(with(&bare.from, columns.from), bare.from.clone()));
    }
    let end = with(&bare.to, columns.to);
    let comes = columns.to.has_local_not_null().then(|| Pair::new(bare.to.clone(), end));
    if bare.differs() {
        pairs.push(bare);
    }
    pairs.extend(comes);
    let alter = |column| Operation::Column(ColumnOperation::Alter { table: table.clone(), column });
    pairs.into_iter().map(alter).collect()
}

fn families(stuck: &Stuck, schema: &Schema) -> Stuck {
    stuck.iter().flat_map(|(table, column)| family(table, column, schema)).collect()
}

/// The tables that have a column together, through parents and children.
fn family(table: &QualifiedName, column: &Ident, schema: &Schema) -> Stuck {
    let has_it = |table: &&Table| table.column(column).is_some();
    let above = |table: &Table| -> BTreeSet<QualifiedName> {
        let with_it =
            ancestors(schema, table).into_iter().filter_map(|name| schema.table(name)).filter(has_it);
        with_it.chain([table]).map(|table| table.name.clone()).collect()
    };
    let Some(top) = schema.table(table).map(above) else { return Stuck::new() };
    let related = schema.tables().filter(has_it).filter(|table| !above(table).is_disjoint(&top));
    related.map(|table| (table.name.clone(), column.clone())).collect()
}

/// What is done to a column, in the order of a family: its constraint goes, something else changes, it comes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Goes,
    Changes,
    Comes,
}

fn step(pair: &Pair<Column>) -> Step {
    if !pair.as_ref().map(Column::without_not_null).differs() && pair.from.nullable != pair.to.nullable {
        return if pair.to.nullable { Step::Goes } else { Step::Comes };
    }
    Step::Changes
}

/// Orders what [`renew`] has parted: parents let go before their children, then children get theirs before their parents.
pub(in crate::plan) fn order(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    stuck: &Stuck,
    schema: &Schema,
) {
    let members = families(stuck, schema);
    let altered = operations.iter().enumerate().filter_map(|(i, operation)| {
        let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { return None };
        let is_member = members.contains(&(table.clone(), column.to.name.clone()));
        is_member.then(|| (i, table, &column.to.name, step(column)))
    });
    let altered: Vec<(usize, &QualifiedName, &Ident, Step)> = altered.collect();
    for (i, table, column, step) in &altered {
        let above = schema.table(table).map(|table| ancestors(schema, table)).unwrap_or_default();
        for (j, other, _, other_step) in altered.iter().filter(|(j, _, c, _)| j != i && c == column) {
            let is_first = match step.cmp(other_step) {
                Ordering::Less => true,
                Ordering::Greater => false,
                Ordering::Equal => *step == Step::Comes && above.contains(other),
            };
            let is_last = *step == Step::Goes && step == other_step && above.contains(other);
            let (before, after) = if is_first { (*i, *j) } else { (*j, *i) };
            if is_first || is_last {
                edges.remove(&(after, before));
                edges.insert((before, after));
            }
        }
    }
}
