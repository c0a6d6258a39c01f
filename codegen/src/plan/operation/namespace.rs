//! Namespaces.

use autogen_diff_core::ObjectId;
use autogen_diff_core::model::Namespace;

use super::Effects;

/// What is done to a namespace.
#[derive(Clone, Debug, PartialEq)]
pub enum NamespaceOperation {
    /// `CREATE SCHEMA`.
    Create(Namespace),
    /// `DROP SCHEMA`.
    Drop(Namespace),
}

impl NamespaceOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Create(namespace) => Effects::creates([ObjectId::Namespace(namespace.name.clone())]),
            Self::Drop(namespace) => Effects::drops([ObjectId::Namespace(namespace.name.clone())]),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Create(_) => 2,
            Self::Drop(_) => 44,
        }
    }
}
