//! Enum types, and types in use that new ones take the place of.

use autogen_diff_core::model::EnumType;
use autogen_diff_core::{ObjectId, QualifiedName};

use super::super::replace_type_in_use::{ReplacedType, RetypedColumn};
use super::{Effects, column_id};

/// What is done to a type that is more than a text.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeOperation {
    /// `CREATE TYPE … AS ENUM`.
    CreateEnum(EnumType),
    /// `DROP TYPE`.
    DropEnum(EnumType),
    /// `ALTER TYPE … ADD VALUE`.
    AddEnumValue {
        /// The type.
        name: QualifiedName,
        /// The new value.
        value: String,
        /// The value that it comes before; without one it comes last.
        before: Option<String>,
    },
    /// New types of the same names take the place of the old ones in all columns.
    ReplaceInUse {
        /// The types, each after those that it needs.
        types: Vec<ReplacedType>,
        /// The columns that go over.
        columns: Vec<RetypedColumn>,
    },
}

impl TypeOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::CreateEnum(created) => Effects::creates([ObjectId::EnumType(created.name.clone())]),
            Self::DropEnum(dropped) => Effects::drops([ObjectId::EnumType(dropped.name.clone())]),
            Self::AddEnumValue { name, value: _, before: _ } => {
                Effects::alters([ObjectId::EnumType(name.clone())])
            }
            Self::ReplaceInUse { types, columns } => swapped(types, columns),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::AddEnumValue { .. } => 1,
            Self::CreateEnum(_) => 4,
            Self::ReplaceInUse { .. } => 8,
            Self::DropEnum(_) => 42,
        }
    }
}

/// A column whose default is set apart from it goes over without what that needs.
fn swapped(types: &[ReplacedType], columns: &[RetypedColumn]) -> Effects {
    let (with_default, bare): (Vec<_>, Vec<_>) =
        columns.iter().partition(|swapped| swapped.column.to.default.is_some());
    let id = |swapped: &RetypedColumn| column_id(&swapped.table, &swapped.column.to.name);
    let with_default = with_default.into_iter().map(id);
    let alters = types.iter().map(ReplacedType::id).chain(with_default).collect();
    Effects { alters, retypes: bare.into_iter().map(id).collect(), ..Effects::default() }
}
