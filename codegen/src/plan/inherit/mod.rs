//! Columns of partitions and inheritance children: a change of the parent's column reaches them,
//! and only what then still differs is changed at the child.

mod not_null;
mod ties;

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Definition, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::objects::ObjectPlans;
use super::operation::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, MaterializedViewOperation, Operation,
    TableOperation, ViewOperation,
};
use crate::postgres::without_storage;
use ties::around_other_parents;

pub(super) use not_null::{Stuck, order as order_not_null, renew as renew_not_null, write_shared_names};
pub(super) use ties::{column_left_alone, ends_in_order, steps};

/// The partitions and inheritance children of each table.
pub(super) type Children<'a> = BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>;

pub(super) fn children(schema: &Schema) -> Children<'_> {
    let mut children = Children::new();
    for table in schema.tables() {
        for parent in parents(table) {
            children.entry(parent).or_default().push(&table.name);
        }
    }
    children
}

/// The tables that a table gets its columns from.
pub(super) fn parents(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    let whole = table.postgres().partition_of.iter().map(|place| &place.parent);
    whole.chain(&table.postgres().inherits)
}

/// Plans what each child's inherited columns still need after their parents' changes.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let mut done = BTreeSet::new();
    for name in schemas.to.tables().map(|table| &table.name) {
        visit(schemas, objects, name, &mut done);
    }
}

/// Parents first, since their changes reach further down.
fn visit(
    schemas: Pair<&Schema>,
    objects: &mut ObjectPlans,
    name: &QualifiedName,
    done: &mut BTreeSet<QualifiedName>,
) {
    let Some(to) = schemas.to.table(name) else { return };
    if !done.insert(name.clone()) {
        return;
    }
    for parent in parents(to) {
        visit(schemas, objects, parent, done);
    }
    let Some(from) = schemas.from.table(name) else { return };
    if parents(from).ne(parents(to)) {
        return;
    }
    let ancestors = reaching(schemas.to, objects, to);
    for column in &to.columns {
        let shared = |name: &&QualifiedName| {
            schemas.to.table(name).is_some_and(|parent| parent.column(&column.name).is_some())
        };
        if ancestors.iter().any(shared) {
            plan_column(&ancestors, objects, Pair::new(from, to), column, schemas);
        }
    }
}

fn plan_column(
    ancestors: &[&QualifiedName],
    objects: &mut ObjectPlans,
    table: Pair<&Table>,
    to: &Column,
    schemas: Pair<&Schema>,
) {
    let own = table.from.column(&to.name);
    if own.is_none() && !to.postgres().inherited {
        return;
    }
    let reached = ancestors
        .iter()
        .fold(own.cloned(), |state, parent| reach(objects, state, parent, table.to, &to.name));
    let Some(mut reached) = reached else { return };
    let gets_identity =
        |column: &Pair<Column>| column.from.identity.is_none() && column.to.identity.is_some();
    let above = ancestors.iter().flat_map(|parent| alterations(objects, parent, &to.name));
    let above: Vec<Pair<Column>> = above.cloned().collect();
    if is_partition(table.to) && reached.default.is_some() && above.iter().any(gets_identity) {
        // The identity reaches partitions (17), and finds no place beside a default.
        let drop = ColumnOperation::DropDefault { table: table.to.name.clone(), column: to.name.clone() };
        objects.plan(ObjectId::Column(table.to.name.clone(), to.name.clone())).drop =
            Some(Operation::Column(drop));
        reached.default = None;
    }
    reached.postgres_mut().inherited = own.is_none_or(|own| own.postgres().inherited);
    let renamed_above =
        own.is_some_and(|own| above.iter().any(|parent| not_null::is_renamed_above(own, table.to, parent)));
    if renamed_above || not_null::is_stuck(&reached, to, table.to, schemas.to) {
        not_null::plan(objects, table.to, &to.name, schemas);
        reached = not_null::with(&reached, to);
    }
    let id = ObjectId::Column(table.to.name.clone(), to.name.clone());
    let is_alteration =
        |operation: &Operation| matches!(operation, Operation::Column(ColumnOperation::Alter { .. }));
    if let Some(plan) = objects.plans.get_mut(&id) {
        plan.alters.retain(|operation| !is_alteration(operation));
    }
    if reached != *to {
        let operation = Operation::Column(ColumnOperation::Alter {
            table: table.to.name.clone(),
            column: Pair::new(reached, to.clone()),
        });
        objects.plan(id).alters.push(operation);
    }
}

fn is_partition(table: &Table) -> bool {
    table.postgres().partition_of.is_some()
}

/// The parents of a table whose changes reach it, the farthest first: none reaches a partition that stands apart.
fn reaching<'a>(schema: &'a Schema, objects: &ObjectPlans, table: &'a Table) -> Vec<&'a QualifiedName> {
    above(schema, table, &|table| objects.stands_apart(&table.name))
}

