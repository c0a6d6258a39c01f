//! One thing to do. A closed list: each dialect's renderer matches it in full.

use std::collections::BTreeSet;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::model::{
    Column, Constraint, Definition, EnumType, Extension, Grant, Index, MaterializedView, Namespace,
    PartitionOf, Persistence, Sequence, Table, View, table::ReplicaIdentity,
};
use autogen_diff_core::{DefinitionKind, Ident, ObjectId, Pair, QualifiedName};

use super::rename_circle;
use super::swap::{SwappedColumn, SwappedType, foreign_table};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "the variants are the verbs and kinds of DESIGN's table, spelled out")]
pub enum Operation {
    Rename(Rename),
    CreateNamespace(Namespace),
    DropNamespace(Namespace),
    CreateExtension(Extension),
    DropExtension(Extension),
    AlterExtension(Pair<Extension>),
    CreateEnumType(EnumType),
    DropEnumType(EnumType),
    AddEnumValue {
        name: QualifiedName,
        value: String,
        before: Option<String>,
    },
    /// New types of the same names take the place of the old ones in all columns;
    /// each type after those that it needs.
    SwapTypes {
        types: Vec<SwappedType>,
        columns: Vec<SwappedColumn>,
    },
    CreateSequence(Sequence),
    DropSequence(Sequence),
    AlterSequence(Pair<Sequence>),
    SetSequenceOwner {
        sequence: QualifiedName,
        owner: Option<(QualifiedName, Ident)>,
    },
    /// Parts a sequence from a column that may go, so that it does not go along.
    DetachSequence {
        sequence: QualifiedName,
        owner: (QualifiedName, Ident),
    },
    /// `SET LOGGED` or `SET UNLOGGED` of a column's sequence, apart from its table.
    SetPersistence {
        sequence: QualifiedName,
        table: QualifiedName,
        persistence: Persistence,
    },
    /// Goes on after the largest value that the owning column holds.
    ContinueSequence(Sequence),
    CreateTable(Table),
    DropTable(Table),
    /// Attributes of the table itself.
    AlterTable(Pair<Table>),
    /// All changes of a table at once: SQLite's create, copy, drop and rename; MySQL's
    /// `ALTER TABLE` with many clauses.
    RebuildTable(Pair<Table>),
    /// Moves tables that new ones take the place of out of the way, each to the name beside it.
    SetAside {
        namespaces: Vec<Ident>,
        tables: Vec<(QualifiedName, Table)>,
    },
    /// Gives new tables the rows and counters of the old ones, each from where it waits, and drops those.
    TakeRows {
        namespaces: Vec<Ident>,
        tables: Vec<(QualifiedName, Pair<Table>)>,
    },
    AttachPartition {
        table: QualifiedName,
        partition: PartitionOf,
    },
    DetachPartition {
        table: QualifiedName,
        partition: PartitionOf,
    },
    AddColumn {
        table: QualifiedName,
        column: Column,
    },
    DropColumn {
        table: QualifiedName,
        column: Column,
    },
    AlterColumn {
        table: QualifiedName,
        column: Pair<Column>,
    },
    DropDefault {
        table: QualifiedName,
        column: Ident,
    },
    DropIdentity {
        table: QualifiedName,
        column: Column,
    },
    SetDefault {
        table: QualifiedName,
        column: Column,
    },
    AddConstraint {
        table: QualifiedName,
        constraint: Constraint,
    },
    DropConstraint {
        table: QualifiedName,
        constraint: Constraint,
    },
    RenameConstraint {
        table: QualifiedName,
        names: Pair<Ident>,
    },
    ValidateConstraint {
        table: QualifiedName,
        constraint: Constraint,
    },
    AlterDeferrability {
        table: QualifiedName,
        constraint: Pair<Constraint>,
    },
    CreateIndex {
        table: QualifiedName,
        index: Index,
    },
    DropIndex {
        table: QualifiedName,
        index: Index,
    },
    RenameIndex {
        table: QualifiedName,
        names: Pair<Ident>,
    },
    AlterIndex {
        table: QualifiedName,
        index: Pair<Index>,
    },
    /// The index that `CLUSTER` goes by.
    ClusterOn {
        relation: QualifiedName,
        index: Option<Ident>,
    },
    /// Makes an index of a partition a part of the partitioned table's index.
    AttachIndex {
        table: QualifiedName,
        index: Ident,
        parent: QualifiedName,
    },
    CreateView(View),
    DropView(View),
    ReplaceView(Pair<View>),
    CreateMaterializedView(MaterializedView),
    DropMaterializedView(MaterializedView),
    /// Settings of its columns.
    AlterMaterializedView(Pair<MaterializedView>),
    CreateDefinition(Definition),
    DropDefinition(Definition),
    ReplaceDefinition(Pair<Definition>),
    SetComment {
        object: ObjectId,
        text: Option<String>,
    },
    /// `DEPENDS ON EXTENSION`.
    AlterExtensionDependency {
        object: ObjectId,
        extensions: Pair<BTreeSet<Ident>>,
    },
    AlterOwner {
        object: ObjectId,
        owner: String,
    },
    /// Takes what is not to be there any more, before the owner changes: an owner's own rights are others.
    TakePrivileges {
        object: ObjectId,
        grants: Pair<BTreeSet<Grant>>,
    },
    AlterPrivileges {
        object: ObjectId,
        grants: Pair<BTreeSet<Grant>>,
    },
}

