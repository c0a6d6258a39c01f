//! What a script itself makes or only brings back, which no row can be in the way of.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::hazard::Hazard;
use autogen_diff_core::model::{
    Column, Constraint, ConstraintKind, Index, IndexKeyValue, MatchType, MaterializedView, PartitionOf, Table,
};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, ObjectId, Pair, QualifiedName, Schema, Shared};

use super::implication::{Rows, held_by_new, implies};
use super::standing::{Standing, holds_numbers};
use crate::plan::{
    ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation, MaterializedViewOperation,
    Operation, PartitionOperation, TableOperation, mentions,
};
use crate::quote::server_ident;

/// What a script itself makes: it holds no row, or only NULL.
#[derive(Clone, Debug, Default)]
pub struct CreatedHere {
    /// None where nothing is made.
    dialect: Option<Dialect>,
    tables: Vec<QualifiedName>,
    /// Those of them that get rows.
    filled_tables: Vec<QualifiedName>,
    /// Columns that are added without a value.
    columns: Vec<(QualifiedName, Ident)>,
    /// Tables that others inherit from, whose rows may hold other values in a column of the same name.
    has_heirs: BTreeSet<QualifiedName>,
    /// Columns that take NULL until their constraint is set anew.
    released: BTreeSet<(QualifiedName, Ident)>,
    /// What holds for columns that are added, in the rows that are there.
    held_by_new: BTreeMap<QualifiedName, HeldByNew>,
    /// Columns that are added with values, as a generated column is that is made again.
    filled: Vec<(QualifiedName, Ident)>,
    /// Constraints and indexes that are dropped: made again as they were, they hold, unless they are
    /// about a column that is filled anew.
    dropped: Vec<(QualifiedName, Dropped)>,
    /// What keeps values that a routine computed: indexes, checks and stored columns, by the routine.
    computed: BTreeMap<ObjectId, Vec<ObjectId>>,
    /// Partitions that leave their place.
    detached: Vec<(QualifiedName, PartitionOf)>,
    /// The default partitions that there were, by their partitioned table.
    defaults: BTreeMap<QualifiedName, QualifiedName>,
    /// The partitioned tables that there were, by their partitions.
    parents: BTreeMap<QualifiedName, QualifiedName>,
    /// The foreign keys that there were to partitioned tables, each with its own table.
    keys_to_partitioned: Vec<(QualifiedName, Constraint)>,
    /// What held for the rows of the tables that change.
    standing: BTreeMap<QualifiedName, Standing>,
}

/// What the rows of a table hold in columns that they only get now.
#[derive(Clone, Debug, Default)]
struct HeldByNew {
    facts: Vec<String>,
    numbers: Vec<Ident>,
}

#[derive(Clone, Debug, PartialEq)]
enum Dropped {
    Constraint(Constraint),
    Index(Shared<Index>),
}

/// A table, its partitions and what inherits from it, and so on.
fn with_children(table: &QualifiedName, schema: &Schema) -> Vec<QualifiedName> {
    let mut found = vec![table.clone()];
    let mut at = 0;
    while let Some(parent) = found.get(at).cloned() {
        let is_child = |table: &&Table| {
            let own = table.postgres();
            own.inherits.contains(&parent)
                || own.partition_of.as_ref().is_some_and(|place| place.parent == parent)
        };
        let children = schema.tables().filter(is_child).map(|table| table.name.clone());
        let new: Vec<QualifiedName> = children.filter(|name| !found.contains(name)).collect();
        found.extend(new);
        at += 1;
    }
    found
}