/// All parents of a table, the farthest first.
pub(super) fn ancestors<'a>(schema: &'a Schema, table: &'a Table) -> Vec<&'a QualifiedName> {
    above(schema, table, &|_| false)
}

/// The parents up to a table that is the last one.
fn above<'a>(
    schema: &'a Schema,
    table: &'a Table,
    is_last: &impl Fn(&Table) -> bool,
) -> Vec<&'a QualifiedName> {
    if is_last(table) {
        return Vec::new();
    }
    let farther = |parent| schema.table(parent).map(|parent| above(schema, parent, is_last));
    parents(table)
        .flat_map(|parent| farther(parent).unwrap_or_default().into_iter().chain([parent]))
        .collect()
}

/// The child's column after the parent's planned change.
fn reach(
    objects: &ObjectPlans,
    state: Option<Column>,
    parent: &QualifiedName,
    child: &Table,
    name: &Ident,
) -> Option<Column> {
    let plan = objects.plans.get(&ObjectId::Column(parent.clone(), name.clone()));
    let state = match plan.and_then(|plan| plan.create.as_ref()) {
        // An identity is not passed on.
        Some(Operation::Column(ColumnOperation::Add { column, .. })) => {
            Some(Column { identity: None, ..column.clone() })
        }
        Some(_) | None => state,
    };
    let loses_default = matches!(
        plan.and_then(|plan| plan.drop.as_ref()),
        Some(Operation::Column(ColumnOperation::DropDefault { .. }))
    );
    let state = state.map(|state| if loses_default { Column { default: None, ..state } } else { state });
    let alterations = alterations(objects, parent, name);
    alterations.fold(state, |state, column| Some(passed_on(state?, &child.name.name, column)))
}

/// The planned changes of a table's column.
fn alterations<'a>(
    objects: &'a ObjectPlans,
    table: &QualifiedName,
    name: &Ident,
) -> impl Iterator<Item = &'a Pair<Column>> + use<'a> {
    let plan = objects.plans.get(&ObjectId::Column(table.clone(), name.clone()));
    let alters = plan.into_iter().flat_map(|plan| &plan.alters);
    alters.filter_map(|operation| match operation.column() {
        Some(ColumnOperation::Alter { column, .. }) => Some(column),
        Some(_) | None => None,
    })
}

/// What `ALTER TABLE` of a parent changes in its children: what it changes in the parent.
fn passed_on(mut child: Column, table: &Ident, parent: &Pair<Column>) -> Column {
    let Pair { from, to } = parent;
    let retyped = from.data_type != to.data_type || from.collation != to.collation;
    if retyped {
        child.data_type.clone_from(&to.data_type);
        child.collation.clone_from(&to.collation);
        child = without_storage(child);
        // The default is taken off and set again, which reaches the child as well.
        child.default.clone_from(&to.default);
    }
    not_null::pass_on(&mut child, table, parent);
    if from.default != to.default {
        child.default.clone_from(&to.default);
    }
    if from.generated != to.generated {
        child.generated.clone_from(&to.generated);
    }
    let stored = if retyped { None } else { from.postgres().storage.clone() };
    if stored != to.postgres().storage {
        child.postgres_mut().storage.clone_from(&to.postgres().storage);
    }
    if from.postgres().statistics != to.postgres().statistics {
        child.postgres_mut().statistics = to.postgres().statistics;
    }
    child
}