/// What an operation does to the objects of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// Objects that exist only afterwards.
    pub(super) creates: Vec<ObjectId>,
    /// Objects that exist only before.
    pub(super) drops: Vec<ObjectId>,
    /// Objects that are another thing afterwards.
    pub(super) alters: Vec<ObjectId>,
    /// Columns that have another type afterwards, whose defaults are no part of it.
    pub(super) retypes: Vec<ObjectId>,
    /// Objects that must be there, besides what the catalog's dependencies say.
    pub(super) needs: Vec<ObjectId>,
}

impl Effects {
    fn creates(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { creates: ids.into_iter().collect(), ..Self::default() }
    }

    fn drops(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { drops: ids.into_iter().collect(), ..Self::default() }
    }

    fn alters(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { alters: ids.into_iter().collect(), ..Self::default() }
    }

    /// What is another thing afterwards, in full or by its type alone.
    pub(super) fn altered(&self) -> impl Iterator<Item = &ObjectId> {
        self.alters.iter().chain(&self.retypes)
    }

    fn needing(mut self, ids: impl IntoIterator<Item = ObjectId>) -> Self {
        self.needs.extend(ids);
        self
    }
}

impl Operation {
    /// What the operation does to the model.
    #[deny(clippy::wildcard_enum_match_arm)]
    pub(super) fn effects(&self) -> Effects {
        use ObjectId as Id;
        match self {
            Self::Rename(_) => Effects::default(),
            Self::CreateNamespace(n) => Effects::creates([Id::Namespace(n.name.clone())]),
            Self::DropNamespace(n) => Effects::drops([Id::Namespace(n.name.clone())]),
            Self::CreateExtension(e) => Effects::creates([Id::Extension(e.name.clone())])
                .needing([Id::Namespace(e.namespace.clone())]),
            Self::DropExtension(e) => Effects::drops([Id::Extension(e.name.clone())]),
            Self::AlterExtension(e) => Effects::alters([Id::Extension(e.to.name.clone())]),
            Self::CreateEnumType(t) => Effects::creates([Id::EnumType(t.name.clone())]),
            Self::DropEnumType(t) => Effects::drops([Id::EnumType(t.name.clone())]),
            Self::AddEnumValue { name, .. } => Effects::alters([Id::EnumType(name.clone())]),
            Self::SwapTypes { types, columns } => swapped(types, columns),
            Self::CreateSequence(s) => Effects::creates([Id::Sequence(s.name.clone())]),
            Self::DropSequence(s) => Effects::drops([Id::Sequence(s.name.clone())]),
            Self::AlterSequence(s) => Effects::alters([Id::Sequence(s.to.name.clone())]),
            Self::SetSequenceOwner { sequence, owner } => owned_sequence(sequence, owner.as_ref()),
            Self::DetachSequence { sequence, owner: _ } => owned_sequence(sequence, None),
            Self::ContinueSequence(s) => owned_sequence(&s.name, s.owned_by.as_ref()),
            Self::SetPersistence { sequence, table, persistence: _ } => {
                Effects::default().needing([Id::Sequence(sequence.clone()), Id::Table(table.clone())])
            }
            Self::CreateTable(table) => Effects::creates(table_ids(table)),
            Self::DropTable(table) => Effects::drops(dropped_table_ids(table)),
            Self::AlterTable(pair) => altered_table(&pair.to),
            Self::RebuildTable(pair) => Effects::alters(rebuilt_ids(&pair.to)),
            Self::SetAside { namespaces: _, tables } => {
                Effects::drops(tables.iter().flat_map(|(_, table)| dropped_table_ids(table)))
            }
            Self::TakeRows { namespaces: _, tables } => {
                Effects::alters(tables.iter().flat_map(|(_, pair)| table_ids(&pair.to)))
            }
            Self::AttachPartition { table, partition } | Self::DetachPartition { table, partition } => {
                Effects::default().needing([Id::Table(table.clone()), Id::Table(partition.parent.clone())])
            }
            Self::AddColumn { table, column } => {
                Effects::creates(column_ids(table, column)).needing([Id::Table(table.clone())])
            }
            Self::DropColumn { table, column } | Self::DropIdentity { table, column } => {
                Effects::drops([column_id(table, &column.name)])
            }
            Self::AlterColumn { table, column } => {
                Effects::alters([column_id(table, &column.to.name)]).needing([Id::Table(table.clone())])
            }
            Self::DropDefault { table, column } => Effects::drops([column_id(table, column)]),
            Self::SetDefault { table, column } => Effects::creates([column_id(table, &column.name)]),
            Self::AddConstraint { table, constraint } => {
                Effects::creates(named_constraint(table, constraint)).needing([Id::Table(table.clone())])
            }
            Self::DropConstraint { table, constraint } => Effects::drops(named_constraint(table, constraint)),
            Self::RenameConstraint { table, names } => Effects::alters([constraint_id(table, &names.to)]),
            Self::ValidateConstraint { table, constraint } => {
                Effects::alters(named_constraint(table, constraint))
            }
            Self::AlterDeferrability { table, constraint } => {
                Effects::alters(named_constraint(table, &constraint.to))
            }
            Self::CreateIndex { table, index } => created_index(table, index),
            Self::DropIndex { table, index } => Effects::drops([index_id(table, &index.name)]),
            Self::RenameIndex { table, names } => Effects::alters([index_id(table, &names.to)]),
            // A rename comes first.
            Self::AlterIndex { table, index } => {
                let id = index_id(table, &index.to.name);
                Effects::alters([id.clone()]).needing([id])
            }
            Self::AttachIndex { table, index, parent: _ } => {
                Effects::default().needing([index_id(table, index), constraint_id(table, index)])
            }
            Self::CreateView(view) => Effects::creates(view_ids(view)),
            Self::DropView(view) => Effects::drops(view_ids(view)),
            Self::ReplaceView(pair) => Effects::alters(view_ids(&pair.to)),
            Self::CreateMaterializedView(view) => Effects::creates(materialized_view_ids(view)),
            Self::DropMaterializedView(view) => {
                let indexes = view.indexes.keys().map(|index| index_id(&view.name, index));
                Effects::drops(materialized_view_ids(view).chain(indexes))
            }
            Self::AlterMaterializedView(pair) => {
                Effects::default().needing([Id::MaterializedView(pair.to.name.clone())])
            }
            Self::ClusterOn { relation, index } => {
                let relations = [Id::Table(relation.clone()), Id::MaterializedView(relation.clone())];
                let index = index.iter().flat_map(|i| [index_id(relation, i), constraint_id(relation, i)]);
                Effects::default().needing(index).needing(relations)
            }
            Self::CreateDefinition(d) => Effects::creates([d.id()]).needing(d.parent.clone()),
            Self::DropDefinition(d) => Effects::drops([d.id()]),
            Self::ReplaceDefinition(pair) => {
                Effects::alters([pair.to.id()]).needing(pair.to.parent.clone()).needing([pair.to.id()])
            }
            Self::AlterExtensionDependency { object, extensions } => {
                let extensions = extensions.to.iter().cloned().map(Id::Extension);
                Effects::alters([object.clone()]).needing([object.clone()]).needing(extensions)
            }
            Self::SetComment { object, text: _ }
            | Self::AlterOwner { object, owner: _ }
            | Self::TakePrivileges { object, grants: _ }
            | Self::AlterPrivileges { object, grants: _ } => Effects::default().needing([object.clone()]),
        }
    }

