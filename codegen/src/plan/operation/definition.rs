//! Objects that are held as text.

use autogen_diff_core::Pair;
use autogen_diff_core::model::Definition;

use super::Effects;

/// What is done to an object that is held as text.
#[derive(Clone, Debug, PartialEq)]
pub enum DefinitionOperation {
    /// The statements that make it.
    Create(Definition),
    /// `DROP`.
    Drop(Definition),
    /// Another text under the same name.
    Replace(Pair<Definition>),
}

impl DefinitionOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Create(made) => Effects::creates([made.id()]).needing(made.parent.clone()),
            Self::Drop(dropped) => Effects::drops([dropped.id()]),
            Self::Replace(pair) => {
                Effects::alters([pair.to.id()]).needing(pair.to.parent.clone()).needing([pair.to.id()])
            }
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Drop(_) => 5,
            Self::Create(made) | Self::Replace(Pair { from: _, to: made }) if made.kind.is_routine() => 11,
            Self::Create(_) | Self::Replace(_) => 21,
        }
    }
}
