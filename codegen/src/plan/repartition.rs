//! How a table is partitioned can't be altered. Where the user asks for it (`--repartition`), a new table takes
//! the name and the rows of the old one: what needs the table goes, the table is set aside in a namespace of its
//! own, the new one is made without indexes and foreign keys, takes the rows, and gets the rest.
//!
//! Each of the three ways between is an ordinary plan between two schemas.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Table};
use autogen_diff_core::{
    Capabilities, DefinitionKind, Dialect, Ident, ObjectId, Pair, QualifiedName, Schema, diff,
};

use super::implied::changes_type;
use super::operation::{
    AttachmentOperation, ColumnOperation, ConstraintOperation, DefinitionOperation, IndexOperation,
    Operation, PartitionOperation, TableOperation,
};
use super::partition::is_of_key;
use super::without::without;
use super::{Plan, PlanError, TieBreak, plan_in_place};

/// A table that another one takes the place of.
pub(super) struct Replaced {
    root: QualifiedName,
    /// The old table and those of its partitions that go with it.
    old: BTreeSet<QualifiedName>,
    /// The new table and those of its partitions that are new with it.
    new: BTreeSet<QualifiedName>,
}

/// The tables that are partitioned otherwise on both sides.
pub(super) fn replaced(schemas: Pair<&Schema>) -> Vec<Replaced> {
    if schemas.from.dialect != Dialect::Postgres {
        return Vec::new();
    }
    let roots: BTreeSet<QualifiedName> =
        schemas.from.tables().filter_map(|from| is_replaced(schemas, from)).collect();
    roots.into_iter().map(|root| Replaced::of(root, schemas)).collect()
}

/// The topmost of the partitioned tables around a table that has to be replaced.
fn is_replaced(schemas: Pair<&Schema>, from: &Table) -> Option<QualifiedName> {
    let to = schemas.to.table(&from.name)?;
    if from.postgres().partition_key == to.postgres().partition_key && !retypes_key(Pair::new(from, to)) {
        return None;
    }
    let parent_of = |table: &Table| table.postgres().partition_of.as_ref().map(|place| place.parent.clone());
    let mut root = (from, to);
    while let (Some(a), Some(b)) = (parent_of(root.0), parent_of(root.1)) {
        let above = (schemas.from.table(&a), schemas.to.table(&a));
        let (Some(from), Some(to), true) = (above.0, above.1, a == b) else { break };
        root = (from, to);
    }
    Some(root.0.name.clone())
}

/// Whether a column by which it is partitioned changes its type, which no statement does.
fn retypes_key(table: Pair<&Table>) -> bool {
    let Some(key) = &table.from.postgres().partition_key else { return false };
    let is_retyped =
        |from: &&Column| table.to.column(&from.name).is_some_and(|to| changes_type(Pair::new(*from, to)));
    let mut retyped = table.from.columns.iter().filter(is_retyped);
    retyped.any(|column| is_of_key(key, &column.name))
}

impl Replaced {
    fn of(root: QualifiedName, Pair { from, to }: Pair<&Schema>) -> Self {
        let wanted = tree(to, &root, |_| true);
        // A partition that stands alone from now on keeps its rows.
        let goes = |name: &QualifiedName| !to.has_table(name) || wanted.contains(name);
        let old = tree(from, &root, goes);
        let is_new = |name: &QualifiedName| old.contains(name) || !from.has_table(name);
        let new = wanted.iter().filter(|name| is_new(name)).cloned().collect();
        Self { root, old, new }
    }
}

/// A table and its partitions, as far as they are let in.
fn tree(
    schema: &Schema,
    root: &QualifiedName,
    lets_in: impl Fn(&QualifiedName) -> bool,
) -> BTreeSet<QualifiedName> {
    let mut parts: BTreeMap<&QualifiedName, Vec<&QualifiedName>> = BTreeMap::new();
    for table in schema.tables() {
        if let Some(place) = &table.postgres().partition_of {
            parts.entry(&place.parent).or_default().push(&table.name);
        }
    }
    let mut found = BTreeSet::from([root.clone()]);
    let mut work = vec![root];
    while let Some(parent) = work.pop() {
        let parts = parts.get(parent).into_iter().flatten().copied();
        for part in parts.filter(|part| lets_in(part)) {
            found.insert(part.clone());
            work.push(part);
        }
    }
    found
}