    /// The names in a namespace that the operation takes, and those that it gives up.
    /// Tables, indexes, sequences, views and types share them (PostgreSQL 5.9).
    pub(super) fn names(&self) -> (Vec<QualifiedName>, Vec<QualifiedName>) {
        let effects = self.effects();
        let (mut taken, mut given_up) = (relation_names(&effects.creates), relation_names(&effects.drops));
        match self {
            Self::CreateTable(table) => {
                taken.extend(
                    key_names(table).into_iter().chain(table.columns.iter().filter_map(identity_name)),
                );
            }
            Self::DropTable(table) => {
                given_up.extend(
                    key_names(table).into_iter().chain(table.columns.iter().filter_map(identity_name)),
                );
            }
            Self::AddColumn { column, .. } => taken.extend(identity_name(column)),
            Self::DropColumn { column, .. } | Self::DropIdentity { column, .. } => {
                given_up.extend(identity_name(column));
            }
            Self::AlterColumn { column, .. } if column.from.identity.is_none() => {
                taken.extend(identity_name(&column.to));
            }
            Self::AlterColumn { .. } => {
                let names = rename_circle::names(self);
                taken.extend(names.iter().map(|names| names.to.clone()));
                given_up.extend(names.map(|names| names.from));
            }
            Self::AddConstraint { table, constraint } if constraint.key().is_some() => {
                taken.extend(constraint.name.iter().map(|name| table.sibling(name.clone())));
            }
            Self::DropConstraint { table, constraint } if constraint.key().is_some() => {
                given_up.extend(constraint.name.iter().map(|name| table.sibling(name.clone())));
            }
            Self::RenameConstraint { table, names } | Self::RenameIndex { table, names } => {
                taken.push(table.sibling(names.to.clone()));
                given_up.push(table.sibling(names.from.clone()));
            }
            _ => {}
        }
        (taken, given_up)
    }