impl CreatedHere {
    /// What some operations make in a database that is as `from` says.
    pub(crate) fn of(operations: &[Operation], from: &Schema) -> Self {
        let standing = standing(operations, from);
        let mut created = Self {
            dialect: Some(from.dialect),
            computed: computed(operations, from),
            standing,
            ..Self::of_partitions(from)
        };
        for operation in operations {
            match operation {
                Operation::Table(TableOperation::Create(table)) => created.tables.push(table.name.clone()),
                Operation::Column(ColumnOperation::Add { table, column }) => {
                    created.add_column(from.dialect, table, column)
                }
                Operation::Column(ColumnOperation::Alter { table, column })
                    if column.from.not_null_name().is_some() && column.to.nullable =>
                {
                    let tables = with_children(table, from);
                    created.released.extend(tables.into_iter().map(|table| (table, column.to.name.clone())));
                }
                Operation::Constraint(ConstraintOperation::Drop { table, constraint }) => {
                    created.dropped.push((table.clone(), Dropped::Constraint(constraint.clone())));
                }
                Operation::Index(
                    IndexOperation::Drop { table, index } | IndexOperation::DropConcurrently { table, index },
                ) => {
                    created.dropped.push((table.clone(), Dropped::Index(index.clone().into())));
                }
                Operation::Partition(PartitionOperation::Detach { table, partition }) => {
                    created.detached.push((table.clone(), partition.clone()));
                }
                Operation::Partition(PartitionOperation::SetAside { namespaces: _, tables }) => {
                    let places = tables.iter().filter_map(|(_, table)| {
                        Some((table.name.clone(), table.postgres().partition_of.clone()?))
                    });
                    created.detached.extend(places);
                }
                Operation::Partition(PartitionOperation::TakeRows { namespaces: _, tables }) => {
                    tables.iter().for_each(|(_, pair)| created.take_rows(&pair.from, operations));
                }
                Operation::Table(TableOperation::Rebuild(pair)) => {
                    // What is made again behind a rebuild was there before it.
                    let indexes = pair.from.indexes.values().cloned().map(Dropped::Index);
                    created.dropped.extend(indexes.map(|index| (pair.to.name.clone(), index)));
                }
                Operation::MaterializedView(MaterializedViewOperation::Drop(view))
                    if is_recreated(view, operations) =>
                {
                    let indexes = view.indexes.values();
                    created
                        .dropped
                        .extend(indexes.map(|index| (view.name.clone(), Dropped::Index(index.clone()))));
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
                | Operation::Attachment(_) => {}
            }
        }
        created
    }

    /// The columns that a table gets in one go with other changes.
    pub(crate) fn columns_of(dialect: Dialect, pair: &Pair<Table>) -> Self {
        let mut created = Self { dialect: Some(dialect), ..Self::default() };
        let added = pair.to.columns.iter().filter(|column| pair.from.column(&column.name).is_none());
        added.for_each(|column| created.add_column(dialect, &pair.to.name, column));
        created.standing.insert(pair.to.name.clone(), Standing::of(dialect, &pair.from));
        created
    }

    /// What attaching and detaching partitions runs into.
    fn of_partitions(from: &Schema) -> Self {
        let mut created = Self::default();
        for table in from.tables() {
            created.has_heirs.extend(table.postgres().inherits.iter().cloned());
            if let Some(place) = &table.postgres().partition_of {
                created.parents.insert(table.name.clone(), place.parent.clone());
                if place.bound.as_str() == "DEFAULT" {
                    created.defaults.insert(place.parent.clone(), table.name.clone());
                }
            }
            let is_whole = |name: &QualifiedName| {
                from.table(name).is_some_and(|table| table.postgres().partition_key.is_some())
            };
            let keys = table.constraints.iter().filter(|constraint| !constraint.inherited);
            let keys = keys.filter(|c| c.foreign_key().is_some_and(|key| is_whole(&key.target)));
            created.keys_to_partitioned.extend(keys.map(|key| (table.name.clone(), key.clone())));
        }
        created
    }

    /// A new table that gets the rows of an old one is no empty one, and what held for the old one holds.
    fn take_rows(&mut self, from: &Table, operations: &[Operation]) {
        let mut filled = vec![from.name.clone()];
        while let Some(table) = filled.pop() {
            self.filled_tables.push(table.clone());
            filled.extend(operations.iter().filter_map(|operation| match operation {
                Operation::Partition(PartitionOperation::Attach { table: part, partition })
                    if partition.parent == table =>
                {
                    Some(part.clone())
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
                | Operation::Attachment(_) => None,
            }));
        }
        let constraints = from.constraints.iter().cloned().map(Dropped::Constraint);
        let indexes = from.indexes.values().cloned().map(Dropped::Index);
        self.dropped.extend(constraints.chain(indexes).map(|part| (from.name.clone(), part)));
    }

    /// Whether a table only comes back to the place that it left.
    pub(crate) fn returns(&self, table: &QualifiedName, place: &PartitionOf) -> bool {
        self.detached.iter().any(|(name, left)| name == table && left == place)
    }

    /// What keeps values that a routine computed before.
    pub(crate) fn computed_by(&self, routine: &ObjectId) -> &[ObjectId] {
        self.computed.get(routine).map_or(&[], Vec::as_slice)
    }

    /// The default partition whose rows a new partition may be meant for.
    pub(crate) fn default_beside(&self, place: &PartitionOf) -> Option<&QualifiedName> {
        let default = self.defaults.get(&place.parent)?;
        let left = self.detached.iter().any(|(name, _)| name == default);
        (!left).then_some(default)
    }

    /// The foreign keys that stay, to a partitioned table and to those above it.
    pub(crate) fn keys_to<'a>(
        &'a self,
        whole: &'a QualifiedName,
    ) -> impl Iterator<Item = &'a (QualifiedName, Constraint)> {
        let targets: Vec<_> = self.with_parents(whole).collect();
        let goes = |table: &QualifiedName, key: &Constraint| {
            self.dropped.contains(&(table.clone(), Dropped::Constraint(key.clone())))
        };
        self.keys_to_partitioned.iter().filter(move |(table, key)| {
            key.foreign_key().is_some_and(|key| targets.contains(&&key.target)) && !goes(table, key)
        })
    }

