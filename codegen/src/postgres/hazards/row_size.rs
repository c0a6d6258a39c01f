//! Keys of an index that may be too large for a page of it.

use autogen_diff_core::QualifiedName;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Index, IndexKey};

use crate::hazards::{Standing, hazard};
use crate::quote::Quoter;

/// The most bytes that a row of a btree takes (`BTMaxItemSize` of version 4).
const MOST: usize = 2704;

/// The bytes of a character, at most.
const BYTES: usize = 4;

/// A btree over columns without a limit that no other key has held so far.
pub(super) fn index(
    table: &QualifiedName,
    index: &Index,
    standing: &Standing,
    quoter: &Quoter,
) -> Option<Hazard> {
    if index.method.as_deref() != Some("btree") {
        return None;
    }
    let is_new = |key: &&IndexKey| {
        let column = key.value.column();
        column.is_some_and(|column| standing.keys_over(column).next().is_none())
    };
    let columns = index.keys.iter().filter(is_new).filter_map(|key| key.value.column());
    let open = columns.filter(|column| standing.type_of(column.as_str()).is_some_and(is_open));
    let sizes: Vec<String> = open.map(|column| format!("pg_column_size({})", quoter.ident(column))).collect();
    if sizes.is_empty() {
        return None;
    }
    let message = format!("fails if a row of the index takes more than {MOST} bytes");
    let mut found = hazard(HazardCode::CastType, index.name.to_string(), message);
    found.look_first = Some(format!(
        "SELECT count(*) FROM {} WHERE {} > {MOST}",
        quoter.qualified(table),
        sizes.join(" + ")
    ));
    Some(found)
}

/// Whether values of a type may take more than a row of an index.
fn is_open(data_type: &str) -> bool {
    let length = data_type.strip_prefix("character varying(").and_then(|rest| rest.strip_suffix(')'));
    match length {
        Some(length) => length.parse::<usize>().is_ok_and(|length| length * BYTES > MOST),
        None => {
            ["text", "character varying", "bytea", "jsonb", "xml"].contains(&data_type)
                || data_type.ends_with("[]")
        }
    }
}
