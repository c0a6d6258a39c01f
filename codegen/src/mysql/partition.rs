//! Partitions: added behind those that are there, or the table is partitioned anew.

use std::borrow::Cow;

use autogen_diff_core::Pair;
use autogen_diff_core::model::Table;

/// The clause that makes a table's partitions other ones.
pub(super) fn clause(pair: &Pair<Table>) -> Option<Cow<'_, str>> {
    let Pair { from, to } = pair.as_ref().map(|table| table.mysql().partition.as_deref());
    match (from, to) {
        _ if from == to => None,
        (_, None) => Some("REMOVE PARTITIONING".into()),
        (_, Some(to)) => Some(match appended(pair) {
            Some(new) => format!("ADD PARTITION ({new}").into(),
            None => to.into(),
        }),
    }
}

/// Whether all rows move, since the partitions are not only more.
pub(crate) fn moves_rows(pair: &Pair<Table>) -> bool {
    clause(pair).is_some() && appended(pair).is_none()
}

/// Whether a table is parted by the age of its rows' versions (MariaDB).
pub(super) fn is_by_history(table: &Table) -> bool {
    table.mysql().partition.as_ref().is_some_and(|text| text.starts_with("PARTITION BY SYSTEM_TIME"))
}

/// The new partitions with the parenthesis that ends the list, when they stand behind all others.
fn appended(pair: &Pair<Table>) -> Option<&str> {
    let from = pair.from.mysql().partition.as_deref()?.strip_suffix(')')?;
    let new = pair.to.mysql().partition.as_deref()?.strip_prefix(from)?.strip_prefix(',')?.trim_start();
    // What no other partition took (MariaDB) may have to move.
    let has_rest = from.ends_with(" DEFAULT") || from.contains(" DEFAULT ENGINE");
    (new.starts_with("PARTITION ") && !has_rest).then_some(new)
}