    /// Whether no row of a table can hold NULL in a column, whose constraint went only to be set anew.
    pub(crate) fn is_set_anew(&self, table: &QualifiedName, column: &Ident) -> bool {
        self.released.contains(&(table.clone(), column.clone())) && self.standing(table).requires(column)
    }

    /// Whether others inherit from a table.
    pub(crate) fn has_children(&self, table: &QualifiedName) -> bool {
        self.has_heirs.contains(table)
    }

    pub(crate) fn add_column(&mut self, dialect: Dialect, table: &QualifiedName, column: &Column) {
        if let Some(fact) = held_by_new(dialect, column).filter(|_| !self.has_heirs.contains(table)) {
            let held = self.held_by_new.entry(table.clone()).or_default();
            held.facts.push(fact);
            held.numbers.extend(holds_numbers(&column.data_type).then(|| column.name.clone()));
        }
        if column.nullable && column.default.is_none() && column.generated.is_none() {
            self.columns.push((table.clone(), column.name.clone()));
        } else {
            self.filled.push((table.clone(), column.name.clone()));
        }
    }

    /// Whether the rows that are there satisfy a check, by what they hold in columns that they only get now.
    pub(crate) fn satisfies(&self, dialect: Dialect, table: &QualifiedName, check: &str) -> bool {
        self.held_by_new.get(table).is_some_and(|HeldByNew { facts, numbers }| {
            implies(Rows { dialect, numbers }, &facts.join(" AND "), check)
        })
    }

    /// A hazard of a constraint, without the query that looks first where a column is not there yet.
    pub(crate) fn looked_for(&self, table: &QualifiedName, constraint: &Constraint, found: Hazard) -> Hazard {
        let definition = names_in_constraint(constraint);
        let mut new = self.columns.iter().chain(&self.filled);
        let names_new = new.any(|(t, column)| t == table && mentions(&definition, column.as_str()));
        Hazard { look_first: found.look_first.filter(|_| !names_new), ..found }
    }

    /// Whether a definition names a column of a table, or of those that it is a partition of, that is filled anew.
    fn is_filled(&self, table: &QualifiedName, definition: &str) -> bool {
        let mut tables = self.with_parents(table);
        tables.any(|table| self.filled.iter().any(|(t, c)| t == table && mentions(definition, c.as_str())))
    }

    /// A table, and what it is a partition of.
    fn with_parents<'a>(&'a self, table: &'a QualifiedName) -> impl Iterator<Item = &'a QualifiedName> {
        std::iter::successors(Some(table), |name| self.parents.get(*name))
    }

