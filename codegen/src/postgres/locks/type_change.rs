//! Which changes of a type leave the rows as they are (PostgreSQL, `ATColumnChangeRequiresRewrite`).

use autogen_diff_core::Pair;
use autogen_diff_core::model::Column;

use super::Relations;
use crate::casts::Declared;
use crate::postgres::domain;

/// Types whose values are stored alike (`pg_cast.castmethod` b), but for those of text.
const ALIKE: [(&str, &str); 11] = [
    ("cidr", "inet"),
    ("bit", "bit varying"),
    ("bit varying", "bit"),
    ("xml", "text"),
    ("xml", "character varying"),
    ("integer", "oid"),
    ("oid", "integer"),
    ("oid", "regclass"),
    ("regclass", "oid"),
    ("integer", "regclass"),
    ("regclass", "integer"),
];

/// Whether all rows are written anew.
pub(super) fn rewrites(pair: &Pair<Column>, there: &Relations<'_>) -> bool {
    let is_other = pair.from.data_type != pair.to.data_type;
    if is_other && domain::is_checked(&there.domains(pair.to.data_type.trim_end_matches("[]"))) {
        return true;
    }
    is_stored_otherwise(&stored(&pair.from.data_type, there), &stored(&pair.to.data_type, there))
}

/// Whether the values of one type are other bytes as those of another, or have to be looked at.
pub(crate) fn is_stored_otherwise(from: &str, to: &str) -> bool {
    let (from, to) = (Declared::parse(from), Declared::parse(to));
    if from == to {
        return false;
    }
    // An array's elements are looked at one by one, unless no length is asked of them any more.
    if from.array || to.array {
        return (from.array, &from.name) != (to.array, &to.name) || !to.arguments.is_empty();
    }
    if from.name == to.name {
        return !is_longer(&from, &to);
    }
    // Where the session's zone is UTC.
    let is_moment = |declared: &Declared| declared.name.starts_with("timestamp with");
    let alike =
        ALIKE.contains(&(from.name.as_str(), to.name.as_str())) || (is_moment(&from) && is_moment(&to));
    !(is_unbounded_text(&from, &to) || (alike && is_longer(&from, &to)))
}

/// The type that a domain's values are stored as.
fn stored(data_type: &str, there: &Relations<'_>) -> String {
    let domains = there.domains(data_type);
    domains.last().map_or_else(|| data_type.to_owned(), |domain| domain.base.clone())
}

/// `text`, or `varchar` without a length, from the like.
fn is_unbounded_text(from: &Declared, to: &Declared) -> bool {
    let is_text = |declared: &Declared| matches!(declared.name.as_str(), "text" | "character varying");
    is_text(from) && is_text(to) && to.arguments.is_empty()
}

/// Whether what fitted fits without a look at it. Those lengths that a planner's support function knows: of `varchar`,
/// `bit varying`, `numeric`, times and intervals.
fn is_longer(from: &Declared, to: &Declared) -> bool {
    if to.arguments.is_empty() {
        // `character` and `bit` are of one length without one; fields of an interval are part of its name.
        return !matches!(to.name.as_str(), "character" | "bit") || from == to;
    }
    match to.name.as_str() {
        "numeric" => match (from.arguments.as_slice(), to.arguments.as_slice()) {
            ([old], [new]) => old <= new,
            ([old, old_scale], [new, scale]) => old <= new && old_scale == scale,
            ([old], [new, 0]) | ([old, 0], [new]) => old <= new,
            _ => false,
        },
        "character varying" | "bit varying" => from.length().is_some_and(|old| Some(old) <= to.length()),
        name if name.starts_with("time") || name.starts_with("interval") => {
            // All six digits are kept by a length of six.
            Some(from.length().unwrap_or(6)) <= to.length()
        }
        _ => from.arguments == to.arguments && from.name == to.name,
    }
}
