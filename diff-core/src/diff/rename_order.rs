//! The order of renames: a name is given up before another object takes it. Where names go round in a circle, one
//! steps aside under a name for the meantime.

use std::collections::BTreeMap;

use crate::Dialect;
use crate::diff::rename::{PairOf, Rename};
use crate::diff::rename_resolution::RenameError;
use crate::model::Schema;
use crate::name::{Ident, QualifiedName};
use crate::object::ObjectId;

/// Puts renames into an order in which each finds its new name free: tables first, then their columns.
///
/// # Errors
/// When two renames start from one name, or lead to one.
pub fn in_order(renames: Vec<Rename>) -> Result<Vec<Rename>, RenameError> {
    must_be_one_to_one(&renames)?;
    let mut tables = Vec::new();
    let mut columns: BTreeMap<QualifiedName, Vec<PairOf<Ident>>> = BTreeMap::new();
    let mut rest = Vec::new();
    for rename in renames {
        match rename {
            Rename::Table(names) => tables.push(names),
            Rename::Column(table, names) => columns.entry(table).or_default().push(names),
            Rename::Object(_) | Rename::EnumValue(..) => rest.push(rename),
        }
    }
    let mut ordered: Vec<Rename> = freed(tables, aside_of).into_iter().map(Rename::Table).collect();
    for (table, names) in columns {
        let names = freed(names, aside);
        ordered.extend(names.into_iter().map(|names| Rename::Column(table.clone(), names)));
    }
    ordered.extend(rest);
    Ok(ordered)
}

