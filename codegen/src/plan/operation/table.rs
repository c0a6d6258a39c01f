//! Tables.

use autogen_diff_core::model::{Column, Table, table::ReplicaIdentity};
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, QualifiedName};

use super::super::replace_type_in_use::foreign_table;
use super::column::identity_sequence;
use super::{Effects, Names, column_id, constraint_id, index_id};

/// What is done to a table itself.
#[derive(Clone, Debug, PartialEq)]
pub enum TableOperation {
    /// `CREATE TABLE`.
    Create(Table),
    /// `DROP TABLE`.
    Drop(Table),
    /// Its attributes.
    Alter(Pair<Table>),
    /// SQLite's create, copy, drop and rename.
    Rebuild(Pair<Table>),
    /// MySQL's `ALTER TABLE` with all that changes, but for foreign keys.
    AlterAtOnce(Pair<Table>),
}

impl TableOperation {
    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Create(table) => Effects::creates(table_ids(table).into_iter().chain(identities(table))),
            Self::Drop(table) => {
                Effects::drops(dropped_table_ids(table).into_iter().chain(identities(table)))
            }
            Self::Alter(pair) => altered(&pair.to),
            Self::Rebuild(pair) | Self::AlterAtOnce(pair) => Effects::alters(rebuilt_ids(&pair.to)),
        }
    }

    pub(super) fn names(&self) -> Names {
        match self {
            Self::Create(table) => Names { taken: key_names(table), given_up: Vec::new() },
            Self::Drop(table) => Names { taken: Vec::new(), given_up: key_names(table) },
            Self::Alter(_) | Self::Rebuild(_) | Self::AlterAtOnce(_) => Names::default(),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Create(_) => 12,
            Self::Alter(_) | Self::Rebuild(_) | Self::AlterAtOnce(_) => 13,
            Self::Drop(_) => 40,
        }
    }
}

fn altered(table: &Table) -> Effects {
    let parents = table.postgres().inherits.iter();
    let parents = parents.flat_map(|parent| [ObjectId::Table(parent.clone()), foreign_table(parent)]);
    let of_type = table.postgres().of_type.iter();
    let of_type = of_type.map(|name| ObjectId::Definition(DefinitionKind::CompositeType, name.clone()));
    let effects =
        Effects::default().needing([ObjectId::Table(table.name.clone())]).needing(parents).needing(of_type);
    match &table.postgres().replica_identity {
        Some(ReplicaIdentity::Index(index)) => {
            effects.needing([index_id(&table.name, index), constraint_id(&table.name, index)])
        }
        Some(ReplicaIdentity::Full | ReplicaIdentity::Nothing) | None => effects,
    }
}

/// A table with the parts that are made in one go with it.
pub(super) fn table_ids(table: &Table) -> Vec<ObjectId> {
    let name = &table.name;
    let columns = table.columns.iter().map(|column: &Column| column_id(name, &column.name));
    let constraints = table.constraints.iter().filter_map(|c| c.name.as_ref());
    let constraints = constraints.map(|constraint| constraint_id(name, constraint));
    std::iter::once(ObjectId::Table(name.clone())).chain(columns).chain(constraints).collect()
}

/// A table with all that its rebuild changes. Foreign keys are either operations of their own
/// (MySQL) or don't care when their target is made (SQLite).
fn rebuilt_ids(table: &Table) -> Vec<ObjectId> {
    let is_foreign = |id: &ObjectId| match id {
        ObjectId::Constraint(_, name) => {
            table.constraint(name).is_some_and(|constraint| constraint.foreign_key().is_some())
        }
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => false,
    };
    table_ids(table).into_iter().filter(|id| !is_foreign(id)).collect()
}

/// A table with all that goes when it goes.
pub(super) fn dropped_table_ids(table: &Table) -> Vec<ObjectId> {
    let indexes = table.indexes.keys().map(|index| ObjectId::Index(table.name.clone(), index.clone()));
    table_ids(table).into_iter().chain(indexes).collect()
}

/// The sequences of its identity columns.
fn identities(table: &Table) -> impl Iterator<Item = ObjectId> {
    table.columns.iter().filter_map(identity_sequence)
}

fn key_names(table: &Table) -> Vec<QualifiedName> {
    let keys = table.constraints.iter().filter(|constraint| constraint.key().is_some());
    keys.filter_map(|key| key.name.as_ref()).map(|name| table.name.sibling(name.clone())).collect()
}
