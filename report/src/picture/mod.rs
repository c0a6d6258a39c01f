//! A picture of a schema, or of a change: tables, columns and foreign keys as data. How it is drawn is said beside.

mod layout;
mod mermaid;
mod svg;

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::change::{ColumnChange, ObjectChange, SchemaDiff, TableChange};
use autogen_diff_core::model::{Column, ForeignKey, Table};
use autogen_diff_core::{Change, Ident, Pair, QualifiedName, Schema};

pub use mermaid::mermaid;
pub use svg::svg;

/// How many columns a table shows besides its keys and what happened to it; a neighbour shows no other.
const MOST_COLUMNS: usize = 16;

/// How many tables the picture of a change shows.
const MOST_TABLES: usize = 60;

/// Tables and the foreign keys between them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picture {
    /// The tables, by name.
    pub tables: Vec<PictureTable>,
    /// The foreign keys between them.
    pub references: Vec<Reference>,
    /// How many tables there was no room for.
    pub left_out: usize,
}

/// What happened to a part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// Nothing.
    Same,
    /// It is new.
    Added,
    /// It goes.
    Dropped,
    /// It is another one.
    Altered,
}

/// A table as a picture shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureTable {
    /// Its name.
    pub name: QualifiedName,
    /// What happened to it.
    pub mark: Mark,
    /// The columns that are shown.
    pub columns: Vec<PictureColumn>,
    /// How many are not.
    pub left_out: usize,
}

/// A column as a picture shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureColumn {
    /// Its name.
    pub name: String,
    /// Its type; `old -> new` where that differs.
    pub data_type: String,
    /// What happened to it.
    pub mark: Mark,
    /// Whether it is a part of the primary key.
    pub is_key: bool,
    /// Whether it is a part of a foreign key.
    pub refers: bool,
}

/// A foreign key between two tables of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The place of the referring table.
    pub from: usize,
    /// The place of the other one.
    pub to: usize,
    /// The referring columns.
    pub columns: String,
    /// What happened to it.
    pub mark: Mark,
}

impl Mark {
    /// In a word; none for what is the same.
    pub const fn word(self) -> Option<&'static str> {
        match self {
            Self::Same => None,
            Self::Added => Some("added"),
            Self::Dropped => Some("dropped"),
            Self::Altered => Some("altered"),
        }
    }

    const fn of_sides(before: bool, after: bool) -> Self {
        match (before, after) {
            (false, true) => Self::Added,
            (true, false) => Self::Dropped,
            (true, true) | (false, false) => Self::Same,
        }
    }
}

impl Picture {
    /// A whole schema, or what is around some tables: those and their neighbours.
    pub fn of_schema(schema: &Schema, around: &[QualifiedName]) -> Self {
        let schemas = Pair::new(schema, schema);
        let all: BTreeSet<&QualifiedName> = schema.tables().map(|table| &table.name).collect();
        let asked: BTreeSet<&QualifiedName> = around.iter().filter(|name| all.contains(name)).collect();
        let shown = if around.is_empty() { all } else { with_neighbours(schemas, &asked) };
        Self::of(schemas, &shown, &BTreeMap::new(), |name| asked.is_empty() || asked.contains(name))
    }

    /// What a change touches, with the tables one foreign key away. Renames have been made on the first side.
    pub fn of_change(schemas: Pair<&Schema>, difference: &SchemaDiff) -> Self {
        let tables = difference.changes.iter().filter_map(Change::table);
        let changes: BTreeMap<&QualifiedName, &TableChange> =
            tables.map(|table| (table.name(), table)).collect();
        let touched: BTreeSet<&QualifiedName> = changes.keys().copied().collect();
        let shown = with_neighbours(schemas, &touched);
        Self::of(schemas, &shown, &changes, |name| touched.contains(name))
    }

    /// Whether there is nothing to see.
    pub const fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    fn of(
        schemas: Pair<&Schema>,
        shown: &BTreeSet<&QualifiedName>,
        changes: &BTreeMap<&QualifiedName, &TableChange>,
        is_whole: impl Fn(&QualifiedName) -> bool,
    ) -> Self {
        // What is touched has a place before its neighbours.
        let (mut names, others): (Vec<&QualifiedName>, Vec<&QualifiedName>) =
            shown.iter().partition(|name| is_whole(name));
        names.extend(others);
        let most = if changes.is_empty() { usize::MAX } else { MOST_TABLES };
        let left_out = names.len().saturating_sub(most);
        names.truncate(most);
        let tables = names.iter().filter_map(|name| {
            let sides = schemas.map(|schema| schema.table(name));
            table(sides, changes.get(name).copied(), is_whole(name))
        });
        let tables: Vec<PictureTable> = tables.collect();
        let references = references(schemas, &tables);
        Self { tables, references, left_out }
    }
}

