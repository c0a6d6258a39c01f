//! Character sets and collations: which characters a column holds, and which texts are the same in it.

use autogen_diff_core::Pair;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Table};

use crate::hazards::hazard;

/// The character set and the collation of a text column, its own or its table's.
fn letters<'a>(table: &'a Table, column: &'a Column) -> Option<Pair<&'a str>> {
    const TEXTS: [&str; 4] = ["char", "text", "enum(", "set("];
    TEXTS.iter().any(|text| column.data_type.contains(text)).then_some(())?;
    let definition = &column.mysql().definition;
    let word = |text: &'a str| text.split(' ').next().unwrap_or_default();
    let own = |clause: &str| definition.split_once(clause).map(|(_, rest)| word(rest));
    let of_table = |option: &str| table.mysql().options.iter().find_map(|found| found.strip_prefix(option));
    let charset = own(" CHARACTER SET ");
    let collation = own(" COLLATE ").or_else(|| if charset.is_some() { None } else { of_table("COLLATE=") });
    Some(Pair::new(charset.or_else(|| of_table("DEFAULT CHARSET="))?, collation.unwrap_or_default()))
}

/// Characters that another character set may not have.
pub(super) fn other_letters(tables: &Pair<Table>, column: Pair<&Column>) -> Option<Hazard> {
    let from = letters(&tables.from, column.from)?.from;
    let to = letters(&tables.to, column.to)?.from;
    let is_whole = matches!(to, "utf8mb4" | "utf16" | "utf16le" | "utf32");
    let holds = from == to || is_whole || from == "ascii" || (from, to) == ("ucs2", "utf8mb3");
    let message = format!("from {from} to {to}: fails if a value has a character that {to} does not");
    (!holds).then(|| hazard(HazardCode::CastType, format!("{}.{}", tables.to.name, column.to.name), message))
}

/// Whether texts that were different may be the same from now on. By its bytes each text is one of its own.
pub(super) fn is_compared_otherwise(tables: &Pair<Table>, column: Pair<&Column>) -> bool {
    let collations = Pair::new(letters(&tables.from, column.from), letters(&tables.to, column.to));
    let Pair { from: Some(from), to: Some(to) } = collations else { return false };
    from != to && !to.to.ends_with("_bin")
}