    /// Whether a table is made here, and no row can be in it.
    pub(crate) fn has_table(&self, table: &QualifiedName) -> bool {
        self.is_made(table) && !self.filled_tables.contains(table)
    }

    /// Whether a table is made here.
    pub(crate) fn is_made(&self, table: &QualifiedName) -> bool {
        self.tables.contains(table)
    }

    /// Whether an index only comes back, or a key that stood is unique enough for it.
    pub(crate) fn restores(&self, table: &QualifiedName, index: &Index) -> bool {
        let is_recreated = self.dropped.contains(&(table.clone(), Dropped::Index(index.clone().into())));
        (is_recreated || (index.unique && self.standing(table).implies_index(index)))
            && !self.is_filled(table, &names_in_index(index))
    }

    /// What held for a table's rows.
    pub(crate) fn standing(&self, table: &QualifiedName) -> Standing {
        self.standing.get(table).cloned().unwrap_or_default()
    }

    /// Whether a unique key is about nothing but NULLs in part.
    pub(crate) fn is_key_vacuous(&self, table: &QualifiedName, index: &Index) -> bool {
        let is_new = |column: &Ident| self.columns.iter().any(|(t, c)| t == table && c == column);
        index.keys.iter().filter_map(|key| key.value.column()).any(is_new)
    }

    /// Whether a foreign key asks for no more than one that goes: another action, say.
    fn keeps_reference(&self, table: &QualifiedName, constraint: &Constraint) -> bool {
        let Some(new) = constraint.foreign_key() else { return false };
        self.dropped.iter().any(|(from, dropped)| match dropped {
            Dropped::Constraint(old) => old.foreign_key().is_some_and(|old| {
                from == table
                    && old.validated
                    && old.match_type == new.match_type
                    && (&old.columns, &old.target, &old.target_columns)
                        == (&new.columns, &new.target, &new.target_columns)
            }),
            Dropped::Index(_) => false,
        })
    }

    /// Whether no row can violate a constraint, since it is about nothing but NULLs, or only comes back.
    pub(crate) fn is_vacuous(&self, table: &QualifiedName, constraint: &Constraint) -> bool {
        if let ConstraintKind::Check(check) = &constraint.kind
            && let Some(dialect) = self.dialect
            && self.satisfies(dialect, table, check.expression.as_str())
        {
            return true;
        }
        let is_recreated = self.dropped.contains(&(table.clone(), Dropped::Constraint(constraint.clone())));
        let holds = (is_recreated || self.standing(table).implies(constraint))
            && !self.is_filled(table, &names_in_constraint(constraint));
        let target_is_filled = constraint
            .foreign_key()
            .is_some_and(|key| self.is_filled(&key.target, &joined(&key.target_columns)));
        if (holds || self.keeps_reference(table, constraint)) && !target_is_filled {
            return true;
        }
        let columns = match &constraint.kind {
            ConstraintKind::Unique(key) if !key.nulls_not_distinct => &key.columns,
            ConstraintKind::ForeignKey(key) if key.match_type == MatchType::Simple => &key.columns,
            ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_) => return self.has_table(table),
        };
        let is_new = |column: &Ident| self.columns.iter().any(|(t, c)| t == table && c == column);
        self.has_table(table) || columns.iter().any(is_new)
    }
}

/// What holds for the rows of the tables whose keys or columns change.
fn standing(operations: &[Operation], from: &Schema) -> BTreeMap<QualifiedName, Standing> {
    let changed = operations.iter().filter_map(|operation| {
        if let Some(ConstraintOperation::Add { table, constraint: _ }) = operation.constraint() {
            return from.table(table);
        }
        if let Some(IndexOperation::Create { table, index: _ }) = operation.index() {
            return from.table(table);
        }
        if let Some(ColumnOperation::Add { table, column: _ } | ColumnOperation::Alter { table, column: _ }) =
            operation.column()
        {
            return from.table(table);
        }
        None
    });
    changed.map(|table| (table.name.clone(), Standing::of(from.dialect, table))).collect()
}