/// Some tables, those that they refer to, and those that refer to them.
fn with_neighbours<'a>(
    schemas: Pair<&'a Schema>,
    touched: &BTreeSet<&'a QualifiedName>,
) -> BTreeSet<&'a QualifiedName> {
    let mut shown = touched.clone();
    for table in schemas.from.tables().chain(schemas.to.tables()) {
        for key in table.constraints.iter().filter_map(|constraint| constraint.foreign_key()) {
            if touched.contains(&table.name) {
                shown.insert(&key.target);
            }
            if touched.contains(&key.target) {
                shown.insert(&table.name);
            }
        }
    }
    shown
}

fn table(sides: Pair<Option<&Table>>, change: Option<&TableChange>, is_whole: bool) -> Option<PictureTable> {
    let own = sides.to.or(sides.from)?;
    let mark = match change {
        None => Mark::Same,
        Some(TableChange::Create(_)) => Mark::Added,
        Some(TableChange::Drop(_)) => Mark::Dropped,
        Some(TableChange::Alter(_)) => Mark::Altered,
    };
    let dropped = match change {
        Some(TableChange::Alter(alteration)) => alteration.columns.iter().filter_map(dropped).collect(),
        Some(TableChange::Create(_) | TableChange::Drop(_)) | None => Vec::new(),
    };
    let marked = |column: &Column| match (sides.from, sides.to) {
        (Some(from), Some(_)) => of_both(from, column),
        (Some(_), None) | (None, Some(_)) | (None, None) => (Mark::Same, column.data_type.clone()),
    };
    let all = own.columns.iter().map(|column| {
        let (mark, data_type) = marked(column);
        picture_column(own, column, mark, data_type)
    });
    let gone =
        dropped.iter().map(|column| picture_column(own, column, Mark::Dropped, column.data_type.clone()));
    let all: Vec<PictureColumn> = all.chain(gone).collect();
    let count = all.len();
    let most = if is_whole { MOST_COLUMNS } else { 0 };
    let says = |column: &PictureColumn| column.is_key || column.refers || column.mark != Mark::Same;
    let shown = all.into_iter().enumerate().filter(|(place, column)| *place < most || says(column));
    let columns: Vec<PictureColumn> = shown.map(|(_, column)| column).collect();
    Some(PictureTable { name: own.name.clone(), mark, left_out: count - columns.len(), columns })
}

const fn dropped(change: &ColumnChange) -> Option<&Column> {
    match change {
        ObjectChange::Drop(column) => Some(column),
        ObjectChange::Create(_) | ObjectChange::Alter(_) => None,
    }
}

/// What happened to a column of a table that was there before.
fn of_both(from: &Table, to: &Column) -> (Mark, String) {
    match from.column(&to.name) {
        None => (Mark::Added, to.data_type.clone()),
        Some(old) if old == to => (Mark::Same, to.data_type.clone()),
        Some(old) if old.data_type != to.data_type => {
            (Mark::Altered, format!("{} -> {}", old.data_type, to.data_type))
        }
        Some(_) => (Mark::Altered, to.data_type.clone()),
    }
}

fn picture_column(table: &Table, column: &Column, mark: Mark, data_type: String) -> PictureColumn {
    let is_key = table.primary_key().is_some_and(|(_, key)| key.columns.contains(&column.name));
    let mut keys = table.constraints.iter().filter_map(|constraint| constraint.foreign_key());
    let refers = keys.any(|key| key.columns.contains(&column.name));
    PictureColumn { name: column.name.as_str().to_owned(), data_type, mark, is_key, refers }
}

/// What a foreign key of a table says in a picture.
type Key<'a> = (&'a QualifiedName, &'a [Ident], &'a QualifiedName);

fn references(schemas: Pair<&Schema>, tables: &[PictureTable]) -> Vec<Reference> {
    let places: BTreeMap<&QualifiedName, usize> =
        tables.iter().enumerate().map(|(place, table)| (&table.name, place)).collect();
    let sides: Pair<BTreeSet<Key<'_>>> = schemas.map(|schema| {
        let of_table = |table: &QualifiedName| schema.table(table).map(keys).unwrap_or_default();
        tables.iter().flat_map(|table| of_table(&table.name)).collect()
    });
    let all: BTreeSet<&Key<'_>> = sides.from.iter().chain(&sides.to).collect();
    let found = all.into_iter().filter_map(|key| {
        let (table, columns, target) = key;
        let names: Vec<&str> = columns.iter().map(Ident::as_str).collect();
        Some(Reference {
            from: *places.get(table)?,
            to: *places.get(target)?,
            columns: names.join(", "),
            mark: Mark::of_sides(sides.from.contains(key), sides.to.contains(key)),
        })
    });
    found.collect()
}

fn keys(table: &Table) -> Vec<Key<'_>> {
    let keys = table.constraints.iter().filter_map(|constraint| constraint.foreign_key());
    keys.map(|key: &ForeignKey| (&table.name, key.columns.as_slice(), &key.target)).collect()
}
