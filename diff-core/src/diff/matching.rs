//! Joining both sides by key: what is only here, only there, or on both.

use std::collections::BTreeMap;

use crate::diff::change::ObjectChange;
use crate::pair::Pair;

/// The changes between two sets of objects, in the order of their keys, with the caller's notion of equality.
pub(super) fn match_by<'a, T: Clone + 'a, K: Ord>(
    sides: Pair<impl Iterator<Item = &'a T>>,
    key: impl Fn(&'a T) -> K,
    equal: impl Fn(&T, &T) -> bool,
) -> Vec<ObjectChange<T>> {
    let mut matched: BTreeMap<K, (Option<&T>, Option<&T>)> = BTreeMap::new();
    for from in sides.from {
        matched.entry(key(from)).or_default().0 = Some(from);
    }
    for to in sides.to {
        matched.entry(key(to)).or_default().1 = Some(to);
    }
    let change = |found: (Option<&T>, Option<&T>)| match found {
        (Some(from), None) => Some(ObjectChange::Drop(from.clone())),
        (None, Some(to)) => Some(ObjectChange::Create(to.clone())),
        // What both hold together is equal at a glance.
        (Some(from), Some(to)) if !std::ptr::eq(from, to) && !equal(from, to) => {
            Some(ObjectChange::Alter(Pair::new(from.clone(), to.clone())))
        }
        (Some(_), Some(_)) | (None, None) => None,
    };
    matched.into_values().filter_map(change).collect()
}
