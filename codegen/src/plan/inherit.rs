//! Columns of partitions and inheritance children: a change of the parent's column reaches them,
//! and only what then still differs is changed at the child.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Column, Definition, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::implied::changes_type;
use super::objects::ObjectPlans;
use super::operation::Operation;
use crate::postgres::without_storage;

/// The tables that a table gets its columns from.
pub(super) fn parents(table: &Table) -> impl Iterator<Item = &QualifiedName> {
    let whole = table.postgres.partition_of.iter().map(|place| &place.parent);
    whole.chain(&table.postgres.inherits)
}

/// The partitions and inheritance children of each table.
pub(super) type Children<'a> = BTreeMap<&'a QualifiedName, Vec<&'a QualifiedName>>;

pub(super) fn children(schema: &Schema) -> Children<'_> {
    let mut children = Children::new();
    for table in schema.tables.values() {
        for parent in parents(table) {
            children.entry(parent).or_default().push(&table.name);
        }
    }
    children
}

/// Plans what each child's inherited columns still need after their parents' changes.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let mut done = BTreeSet::new();
    for name in schemas.to.tables.keys() {
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
    let Some(to) = schemas.to.tables.get(name) else { return };
    if !done.insert(name.clone()) {
        return;
    }
    for parent in parents(to) {
        visit(schemas, objects, parent, done);
    }
    let Some(from) = schemas.from.tables.get(name) else { return };
    if parents(from).ne(parents(to)) {
        return;
    }
    let ancestors = ancestors(schemas.to, to);
    for column in &to.columns {
        let shared = |name: &&QualifiedName| {
            schemas.to.tables.get(*name).is_some_and(|parent| parent.column(&column.name).is_some())
        };
        if ancestors.iter().any(shared) {
            plan_column(&ancestors, objects, Pair::new(from, to), column);
        }
    }
}

fn plan_column(ancestors: &[&QualifiedName], objects: &mut ObjectPlans, table: Pair<&Table>, to: &Column) {
    let own = table.from.column(&to.name);
    if own.is_none() && !to.postgres.inherited {
        return;
    }
    let reached =
        ancestors.iter().fold(own.cloned(), |state, parent| reach(objects, state, parent, &to.name));
    let Some(mut reached) = reached else { return };
    reached.postgres.inherited = own.is_none_or(|own| own.postgres.inherited);
    let id = ObjectId::Column(table.to.name.clone(), to.name.clone());
    let is_alteration = |operation: &Operation| matches!(operation, Operation::AlterColumn { .. });
    if let Some(plan) = objects.plans.get_mut(&id) {
        plan.alters.retain(|operation| !is_alteration(operation));
    }
    if reached != *to {
        let operation =
            Operation::AlterColumn { table: table.to.name.clone(), column: Pair::new(reached, to.clone()) };
        objects.plan(id).alters.push(operation);
    }
}

/// All parents of a table, the farthest first.
pub(super) fn ancestors<'a>(schema: &'a Schema, table: &'a Table) -> Vec<&'a QualifiedName> {
    let mut found = Vec::new();
    for parent in parents(table) {
        if let Some(parent) = schema.tables.get(parent) {
            found.extend(ancestors(schema, parent));
        }
        found.push(parent);
    }
    found
}

/// The child's column after the parent's planned change.
fn reach(
    objects: &ObjectPlans,
    state: Option<Column>,
    parent: &QualifiedName,
    name: &Ident,
) -> Option<Column> {
    let Some(plan) = objects.plans.get(&ObjectId::Column(parent.clone(), name.clone())) else { return state };
    let state = match &plan.create {
        Some(Operation::AddColumn { column, .. }) => {
            // An identity is not passed on.
            Some(Column { identity: None, ..column.clone() })
        }
        _ => state,
    };
    plan.alters.iter().fold(state, |state, operation| match (operation, state) {
        (Operation::AlterColumn { column, .. }, Some(state)) => Some(passed_on(state, column)),
        (_, state) => state,
    })
}

/// What `ALTER TABLE` of a parent changes in its children: what it changes in the parent.
fn passed_on(mut child: Column, parent: &Pair<Column>) -> Column {
    let Pair { from, to } = parent;
    let retyped = from.data_type != to.data_type || from.collation != to.collation;
    if retyped {
        child.data_type.clone_from(&to.data_type);
        child.collation.clone_from(&to.collation);
        child = without_storage(child);
        // The default is taken off and set again, which reaches the child as well.
        child.default.clone_from(&to.default);
    }
    if from.nullable != to.nullable {
        child.nullable = to.nullable;
    }
    if from.default != to.default {
        child.default.clone_from(&to.default);
    }
    if from.generated != to.generated {
        child.generated.clone_from(&to.generated);
    }
    let stored = if retyped { None } else { from.postgres.storage.clone() };
    if stored != to.postgres.storage {
        child.postgres.storage.clone_from(&to.postgres.storage);
    }
    if from.postgres.statistics != to.postgres.statistics {
        child.postgres.statistics = to.postgres.statistics;
    }
    child
}

