//! What an object is called across the whole model: its kind and its name.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::definition_kind::DefinitionKind;
use crate::name::{Ident, QualifiedName};

/// The identity of an object or of a part of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum ObjectId {
    /// A PostgreSQL schema.
    Namespace(Ident),
    /// An installed extension.
    Extension(Ident),
    /// An enum type.
    EnumType(QualifiedName),
    /// A sequence that is not part of an identity column.
    Sequence(QualifiedName),
    /// A table.
    Table(QualifiedName),
    /// A column of a table, view or materialized view.
    Column(QualifiedName, Ident),
    /// A named constraint of a table.
    Constraint(QualifiedName, Ident),
    /// An index of a table or materialized view.
    Index(QualifiedName, Ident),
    /// A view.
    View(QualifiedName),
    /// A materialized view.
    MaterializedView(QualifiedName),
    /// An object that the server defines by a text, by kind and identity.
    Definition(DefinitionKind, String),
}

impl ObjectId {
    /// The object that this one is a part of and goes with.
    pub fn owner(&self) -> Option<Self> {
        match self {
            Self::Column(table, _) | Self::Constraint(table, _) | Self::Index(table, _) => {
                Some(Self::Table(table.clone()))
            }
            Self::Namespace(_)
            | Self::Extension(_)
            | Self::EnumType(_)
            | Self::Sequence(_)
            | Self::Table(_)
            | Self::View(_)
            | Self::MaterializedView(_)
            | Self::Definition(..) => None,
        }
    }

    /// The kind's name for messages.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Namespace(_) => "schema",
            Self::Extension(_) => "extension",
            Self::EnumType(_) => "enum type",
            Self::Sequence(_) => "sequence",
            Self::Table(_) => "table",
            Self::Column(..) => "column",
            Self::Constraint(..) => "constraint",
            Self::Index(..) => "index",
            Self::View(_) => "view",
            Self::MaterializedView(_) => "materialized view",
            Self::Definition(kind, _) => kind.name(),
        }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = self.kind();
        match self {
            Self::Namespace(name) | Self::Extension(name) => write!(f, "{kind} {name}"),
            Self::EnumType(name)
            | Self::Sequence(name)
            | Self::Table(name)
            | Self::View(name)
            | Self::MaterializedView(name) => write!(f, "{kind} {name}"),
            Self::Column(table, name) => write!(f, "{kind} {table}.{name}"),
            Self::Constraint(table, name) | Self::Index(table, name) => {
                write!(f, "{kind} {name} on {table}")
            }
            Self::Definition(_, identity) => write!(f, "{kind} {identity}"),
        }
    }
}