fn must_be_one_to_one(renames: &[Rename]) -> Result<(), RenameError> {
    for (i, one) in renames.iter().enumerate() {
        for other in &renames[i + 1..] {
            let (from, to) = (is_same(one, other, Side::Old), is_same(one, other, Side::New));
            let what = match (from, to) {
                (true, false) => "one object can't get two names",
                (false, true) => "two objects can't get one name",
                (true, true) | (false, false) => continue,
            };
            let message = format!("renames {} and {}: {what}", one.flag(), other.flag());
            return Err(RenameError { message });
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Side {
    Old,
    New,
}

fn is_same(one: &Rename, other: &Rename, side: Side) -> bool {
    match (one, other) {
        (Rename::Table(a), Rename::Table(b)) => a.name(side) == b.name(side),
        (Rename::Column(table, a), Rename::Column(other, b)) => {
            table == other && a.name(side) == b.name(side)
        }
        (Rename::Object(a), Rename::Object(b)) => a.name(side) == b.name(side),
        (Rename::EnumValue(name, a), Rename::EnumValue(other, b)) => {
            name == other && a.name(side) == b.name(side)
        }
        (Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..), _) => false,
    }
}

impl<T> PairOf<T> {
    const fn name(&self, side: Side) -> &T {
        match side {
            Side::Old => &self.from,
            Side::New => &self.to,
        }
    }
}

/// The same renames, each behind the one that gives up its new name; in a circle the first one is made in two steps.
pub fn freed<T: Clone + PartialEq>(renames: Vec<PairOf<T>>, aside: impl Fn(&T) -> T) -> Vec<PairOf<T>> {
    let mut waiting = renames;
    let mut ordered = Vec::new();
    while !waiting.is_empty() {
        let is_taken =
            |names: &PairOf<T>| waiting.iter().any(|other| other != names && other.from == names.to);
        match waiting.iter().position(|names| !is_taken(names)) {
            Some(free) => ordered.push(waiting.remove(free)),
            None => {
                let first = &mut waiting[0];
                let meanwhile = aside(&first.from);
                ordered.push(PairOf { from: first.from.clone(), to: meanwhile.clone() });
                first.from = meanwhile;
            }
        }
    }
    ordered
}

/// The renames that lead back from the schema that a migration leaves. What has taken an old name meanwhile steps
/// aside, and is dropped under that name.
pub fn way_back(renames: &[Rename], left: &Schema) -> Vec<Rename> {
    let mut back: Vec<Rename> = renames.iter().rev().map(Rename::reversed).collect();
    let led_to: Vec<QualifiedName> = back
        .iter()
        .filter_map(|rename| match rename {
            Rename::Table(names) => Some(names.to.clone()),
            Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => None,
        })
        .collect();
    // What stepped aside on the way there was dropped; in a circle it comes back.
    back.retain(|rename| match rename {
        Rename::Table(PairOf { from, to: _ }) if is_aside(&from.name) => {
            has_relation(left, from) || led_to.contains(from)
        }
        Rename::Object(PairOf { from: ObjectId::View(from), to: _ }) if is_aside(&from.name) => {
            has_relation(left, from)
        }
        Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => true,
    });
    from_free_names(back, left)
}

/// Renames with what has their new names, and no rename of its own, out of their way before them: it is dropped under another name.
pub(super) fn from_free_names(renames: Vec<Rename>, schema: &Schema) -> Vec<Rename> {
    let in_the_way: Vec<Rename> = renames
        .iter()
        .flat_map(|rename| {
            let views = views_aside(rename, schema);
            if views.is_empty() { step_aside(rename, &renames, schema).into_iter().collect() } else { views }
        })
        .collect();
    // A view with a rename of its own gives its name up first.
    let is_needed = |rename: &Rename| match rename {
        Rename::Object(PairOf { from: ObjectId::View(from) | ObjectId::MaterializedView(from), to: _ }) => {
            renames.iter().any(|other| matches!(other, Rename::Table(names) if names.to == *from))
        }
        Rename::Table(_) | Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => false,
    };
    let (first, rest): (Vec<Rename>, Vec<Rename>) = renames.iter().cloned().partition(is_needed);
    in_the_way.into_iter().chain(first).chain(rest).collect()
}

/// Whether a table or a view has a name.
fn has_relation(schema: &Schema, name: &QualifiedName) -> bool {
    let views = [ObjectId::View(name.clone()), ObjectId::MaterializedView(name.clone())];
    schema.has_table(name) || views.iter().any(|view| schema.contains(view))
}

/// The view that has a table's new name, with what shows it before it: SQLite renames no view and no table under one that shows
/// nothing, so for it this drops them.
fn views_aside(rename: &Rename, schema: &Schema) -> Vec<Rename> {
    let mut found = Vec::new();
    if let Rename::Table(PairOf { from: _, to }) = rename
        && schema.dialect == Dialect::Sqlite
        && schema.contains(&ObjectId::View(to.clone()))
    {
        add_with_users(to, schema, &mut found);
    }
    let aside =
        |view: QualifiedName| PairOf { to: ObjectId::View(aside_of(&view)), from: ObjectId::View(view) };
    found.into_iter().map(|view| Rename::Object(aside(view))).collect()
}

fn add_with_users(view: &QualifiedName, schema: &Schema, found: &mut Vec<QualifiedName>) {
    for user in schema.dependants(&ObjectId::View(view.clone())) {
        if let ObjectId::View(user) = user
            && !found.contains(user)
        {
            add_with_users(user, schema, found);
        }
    }
    if !found.contains(view) {
        found.push(view.clone());
    }
}

/// The rename that frees the new name of another one, where an object that is not renamed has it.
fn step_aside(rename: &Rename, all: &[Rename], schema: &Schema) -> Option<Rename> {
    match rename {
        Rename::Table(PairOf { from: _, to }) => {
            let leaves = |other: &Rename| match other {
                Rename::Table(names) => names.from == *to,
                Rename::Object(PairOf {
                    from: ObjectId::View(from) | ObjectId::MaterializedView(from),
                    ..
                }) => from == to,
                Rename::Column(..) | Rename::Object(_) | Rename::EnumValue(..) => false,
            };
            let is_taken = has_relation(schema, to) && !all.iter().any(leaves);
            is_taken.then(|| Rename::Table(PairOf { from: to.clone(), to: aside_of(to) }))
        }
        Rename::Column(table, PairOf { from: _, to }) => {
            let leaves =
                |other: &Rename| matches!(other, Rename::Column(t, names) if t == table && names.from == *to);
            let is_taken = schema.table(table).is_some_and(|table| table.column(to).is_some());
            (is_taken && !all.iter().any(leaves))
                .then(|| Rename::Column(table.clone(), PairOf { from: to.clone(), to: aside(to) }))
        }
        // These are only renamed to a free name.
        Rename::Object(_) | Rename::EnumValue(..) => None,
    }
}

const ASIDE: &str = "autogen_rename_";

/// Whether a name is one for the meantime, which no program has ever used.
pub fn is_aside(name: &Ident) -> bool {
    name.as_str().starts_with(ASIDE)
}

/// A table, index or sequence's name for the meantime.
pub fn aside_of(name: &QualifiedName) -> QualifiedName {
    name.sibling(aside(&name.name))
}

/// A name for the meantime, within the 63 bytes of PostgreSQL and the 64 characters of MySQL.
fn aside(name: &Ident) -> Ident {
    let text = name.as_str();
    let mut end = text.len().min(45);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    name.renamed(&format!("{ASIDE}{}", &text[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(from: &str, to: &str) -> Rename {
        let name = |text: &str| QualifiedName::new(None, Ident::exact(text));
        Rename::Table(PairOf { from: name(from), to: name(to) })
    }

    fn flags(renames: &[(&str, &str)]) -> Result<Vec<String>, String> {
        let renames = renames.iter().map(|(from, to)| table(from, to)).collect();
        let ordered = in_order(renames).map_err(|wrong| wrong.message)?;
        Ok(ordered.iter().map(Rename::flag).collect())
    }

    #[test]
    fn a_name_is_given_up_before_it_is_taken() {
        assert_eq!(flags(&[("a", "b"), ("b", "c")]), Ok(vec!["b=c".into(), "a=b".into()]));
    }

    #[test]
    fn in_a_circle_one_steps_aside() {
        let swap = ["a=autogen_rename_a", "b=a", "autogen_rename_a=b"].map(str::to_owned);
        assert_eq!(flags(&[("a", "b"), ("b", "a")]), Ok(swap.to_vec()));
        let three = ["a=autogen_rename_a", "c=a", "b=c", "autogen_rename_a=b"].map(str::to_owned);
        assert_eq!(flags(&[("a", "b"), ("b", "c"), ("c", "a")]), Ok(three.to_vec()));
    }

    #[test]
    fn two_to_one_name_are_refused() {
        assert_eq!(
            flags(&[("a", "c"), ("b", "c")]),
            Err("renames a=c and b=c: two objects can't get one name".to_owned())
        );
        assert_eq!(
            flags(&[("a", "b"), ("a", "c")]),
            Err("renames a=b and a=c: one object can't get two names".to_owned())
        );
    }
}
