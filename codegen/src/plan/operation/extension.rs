//! Extensions.

use autogen_diff_core::model::Extension;
use autogen_diff_core::{ObjectId, Pair};

use super::Effects;

/// What is done to an extension.
#[derive(Clone, Debug, PartialEq)]
pub enum ExtensionOperation {
    /// `CREATE EXTENSION`.
    Create(Extension),
    /// `DROP EXTENSION`.
    Drop(Extension),
    /// Another version or namespace.
    Alter(Pair<Extension>),
}

impl ExtensionOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Create(extension) => Effects::creates([ObjectId::Extension(extension.name.clone())])
                .needing([ObjectId::Namespace(extension.namespace.clone())]),
            Self::Drop(extension) => Effects::drops([ObjectId::Extension(extension.name.clone())]),
            Self::Alter(pair) => Effects::alters([ObjectId::Extension(pair.to.name.clone())]),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Create(_) | Self::Alter(_) => 3,
            Self::Drop(_) => 43,
        }
    }
}