/// What keeps values that the replaced routines computed, but for what is made again.
fn computed(operations: &[Operation], from: &Schema) -> BTreeMap<ObjectId, Vec<ObjectId>> {
    let replaced = operations.iter().filter_map(|operation| match operation {
        Operation::Definition(DefinitionOperation::Replace(pair)) if pair.from.kind.is_routine() => {
            Some(pair.from.id())
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
        | Operation::Attachment(_) => None,
    });
    let mut computed: BTreeMap<ObjectId, Vec<ObjectId>> =
        replaced.map(|routine| (routine, Vec::new())).collect();
    if computed.is_empty() {
        return computed;
    }
    let dropped: BTreeSet<ObjectId> = operations.iter().filter_map(dropped_part).collect();
    let routines: Vec<(ObjectId, BTreeSet<ObjectId>)> =
        computed.keys().map(|routine| (routine.clone(), calling(routine, from))).collect();
    for (user, needs) in from.dependencies.iter().filter(|(user, _)| !dropped.contains(user)) {
        let keeps = match user {
            ObjectId::Index(..) | ObjectId::Constraint(..) => true,
            ObjectId::Table(table) => {
                from.table(table).is_some_and(|table| table.postgres().partition_key.is_some())
            }
            ObjectId::Definition(kind, _) => *kind == DefinitionKind::Domain,
            ObjectId::Column(table, column) => {
                let column = from.table(table).and_then(|table| table.column(column));
                column.is_some_and(|column| column.generated.is_some())
            }
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::EnumType(_)
            | ObjectId::Sequence(_)
            | ObjectId::View(_)
            | ObjectId::MaterializedView(_) => false,
        };
        let used =
            routines.iter().filter(|(_, calling)| keeps && needs.iter().any(|need| calling.contains(need)));
        for (routine, _) in used {
            computed.entry(routine.clone()).or_default().push(user.clone());
        }
    }
    computed
}

/// A routine with those that call it, as far as the catalog knows.
fn calling(routine: &ObjectId, from: &Schema) -> BTreeSet<ObjectId> {
    let mut found = BTreeSet::from([routine.clone()]);
    let mut work = vec![routine.clone()];
    while let Some(called) = work.pop() {
        let callers = from
            .dependants(&called)
            .filter(|user| matches!(user, ObjectId::Definition(kind, _) if kind.is_routine()));
        work.extend(callers.filter(|caller| found.insert((*caller).clone())).cloned());
    }
    found
}

fn dropped_part(operation: &Operation) -> Option<ObjectId> {
    match operation {
        Operation::Index(
            IndexOperation::Drop { table, index } | IndexOperation::DropConcurrently { table, index },
        ) => Some(ObjectId::Index(table.clone(), index.name.clone())),
        Operation::Constraint(ConstraintOperation::Drop { table, constraint }) => {
            Some(ObjectId::Constraint(table.clone(), constraint.name.clone()?))
        }
        Operation::Column(ColumnOperation::Drop { table, column }) => {
            Some(ObjectId::Column(table.clone(), column.name.clone()))
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
        | Operation::Attachment(_) => None,
    }
}

/// The columns and expressions of a constraint.
fn names_in_constraint(constraint: &Constraint) -> String {
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => joined(&key.columns),
        ConstraintKind::ForeignKey(key) => joined(&key.columns),
        ConstraintKind::Check(check) => check.expression.to_string(),
        ConstraintKind::Exclude(text) => text.to_string(),
    }
}

fn names_in_index(index: &Index) -> String {
    let keys = index.keys.iter().map(|key| match &key.value {
        IndexKeyValue::Column(column) => server_ident(column.as_str()),
        IndexKeyValue::Expression(expression) => expression.to_string(),
    });
    keys.chain(index.predicate.iter().map(ToString::to_string)).collect::<Vec<_>>().join(" ")
}

fn joined(columns: &[Ident]) -> String {
    columns.iter().map(|column| server_ident(column.as_str())).collect::<Vec<_>>().join(" ")
}

fn is_recreated(view: &MaterializedView, operations: &[Operation]) -> bool {
    operations.iter().any(
        |operation| matches!(operation, Operation::MaterializedView(MaterializedViewOperation::Create(made)) if made.query == view.query),
    )
}