/// Plans the way over a namespace where the old tables wait.
pub(super) fn over_aside(
    replaced: &[Replaced],
    schemas: Pair<&Schema>,
    capabilities: &Capabilities,
    tie_break: TieBreak,
) -> Result<Plan, PlanError> {
    let old: BTreeSet<QualifiedName> = replaced.iter().flat_map(|table| table.old.clone()).collect();
    let new: BTreeSet<QualifiedName> = replaced.iter().flat_map(|table| table.new.clone()).collect();
    let left = without(schemas.from, &old)?;
    let mut bare = with_bare(without(schemas.to, &new)?, schemas.to, &new);
    for table in replaced {
        let owned = table
            .new
            .iter()
            .filter_map(|name| Some((ObjectId::Table(name.clone()), owner(table, name, schemas)?.clone())));
        bare.owners.extend(owned);
    }
    let between = |from: &Schema, to: &Schema| {
        let pair = Pair::new(from, to);
        plan_in_place(&diff(pair), pair, &[], capabilities, tie_break).map(|plan| plan.operations)
    };
    let aside = Aside::of(&old, schemas);
    let mut operations = between(schemas.from, &left)?;
    operations.retain(|operation| !goes_by_itself(operation, &old));
    operations.extend(statistics(schemas.from, &old));
    let waiting = old.iter().filter_map(|name| schemas.from.table(name)).cloned();
    let waiting = waiting.map(|table| (aside.name(&table.name), table)).collect();
    operations.push(Operation::Partition(PartitionOperation::SetAside {
        namespaces: aside.namespaces(),
        tables: waiting,
    }));
    operations.extend(between(&left, &with_given_names(&bare, &new))?);
    let tables = replaced.iter().filter_map(|table| {
        let find = |schema: &Schema| schema.table(&table.root).cloned();
        Some((aside.name(&table.root), Pair::new(find(schemas.from)?, find(schemas.to)?)))
    });
    operations.push(Operation::Partition(PartitionOperation::TakeRows {
        namespaces: aside.namespaces(),
        tables: tables.collect(),
    }));
    operations.extend(owners(replaced, schemas));
    operations.extend(between(&bare, schemas.to)?);
    Ok(Plan { operations })
}

/// Adds the new tables, without what is better made when the rows are there, or would change them on their way.
fn with_bare(mut schema: Schema, to: &Schema, new: &BTreeSet<QualifiedName>) -> Schema {
    for table in to.tables() {
        let name = &table.name;
        if new.contains(name) {
            let mut table = table.clone();
            table.indexes.clear();
            table.constraints.retain(is_there_before_rows);
            table.postgres_mut().row_security = false;
            table.postgres_mut().force_row_security = false;
            table.postgres_mut().replica_identity = None;
            table.postgres_mut().clustered_on = None;
            schema.insert(table);
        } else if let Some(place) = &table.postgres().partition_of
            && new.contains(&place.parent)
        {
            let mut table = table.clone();
            table
                .constraints
                .retain(|constraint| !(constraint.inherited && constraint.foreign_key().is_some()));
            table.indexes.values_mut().for_each(|index| index.parent = None);
            schema.insert(table);
        }
    }
    let needs = to.dependencies.iter().filter(|(user, _)| schema.contains(user));
    schema.dependencies = needs
        .map(|(user, needs)| {
            (user.clone(), needs.iter().filter(|need| schema.contains(need)).cloned().collect())
        })
        .collect();
    schema
}

/// The same with a name given to each NOT NULL of the new tables: the server would choose another one than the usual
/// where a partition that stays has that from the old table (18).
fn with_given_names(bare: &Schema, new: &BTreeSet<QualifiedName>) -> Schema {
    let mut named = bare.clone();
    let tables = named.tables_mut().filter(|table| new.contains(&table.name));
    for not_null in
        tables.flat_map(|table| &mut table.columns).map(|column| &mut column.postgres_mut().not_null)
    {
        not_null.has_default_name = not_null.name.is_none();
    }
    named
}

/// Foreign keys are checked at once in the end, and what holds for new rows alone must not stop old ones.
fn is_there_before_rows(constraint: &Constraint) -> bool {
    match &constraint.kind {
        ConstraintKind::ForeignKey(_) => false,
        ConstraintKind::Check(check) => check.validated,
        ConstraintKind::PrimaryKey(_) | ConstraintKind::Unique(_) | ConstraintKind::Exclude(_) => true,
    }
}

