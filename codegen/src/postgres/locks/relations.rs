//! The relations that there are before a script runs, as far as locks go by them.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{Column, Constraint, Definition, DomainParts, ForeignKey, Table};
use autogen_diff_core::{DefinitionKind, Dialect, Ident, ObjectId, Pair, QualifiedName, Schema};

use crate::hazards::Standing;
use crate::plan::{ConstraintOperation, Operation, PartitionOperation, TableOperation};
use crate::postgres::domain;

/// What was there before, and what is there afterwards.
pub(in crate::postgres) struct Relations<'a> {
    schemas: Pair<&'a Schema>,
    /// The tables below a table: its partitions and those that inherit from it.
    children: BTreeMap<&'a QualifiedName, BTreeSet<&'a QualifiedName>>,
    /// What was there before, under the name that it has so far.
    there: BTreeSet<QualifiedName>,
    /// What the foreign keys of a table refer to so far. Those that it has from a partitioned table are that one's.
    targets: BTreeMap<QualifiedName, Vec<QualifiedName>>,
    /// Constraints that the script has dropped, which prove nothing any more.
    dropped: Vec<(QualifiedName, Constraint)>,
}

impl<'a> Relations<'a> {
    /// Those before a script. The schemas have the new names of what is renamed; the old ones are what was there too.
    pub(in crate::postgres) fn of(operations: &[Operation], schemas: Pair<&'a Schema>) -> Self {
        let mut children: BTreeMap<_, BTreeSet<_>> = BTreeMap::new();
        for table in schemas.from.tables() {
            let place = table.postgres().partition_of.as_ref().map(|place| &place.parent);
            for parent in table.postgres().inherits.iter().chain(place) {
                children.entry(parent).or_default().insert(&table.name);
            }
        }
        let ids = schemas.from.objects.keys();
        let there = ids.filter_map(relation).chain(operations.iter().filter_map(old_name)).cloned().collect();
        let targets =
            schemas.from.tables().map(|table| (table.name.clone(), own_targets(&table.constraints)));
        Self { schemas, children, there, targets: targets.collect(), dropped: Vec::new() }
    }

    /// Takes note of what an operation has done.
    pub(in crate::postgres) fn note(&mut self, operation: &Operation) {
        match operation {
            Operation::Table(TableOperation::Create(table)) => {
                self.there.remove(&table.name);
                self.targets.insert(table.name.clone(), own_targets(&table.constraints));
            }
            Operation::Table(TableOperation::Drop(table)) => self.goes(&table.name),
            Operation::Partition(PartitionOperation::SetAside { namespaces: _, tables }) => {
                tables.iter().for_each(|(_, table)| self.goes(&table.name));
            }
            // A partition that stands apart feels nothing of what is done to its table.
            Operation::Partition(PartitionOperation::Detach { table, partition }) => {
                let parents = self.children.iter_mut().filter(|(parent, _)| ***parent == partition.parent);
                parents.for_each(|(_, below)| below.retain(|name| *name != table));
            }
            Operation::Partition(PartitionOperation::Attach { table, partition }) => {
                let place =
                    |table: &'a Table| Some((&table.postgres().partition_of.as_ref()?.parent, &table.name));
                let was = self.schemas.from.table(table).and_then(place);
                if let Some((parent, name)) = was.filter(|(parent, _)| **parent == partition.parent) {
                    self.children.entry(parent).or_default().insert(name);
                }
            }
            Operation::Constraint(ConstraintOperation::Add { table, constraint }) => {
                let target = constraint.foreign_key().map(|key| key.target.clone());
                self.targets.entry(table.clone()).or_default().extend(target);
            }
            Operation::Constraint(ConstraintOperation::Drop { table, constraint }) => {
                self.dropped.push((table.clone(), constraint.clone()));
            }
            Operation::Table(
                TableOperation::Alter(_) | TableOperation::Rebuild(_) | TableOperation::AlterAtOnce(_),
            )
            | Operation::Partition(PartitionOperation::TakeRows { .. })
            | Operation::Constraint(
                ConstraintOperation::FromIndex { .. }
                | ConstraintOperation::Rename { .. }
                | ConstraintOperation::Validate { .. }
                | ConstraintOperation::AlterDeferrability { .. },
            )
            | Operation::Rename(_)
            | Operation::View(_)
            | Operation::MaterializedView(_)
            | Operation::Sequence(_)
            | Operation::Column(_)
            | Operation::Namespace(_)
            | Operation::Extension(_)
            | Operation::Type(_)
            | Operation::Index(_)
            | Operation::Definition(_)
            | Operation::Attachment(_) => {}
        }
    }

    fn goes(&mut self, table: &QualifiedName) {
        self.there.remove(table);
        self.targets.remove(table);
    }

    /// The server's major version.
    pub(super) fn release(&self) -> u32 {
        self.schemas.to.version.major
    }

    /// A table and all below it.
    pub(super) fn family(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        reached(vec![table.clone()], |parent| self.below(parent))
    }

