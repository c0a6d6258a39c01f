//! Differences as data. What to do about them is decided in `codegen`.

use std::collections::BTreeSet;

use crate::model::{
    Column, Constraint, Definition, EnumType, Extension, Grant, Index, MaterializedView, Namespace, Sequence,
    Table, View,
};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::pair::Pair;

/// All differences between two schemas, in a fixed order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SchemaDiff {
    /// One entry for each object that differs.
    pub changes: Vec<Change>,
}

impl SchemaDiff {
    /// Whether both sides are the same.
    pub const fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }
}

/// One difference.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A namespace.
    Namespace(ObjectChange<Namespace>),
    /// An extension.
    Extension(ObjectChange<Extension>),
    /// An enum type.
    EnumType(ObjectChange<EnumType>),
    /// A sequence.
    Sequence(ObjectChange<Sequence>),
    /// A table.
    Table(Box<TableChange>),
    /// A view.
    View(ObjectChange<View>),
    /// A materialized view.
    MaterializedView(ObjectChange<MaterializedView>),
    /// An object held as text.
    Definition(ObjectChange<Definition>),
    /// A comment.
    Comment(CommentChange),
    /// The extensions that an object goes with.
    ExtensionDependency(ExtensionDependencyChange),
    /// Privileges.
    Privilege(PrivilegeChange),
    /// An owner.
    Owner(OwnerChange),
}

impl Change {
    /// What happened to a table, where it is about one.
    pub const fn table(&self) -> Option<&TableChange> {
        match self {
            Self::Table(table) => Some(table),
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::EnumType(_)
            | Self::Sequence(_)
            | Self::View(_)
            | Self::MaterializedView(_)
            | Self::Definition(_)
            | Self::Comment(_)
            | Self::ExtensionDependency(_)
            | Self::Privilege(_)
            | Self::Owner(_) => None,
        }
    }
}

/// What happened to one object as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum ObjectChange<T> {
    /// Only the `to` side has it.
    Create(T),
    /// Only the `from` side has it.
    Drop(T),
    /// Both have it, differently.
    Alter(Pair<T>),
}

/// What happened to a table.
#[derive(Clone, Debug, PartialEq)]
pub enum TableChange {
    /// Only the `to` side has it.
    Create(Table),
    /// Only the `from` side has it.
    Drop(Table),
    /// Both have it, differently.
    Alter(TableAlteration),
}

impl TableChange {
    /// The table's name.
    pub const fn name(&self) -> &QualifiedName {
        match self {
            Self::Create(table) | Self::Drop(table) => &table.name,
            Self::Alter(alteration) => alteration.name(),
        }
    }
}

/// The differences inside a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableAlteration {
    /// The whole table on both sides.
    pub table: Pair<Table>,
    /// Columns that differ.
    pub columns: Vec<ColumnChange>,
    /// Constraints that differ.
    pub constraints: Vec<ConstraintChange>,
    /// Indexes that differ.
    pub indexes: Vec<IndexChange>,
}

impl TableAlteration {
    /// The table's name.
    pub const fn name(&self) -> &QualifiedName {
        &self.table.to.name
    }

    /// Whether attributes of the table itself differ.
    pub fn attributes_differ(&self) -> bool {
        self.table.from.extra != self.table.to.extra
    }
}

/// A column that differs.
pub type ColumnChange = ObjectChange<Column>;

/// A constraint that differs.
#[derive(Clone, Debug, PartialEq)]
pub enum ConstraintChange {
    /// Only the `to` side has it.
    Add(Constraint),
    /// Only the `from` side has it.
    Drop(Constraint),
    /// The same constraint under another name.
    Rename(Pair<Ident>),
    /// A `NOT VALID` constraint to validate.
    Validate(Constraint),
    /// A foreign key whose deferrability changes.
    AlterDeferrability(Pair<Constraint>),
}

/// An index that differs.
#[derive(Clone, Debug, PartialEq)]
pub enum IndexChange {
    /// Only the `to` side has it.
    Create(Index),
    /// Only the `from` side has it.
    Drop(Index),
    /// The same index under another name.
    Rename(Pair<Index>),
    /// Storage parameters, tablespace or statistics targets differ.
    Alter(Pair<Index>),
}

/// A comment that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentChange {
    /// The object it stands on.
    pub object: ObjectId,
    /// The text on both sides.
    pub text: Pair<Option<String>>,
}

/// `DEPENDS ON EXTENSION` that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtensionDependencyChange {
    /// The object that goes with an extension.
    pub object: ObjectId,
    /// The extensions on both sides.
    pub extensions: Pair<BTreeSet<Ident>>,
}

/// Privileges that differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivilegeChange {
    /// The object they are granted on.
    pub object: ObjectId,
    /// What is granted on both sides, against the kind's default.
    pub grants: Pair<BTreeSet<Grant>>,
}

/// An owner that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnerChange {
    /// The object.
    pub object: ObjectId,
    /// Who owns it on both sides; on the `from` side of a new object the role that makes it.
    pub owner: Pair<String>,
}

impl Change {
    /// The object that differs.
    pub fn subject(&self) -> ObjectId {
        match self {
            Self::Namespace(change) => ObjectId::Namespace(change.either().name.clone()),
            Self::Extension(change) => ObjectId::Extension(change.either().name.clone()),
            Self::EnumType(change) => ObjectId::EnumType(change.either().name.clone()),
            Self::Sequence(change) => ObjectId::Sequence(change.either().name.clone()),
            Self::Table(change) => match change.as_ref() {
                TableChange::Create(table) | TableChange::Drop(table) => ObjectId::Table(table.name.clone()),
                TableChange::Alter(change) => ObjectId::Table(change.name().clone()),
            },
            Self::View(change) => ObjectId::View(change.either().name.clone()),
            Self::MaterializedView(change) => ObjectId::MaterializedView(change.either().name.clone()),
            Self::Definition(change) => change.either().id(),
            Self::Comment(change) => change.object.clone(),
            Self::ExtensionDependency(change) => change.object.clone(),
            Self::Privilege(change) => change.object.clone(),
            Self::Owner(change) => change.object.clone(),
        }
    }
}

impl<T> ObjectChange<T> {
    /// The object on the `to` side, or else on the `from` side.
    pub const fn either(&self) -> &T {
        match self {
            Self::Create(object) | Self::Drop(object) => object,
            Self::Alter(pair) => &pair.to,
        }
    }
}