/// The parent's change of a column comes before the child's; a column that is new in
/// both comes to the child first, since only then it becomes the child's own too.
pub(super) fn first(edges: &mut BTreeSet<(usize, usize)>, operations: &[Operation], schemas: Pair<&Schema>) {
    let to = schemas.to;
    for (i, operation) in operations.iter().enumerate() {
        if let Operation::AddColumn { table, column } = operation
            && let Some(child) = to.tables.get(table)
        {
            let ancestors = ancestors(to, child);
            let above = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::AddColumn { table, column: c }
                    if ancestors.contains(&table) && c.name == column.name)
            });
            edges.extend(above.map(|(above, _)| (i, above)));
        }
        if let Operation::CreateTable(child) = operation
            && !child.postgres.inherits.is_empty()
        {
            // It is made with the columns that its parents have by then.
            let ancestors = ancestors(to, child);
            let columns = operations
                .iter()
                .enumerate()
                .filter(|(_, other)| changes_shape(other).is_some_and(|table| ancestors.contains(&table)));
            edges.extend(columns.map(|(column, _)| (column, i)));
        }
        if let Operation::ReplaceDefinition(pair) = operation {
            around_attributes(edges, operations, i, pair, schemas);
        }
        if let Operation::AlterTable(pair) = operation {
            around_other_parents(edges, operations, i, pair);
        }
        let Operation::AlterColumn { table, column } = operation else { continue };
        let Some(child) = to.tables.get(table) else { continue };
        if let Some(of_type) = &child.postgres.of_type {
            // A typed table gets a column with its type's attribute.
            let types = operations.iter().enumerate().filter(|(_, other)| {
                matches!(other, Operation::ReplaceDefinition(pair) if pair.to.identity == *of_type)
            });
            edges.extend(types.map(|(attributes, _)| (attributes, i)));
        }
        let ancestors = ancestors(to, child);
        let changes = |other: &Operation| match other {
            Operation::AlterColumn { table, column: c } => {
                ancestors.contains(&table) && c.to.name == column.to.name
            }
            Operation::AddColumn { table, column: c } => {
                ancestors.contains(&table) && c.name == column.to.name
            }
            _ => false,
        };
        let before = operations.iter().enumerate().filter(|(_, other)| changes(other));
        edges.extend(before.map(|(before, _)| (before, i)));
    }
}

/// The table whose columns an operation changes.
pub(super) const fn changed_columns(operation: &Operation) -> Option<&QualifiedName> {
    match operation {
        Operation::AddColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::DropDefault { table, .. }
        | Operation::SetDefault { table, .. } => Some(table),
        _ => None,
    }
}

/// The table that gets other columns, or columns of another kind; a default alone reaches children later too.
fn changes_shape(operation: &Operation) -> Option<&QualifiedName> {
    match operation {
        Operation::AddColumn { table, .. } | Operation::DropColumn { table, .. } => Some(table),
        Operation::AlterColumn { table, column } => {
            let to = &column.to;
            let with_default = Column { default: to.default.clone(), ..column.from.clone() };
            (with_default != *to).then_some(table)
        }
        _ => None,
    }
}

/// The changes of a table's attributes. Where it leaves a parent or a type for another one, and has columns that fit
/// only one of them, it stands alone between the two.
pub(super) fn steps(pair: &Pair<Table>) -> Vec<Pair<Table>> {
    if !stands_alone(pair) {
        return vec![pair.clone()];
    }
    let Pair { from, to } = pair;
    let mut alone = from.clone();
    alone.postgres.of_type = None;
    if from.shares_less_than(to) {
        alone.postgres.inherits.clear();
        alone.columns.iter_mut().for_each(|column| column.postgres.inherited = false);
    } else {
        alone.postgres.inherits.retain(|parent| to.postgres.inherits.contains(parent));
    }
    vec![Pair::new(from.clone(), alone.clone()), Pair::new(alone, to.clone())]
}

