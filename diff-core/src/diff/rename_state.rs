//! Which renames are still to be made: those whose new name is free, or given up by another one.

use std::collections::BTreeSet;

use crate::diff::rename::Rename;
use crate::diff::rename_resolution::RenameError;
use crate::model::{Column, Schema, Table};
use crate::name::QualifiedName;
use crate::pair::Pair;

/// The hints that are not made yet: the new name is not there, or another rename gives it up.
///
/// # Errors
/// When hints swap names, which stays in the model when it is done, and the columns don't show whether it is.
pub(super) fn pending(
    schemas: Pair<&Schema>,
    hinted: Vec<Rename>,
    known: &[Rename],
) -> Result<Vec<Rename>, RenameError> {
    let mut open: Vec<Rename> = hinted.into_iter().filter(|hint| !known.contains(hint)).collect();
    open.sort();
    let mut found: Vec<Rename> = Vec::new();
    loop {
        let frees = |rename: &Rename| found.iter().chain(known).any(|other| gives_up(other, rename));
        let is_free = |rename: &Rename| !is_taken(schemas.from, known, rename) || frees(rename);
        let (free, rest): (Vec<_>, Vec<_>) = open.into_iter().partition(is_free);
        open = rest;
        if free.is_empty() {
            break;
        }
        found.extend(free);
    }
    while let Some(circle) = first_circle(&open) {
        open.retain(|rename| !circle.contains(rename));
        if is_to_be_made(schemas, known, &circle)? {
            found.extend(circle);
        }
    }
    Ok(found)
}

/// A flag is meant, so its new name has to be free.
pub(super) fn must_find_their_names_free(from: &Schema, renames: &[Rename]) -> Result<(), RenameError> {
    let is_blocked = |rename: &&Rename| {
        is_taken(from, renames, rename) && !renames.iter().any(|other| gives_up(other, rename))
    };
    let Some(rename) = renames.iter().find(is_blocked) else { return Ok(()) };
    let flag = rename.flag();
    let new = flag.split_once('=').map_or(flag.as_str(), |(_, new)| new);
    let message = format!(
        "--rename {flag}: the current schema has another {new} already; rename that one too, or drop it in a \
         migration before this one"
    );
    Err(RenameError { message })
}

/// A table as the current schema has it, by its new name.
pub(super) fn table_before<'a>(
    from: &'a Schema,
    known: &[Rename],
    table: &QualifiedName,
) -> Option<&'a Table> {
    let old = known.iter().find_map(|rename| match rename {
        Rename::Table(names) if names.to == *table => Some(&names.from),
        Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => None,
    });
    from.table(old.unwrap_or(table))
}

/// Whether the new name is another object's in the current schema.
fn is_taken(from: &Schema, known: &[Rename], rename: &Rename) -> bool {
    match rename {
        Rename::Table(names) => names.from != names.to && from.has_table(&names.to),
        Rename::Column(table, names) => {
            let table = table_before(from, known, table);
            names.from != names.to && table.is_some_and(|table| table.column(&names.to).is_some())
        }
        // These are found by a free name.
        Rename::Object(_) | Rename::EnumValue(..) => false,
    }
}

/// Whether one rename gives up the name that the other one takes.
fn gives_up(one: &Rename, other: &Rename) -> bool {
    match (one, other) {
        (Rename::Table(one), Rename::Table(other)) => one.from == other.to,
        (Rename::Column(table, one), Rename::Column(other_table, other)) => {
            table == other_table && one.from == other.to
        }
        (Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..), _) => false,
    }
}

/// Renames of which each takes the name that the next one gives up, and the last one that of the first.
fn first_circle(open: &[Rename]) -> Option<Vec<Rename>> {
    open.iter().find_map(|first| {
        let mut circle = vec![first];
        loop {
            let last = circle.last()?;
            let next = open.iter().find(|other| gives_up(other, last))?;
            if next == first {
                return Some(circle.into_iter().cloned().collect());
            }
            if circle.contains(&next) {
                return None;
            }
            circle.push(next);
        }
    })
}

/// Whether a circle of hints leads closer to the declared schema.
fn is_to_be_made(schemas: Pair<&Schema>, known: &[Rename], circle: &[Rename]) -> Result<bool, RenameError> {
    let distance =
        |is_made: bool| circle.iter().map(|hint| distance(schemas, known, hint, is_made)).sum::<usize>();
    let (now, then) = (distance(true), distance(false));
    // Only what fits exactly says whether it is done; the rest would be a guess.
    if (now == 0) != (then == 0) {
        return Ok(then == 0);
    }
    let flags: Vec<String> = circle.iter().map(|rename| format!("--rename {}", rename.flag())).collect();
    let message = format!(
        "hints swap names, and the columns don't show whether that is done: pass {} if it is not, and take the hints \
         out of the model if it is",
        flags.join(" ")
    );
    Err(RenameError { message })
}

/// How much differs between an object under its new name and what is to be it: the one that has that name now,
/// if the hint is made, or else the one under the old name.
fn distance(schemas: Pair<&Schema>, known: &[Rename], hint: &Rename, is_made: bool) -> usize {
    match hint {
        Rename::Table(names) => {
            let now = if is_made { &names.to } else { &names.from };
            let tables = (schemas.from.table(now), schemas.to.table(&names.to));
            if let (Some(from), Some(to)) = tables { table_distance(from, to) } else { 0 }
        }
        Rename::Column(table, names) => {
            let now = if is_made { &names.to } else { &names.from };
            let from = table_before(schemas.from, known, table).and_then(|table| table.column(now));
            let to = schemas.to.table(table).and_then(|table| table.column(&names.to));
            if let (Some(from), Some(to)) = (from, to) { column_distance(from, to) } else { 0 }
        }
        Rename::Object(_) | Rename::EnumValue(..) => 0,
    }
}

fn table_distance(from: &Table, to: &Table) -> usize {
    let columns = |table: &Table| -> BTreeSet<_> {
        let shape = table.columns.iter();
        shape.map(|column| (column.name.clone(), column.data_type.clone(), column.nullable)).collect()
    };
    columns(from).symmetric_difference(&columns(to)).count()
}

fn column_distance(from: &Column, to: &Column) -> usize {
    let differs = [
        from.data_type != to.data_type,
        from.nullable != to.nullable,
        from.default != to.default,
        from.identity != to.identity,
        from.generated != to.generated,
        from.collation != to.collation,
    ];
    differs.into_iter().filter(|differs| *differs).count()
}
