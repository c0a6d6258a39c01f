//! Objects that are held as the server's own text: functions, triggers,
//! policies, domains and whatever else has no model of its own yet.

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
}

impl Definition {
    /// What the catalog calls this object.
    pub fn id(&self) -> ObjectId {
        ObjectId::Definition(self.kind, self.identity.clone())
    }

    /// Whether both mean the same.
    pub fn means_the_same(&self, other: &Self) -> bool {
        let Self { kind: _, identity: _, parent, statements, compared, signature } = self;
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