/// Who is to own a new table, or one of its partitions.
fn owner<'a>(replaced: &Replaced, name: &QualifiedName, schemas: Pair<&'a Schema>) -> Option<&'a String> {
    let declared = schemas.to.owners.get(&ObjectId::Table(name.clone()));
    declared.or_else(|| schemas.from.owners.get(&ObjectId::Table(replaced.root.clone())))
}

/// Gives the new tables to the owners of the old ones, before sequences are tied to them, whose owner has to be
/// the same.
fn owners(replaced: &[Replaced], schemas: Pair<&Schema>) -> Vec<Operation> {
    let mut owned = Vec::new();
    for (table, name) in replaced.iter().flat_map(|table| table.new.iter().map(move |name| (table, name))) {
        let owner = owner(table, name, schemas).filter(|owner| Some(*owner) != schemas.from.role.as_ref());
        let Some(owner) = owner else { continue };
        let is_of_it = |owned_by: &Option<(QualifiedName, Ident)>| {
            owned_by.as_ref().is_some_and(|(owning, _)| owning == name)
        };
        let sequences = schemas.to.sequences().filter(|sequence| is_of_it(&sequence.owned_by));
        let sequences = sequences.map(|sequence| ObjectId::Sequence(sequence.name.clone()));
        let objects = std::iter::once(ObjectId::Table(name.clone())).chain(sequences);
        owned.extend(objects.map(|object| {
            Operation::Attachment(AttachmentOperation::AlterOwner { object, owner: owner.clone() })
        }));
    }
    owned
}

/// Whether an operation is about what goes with a table that is set aside.
fn goes_by_itself(operation: &Operation, old: &BTreeSet<QualifiedName>) -> bool {
    match operation {
        Operation::Table(TableOperation::Drop(table)) => old.contains(&table.name),
        Operation::Index(IndexOperation::Drop { table, .. })
        | Operation::Constraint(ConstraintOperation::Drop { table, .. })
        | Operation::Column(
            ColumnOperation::Drop { table, .. }
            | ColumnOperation::DropDefault { table, .. }
            | ColumnOperation::DropIdentity { table, .. },
        ) => old.contains(table),
        Operation::Partition(PartitionOperation::Detach { table, partition }) => {
            old.contains(table) && old.contains(&partition.parent)
        }
        Operation::Definition(DefinitionOperation::Drop(definition)) => {
            matches!(&definition.parent, Some(ObjectId::Table(table)) if old.contains(table))
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

/// Extended statistics stay in their namespace when their table leaves it, and so would keep their names.
fn statistics(from: &Schema, old: &BTreeSet<QualifiedName>) -> impl Iterator<Item = Operation> {
    let of_old = |parent: &Option<ObjectId>| matches!(parent, Some(ObjectId::Table(t)) if old.contains(t));
    let found = from.definitions().filter(move |definition| {
        definition.kind == DefinitionKind::Statistics && of_old(&definition.parent)
    });
    found.cloned().map(|object| Operation::Definition(DefinitionOperation::Drop(object)))
}

/// Where old tables wait: a namespace for each that they come from, so that no two names meet.
struct Aside(BTreeMap<Option<Ident>, Ident>);

impl Aside {
    fn of(tables: &BTreeSet<QualifiedName>, schemas: Pair<&Schema>) -> Self {
        let mut names = (1..).map(|number: u32| match number {
            1 => Ident::exact("autogen_aside"),
            later => Ident::exact(format!("autogen_aside_{later}")),
        });
        let is_free = |name: &Ident| !schemas.from.has_namespace(name) && !schemas.to.has_namespace(name);
        let from: BTreeSet<Option<Ident>> = tables.iter().map(|name| name.namespace.clone()).collect();
        Self(from.into_iter().filter_map(|from| Some((from, names.find(is_free)?))).collect())
    }

    fn namespaces(&self) -> Vec<Ident> {
        self.0.values().cloned().collect()
    }

    fn name(&self, table: &QualifiedName) -> QualifiedName {
        let namespace = self.0.get(&table.namespace).or(table.namespace.as_ref());
        QualifiedName::new(namespace.cloned(), table.name.clone())
    }
}
