//! The parents and the type of a table: what it leaves and joins, and in how many steps.

use std::collections::BTreeSet;

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Definition, Table};
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

use super::ancestors;
use crate::plan::implied::changes_type;
use crate::plan::operation::{ColumnOperation, ConstraintOperation, DefinitionOperation, Operation};

/// The changes of a table's attributes. Where it leaves a parent or a type for another one, and has columns that fit
/// only one of them, it stands alone between the two.
pub(in crate::plan) fn steps(pair: &Pair<Table>) -> Vec<Pair<Table>> {
    if !stands_alone(pair) {
        return vec![pair.clone()];
    }
    let Pair { from, to } = pair;
    let mut alone = from.clone();
    alone.postgres_mut().of_type = None;
    if from.makes_columns_local(to) {
        alone.postgres_mut().inherits.clear();
        alone.columns.iter_mut().for_each(|column| column.postgres_mut().inherited = false);
    } else {
        alone.postgres_mut().inherits.retain(|parent| to.postgres().inherits.contains(parent));
    }
    vec![Pair::new(from.clone(), alone.clone()), Pair::new(alone, to.clone())]
}

/// Whether a table leaves a parent or a type before it joins another.
fn stands_alone(pair: &Pair<Table>) -> bool {
    let ties = Ties::of(pair);
    let retyped = |column: &Column| {
        let other = pair.to.column(&column.name);
        other.is_some_and(|other| changes_type(Pair::new(column, other)))
    };
    let is_typed = ties.of_type.from.is_some() || ties.of_type.to.is_some();
    let misfits = if is_typed { !has_same_columns(pair) } else { pair.from.columns.iter().any(retyped) };
    ties.leaves() && ties.joins() && misfits
}

/// A column that is a parent's on both sides, and would be the table's own when it stands alone between them.
pub(in crate::plan) fn column_left_alone<'a>(pair: &'a Pair<Table>, from: &Schema) -> Option<&'a Ident> {
    let stays = |column: &Column| {
        let mut parents =
            pair.from.postgres().inherits.iter().filter(|p| pair.to.postgres().inherits.contains(p));
        let has_it = |parent: &Table| parent.column(&column.name).is_some();
        parents.any(|parent| from.table(parent).is_none_or(has_it))
    };
    let is_shared = |column: &&Column| {
        let other = pair.to.column(&column.name);
        column.postgres().inherited && other.is_some_and(|other| other.postgres().inherited) && !stays(column)
    };
    let mut shared = pair.from.columns.iter().filter(is_shared);
    shared.next().filter(|_| stands_alone(pair)).map(|column| &column.name)
}

fn has_same_columns(pair: &Pair<Table>) -> bool {
    let has_all = |here: &Table, there: &Table| {
        here.columns.iter().all(|column| {
            there.column(&column.name).is_some_and(|other| {
                other.data_type == column.data_type && other.collation == column.collation
            })
        })
    };
    has_all(&pair.from, &pair.to) && has_all(&pair.to, &pair.from)
}

/// Whether the columns that stay, and then the new ones, are in the order of the other side.
pub(in crate::plan) fn ends_in_order(pair: &Pair<Table>) -> bool {
    let names = |table: &Table| table.columns.iter().map(|column| column.name.clone()).collect::<Vec<_>>();
    let Pair { from, to } = pair.as_ref().map(names);
    let stay: Vec<_> = from.iter().filter(|name| to.contains(name)).collect();
    let new = to.iter().filter(|name| !from.contains(name));
    stay.into_iter().chain(new).eq(&to)
}

/// The parents and the type that a table leaves and joins.
struct Ties<'a> {
    lost: Vec<&'a QualifiedName>,
    gained: Vec<&'a QualifiedName>,
    of_type: Pair<Option<&'a String>>,
}

impl<'a> Ties<'a> {
    fn of(pair: &'a Pair<Table>) -> Self {
        let Pair { from, to } = pair.as_ref().map(|table| table.postgres());
        let mut of_type = Pair::new(from.of_type.as_ref(), to.of_type.as_ref());
        if !of_type.differs() {
            of_type = Pair::new(None, None);
        }
        Self {
            lost: from.inherits.iter().filter(|parent| !to.inherits.contains(parent)).collect(),
            gained: to.inherits.iter().filter(|parent| !from.inherits.contains(parent)).collect(),
            of_type,
        }
    }

    fn leaves(&self) -> bool {
        !self.lost.is_empty() || self.of_type.from.is_some()
    }

    fn joins(&self) -> bool {
        !self.gained.is_empty() || self.of_type.to.is_some()
    }