    fn below(&self, parent: &QualifiedName) -> Vec<QualifiedName> {
        self.children.get(parent).into_iter().flatten().copied().cloned().collect()
    }

    /// A table and those below it as far as a `NOT NULL` goes along: below a table that has it for itself none does (PostgreSQL 18).
    pub(super) fn sharing_not_null(&self, table: &QualifiedName, column: &Ident) -> Vec<QualifiedName> {
        let stays = |name: &QualifiedName| {
            let column = self.before(name).and_then(|table| table.column(column));
            name != table && column.is_some_and(Column::has_local_not_null)
        };
        let below = |parent: &QualifiedName| if stays(parent) { Vec::new() } else { self.below(parent) };
        reached(vec![table.clone()], below)
    }

    /// A table and its partitions, which have each key and index of it; what inherits has none of them.
    pub(super) fn with_partitions(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let is_partitioned = self.before(table).is_some_and(|table| table.postgres().partition_key.is_some());
        if is_partitioned { self.family(table) } else { vec![table.clone()] }
    }

    /// The tables above a table, the nearest first.
    pub(super) fn above(&self, table: &QualifiedName) -> Vec<QualifiedName> {
        let parents = |table: &QualifiedName| -> Vec<QualifiedName> {
            let own = self.before(table).map(|table| table.postgres());
            let place = own.and_then(|own| own.partition_of.as_ref()).map(|place| &place.parent);
            own.into_iter().flat_map(|own| &own.inherits).chain(place).cloned().collect()
        };
        reached(parents(table), parents)
    }

    /// Whether a check that still stands has no row with NULL in a column, so that the server need not look.
    pub(super) fn has_no_null(&self, table: &QualifiedName, column: &Column) -> bool {
        let standing = self.standing(table);
        standing.is_some_and(|table| Standing::of(Dialect::Postgres, &table).has_no_null(column))
    }

    /// A table as it was, without the constraints that the script has dropped.
    pub(super) fn standing(&self, table: &QualifiedName) -> Option<Table> {
        let before = self.before(table)?;
        let stands = |check: &&Constraint| !self.dropped.iter().any(|(t, c)| t == table && c == *check);
        let constraints = before.constraints.iter().filter(stands).cloned().collect();
        Some(Table { constraints, ..before.clone() })
    }

    /// Whether something was there before the script, and goes by this name. A name that the script gives up was.
    pub(super) fn is_there(&self, relation: &QualifiedName) -> bool {
        self.there.contains(relation)
    }

