//! Keys (indexes) of a table, as clauses of its `ALTER TABLE`.

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::IndexChange;
use autogen_diff_core::model::{Constraint, Index, Table};
use autogen_diff_core::{Ident, Pair};

use crate::quote::Quoter;

/// A key as the server spells it, under its name.
pub(super) fn definition(index: &Index, q: &Quoter) -> String {
    // The definition has no name, but a place for it before the parentheses.
    let (kind, rest) = index.definition.split_once(" (").unwrap_or((&index.definition, ""));
    format!("{} {} ({rest}", kind.trim(), q.ident(&index.name))
}

/// The key that the server may have made for an earlier foreign key and that stays: it would be
/// taken away and made anew under the name of a foreign key that is added on the same columns. Stated
/// in the same statement, it stays what it is.
///
/// The catalog does not tell such keys from others, so the name decides: that of the foreign key, or
/// that of the first column (MySQL manual 15.1.20.5).
pub(super) fn implicit_fk_index<'a>(from: &'a Table, to: &'a Table, added: &Constraint) -> Option<&'a Index> {
    let foreign = added.foreign_key()?;
    let first = foreign.columns.first()?;
    to.indexes.values().map(|index| &**index).find(|index| {
        let columns = index.keys.iter().map(|key| key.value.column());
        let is_same = columns.eq(foreign.columns.iter().map(Some));
        let names_key = from.constraint(&index.name).is_some_and(|c| c.foreign_key().is_some());
        let names_column = index.name.as_str().to_lowercase().starts_with(&first.as_str().to_lowercase());
        index.definition.starts_with("KEY (")
            && is_same
            && Some(&index.name) != added.name.as_ref()
            && from.indexes.get(&index.name).is_some_and(|before| **before == **index)
            && (names_key || names_column)
    })
}

/// The clauses for keys that differ.
#[derive(Default)]
pub(super) struct KeyClauses {
    /// What needs a statement of its own, before all others.
    pub(super) first: Vec<String>,
    /// What comes before the columns change.
    pub(super) drops: Vec<String>,
    /// What comes after.
    pub(super) adds: Vec<String>,
}

/// The clauses for the changes of a table's keys, some of whose columns are dropped and added again.
pub(super) fn changes(changes: &[IndexChange], remade: &BTreeSet<&Ident>, q: &Quoter) -> KeyClauses {
    let mut clauses = KeyClauses::default();
    for change in changes {
        match change {
            IndexChange::Create(new) => match dropped(changes, &new.name) {
                Some(old) => replace(&Pair::new(old, new), remade, q, &mut clauses),
                None => clauses.adds.push(format!("ADD {}", definition(new, q))),
            },
            IndexChange::Drop(old) if created(changes, &old.name) => {}
            IndexChange::Drop(old) => clauses.drops.push(format!("DROP KEY {}", q.ident(&old.name))),
            IndexChange::Rename(pair) | IndexChange::Alter(pair) => {
                replace(&pair.as_ref(), remade, q, &mut clauses)
            }
        }
    }
    clauses
}

fn dropped<'a>(changes: &'a [IndexChange], name: &Ident) -> Option<&'a Index> {
    changes.iter().find_map(|change| match change {
        IndexChange::Drop(old) if old.name == *name => Some(old),
        IndexChange::Drop(_) | IndexChange::Create(_) | IndexChange::Rename(_) | IndexChange::Alter(_) => {
            None
        }
    })
}

fn created(changes: &[IndexChange], name: &Ident) -> bool {
    changes.iter().any(|change| matches!(change, IndexChange::Create(new) if new.name == *name))
}

/// Whether a key is over one of some columns.
pub(super) fn is_over(index: &Index, columns: &BTreeSet<&Ident>) -> bool {
    columns.iter().any(|name| holds(index, name))
}

/// Whether a key holds a column, be it in part or in an expression.
pub(super) fn holds(index: &Index, column: &Ident) -> bool {
    names_column(&index.definition, column)
}

/// Whether a text of the server names a column.
pub(super) fn names_column(text: &str, column: &Ident) -> bool {
    text.contains(&format!("`{}`", column.as_str().replace('`', "``")))
}

fn replace(pair: &Pair<&Index>, remade: &BTreeSet<&Ident>, q: &Quoter, clauses: &mut KeyClauses) {
    let Pair { from, to } = pair;
    // Over a column that is made again, it would be built for the old one.
    let stays = !is_over(from, remade);
    if stays && from.definition == to.definition {
        clauses.drops.push(format!("RENAME KEY {} TO {}", q.ident(&from.name), q.ident(&to.name)));
    } else if let Some(clause) = other_visibility(pair, q).filter(|_| stays) {
        clauses.adds.push(clause);
    } else {
        let drop = format!("DROP KEY {}", q.ident(&from.name));
        // A FULLTEXT key that is dropped and added in one statement keeps its parser (MySQL).
        let is_fulltext = from.definition.starts_with("FULLTEXT") && to.definition.starts_with("FULLTEXT");
        if is_fulltext { &mut clauses.first } else { &mut clauses.drops }.push(drop);
        clauses.adds.push(format!("ADD {}", definition(to, q)));
    }
}

/// The clause for a key that differs in nothing but whether the optimizer uses it. Dropped and
/// added again, it would stay what it was on MariaDB.
fn other_visibility(pair: &Pair<&Index>, q: &Quoter) -> Option<String> {
    let Pair { from: (from, was), to: (to, is) } = pair.map(visibility);
    let word = match (was, is) {
        (_, Some(word)) => word,
        (Some("INVISIBLE"), None) => "VISIBLE",
        (Some(_), None) => "NOT IGNORED",
        (None, None) => return None,
    };
    (from == to && pair.from.name == pair.to.name)
        .then(|| format!("ALTER INDEX {} {word}", q.ident(&pair.to.name)))
}

/// The word behind a key that hides it (MySQL `INVISIBLE`, MariaDB `IGNORED`), and what stands before it.
fn visibility(index: &Index) -> (&str, Option<&'static str>) {
    let hidden = ["INVISIBLE", "IGNORED"].into_iter().find_map(|word| {
        let rest = index.definition.strip_suffix(word)?;
        Some((rest.trim_end(), Some(word)))
    });
    hidden.unwrap_or((&index.definition, None))
}
