//! What an operation does to the objects of the model, and to the names that they share.

use autogen_diff_core::model::definition::relation_name;
use autogen_diff_core::{ObjectId, Pair, QualifiedName};

/// What an operation does to the objects of the model.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::plan) struct Effects {
    /// Objects that exist only afterwards.
    pub(in crate::plan) creates: Vec<ObjectId>,
    /// Objects that exist only before.
    pub(in crate::plan) drops: Vec<ObjectId>,
    /// Objects that are another thing afterwards.
    pub(in crate::plan) alters: Vec<ObjectId>,
    /// Columns that have another type afterwards, whose defaults are no part of it.
    pub(in crate::plan) retypes: Vec<ObjectId>,
    /// Objects that must be there, besides what the catalog's dependencies say.
    pub(in crate::plan) needs: Vec<ObjectId>,
}

impl Effects {
    pub(super) fn creates(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { creates: ids.into_iter().collect(), ..Self::default() }
    }

    pub(super) fn drops(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { drops: ids.into_iter().collect(), ..Self::default() }
    }

    pub(super) fn alters(ids: impl IntoIterator<Item = ObjectId>) -> Self {
        Self { alters: ids.into_iter().collect(), ..Self::default() }
    }

    /// What is another thing afterwards, in full or by its type alone.
    pub(in crate::plan) fn altered(&self) -> impl Iterator<Item = &ObjectId> {
        self.alters.iter().chain(&self.retypes)
    }

    pub(super) fn needing(mut self, ids: impl IntoIterator<Item = ObjectId>) -> Self {
        self.needs.extend(ids);
        self
    }

    /// The names of what is made and dropped.
    pub(super) fn names(&self) -> Names {
        Names { taken: relation_names(&self.creates), given_up: relation_names(&self.drops) }
    }
}

/// The names that an operation takes and gives up, among those that relations and types share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::plan) struct Names {
    pub(in crate::plan) taken: Vec<QualifiedName>,
    pub(in crate::plan) given_up: Vec<QualifiedName>,
}

impl Names {
    pub(super) fn of_rename(names: Option<Pair<QualifiedName>>) -> Self {
        let (taken, given_up) = names.map(|names| (names.to, names.from)).unzip();
        Self { taken: taken.into_iter().collect(), given_up: given_up.into_iter().collect() }
    }

    pub(super) fn with(mut self, other: Self) -> Self {
        self.taken.extend(other.taken);
        self.given_up.extend(other.given_up);
        self
    }
}

fn relation_names(ids: &[ObjectId]) -> Vec<QualifiedName> {
    ids.iter()
        .filter_map(|id| match id {
            ObjectId::EnumType(name)
            | ObjectId::Sequence(name)
            | ObjectId::Table(name)
            | ObjectId::View(name)
            | ObjectId::MaterializedView(name) => Some(name.clone()),
            ObjectId::Index(table, name) => Some(table.sibling(name.clone())),
            ObjectId::Definition(kind, identity) => relation_name(*kind, identity),
            ObjectId::Namespace(_)
            | ObjectId::Extension(_)
            | ObjectId::Column(..)
            | ObjectId::Constraint(..) => None,
        })
        .collect()
}
