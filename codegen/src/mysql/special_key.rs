//! Keys that make a change more work. FULLTEXT and SPATIAL ones: InnoDB builds them while nobody writes, one FULLTEXT key at a time, and
//! MySQL copies a table that keeps one of words and has to be made anew. Those of virtual columns: MariaDB makes a table that has one anew
//! while nobody writes, and adds no column to it otherwise ("online rebuild with indexed virtual columns").

use autogen_diff_core::diff::change::IndexChange;
use autogen_diff_core::model::{Column, Constraint, Index, Table};
use autogen_diff_core::{Flavor, Pair};

use super::key;
use super::online::{OnlineDdl, Server};

/// An alteration, as far as these keys care.
pub(super) struct Alteration<'a> {
    pub(super) pair: &'a Pair<Table>,
    pub(super) indexes: &'a [IndexChange],
    /// Whether a column that holds values comes or goes.
    pub(super) changes_rows: bool,
    /// The work of each part without these keys.
    pub(super) works: &'a [OnlineDdl],
}

/// Whether a key is one of words or places.
pub(super) fn is_special(index: &Index) -> bool {
    is_fulltext(index) || index.definition.starts_with("SPATIAL")
}

fn is_fulltext(index: &Index) -> bool {
    index.definition.starts_with("FULLTEXT")
}

impl Alteration<'_> {
    /// The work of all of it.
    pub(super) fn work(&self, server: Server) -> Option<OnlineDdl> {
        let most = self.works.iter().copied().max()?;
        let (old, new) = (fulltexts(&self.pair.from), fulltexts(&self.pair.to));
        let built = self.built().filter(|index| is_fulltext(index)).count();
        let rebuilds = self.rebuilds(most);
        let is_touched = rebuilds || self.changes_rows;
        let at_once = if is_touched { new } else { built };
        let copies = match server.flavor {
            Flavor::Mariadb => is_touched && new > 0 && has_document_id(&self.pair.from),
            Flavor::Mysql => is_touched && old > 0 && new > 0,
            Flavor::Postgres | Flavor::Sqlite => false,
        };
        let has_kept = self.pair.to.indexes.values().filter(|index| is_special(index)).count();
        let is_held = (rebuilds && has_kept > 0)
            || (self.changes_rows && new > 0)
            || (is_touched && server.flavor == Flavor::Mariadb && has_virtual_key(&self.pair.from));
        Some(match () {
            () if built > 1 => OnlineDdl::StatedCopy,
            () if copies || at_once > 1 => most.max(OnlineDdl::Copy),
            () if is_held => most.max(OnlineDdl::Shared),
            () => most,
        })
    }

    /// The keys that are made.
    fn built(&self) -> impl Iterator<Item = &Index> {
        self.indexes.iter().filter_map(|change| match change {
            IndexChange::Create(index) => Some(index),
            IndexChange::Alter(indexes) => Some(&indexes.to),
            IndexChange::Drop(_) | IndexChange::Rename(_) => None,
        })
    }

    /// Whether the table is made anew; an instant column is no more when something else takes time.
    fn rebuilds(&self, most: OnlineDdl) -> bool {
        self.works.contains(&OnlineDdl::Rebuild) || (self.changes_rows && most > OnlineDdl::Instant)
    }
}

fn fulltexts(table: &Table) -> usize {
    table.indexes.values().filter(|index| is_fulltext(index)).count()
}

/// Whether a key holds the values of a virtual column.
pub(super) fn has_virtual_key(table: &Table) -> bool {
    let is_virtual = |column: &&Column| column.generated.as_ref().is_some_and(|generated| !generated.stored);
    let has_key = |column: &Column| {
        let of_constraint =
            |constraint: &Constraint| constraint.key().is_some_and(|key| key.columns.contains(&column.name));
        table.indexes.values().any(|index| key::holds(index, &column.name))
            || table.constraints.iter().any(of_constraint)
    };
    table.columns.iter().filter(is_virtual).any(has_key)
}

/// Whether a column of the table's own numbers what FULLTEXT keys are of.
pub(super) fn has_document_id(table: &Table) -> bool {
    table.columns.iter().any(|column| column.name.as_str() == "FTS_DOC_ID")
}
