//! A column whose new type would have all rows written anew: a column of that type comes beside it, which a trigger fills for rows
//! that are written and batches fill for the others; then both change their names, and the old one goes.

mod beside;
mod found;
mod group;
mod sync;

use autogen_diff_core::diff::change::{ObjectChange, TableAlteration};
use autogen_diff_core::model::Column;
use autogen_diff_core::{Ident, Pair, QualifiedName, Schema};

pub(crate) use group::Group;
pub(super) use sync::Sync;

use crate::postgres::default_name::of_object;

/// A column that another one replaces.
#[derive(Clone, Debug)]
pub(crate) struct Replacement {
    pub(super) table: QualifiedName,
    pub(super) column: Pair<Column>,
}

impl Replacement {
    pub(super) const fn name(&self) -> &Ident {
        &self.column.to.name
    }

    /// What the column is called in the end that was there first.
    pub(super) fn old_name(&self) -> Ident {
        of_old(self.name())
    }

    /// What the new column is called before that.
    pub(super) fn new_name(&self) -> Ident {
        of_new(self.name())
    }

    /// The sequence that an identity of a column has.
    pub(super) fn sequence_of(&self, column: &Ident) -> QualifiedName {
        self.table.sibling(Ident::exact(of_object(&self.table.name, Some(column.as_str()), "seq")))
    }

    pub(super) fn sync(&self) -> Sync<'_> {
        Sync::new(&self.table, self.column.as_ref())
    }
}

pub(super) fn of_old(name: &Ident) -> Ident {
    Ident::exact(of_object(name, None, "old"))
}

pub(super) fn of_new(name: &Ident) -> Ident {
    Ident::exact(of_object(name, None, "new"))
}

/// The new columns of a table that its rows get from another one, each with what it is filled from.
pub(super) fn synced<'a>(
    schemas: Pair<&'a Schema>,
    alteration: &'a TableAlteration,
) -> impl Iterator<Item = (&'a Column, &'a Column)> {
    let created = alteration.columns.iter().filter_map(|change| match change {
        ObjectChange::Create(column) => Some(column),
        ObjectChange::Alter(_) | ObjectChange::Drop(_) => None,
    });
    created.filter_map(move |new| {
        let mut sources = alteration.table.from.columns.iter();
        let source = sources.find(|old| of_new(&old.name) == new.name)?;
        let sync = Sync::new(alteration.name(), Pair::new(source, new));
        sync.is_in(schemas.to).then_some((source, new))
    })
}