/// The parent's change of a column comes before the child's; a column that is new in
/// both comes to the child first, since only then it becomes the child's own too.
pub(super) fn first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation], schemas: Pair<&Schema>) {
    let to = schemas.to;
    for (i, operation) in operations.iter().enumerate() {
        if let Operation::Column(ColumnOperation::Add { table, column }) = operation
            && let Some(child) = to.table(table)
        {
            let ancestors = ancestors(to, child);
            let others = if ancestors.is_empty() { &[] } else { operations };
            let above = others.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::Column(ColumnOperation::Add { table, column: c })
                    if ancestors.contains(&table) && c.name == column.name)
            });
            edges.extend(above.map(|(above, _)| (i, above)));
        }
        if let Operation::Table(TableOperation::Create(child)) = operation
            && !child.postgres().inherits.is_empty()
        {
            // It is made with the columns that its parents have by then.
            let ancestors = ancestors(to, child);
            let columns = operations
                .iter()
                .enumerate()
                .filter(|(_, other)| changes_shape(other).is_some_and(|table| ancestors.contains(&table)));
            edges.extend(columns.map(|(column, _)| (column, i)));
            // It would take a check that holds of new rows alone for one that holds.
            let checks = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::Constraint(ConstraintOperation::Add { table, constraint })
                    if ancestors.contains(&table) && is_unvalidated(constraint))
            });
            edges.extend(checks.map(|(check, _)| (i, check)));
        }
        if let Operation::Column(ColumnOperation::Drop { table, column }) = operation
            && let Some(child) = schemas.from.table(table)
        {
            // What is inherited goes no earlier than what it is inherited from.
            let ancestors = ancestors(schemas.from, child);
            let above = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::Column(ColumnOperation::Drop { table, column: c })
                    if ancestors.contains(&table) && c.name == column.name)
            });
            edges.extend(above.map(|(above, _)| (above, i)));
        }
        if let Operation::Column(ColumnOperation::DropDefault { table, column }) = operation
            && let Some(child) = to.table(table)
        {
            let ancestors = ancestors(to, child);
            let above = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::Column(ColumnOperation::Alter { table, column: c })
                    if ancestors.contains(&table) && c.to.name == *column)
            });
            edges.extend(above.map(|(above, _)| (i, above)));
        }
        if let Operation::Definition(DefinitionOperation::Replace(pair)) = operation {
            around_attributes(edges, operations, i, pair, schemas);
        }
        if let Operation::Table(TableOperation::Alter(pair)) = operation {
            around_other_parents(edges, operations, i, pair, schemas);
        }
        let Operation::Column(ColumnOperation::Alter { table, column }) = operation else { continue };
        let Some(child) = to.table(table) else { continue };
        if let Some(of_type) = &child.postgres().of_type {
            // A typed table gets a column with its type's attribute.
            let types = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::Definition(DefinitionOperation::Replace(pair)) if pair.to.identity == *of_type)
            });
            edges.extend(types.map(|(attributes, _)| (attributes, i)));
        }
        let ancestors = ancestors(to, child);
        if ancestors.is_empty() {
            continue;
        }
        let changes = |other: &Operation| match other.column() {
            Some(ColumnOperation::Alter { table, column: c }) => {
                ancestors.contains(&table) && c.to.name == column.to.name
            }
            Some(ColumnOperation::Add { table, column: c }) => {
                ancestors.contains(&table) && c.name == column.to.name
            }
            Some(_) | None => false,
        };
        let before = operations.iter().enumerate().filter(|(_, other)| changes(other));
        edges.extend(before.map(|(before, _)| (before, i)));
    }
}

const fn is_unvalidated(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::Check(check) => !check.validated,
        ConstraintKind::ForeignKey(key) => !key.validated,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => false,
    }
}

/// The table whose columns an operation changes.
pub(super) const fn changed_columns(operation: &Operation) -> Option<&QualifiedName> {
    match operation.column() {
        Some(
            ColumnOperation::Add { table, .. }
            | ColumnOperation::Drop { table, .. }
            | ColumnOperation::Alter { table, .. }
            | ColumnOperation::DropDefault { table, .. }
            | ColumnOperation::SetDefault { table, .. },
        ) => Some(table),
        Some(_) | None => None,
    }
}

/// The table that gets other columns, or columns of another kind; a default alone reaches children later too.
fn changes_shape(operation: &Operation) -> Option<&QualifiedName> {
    match operation.column() {
        Some(ColumnOperation::Add { table, .. } | ColumnOperation::Drop { table, .. }) => Some(table),
        Some(ColumnOperation::Alter { table, column }) => {
            let to = &column.to;
            let with_default = Column { default: to.default.clone(), ..column.from.clone() };
            (with_default != *to).then_some(table)
        }
        Some(_) | None => None,
    }
}

/// A view over a typed table comes behind the attributes of the type that it shows, and goes before them.
fn around_attributes(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    attributes: usize,
    definition: &Pair<Definition>,
    schemas: Pair<&Schema>,
) {
    let typed: Pair<BTreeSet<&QualifiedName>> = schemas.map(|schema| {
        let of_type = |table: &&Table| table.postgres().of_type.as_ref() == Some(&definition.to.identity);
        schema.tables().filter(of_type).map(|table| &table.name).collect()
    });
    let shows = |schema: &Schema, typed: &BTreeSet<&QualifiedName>, view: ObjectId| {
        let mut needs = schema.needs(&view);
        needs.any(|need| matches!(need, ObjectId::Column(table, _) if typed.contains(table)))
    };
    for (other, operation) in operations.iter().enumerate() {
        let (before, after) = match operation {
            Operation::View(ViewOperation::Create(view)) => (None, Some(ObjectId::View(view.name.clone()))),
            Operation::MaterializedView(MaterializedViewOperation::Create(view)) => {
                (None, Some(ObjectId::MaterializedView(view.name.clone())))
            }
            Operation::View(ViewOperation::Replace(pair)) => {
                (None, Some(ObjectId::View(pair.to.name.clone())))
            }
            Operation::View(ViewOperation::Drop(view)) => (Some(ObjectId::View(view.name.clone())), None),
            Operation::MaterializedView(MaterializedViewOperation::Drop(view)) => {
                (Some(ObjectId::MaterializedView(view.name.clone())), None)
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
            | Operation::MaterializedView(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => (None, None),
        };
        if after.is_some_and(|view| shows(schemas.to, &typed.to, view)) {
            edges.insert((attributes, other));
        }
        if before.is_some_and(|view| shows(schemas.from, &typed.from, view)) {
            edges.insert((other, attributes));
        }
    }
}