    /// Where the operation goes among those that could all be next: creations
    /// first, then changes, what hangs on objects, and drops last.
    #[deny(clippy::wildcard_enum_match_arm)]
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Rename(_) => 0,
            Self::AddEnumValue { .. } => 1,
            Self::CreateNamespace(_) => 2,
            Self::CreateExtension(_) | Self::AlterExtension(_) => 3,
            Self::CreateEnumType(_) => 4,
            Self::DropView(_) | Self::DropMaterializedView(_) | Self::DropDefinition(_) => 5,
            Self::DropIndex { .. } => 6,
            Self::DropConstraint { .. }
            | Self::DropDefault { .. }
            | Self::DropIdentity { .. }
            | Self::DetachSequence { .. }
            | Self::DetachPartition { .. } => 7,
            Self::SwapTypes { .. } => 8,
            Self::RenameConstraint { .. } | Self::RenameIndex { .. } => 9,
            Self::CreateSequence(_) | Self::AlterSequence(_) => 10,
            // What a body calls is recorded nowhere, so routines come before all that may call them.
            Self::CreateDefinition(d) | Self::ReplaceDefinition(Pair { from: _, to: d })
                if d.kind.is_routine() =>
            {
                11
            }
            Self::CreateTable(_) => 12,
            Self::AlterTable(_) | Self::RebuildTable(_) => 13,
            Self::AddColumn { .. } | Self::AlterColumn { .. } | Self::SetDefault { .. } => 14,
            Self::SetSequenceOwner { .. } | Self::SetPersistence { .. } | Self::ContinueSequence(_) => 15,
            Self::DropColumn { .. } => 16,
            Self::AddConstraint { .. }
            | Self::ValidateConstraint { .. }
            | Self::AlterDeferrability { .. } => 17,
            Self::CreateIndex { .. } | Self::AlterIndex { .. } => 18,
            Self::AttachIndex { .. } | Self::AttachPartition { .. } => 19,
            Self::CreateView(_)
            | Self::ReplaceView(_)
            | Self::CreateMaterializedView(_)
            | Self::AlterMaterializedView(_) => 20,
            Self::CreateDefinition(_) | Self::ReplaceDefinition(_) => 21,
            // Between plans of their own, not in one.
            Self::SetAside { .. } | Self::TakeRows { .. } => 23,
            Self::ClusterOn { .. } => 22,
            Self::SetComment { .. } | Self::AlterExtensionDependency { .. } | Self::TakePrivileges { .. } => {
                30
            }
            Self::AlterOwner { .. } => 31,
            Self::AlterPrivileges { .. } => 32,
            Self::DropTable(_) => 40,
            Self::DropSequence(_) => 41,
            Self::DropEnumType(_) => 42,
            Self::DropExtension(_) => 43,
            Self::DropNamespace(_) => 44,
        }
    }

    /// The object that the operation is about.
    pub fn subject(&self) -> Option<ObjectId> {
        let effects = self.effects();
        let Effects { creates, drops, alters, retypes, needs } = effects;
        [creates, drops, alters, retypes, needs].into_iter().flatten().next()
    }
}

