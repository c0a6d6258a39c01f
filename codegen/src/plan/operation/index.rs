//! Indexes.

use autogen_diff_core::model::Index;
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::{Effects, Names, column_id, constraint_id, index_id};

/// What is done to an index of a table or a materialized view.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each has the relation, and the index or its names")]
pub enum IndexOperation {
    /// `CREATE INDEX`.
    Create { table: QualifiedName, index: Index },
    /// `CREATE INDEX CONCURRENTLY`.
    CreateConcurrently { table: QualifiedName, index: Index },
    /// `DROP INDEX`.
    Drop { table: QualifiedName, index: Index },
    /// `DROP INDEX CONCURRENTLY`.
    DropConcurrently { table: QualifiedName, index: Index },
    /// `ALTER INDEX … RENAME TO`.
    Rename { table: QualifiedName, names: Pair<Ident> },
    /// Its settings.
    Alter { table: QualifiedName, index: Pair<Index> },
    /// The index that `CLUSTER` goes by.
    ClusterOn { relation: QualifiedName, index: Option<Ident> },
    /// Makes an index of a partition a part of the partitioned table's index.
    Attach { table: QualifiedName, index: Ident, parent: QualifiedName },
}

impl IndexOperation {
    /// The same while rows are written, where there is such a form.
    #[must_use]
    pub(crate) fn concurrently(self) -> Self {
        match self {
            Self::Create { table, index } => Self::CreateConcurrently { table, index },
            Self::Drop { table, index } => Self::DropConcurrently { table, index },
            Self::CreateConcurrently { .. }
            | Self::DropConcurrently { .. }
            | Self::Rename { .. }
            | Self::Alter { .. }
            | Self::ClusterOn { .. }
            | Self::Attach { .. } => self,
        }
    }

    /// Whether it runs in no transaction.
    pub(crate) const fn is_concurrent(&self) -> bool {
        match self {
            Self::CreateConcurrently { .. } | Self::DropConcurrently { .. } => true,
            Self::Create { .. }
            | Self::Drop { .. }
            | Self::Rename { .. }
            | Self::Alter { .. }
            | Self::ClusterOn { .. }
            | Self::Attach { .. } => false,
        }
    }

    pub(super) fn effects(&self) -> Effects {
        match self {
            Self::Create { table, index } | Self::CreateConcurrently { table, index } => {
                created(table, index)
            }
            Self::Drop { table, index } | Self::DropConcurrently { table, index } => {
                Effects::drops([index_id(table, &index.name)])
            }
            Self::Rename { table, names } => Effects::alters([index_id(table, &names.to)]),
            // A rename comes first.
            Self::Alter { table, index } => {
                let id = index_id(table, &index.to.name);
                Effects::alters([id.clone()]).needing([id])
            }
            Self::Attach { table, index, parent: _ } => {
                Effects::default().needing([index_id(table, index), constraint_id(table, index)])
            }
            Self::ClusterOn { relation, index } => {
                let relations =
                    [ObjectId::Table(relation.clone()), ObjectId::MaterializedView(relation.clone())];
                let index = index.iter().flat_map(|i| [index_id(relation, i), constraint_id(relation, i)]);
                Effects::default().needing(index).needing(relations)
            }
        }
    }

    pub(super) fn names(&self) -> Names {
        match self {
            Self::Rename { table, names } => {
                Names::of_rename(Some(names.as_ref().map(|name| table.sibling(name.clone()))))
            }
            Self::Create { .. }
            | Self::CreateConcurrently { .. }
            | Self::Drop { .. }
            | Self::DropConcurrently { .. }
            | Self::Alter { .. }
            | Self::ClusterOn { .. }
            | Self::Attach { .. } => Names::default(),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Drop { .. } | Self::DropConcurrently { .. } => 6,
            Self::Rename { .. } => 9,
            Self::Create { .. } | Self::CreateConcurrently { .. } | Self::Alter { .. } => 18,
            Self::Attach { .. } => 19,
            Self::ClusterOn { .. } => 22,
        }
    }
}

fn created(table: &QualifiedName, index: &Index) -> Effects {
    let columns = index.keys.iter().filter_map(|key| key.value.column()).chain(&index.include);
    Effects::creates([index_id(table, &index.name)])
        .needing([ObjectId::Table(table.clone()), ObjectId::MaterializedView(table.clone())])
        .needing(columns.map(|column| column_id(table, column)))
}