    /// A table as it was.
    pub(super) fn before(&self, table: &QualifiedName) -> Option<&'a Table> {
        self.schemas.from.table(table)
    }

    /// A table as it is in the end.
    pub(super) fn after(&self, table: &QualifiedName) -> Option<&'a Table> {
        self.schemas.to.table(table)
    }

    /// The default partition of a partitioned table.
    pub(super) fn default_partition(&self, parent: &QualifiedName) -> Option<&'a QualifiedName> {
        let parts = self.children.get(parent).into_iter().flatten().copied();
        let is_default = |part: &&QualifiedName| {
            self.before(part)
                .and_then(|table| table.postgres().partition_of.as_ref())
                .is_some_and(|place| place.bound.as_str() == "DEFAULT")
        };
        parts.into_iter().find(is_default)
    }

    /// What the foreign keys of a table refer to.
    pub(super) fn targets(&self, table: &QualifiedName) -> &[QualifiedName] {
        self.targets.get(table).map_or(&[], Vec::as_slice)
    }

    /// The tables with foreign keys to a partitioned table, or to one above it.
    pub(super) fn referrers(&self, whole: &QualifiedName) -> Referrers {
        let parent = |table: &&QualifiedName| {
            self.before(table)?.postgres().partition_of.as_ref().map(|place| &place.parent)
        };
        let above: Vec<_> = std::iter::successors(Some(whole), parent).collect();
        let mut referrers = Referrers::default();
        for table in self.schemas.from.tables() {
            let refers = |constraint: &&Constraint| {
                constraint.foreign_key().is_some_and(|key| above.contains(&&key.target))
            };
            let mut keys = table.constraints.iter().filter(refers).peekable();
            if keys.peek().is_some() {
                let has_own = keys.any(|key| !key.inherited);
                let those = if has_own { &mut referrers.with_own_key } else { &mut referrers.inheriting };
                those.push(table.name.clone());
            }
        }
        referrers
    }

    /// The tables at the other end of the foreign keys of a column, in both directions.
    pub(super) fn partners(&self, table: &QualifiedName, column: &Ident) -> Vec<QualifiedName> {
        let keys = self.schemas.from.tables().flat_map(|other| {
            let keys = other.constraints.iter().filter_map(|constraint| constraint.foreign_key());
            keys.map(|key| (&other.name, key))
        });
        let partner = |(own, key): (&QualifiedName, &ForeignKey)| {
            let refers = own == table && key.columns.contains(column);
            let is_referred_to = key.target == *table && key.target_columns.contains(column);
            refers.then(|| key.target.clone()).or_else(|| is_referred_to.then(|| own.clone()))
        };
        keys.filter_map(partner).collect()
    }

    /// The tables that are and stay of a composite type, and follow it.
    pub(super) fn of_type(&self, name: &str) -> Vec<QualifiedName> {
        let is_typed = |table: &Table| table.postgres().of_type.as_deref() == Some(name);
        let stays_typed =
            |table: &&Table| is_typed(table) && self.schemas.to.table(&table.name).is_some_and(is_typed);
        self.schemas.from.tables().filter(stays_typed).map(|table| table.name.clone()).collect()
    }

    /// The tables that an object leans on, before or afterwards.
    pub(super) fn tables_of(&self, object: &ObjectId) -> Vec<QualifiedName> {
        let needs = self.schemas.from.needs(object).chain(self.schemas.to.needs(object));
        needs.filter_map(|need| self.relation_of(need)).cloned().collect()
    }

    /// The relation that an object is, or whose part it is, where that is what is locked.
    pub(super) fn relation_of<'b>(&'b self, object: &'b ObjectId) -> Option<&'b QualifiedName> {
        match object {
            ObjectId::Table(name)
            | ObjectId::View(name)
            | ObjectId::MaterializedView(name)
            | ObjectId::Sequence(name)
            | ObjectId::Column(name, _)
            | ObjectId::Constraint(name, _) => Some(name),
            ObjectId::Definition(DefinitionKind::Statistics, _) => None,
            ObjectId::Definition(kind, identity) => {
                let key = (*kind, identity.clone());
                let found = self.schemas.from.definition(&key).or_else(|| self.schemas.to.definition(&key));
                relation_of_parent(found?.parent.as_ref())
            }
            ObjectId::Index(..) | ObjectId::Namespace(_) | ObjectId::Extension(_) | ObjectId::EnumType(_) => {
                None
            }
        }
    }

    /// The tables with a column of a type, or of an array of it.
    pub(super) fn with_type(&self, name: &str) -> Vec<QualifiedName> {
        let has = |table: &&Table| {
            table.columns.iter().any(|column| column.data_type.trim_end_matches("[]") == name)
        };
        self.schemas.from.tables().filter(has).map(|table| table.name.clone()).collect()
    }

    /// The domain that a type is, and those that it is over, as they are afterwards, or were when they go.
    pub(super) fn domains(&self, data_type: &str) -> Vec<&'a DomainParts> {
        domain::chain(data_type, &[self.schemas.to, self.schemas.from])
    }

    /// The functions of a name, in one namespace or in any, as they are afterwards.
    pub(super) fn functions(
        &self,
        namespace: Option<&str>,
        name: &str,
    ) -> impl Iterator<Item = &'a Definition> + use<'a> {
        let (start, end) = (namespace.map(|namespace| format!("{namespace}.{name}(")), format!(".{name}("));
        let all = self.schemas.to.definitions_of(DefinitionKind::Function);
        all.filter(move |function| match &start {
            Some(start) => function.identity.starts_with(start),
            None => function.identity.contains(&end),
        })
    }
}

/// Some tables and all that they lead to, the nearest first.
fn reached(
    mut found: Vec<QualifiedName>,
    next: impl Fn(&QualifiedName) -> Vec<QualifiedName>,
) -> Vec<QualifiedName> {
    let mut at = 0;
    while let Some(table) = found.get(at) {
        let more: Vec<_> = next(table).into_iter().filter(|name| !found.contains(name)).collect();
        found.extend(more);
        at += 1;
    }
    found
}

/// The name that a relation gives up.
fn old_name(operation: &Operation) -> Option<&QualifiedName> {
    match operation.rename() {
        Some(Rename::Table(names)) => Some(&names.from),
        Some(Rename::Object(ids)) => relation(&ids.from),
        Some(Rename::Column(..) | Rename::EnumValue(..)) | None => None,
    }
}

/// The tables that refer to another one.
#[derive(Default)]
pub(super) struct Referrers {
    /// Those with a key of their own.
    pub(super) with_own_key: Vec<QualifiedName>,
    /// Partitions that have it from their partitioned table.
    pub(super) inheriting: Vec<QualifiedName>,
}

/// What foreign keys refer to, but for those that come from a partitioned table.
fn own_targets(constraints: &[Constraint]) -> Vec<QualifiedName> {
    let own = constraints.iter().filter(|constraint| !constraint.inherited);
    own.filter_map(|constraint| Some(constraint.foreign_key()?.target.clone())).collect()
}

/// The name of a table, view or sequence.
pub(super) fn relation(id: &ObjectId) -> Option<&QualifiedName> {
    match id {
        ObjectId::Table(name)
        | ObjectId::View(name)
        | ObjectId::MaterializedView(name)
        | ObjectId::Sequence(name) => Some(name),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => None,
    }
}

/// The relation that an object that is held as text hangs on.
pub(super) fn relation_of_parent(parent: Option<&ObjectId>) -> Option<&QualifiedName> {
    match parent? {
        ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) => Some(name),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Column(..)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => None,
    }
}