/// A column whose default is set apart from it goes over without what that needs.
fn swapped(types: &[SwappedType], columns: &[SwappedColumn]) -> Effects {
    let (with_default, bare): (Vec<_>, Vec<_>) =
        columns.iter().partition(|swapped| swapped.column.to.default.is_some());
    let id = |swapped: &SwappedColumn| column_id(&swapped.table, &swapped.column.to.name);
    let with_default = with_default.into_iter().map(id);
    let alters = types.iter().map(SwappedType::id).chain(with_default).collect();
    Effects { alters, retypes: bare.into_iter().map(id).collect(), ..Effects::default() }
}

fn owned_sequence(sequence: &QualifiedName, owner: Option<&(QualifiedName, Ident)>) -> Effects {
    let owner =
        owner.into_iter().flat_map(|(table, column)| [column_id(table, column), foreign_table(table)]);
    Effects::default().needing(std::iter::once(ObjectId::Sequence(sequence.clone())).chain(owner))
}

fn altered_table(table: &Table) -> Effects {
    let parents = table.postgres.inherits.iter();
    let parents = parents.flat_map(|parent| [ObjectId::Table(parent.clone()), foreign_table(parent)]);
    let of_type = table.postgres.of_type.iter();
    let of_type = of_type.map(|name| ObjectId::Definition(DefinitionKind::CompositeType, name.clone()));
    let effects =
        Effects::default().needing([ObjectId::Table(table.name.clone())]).needing(parents).needing(of_type);
    match &table.postgres.replica_identity {
        Some(ReplicaIdentity::Index(index)) => {
            effects.needing([index_id(&table.name, index), constraint_id(&table.name, index)])
        }
        Some(ReplicaIdentity::Full | ReplicaIdentity::Nothing) | None => effects,
    }
}