    /// Whether the table has to be so before it joins: it needs all that its parents have, and exactly the columns of
    /// its type; the parents may have no more.
    fn is_first(&self, table: &QualifiedName, operation: &Operation) -> bool {
        let gets_type = self.of_type.to.is_some();
        self.joins()
            && match operation {
                Operation::Column(ColumnOperation::Add { table: t, .. }) => t == table,
                Operation::Column(ColumnOperation::Alter { table: t, column }) => {
                    let fits = !self.gained.is_empty() || changes_type(column.as_ref());
                    (t == table && fits && !self.leaves()) || self.gained.contains(&t)
                }
                Operation::Constraint(ConstraintOperation::Add { table: t, constraint }) => {
                    t == table && !constraint.inherited
                }
                Operation::Column(ColumnOperation::Drop { table: t, .. }) => {
                    self.gained.contains(&t) || (t == table && gets_type && !self.leaves())
                }
                Operation::Rename(_)
                | Operation::Namespace(_)
                | Operation::Extension(_)
                | Operation::Type(_)
                | Operation::Sequence(_)
                | Operation::Table(_)
                | Operation::Partition(_)
                | Operation::Column(_)
                | Operation::Constraint(_)
                | Operation::Index(_)
                | Operation::View(_)
                | Operation::MaterializedView(_)
                | Operation::Definition(_)
                | Operation::Attachment(_) => false,
            }
    }

    /// Whether it waits until the table is on its own: what it had from a parent or its type is its own then.
    fn is_later(&self, table: &QualifiedName, operation: &Operation) -> bool {
        let is_left = |definition: &Definition| Some(&definition.identity) == self.of_type.from;
        match operation {
            Operation::Column(ColumnOperation::Drop { table: t, .. }) => t == table && self.leaves(),
            Operation::Column(ColumnOperation::Add { table: t, .. }) => {
                t == table && self.leaves() && !self.joins()
            }
            Operation::Column(ColumnOperation::Alter { table: t, column }) => {
                let holds = !self.lost.is_empty() || changes_type(column.as_ref());
                t == table && holds && self.leaves() && !self.joins()
            }
            Operation::Constraint(ConstraintOperation::Drop { table: t, constraint }) => {
                t == table && constraint.inherited && self.leaves()
            }
            Operation::Definition(DefinitionOperation::Drop(definition)) => is_left(definition),
            Operation::Definition(DefinitionOperation::Replace(pair)) => is_left(&pair.from),
            Operation::Rename(_)
            | Operation::Namespace(_)
            | Operation::Extension(_)
            | Operation::Type(_)
            | Operation::Sequence(_)
            | Operation::Table(_)
            | Operation::Partition(_)
            | Operation::Column(_)
            | Operation::Constraint(_)
            | Operation::Index(_)
            | Operation::View(_)
            | Operation::MaterializedView(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => false,
        }
    }
}

/// What comes before and after a table gets other parents or another type.
pub(super) fn around_other_parents(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    alter: usize,
    pair: &Pair<Table>,
    schemas: Pair<&Schema>,
) {
    let ties = Ties::of(pair);
    if !ties.leaves() && !ties.joins() {
        return;
    }
    let above = Pair::new(ancestors(schemas.from, &pair.from), ancestors(schemas.to, &pair.to));
    for (other, operation) in operations.iter().enumerate() {
        let comes = ties.joins() && brings_check(operation, &above.to, schemas.from);
        let goes = ties.leaves() && takes_check(operation, &above.from, schemas.to);
        if comes || ties.is_first(&pair.to.name, operation) {
            edges.insert((other, alter));
        } else if goes || ties.is_later(&pair.to.name, operation) {
            edges.insert((alter, other));
        }
    }
}

/// Whether a parent gets a check that its children get with it. One that comes later than a table becomes the table's own.
fn brings_check(operation: &Operation, parents: &[&QualifiedName], before: &Schema) -> bool {
    matches!(operation, Operation::Constraint(ConstraintOperation::Add { table, constraint })
        if parents.contains(&table) && is_passed_on(constraint) && !passes_on(before, table, constraint))
}

/// Whether a parent loses one. It takes that of its children along, those that leave it included.
fn takes_check(operation: &Operation, parents: &[&QualifiedName], behind: &Schema) -> bool {
    matches!(operation, Operation::Constraint(ConstraintOperation::Drop { table, constraint })
        if parents.contains(&table) && is_passed_on(constraint) && !passes_on(behind, table, constraint))
}

/// Whether a table has a check of the same name on the other side, so that the change only makes it again.
fn passes_on(schema: &Schema, table: &QualifiedName, constraint: &Constraint) -> bool {
    let other = constraint.name.as_ref().and_then(|name| schema.table(table)?.constraint(name));
    other.is_some_and(is_passed_on)
}

const fn is_passed_on(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(check) => !check.no_inherit,
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude(_) => false,
    }
}
