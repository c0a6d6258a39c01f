//! Constraints.

use autogen_diff_core::model::Constraint;
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::{Effects, Names, constraint_id, index_id};

/// What is done to a constraint of a table that stays.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each has the table, and the constraint or its names")]
pub enum ConstraintOperation {
    /// `ADD CONSTRAINT`.
    Add { table: QualifiedName, constraint: Constraint },
    /// `ADD CONSTRAINT … USING INDEX`, which takes a unique index over.
    FromIndex { table: QualifiedName, constraint: Constraint, index: Ident },
    /// `DROP CONSTRAINT`.
    Drop { table: QualifiedName, constraint: Constraint },
    /// `RENAME CONSTRAINT`.
    Rename { table: QualifiedName, names: Pair<Ident> },
    /// `VALIDATE CONSTRAINT`.
    Validate { table: QualifiedName, constraint: Constraint },
    /// `ALTER CONSTRAINT`.
    AlterDeferrability { table: QualifiedName, constraint: Pair<Constraint> },
}

impl ConstraintOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Add { table, constraint } => {
                Effects::creates(named(table, constraint)).needing([ObjectId::Table(table.clone())])
            }
            Self::FromIndex { table, constraint, index } => {
                let index = index_id(table, index);
                let made =
                    Effects::creates(named(table, constraint)).needing([ObjectId::Table(table.clone())]);
                Effects { drops: vec![index], ..made }
            }
            Self::Drop { table, constraint } => Effects::drops(named(table, constraint)),
            Self::Rename { table, names } => Effects::alters([constraint_id(table, &names.to)]),
            Self::Validate { table, constraint } => Effects::alters(named(table, constraint)),
            Self::AlterDeferrability { table, constraint } => Effects::alters(named(table, &constraint.to)),
        }
    }

    /// A key has an index of its name.
    pub(super) fn names(&self) -> Names {
        let of_key = |table: &QualifiedName, constraint: &Constraint| {
            let name = constraint.name.as_ref().filter(|_| constraint.key().is_some());
            name.map(|name| table.sibling(name.clone())).into_iter().collect()
        };
        match self {
            Self::Add { table, constraint } => {
                Names { taken: of_key(table, constraint), given_up: Vec::new() }
            }
            Self::FromIndex { table, constraint, index } => {
                Names { taken: of_key(table, constraint), given_up: vec![table.sibling(index.clone())] }
            }
            Self::Drop { table, constraint } => {
                Names { taken: Vec::new(), given_up: of_key(table, constraint) }
            }
            Self::Rename { table, names } => {
                Names::of_rename(Some(names.as_ref().map(|name| table.sibling(name.clone()))))
            }
            Self::Validate { .. } | Self::AlterDeferrability { .. } => Names::default(),
        }
    }

    /// The constraint, or its table when it has no name.
    pub(super) fn object(&self) -> ObjectId {
        let (table, name) = match self {
            Self::Add { table, constraint }
            | Self::FromIndex { table, constraint, index: _ }
            | Self::Drop { table, constraint }
            | Self::Validate { table, constraint }
            | Self::AlterDeferrability { table, constraint: Pair { from: _, to: constraint } } => {
                (table, constraint.name.as_ref())
            }
            Self::Rename { table, names } => (table, Some(&names.to)),
        };
        name.map_or_else(|| ObjectId::Table(table.clone()), |name| constraint_id(table, name))
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Drop { .. } => 7,
            Self::Rename { .. } => 9,
            Self::Add { .. }
            | Self::FromIndex { .. }
            | Self::Validate { .. }
            | Self::AlterDeferrability { .. } => 17,
        }
    }
}

fn named(table: &QualifiedName, constraint: &Constraint) -> Option<ObjectId> {
    constraint.name.as_ref().map(|name| constraint_id(table, name))
}
