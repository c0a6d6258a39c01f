//! Joining both sides by key: what is only here, only there, or on both.

use std::collections::{BTreeMap, BTreeSet};

use crate::diff::change::ObjectChange;
use crate::pair::Pair;

/// The changes between two maps of objects that compare by equality.
pub(super) fn match_maps<'a, K: Ord, T: Clone + PartialEq>(
    maps: Pair<&'a BTreeMap<K, T>>,
) -> impl Iterator<Item = ObjectChange<T>> + 'a {
    match_maps_by(maps, T::eq)
}

/// The changes between two maps of objects, with the caller's notion of equality.
pub(super) fn match_maps_by<'a, K: Ord, T: Clone>(
    maps: Pair<&'a BTreeMap<K, T>>,
    equal: impl Fn(&T, &T) -> bool + 'a,
) -> impl Iterator<Item = ObjectChange<T>> + 'a {
    let keys: BTreeSet<&K> = maps.from.keys().chain(maps.to.keys()).collect();
    keys.into_iter().filter_map(move |key| match (maps.from.get(key), maps.to.get(key)) {
        (Some(from), None) => Some(ObjectChange::Drop(from.clone())),
        (None, Some(to)) => Some(ObjectChange::Create(to.clone())),
        (Some(from), Some(to)) if !equal(from, to) => {
            Some(ObjectChange::Alter(Pair::new(from.clone(), to.clone())))
        }
        (Some(_), Some(_)) | (None, None) => None,
    })
}
