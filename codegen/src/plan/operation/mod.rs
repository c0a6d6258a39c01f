//! One thing to do. A closed list of families, one a kind; each dialect's renderer matches it in full.

mod attachment;
mod column;
mod constraint;
mod definition;
mod effects;
mod extension;
mod index;
mod namespace;
mod partition;
mod sequence;
mod table;
mod types;
mod view;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::{Ident, ObjectId, QualifiedName};

pub use attachment::AttachmentOperation;
pub use column::ColumnOperation;
pub(super) use column::renamed_identity;
pub use constraint::ConstraintOperation;
pub use definition::DefinitionOperation;
pub(super) use effects::{Effects, Names};
pub use extension::ExtensionOperation;
pub use index::IndexOperation;
pub use namespace::NamespaceOperation;
pub use partition::PartitionOperation;
pub use sequence::SequenceOperation;
pub use table::TableOperation;
pub use types::TypeOperation;
pub use view::{MaterializedViewOperation, ViewOperation};

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Operation {
    /// Another name for something.
    Rename(Rename),
    /// A namespace.
    Namespace(NamespaceOperation),
    /// An extension.
    Extension(ExtensionOperation),
    /// A type.
    Type(TypeOperation),
    /// A sequence.
    Sequence(SequenceOperation),
    /// A table itself.
    Table(TableOperation),
    /// A partition.
    Partition(PartitionOperation),
    /// A column.
    Column(ColumnOperation),
    /// A constraint.
    Constraint(ConstraintOperation),
    /// An index.
    Index(IndexOperation),
    /// A view.
    View(ViewOperation),
    /// A materialized view.
    MaterializedView(MaterializedViewOperation),
    /// An object that is held as text.
    Definition(DefinitionOperation),
    /// Something that hangs on an object.
    Attachment(AttachmentOperation),
}

impl Operation {
    /// What the operation does to the model.
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Rename(_) => Effects::default(),
            Self::Namespace(operation) => operation.effects(),
            Self::Extension(operation) => operation.effects(),
            Self::Type(operation) => operation.effects(),
            Self::Sequence(operation) => operation.effects(),
            Self::Table(operation) => operation.effects(),
            Self::Partition(operation) => operation.effects(),
            Self::Column(operation) => operation.effects(),
            Self::Constraint(operation) => operation.effects(),
            Self::Index(operation) => operation.effects(),
            Self::View(operation) => operation.effects(),
            Self::MaterializedView(operation) => operation.effects(),
            Self::Definition(operation) => operation.effects(),
            Self::Attachment(operation) => operation.effects(),
        }
    }

    /// The names in a namespace that the operation takes, and those that it gives up.
    /// Tables, indexes, sequences, views and types share them (PostgreSQL 5.9).
    pub(super) fn names(&self) -> Names {
        let along = match self {
            Self::Table(operation) => operation.names(),
            Self::Column(operation) => operation.names(),
            Self::Constraint(operation) => operation.names(),
            Self::Index(operation) => operation.names(),
            Self::Rename(_)
            | Self::Namespace(_)
            | Self::Extension(_)
            | Self::Type(_)
            | Self::Sequence(_)
            | Self::Partition(_)
            | Self::View(_)
            | Self::MaterializedView(_)
            | Self::Definition(_)
            | Self::Attachment(_) => Names::default(),
        };
        self.effects().names().with(along)
    }

    /// Where people look for the operation among those that could all be next: creations first, then changes, what
    /// hangs on objects, and drops last. No plan depends on it.
    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Rename(_) => 0,
            Self::Namespace(operation) => operation.rank(),
            Self::Extension(operation) => operation.rank(),
            Self::Type(operation) => operation.rank(),
            Self::Sequence(operation) => operation.rank(),
            Self::Table(operation) => operation.rank(),
            Self::Partition(operation) => operation.rank(),
            Self::Column(operation) => operation.rank(),
            Self::Constraint(operation) => operation.rank(),
            Self::Index(operation) => operation.rank(),
            Self::View(operation) => operation.rank(),
            Self::MaterializedView(operation) => operation.rank(),
            Self::Definition(operation) => operation.rank(),
            Self::Attachment(operation) => operation.rank(),
        }
    }

    /// The object that the operation is about.
    pub fn subject(&self) -> Option<ObjectId> {
        let Effects { creates, drops, alters, retypes, needs } = self.effects();
        [creates, drops, alters, retypes, needs].into_iter().flatten().next()
    }

    /// What an error says that it is about.
    pub(super) fn object(&self) -> ObjectId {
        let named = match self {
            Self::Rename(rename) => Some(rename.object()),
            Self::Constraint(operation) => Some(operation.object()),
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::Type(_)
            | Self::Sequence(_)
            | Self::Table(_)
            | Self::Partition(_)
            | Self::Column(_)
            | Self::Index(_)
            | Self::View(_)
            | Self::MaterializedView(_)
            | Self::Definition(_)
            | Self::Attachment(_) => None,
        };
        named.or_else(|| self.subject()).expect("what is done is done to something")
    }
}

/// Families by accessors, so that whoever asks for one of them need not name the others.
macro_rules! families {
    ($($family:ident: $accessor:ident, $operation:ty;)*) => {
        impl Operation {
            $(
                /// The operation, where it is one of that family.
                pub(crate) const fn $accessor(&self) -> Option<&$operation> {
                    if let Self::$family(operation) = self { Some(operation) } else { None }
                }
            )*
        }
    };
}

families! {
    Rename: rename, Rename;
    Extension: extension, ExtensionOperation;
    Type: type_operation, TypeOperation;
    Table: table, TableOperation;
    Partition: partition, PartitionOperation;
    Column: column, ColumnOperation;
    Constraint: constraint, ConstraintOperation;
    Index: index, IndexOperation;
    Definition: definition, DefinitionOperation;
    Attachment: attachment, AttachmentOperation;
}

fn index_id(table: &QualifiedName, name: &Ident) -> ObjectId {
    ObjectId::Index(table.clone(), name.clone())
}

fn column_id(table: &QualifiedName, column: &Ident) -> ObjectId {
    ObjectId::Column(table.clone(), column.clone())
}

fn constraint_id(table: &QualifiedName, name: &Ident) -> ObjectId {
    ObjectId::Constraint(table.clone(), name.clone())
}
