//! Joining both sides by key: what is only here, only there, or on both.

use itertools::{EitherOrBoth, merge_join_by};

use crate::diff::change::ObjectChange;
use crate::pair::Pair;

/// The changes between two sets of objects, in the order of their keys, with the caller's notion of equality. Both sides stand in
/// that order.
pub(super) fn match_by<'a, T: Clone + 'a, K: Ord>(
    sides: Pair<impl Iterator<Item = &'a T> + Clone>,
    key: impl Fn(&'a T) -> K,
    equal: impl Fn(&T, &T) -> bool,
) -> Vec<ObjectChange<T>> {
    let Pair { from, to } = sides;
    debug_assert!(
        from.clone().is_sorted_by_key(&key) && to.clone().is_sorted_by_key(&key),
        "both are sorted"
    );
    let change = |found: EitherOrBoth<&'a T>| match found {
        EitherOrBoth::Left(from) => Some(ObjectChange::Drop(from.clone())),
        EitherOrBoth::Right(to) => Some(ObjectChange::Create(to.clone())),
        // What both hold together is equal at a glance.
        EitherOrBoth::Both(from, to) if !std::ptr::eq(from, to) && !equal(from, to) => {
            Some(ObjectChange::Alter(Pair::new(from.clone(), to.clone())))
        }
        EitherOrBoth::Both(..) => None,
    };
    merge_join_by(from, to, |from, to| key(from).cmp(&key(to))).filter_map(change).collect()
}