fn created_index(table: &QualifiedName, index: &Index) -> Effects {
    let columns = index.keys.iter().filter_map(|key| key.value.column()).chain(&index.include);
    Effects::creates([index_id(table, &index.name)])
        .needing([ObjectId::Table(table.clone()), ObjectId::MaterializedView(table.clone())])
        .needing(columns.map(|column| column_id(table, column)))
}

fn named_constraint(table: &QualifiedName, constraint: &Constraint) -> Option<ObjectId> {
    constraint.name.as_ref().map(|name| constraint_id(table, name))
}

fn view_ids(view: &View) -> impl Iterator<Item = ObjectId> {
    let columns = view.columns.iter().map(|column| column_id(&view.name, column));
    std::iter::once(ObjectId::View(view.name.clone())).chain(columns)
}

fn materialized_view_ids(view: &MaterializedView) -> impl Iterator<Item = ObjectId> {
    let columns = view.columns.iter().map(|column| column_id(&view.name, column));
    std::iter::once(ObjectId::MaterializedView(view.name.clone())).chain(columns)
}

fn index_id(table: &QualifiedName, name: &Ident) -> ObjectId {
    ObjectId::Index(table.clone(), name.clone())
}

fn column_id(table: &QualifiedName, column: &Ident) -> ObjectId {
    ObjectId::Column(table.clone(), column.clone())
}

/// A column with the constraint behind its `NOT NULL`.
fn column_ids(table: &QualifiedName, column: &Column) -> impl Iterator<Item = ObjectId> {
    let not_null = column.not_null_name().map(|name| constraint_id(table, name));
    std::iter::once(column_id(table, &column.name)).chain(not_null)
}

fn constraint_id(table: &QualifiedName, name: &Ident) -> ObjectId {
    ObjectId::Constraint(table.clone(), name.clone())
}

/// A table with the parts that are made in one go with it.
fn table_ids(table: &Table) -> Vec<ObjectId> {
    let name = &table.name;
    let columns = table.columns.iter().map(|column| column_id(name, &column.name));
    let constraints = table.constraints.iter().filter_map(|c| c.name.as_ref());
    let constraints = constraints.map(|constraint| constraint_id(name, constraint));
    std::iter::once(ObjectId::Table(name.clone())).chain(columns).chain(constraints).collect()
}

/// A table with all that its rebuild changes. Foreign keys are either operations of their own
/// (MySQL) or don't care when their target is made (SQLite).
fn rebuilt_ids(table: &Table) -> Vec<ObjectId> {
    let is_foreign = |id: &ObjectId| {
        let key = |name: &Ident| table.constraint(name).is_some_and(|c| c.foreign_key().is_some());
        matches!(id, ObjectId::Constraint(_, name) if key(name))
    };
    table_ids(table).into_iter().filter(|id| !is_foreign(id)).collect()
}

/// A table with all that goes when it goes.
fn dropped_table_ids(table: &Table) -> Vec<ObjectId> {
    let indexes = table.indexes.keys().map(|index| ObjectId::Index(table.name.clone(), index.clone()));
    table_ids(table).into_iter().chain(indexes).collect()
}

fn key_names(table: &Table) -> Vec<QualifiedName> {
    let keys = table.constraints.iter().filter(|constraint| constraint.key().is_some());
    keys.filter_map(|key| key.name.as_ref()).map(|name| table.name.sibling(name.clone())).collect()
}

/// The name of the sequence behind an identity column.
fn identity_name(column: &Column) -> Option<QualifiedName> {
    column.identity.as_ref().map(|identity| identity.sequence.clone())
}

fn relation_names(ids: &[ObjectId]) -> Vec<QualifiedName> {
    ids.iter()
        .filter_map(|id| match id {
            ObjectId::EnumType(name)
            | ObjectId::Sequence(name)
            | ObjectId::Table(name)
            | ObjectId::View(name)
            | ObjectId::MaterializedView(name) => Some(name.clone()),
            ObjectId::Index(table, name) => Some(table.sibling(name.clone())),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..)
            | ObjectId::Definition(..) => None,
        })
        .collect()
}
