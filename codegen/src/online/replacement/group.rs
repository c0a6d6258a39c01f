//! Columns that have to change their names together: those of a table, and those that a foreign key ties to them.

use autogen_diff_core::model::table::ReplicaIdentity;
use autogen_diff_core::model::{Constraint, Index, Table};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName, Schema};

use super::Replacement;
use super::found::replacements;
use crate::online::stands_alone;

/// Such columns, with the foreign keys from them and to them.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub(in crate::online) columns: Vec<Replacement>,
    pub(in crate::online) foreign_keys: Vec<TableConstraint>,
}

/// A constraint with its table.
pub(in crate::online) type TableConstraint = (QualifiedName, Constraint);

impl Group {
    /// All of them.
    pub(in crate::online) fn all(schemas: Pair<&Schema>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for column in replacements(schemas) {
            let keys = foreign_keys_at(schemas, &column).collect();
            let mut group = Self { columns: vec![column], foreign_keys: keys };
            groups.retain(|other| {
                let is_tied = other.is_tied_to(&group);
                if is_tied {
                    group.take(other);
                }
                !is_tied
            });
            groups.push(group);
        }
        groups
    }

    fn is_tied_to(&self, other: &Self) -> bool {
        let same_table = |column: &Replacement| other.columns.iter().any(|own| own.table == column.table);
        self.columns.iter().any(same_table)
            || self.foreign_keys.iter().any(|key| other.foreign_keys.contains(key))
    }

    fn take(&mut self, other: &Self) {
        self.columns.extend(other.columns.iter().cloned());
        let new = other.foreign_keys.iter().filter(|key| !self.foreign_keys.contains(key));
        let new: Vec<TableConstraint> = new.cloned().collect();
        self.foreign_keys.extend(new);
        self.columns.sort_by(|a, b| (&a.table, a.name()).cmp(&(&b.table, b.name())));
        self.foreign_keys.sort_by(|a, b| (&a.0, &a.1.name).cmp(&(&b.0, &b.1.name)));
    }

    /// The tables with such columns, and those at the other ends of the foreign keys.
    pub(in crate::online) fn locked_tables(&self) -> Vec<&QualifiedName> {
        let ends = self.foreign_keys.iter().flat_map(|(table, constraint)| {
            constraint.foreign_key().map(|key| &key.target).into_iter().chain([table])
        });
        let mut tables: Vec<&QualifiedName> = self.tables().into_iter().chain(ends).collect();
        tables.sort();
        tables.dedup();
        tables
    }

    /// The tables with such columns.
    pub(in crate::online) fn tables(&self) -> Vec<&QualifiedName> {
        let mut tables: Vec<&QualifiedName> = self.columns.iter().map(|column| &column.table).collect();
        tables.dedup();
        tables
    }

    /// The columns of a table.
    pub(in crate::online) fn columns_of<'a>(
        &'a self,
        table: &'a QualifiedName,
    ) -> impl Iterator<Item = &'a Replacement> {
        self.columns.iter().filter(move |column| column.table == *table)
    }

    /// The keys over such columns of a table.
    pub(in crate::online) fn keys<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Constraint> {
        let is_over =
            |key: &&Constraint| self.columns_of(&table.name).any(|column| is_key_over(key, column.name()));
        table.constraints.iter().filter(is_over)
    }

    /// The indexes over such columns of a table.
    pub(in crate::online) fn indexes<'a>(&'a self, table: &'a Table) -> impl Iterator<Item = &'a Index> {
        let is_over = |index: &&Index| self.columns_of(&table.name).any(|column| index.covers(column.name()));
        table.indexes.values().map(|index| &**index).filter(is_over)
    }
}

pub(super) fn keys_over<'a>(table: &'a Table, column: &'a Ident) -> impl Iterator<Item = &'a Constraint> {
    table.constraints.iter().filter(|constraint| is_key_over(constraint, column))
}

fn is_key_over(constraint: &Constraint, column: &Ident) -> bool {
    constraint.key().is_some_and(|key| key.columns.contains(column) || key.include.contains(column))
}

pub(super) fn indexes_over<'a>(table: &'a Table, column: &'a Ident) -> impl Iterator<Item = &'a Index> {
    table.indexes.values().map(|index| &**index).filter(|index| index.covers(column))
}

/// The foreign keys from a column and to it, as the new schema has them.
pub(super) fn foreign_keys_at(
    schemas: Pair<&Schema>,
    replacement: &Replacement,
) -> impl Iterator<Item = TableConstraint> {
    let Replacement { table, column } = replacement;
    let name = &column.to.name;
    let is_at = |of: &QualifiedName, constraint: &Constraint| {
        constraint.foreign_key().is_some_and(|key| {
            (of == table && key.columns.contains(name))
                || (key.target == *table && key.target_columns.contains(name))
        })
    };
    let all = [schemas.from, schemas.to].into_iter().flat_map(Schema::tables);
    let all =
        all.flat_map(|own| own.constraints.iter().map(|constraint| (own.name.clone(), constraint.clone())));
    let mut found: Vec<TableConstraint> = all.filter(|(of, constraint)| is_at(of, constraint)).collect();
    found.sort_by(|a, b| (&a.0, &a.1.name).cmp(&(&b.0, &b.1.name)));
    found.dedup();
    found.into_iter()
}

/// Whether a foreign key is the same on both sides, and can be dropped and made again.
pub(super) fn can_be_made_again(schemas: Pair<&Schema>, (table, constraint): &TableConstraint) -> bool {
    let is_there = |schema: &Schema| {
        let own = schema.table(table).map(|table| &table.constraints);
        own.is_some_and(|own| own.contains(constraint))
    };
    let (Some(name), Some(key)) = (&constraint.name, constraint.foreign_key()) else { return false };
    !constraint.inherited
        && is_there(schemas.from)
        && is_there(schemas.to)
        && stands_alone(schemas, table)
        && stands_alone(schemas, &key.target)
        && is_bare(schemas, &ObjectId::Constraint(table.clone(), name.clone()))
}

/// Whether a constraint has no comment, and nothing but foreign keys leans on it.
pub(super) fn is_bare(schemas: Pair<&Schema>, id: &ObjectId) -> bool {
    [schemas.from, schemas.to].iter().all(|schema| {
        let is_foreign_key = |user: &ObjectId| match user {
            ObjectId::Constraint(table, name) => {
                let constraint = schema.table(table).and_then(|table| table.constraint(name));
                constraint.is_some_and(|constraint| constraint.foreign_key().is_some())
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
        !schema.comments.contains_key(id) && schema.dependants(id).all(is_foreign_key)
    })
}

/// Whether a table goes by the index of a key.
pub(super) fn goes_by(table: &Table, key: &Ident) -> bool {
    let own = table.postgres();
    let identifies = matches!(&own.replica_identity, Some(ReplicaIdentity::Index(index)) if index == key);
    identifies || own.clustered_on.as_ref() == Some(key)
}
