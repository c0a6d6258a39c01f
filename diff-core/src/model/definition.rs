//! Objects that are held as the server's own text: functions, triggers,
//! policies, domains and whatever else has no model of its own yet.

use std::collections::BTreeMap;

use crate::object::{DefinitionKind, ObjectId};

/// An object held as text.
///
/// Its identity is the text that `DROP <kind>` and `COMMENT ON <kind>` take,
/// quoted by the server: `public.add(integer, integer)`, `audit ON public.users`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Its kind.
    pub kind: DefinitionKind,
    /// What it is called, quoted by the server.
    pub identity: String,
    /// The object it goes with when that is dropped (a trigger's table).
    pub parent: Option<ObjectId>,
    /// The statements that make it, without semicolons at the end.
    pub statements: Vec<String>,
    /// What the meaning is compared by, when the text has free spelling.
    pub compared: Option<String>,
    /// The part of the text that `CREATE OR REPLACE` can't change: a function's
    /// result type and argument names.
    pub signature: Option<String>,
    /// What can be altered in place.
    pub parts: DefinitionParts,
}

/// The parts of a definition that its kind can alter one by one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DefinitionParts {
    /// It is only ever made, replaced and dropped as a whole.
    #[default]
    Whole,
    /// A domain.
    Domain(DomainParts),
    /// A composite type: each attribute's quoted name, and its type.
    Composite(Vec<(String, String)>),
}

/// The parts of a domain (`pg_type`, `pg_constraint`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomainParts {
    /// The type that it is made of, and whether it has a collation of its own: not to be altered.
    pub base: (String, bool),
    /// Its default.
    pub default: Option<String>,
    /// `NOT NULL`.
    pub not_null: bool,
    /// Checks by quoted name, as `pg_get_constraintdef` spells them.
    pub checks: BTreeMap<String, String>,
}

impl DefinitionParts {
    /// Whether the other can be reached by altering one part after the other.
    pub fn can_become(&self, to: &Self) -> bool {
        match (self, to) {
            (Self::Domain(from), Self::Domain(to)) => from.base == to.base,
            (Self::Composite(from), Self::Composite(to)) => {
                // New attributes go to the end, and none changes its type.
                let kept: Vec<_> = from.iter().filter(|attribute| to.contains(attribute)).collect();
                let same_name = |a: &(String, String)| to.iter().any(|b| a.0 == b.0 && a.1 != b.1);
                !from.iter().any(same_name) && to.iter().take(kept.len()).eq(kept.iter().copied())
            }
            (Self::Whole | Self::Domain(_) | Self::Composite(_), _) => false,
        }
    }
}

impl Definition {
    /// What the catalog calls this object.
    pub fn id(&self) -> ObjectId {
        ObjectId::Definition(self.kind, self.identity.clone())
    }

    /// Whether both mean the same.
    pub fn means_the_same(&self, other: &Self) -> bool {
        let Self { kind: _, identity: _, parent, statements, compared, signature, parts: _ } = self;
        let texts = match (compared, &other.compared) {
            (Some(a), Some(b)) => a == b,
            (None, None) => *statements == other.statements,
            (Some(_), None) | (None, Some(_)) => false,
        };
        texts && *parent == other.parent && *signature == other.signature
    }

    /// Whether the text is complete enough to make the object from it.
    pub const fn is_complete(&self) -> bool {
        !self.statements.is_empty()
    }
}
