//! What hangs on objects: comments, owners, privileges, the extensions that they go with.

use std::collections::BTreeSet;

use autogen_diff_core::model::Grant;
use autogen_diff_core::{Ident, ObjectId, Pair};

use super::Effects;

/// What is done to something that hangs on an object.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each has the object and what it gets")]
pub enum AttachmentOperation {
    /// `COMMENT ON`.
    SetComment { object: ObjectId, text: Option<String> },
    /// `DEPENDS ON EXTENSION`.
    AlterExtensionDependency { object: ObjectId, extensions: Pair<BTreeSet<Ident>> },
    /// `OWNER TO`.
    AlterOwner { object: ObjectId, owner: String },
    /// Takes what is not to be there any more, before the owner changes: an owner's own rights are others.
    TakePrivileges { object: ObjectId, grants: Pair<BTreeSet<Grant>> },
    /// `GRANT` and `REVOKE`.
    AlterPrivileges { object: ObjectId, grants: Pair<BTreeSet<Grant>> },
}

impl AttachmentOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::AlterExtensionDependency { object, extensions } => {
                let extensions = extensions.to.iter().cloned().map(ObjectId::Extension);
                Effects::alters([object.clone()]).needing([object.clone()]).needing(extensions)
            }
            Self::SetComment { object, text: _ }
            | Self::AlterOwner { object, owner: _ }
            | Self::TakePrivileges { object, grants: _ }
            | Self::AlterPrivileges { object, grants: _ } => Effects::default().needing([object.clone()]),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::SetComment { .. } | Self::AlterExtensionDependency { .. } | Self::TakePrivileges { .. } => {
                30
            }
            Self::AlterOwner { .. } => 31,
            Self::AlterPrivileges { .. } => 32,
        }
    }
}
