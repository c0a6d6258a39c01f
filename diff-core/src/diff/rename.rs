//! Renames: stated by hints, and likely ones as data. Nothing here asks or guesses.

use std::collections::BTreeMap;

use crate::diff::change::{Change, ColumnChange, ObjectChange, SchemaDiff, TableChange};
use crate::diff::rename_flag::written;
use crate::model::{Column, Table};
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;
use crate::pair::Pair;

/// A rename that the user stated.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rename {
    /// A table.
    Table(PairOf<QualifiedName>),
    /// A column; the table by its new name.
    Column(QualifiedName, PairOf<Ident>),
    /// Any other object.
    Object(PairOf<ObjectId>),
    /// A value of an enum type; the type by its new name.
    EnumValue(QualifiedName, PairOf<String>),
}

/// A pair that can be sorted.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PairOf<T> {
    /// The old name.
    pub from: T,
    /// The new name.
    pub to: T,
}

impl<T: Clone> PairOf<T> {
    fn reversed(&self) -> Self {
        Self { from: self.to.clone(), to: self.from.clone() }
    }
}

impl Rename {
    /// What is renamed, by its old name.
    pub fn object(&self) -> ObjectId {
        match self {
            Self::Table(names) => ObjectId::Table(names.from.clone()),
            Self::Column(table, names) => ObjectId::Column(table.clone(), names.from.clone()),
            Self::EnumValue(name, _) => ObjectId::EnumType(name.clone()),
            Self::Object(ids) => ids.from.clone(),
        }
    }

    /// The rename as the `--rename` flag takes it.
    pub fn flag(&self) -> String {
        let (old, new) = self.sides();
        format!("{old}={new}")
    }

    /// Both sides of that.
    pub fn sides(&self) -> (String, String) {
        match self {
            Self::Table(names) => (qualified(&names.from), qualified(&names.to)),
            Self::Column(table, names) => {
                let column = |name: &Ident| format!("{}.{}", qualified(table), written(name.as_str()));
                (column(&names.from), column(&names.to))
            }
            Self::EnumValue(name, values) => {
                let value = |value: &str| format!("{}.{}", qualified(name), written(value));
                (value(&values.from), value(&values.to))
            }
            Self::Object(ids) => (ids.from.to_string(), ids.to.to_string()),
        }
    }

    /// The way back.
    #[must_use]
    pub fn reversed(&self) -> Self {
        match self {
            Self::Table(names) => Self::Table(names.reversed()),
            Self::Column(table, names) => Self::Column(table.clone(), names.reversed()),
            Self::EnumValue(name, values) => Self::EnumValue(name.clone(), values.reversed()),
            Self::Object(ids) => Self::Object(ids.reversed()),
        }
    }
}

/// A name as it is shown, as a part of a flag.
fn qualified(name: &QualifiedName) -> String {
    let namespace = name.namespace.as_ref().filter(|namespace| namespace.as_str() != "public");
    let parts = namespace.into_iter().chain([&name.name]);
    parts.map(|part| written(part.as_str())).collect::<Vec<_>>().join(".")
}

/// Puts namespaces before what is in them, and tables before their columns, which are named by the new names of those, and leaves
/// the order of the others.
pub fn tables_first(renames: &mut [Rename]) {
    renames.sort_by_key(|rename| match rename {
        Rename::Object(PairOf { from: ObjectId::Namespace(_), .. }) => 0,
        Rename::Table(_) => 1,
        Rename::Column(..) => 2,
        Rename::Object(_) => 3,
        Rename::EnumValue(..) => 4,
    });
}

/// Renames that a difference suggests: something gone and something alike new.
///
/// A candidate is reported only when it is the one and only match.
pub fn candidates(diff: &SchemaDiff) -> Vec<Rename> {
    let mut found = table_candidates(diff);
    for change in &diff.changes {
        let Change::Table(change) = change else { continue };
        let TableChange::Alter(alteration) = change.as_ref() else { continue };
        found.extend(column_candidates(alteration.name(), &alteration.columns));
    }
    found
}

fn table_candidates(diff: &SchemaDiff) -> Vec<Rename> {
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    for change in &diff.changes {
        if let Change::Table(change) = change {
            match change.as_ref() {
                TableChange::Create(table) => created.push(table),
                TableChange::Drop(table) => dropped.push(table),
                TableChange::Alter(_) => {}
            }
        }
    }
    unique_matches(&dropped, &created, tables_alike)
        .into_iter()
        .map(|pair| Rename::Table(PairOf { from: pair.from.name.clone(), to: pair.to.name.clone() }))
        .collect()
}

fn column_candidates(table: &QualifiedName, changes: &[ColumnChange]) -> Vec<Rename> {
    let (mut dropped, mut created) = (Vec::new(), Vec::new());
    for change in changes {
        match change {
            ObjectChange::Create(column) => created.push(column),
            ObjectChange::Drop(column) => dropped.push(column),
            ObjectChange::Alter(_) => {}
        }
    }
    unique_matches(&dropped, &created, columns_alike)
        .into_iter()
        .map(|pair| {
            let names = PairOf { from: pair.from.name.clone(), to: pair.to.name.clone() };
            Rename::Column(table.clone(), names)
        })
        .collect()
}

/// The pairs in which each side is alike to no one else.
fn unique_matches<'a, T>(
    dropped: &[&'a T],
    created: &[&'a T],
    alike: impl Fn(&T, &T) -> bool,
) -> Vec<Pair<&'a T>> {
    let mut matches = Vec::new();
    for &from in dropped {
        let tos: Vec<&T> = created.iter().copied().filter(|to| alike(from, to)).collect();
        let [to] = tos[..] else { continue };
        if dropped.iter().filter(|other| alike(other, to)).count() == 1 {
            matches.push(Pair::new(from, to));
        }
    }
    matches
}

fn columns_alike(from: &Column, to: &Column) -> bool {
    from.data_type == to.data_type && from.generated.is_some() == to.generated.is_some()
}

/// Two tables are alike when they have the same columns by name and type.
fn tables_alike(from: &Table, to: &Table) -> bool {
    let shape = |table: &Table| -> BTreeMap<Ident, String> {
        table.columns.iter().map(|c| (c.name.clone(), c.data_type.clone())).collect()
    };
    shape(from) == shape(to)
}