/// Whether a table leaves a parent or a type before it joins another.
fn stands_alone(pair: &Pair<Table>) -> bool {
    let ties = Ties::of(pair);
    let retyped = |column: &Column| {
        let other = pair.to.column(&column.name);
        other.is_some_and(|other| changes_type(&Pair::new(column.clone(), other.clone())))
    };
    let is_typed = ties.of_type.from.is_some() || ties.of_type.to.is_some();
    let misfits = if is_typed { !has_same_columns(pair) } else { pair.from.columns.iter().any(retyped) };
    ties.leaves() && ties.joins() && misfits
}

/// A column that is a parent's on both sides, and would be the table's own when it stands alone between them.
pub(super) fn column_left_alone<'a>(pair: &'a Pair<Table>, from: &Schema) -> Option<&'a Ident> {
    let stays = |column: &Column| {
        let mut parents =
            pair.from.postgres.inherits.iter().filter(|p| pair.to.postgres.inherits.contains(p));
        let has_it = |parent: &Table| parent.column(&column.name).is_some();
        parents.any(|parent| from.tables.get(parent).is_none_or(has_it))
    };
    let is_shared = |column: &&Column| {
        let other = pair.to.column(&column.name);
        column.postgres.inherited && other.is_some_and(|other| other.postgres.inherited) && !stays(column)
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
pub(super) fn ends_in_order(pair: &Pair<Table>) -> bool {
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
        let Pair { from, to } = pair.as_ref().map(|table| &table.postgres);
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
                Operation::AddColumn { table: t, .. } => t == table,
                Operation::AlterColumn { table: t, column } => {
                    let fits = !self.gained.is_empty() || changes_type(column);
                    (t == table && fits && !self.leaves()) || self.gained.contains(&t)
                }
                Operation::AddConstraint { table: t, constraint } => t == table && !constraint.inherited,
                Operation::DropColumn { table: t, .. } => {
                    self.gained.contains(&t) || (t == table && gets_type && !self.leaves())
                }
                _ => false,
            }
    }

    /// Whether it waits until the table is on its own: what it had from a parent or its type is its own then.
    fn is_later(&self, table: &QualifiedName, operation: &Operation) -> bool {
        let is_left = |definition: &Definition| Some(&definition.identity) == self.of_type.from;
        match operation {
            Operation::DropColumn { table: t, .. } => t == table && self.leaves(),
            Operation::AddColumn { table: t, .. } => t == table && self.leaves() && !self.joins(),
            Operation::AlterColumn { table: t, column } => {
                let holds = !self.lost.is_empty() || changes_type(column);
                t == table && holds && self.leaves() && !self.joins()
            }
            Operation::DropConstraint { table: t, constraint } => {
                t == table && constraint.inherited && self.leaves()
            }
            Operation::DropDefinition(definition) => is_left(definition),
            Operation::ReplaceDefinition(pair) => is_left(&pair.from),
            _ => false,
        }
    }
}

/// What comes before and after a table gets other parents or another type.
fn around_other_parents(
    edges: &mut BTreeSet<(usize, usize)>,
    operations: &[Operation],
    alter: usize,
    pair: &Pair<Table>,
) {
    let ties = Ties::of(pair);
    if !ties.leaves() && !ties.joins() {
        return;
    }
    for (other, operation) in operations.iter().enumerate() {
        if ties.is_first(&pair.to.name, operation) {
            edges.insert((other, alter));
        } else if ties.is_later(&pair.to.name, operation) {
            edges.insert((alter, other));
        }
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
        let of_type = |table: &&Table| table.postgres.of_type.as_ref() == Some(&definition.to.identity);
        schema.tables.values().filter(of_type).map(|table| &table.name).collect()
    });
    let shows = |schema: &Schema, typed: &BTreeSet<&QualifiedName>, view: ObjectId| {
        let mut needs = schema.needs(&view);
        needs.any(|need| matches!(need, ObjectId::Column(table, _) if typed.contains(table)))
    };
    for (other, operation) in operations.iter().enumerate() {
        let (before, after) = match operation {
            Operation::CreateView(view) => (None, Some(ObjectId::View(view.name.clone()))),
            Operation::CreateMaterializedView(view) => {
                (None, Some(ObjectId::MaterializedView(view.name.clone())))
            }
            Operation::ReplaceView(pair) => (None, Some(ObjectId::View(pair.to.name.clone()))),
            Operation::DropView(view) => (Some(ObjectId::View(view.name.clone())), None),
            Operation::DropMaterializedView(view) => {
                (Some(ObjectId::MaterializedView(view.name.clone())), None)
            }
            _ => (None, None),
        };
        if after.is_some_and(|view| shows(schemas.to, &typed.to, view)) {
            edges.insert((attributes, other));
        }
        if before.is_some_and(|view| shows(schemas.from, &typed.from, view)) {
            edges.insert((other, attributes));
        }
    }
}
