//! Views and materialized views.

use autogen_diff_core::model::{MaterializedView, View};
use autogen_diff_core::{Ident, ObjectId, Pair, QualifiedName};

use super::{Effects, column_id, index_id};

/// What is done to a view.
#[derive(Clone, Debug, PartialEq)]
pub enum ViewOperation {
    /// `CREATE VIEW`.
    Create(View),
    /// `DROP VIEW`.
    Drop(View),
    /// `CREATE OR REPLACE VIEW`, and settings.
    Replace(Pair<View>),
}

impl ViewOperation {
    pub(super) fn effects(&self) -> Effects {
        let ids = |view: &View| with_columns(ObjectId::View(view.name.clone()), &view.name, &view.columns);
        match self {
            Self::Create(view) => Effects::creates(ids(view)),
            Self::Drop(view) => Effects::drops(ids(view)),
            Self::Replace(pair) => Effects::alters(ids(&pair.to)),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Drop(_) => 5,
            Self::Create(_) | Self::Replace(_) => 20,
        }
    }
}

/// What is done to a materialized view.
#[derive(Clone, Debug, PartialEq)]
pub enum MaterializedViewOperation {
    /// `CREATE MATERIALIZED VIEW`.
    Create(MaterializedView),
    /// `DROP MATERIALIZED VIEW`.
    Drop(MaterializedView),
    /// Settings of its columns.
    Alter(Pair<MaterializedView>),
}

impl MaterializedViewOperation {
    pub(super) fn effects(&self) -> Effects {
        let id = |view: &MaterializedView| ObjectId::MaterializedView(view.name.clone());
        let ids = |view: &MaterializedView| with_columns(id(view), &view.name, &view.columns);
        match self {
            Self::Create(view) => Effects::creates(ids(view)),
            Self::Drop(view) => {
                let indexes = view.indexes.keys().map(|index| index_id(&view.name, index));
                Effects::drops(ids(view).into_iter().chain(indexes))
            }
            Self::Alter(pair) => Effects::default().needing([id(&pair.to)]),
        }
    }

    pub(super) const fn rank(&self) -> u8 {
        match self {
            Self::Drop(_) => 5,
            Self::Create(_) | Self::Alter(_) => 20,
        }
    }
}

fn with_columns(id: ObjectId, name: &QualifiedName, columns: &[Ident]) -> Vec<ObjectId> {
    std::iter::once(id).chain(columns.iter().map(|column| column_id(name, column))).collect()
}
