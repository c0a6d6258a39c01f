//! Sequences, and the options that identity columns share with them.

use autogen_diff_core::model::{Column, Persistence, Sequence, SequenceOptions};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use crate::plan::SequenceOperation;
use crate::quote::Quoter;

pub(super) fn statements(operation: &SequenceOperation, q: &Quoter) -> Vec<String> {
    match operation {
        SequenceOperation::Create(sequence) => vec![create(sequence, q)],
        SequenceOperation::Drop(sequence) => vec![format!("DROP SEQUENCE {}", q.qualified(&sequence.name))],
        SequenceOperation::Alter(pair) => alter(pair, q),
        SequenceOperation::SetOwner { sequence, owner } => vec![set_owner(sequence, owner.as_ref(), q)],
        SequenceOperation::Detach { sequence, owner: _ } => vec![set_owner(sequence, None, q)],
        SequenceOperation::SetPersistence { sequence, table: _, persistence } => {
            vec![set_persistence(sequence, *persistence, q)]
        }
        SequenceOperation::Continue { sequence, table, column } => {
            vec![continue_behind(&sequence.name, &sequence.options, table, column, q)]
        }
    }
}

pub(super) fn create(sequence: &Sequence, q: &Quoter) -> String {
    let unlogged = if sequence.unlogged { "UNLOGGED " } else { "" };
    let data_type =
        if sequence.data_type == "bigint" { String::new() } else { format!(" AS {}", sequence.data_type) };
    let options = options(&sequence.data_type, &sequence.options);
    format!("CREATE {unlogged}SEQUENCE {}{data_type}{options}", q.qualified(&sequence.name))
}

/// What differs from the server's defaults, each with a space in front.
pub(super) fn options(data_type: &str, options: &SequenceOptions) -> String {
    let defaults = SequenceOptions::defaults(data_type, options.increment);
    let SequenceOptions { start, increment, min_value, max_value, cache, cycle } = *options;
    let mut text = String::new();
    let mut add = |word: &str, value: i64, default: i64| {
        if value != default {
            text.push_str(&format!(" {word} {value}"));
        }
    };
    add("INCREMENT BY", increment, 1);
    add("MINVALUE", min_value, defaults.min_value);
    add("MAXVALUE", max_value, defaults.max_value);
    let start_default = if increment > 0 { min_value } else { max_value };
    add("START WITH", start, start_default);
    add("CACHE", cache, 1);
    if cycle {
        text.push_str(" CYCLE");
    }
    text
}

/// Each option that differs, in full; `word` goes in front of each (`SET` for identity columns).
pub(super) fn changed_options(pair: Pair<&SequenceOptions>, word: &str) -> String {
    let Pair { from, to } = pair;
    let numbers = [
        ("INCREMENT BY", from.increment, to.increment),
        ("MINVALUE", from.min_value, to.min_value),
        ("MAXVALUE", from.max_value, to.max_value),
        ("START WITH", from.start, to.start),
        ("CACHE", from.cache, to.cache),
    ];
    let mut text: String = numbers
        .iter()
        .filter(|(_, from, to)| from != to)
        .map(|(option, _, to)| format!(" {word}{option} {to}"))
        .collect();
    if from.start < to.min_value || from.start > to.max_value {
        text.push_str(&format!(" RESTART WITH {}", to.start));
    }
    if from.cycle != to.cycle {
        text.push_str(&format!(" {word}{}", if to.cycle { "CYCLE" } else { "NO CYCLE" }));
    }
    text
}

pub(super) fn alter(pair: &Pair<Sequence>, q: &Quoter) -> Vec<String> {
    let name = q.qualified(&pair.to.name);
    let mut statements = Vec::new();
    let data_type = if pair.from.data_type == pair.to.data_type {
        String::new()
    } else {
        format!(" AS {}", pair.to.data_type)
    };
    let retyped = pair.from.options.retyped(pair.as_ref().map(|sequence| &*sequence.data_type));
    let changed = changed_options(Pair::new(&retyped, &pair.to.options), "");
    if !(data_type.is_empty() && changed.is_empty()) {
        statements.push(format!("ALTER SEQUENCE {name}{data_type}{changed}"));
    }
    if pair.from.unlogged != pair.to.unlogged {
        let to = if pair.to.unlogged { Persistence::Unlogged } else { Persistence::Permanent };
        statements.push(set_persistence(&pair.to.name, to, q));
    }
    statements
}

pub(super) fn set_persistence(sequence: &QualifiedName, persistence: Persistence, q: &Quoter) -> String {
    format!("ALTER SEQUENCE {} SET {}", q.qualified(sequence), super::table::persistence_name(persistence))
}

pub(super) fn set_owner(
    sequence: &QualifiedName,
    owner: Option<&(QualifiedName, Ident)>,
    q: &Quoter,
) -> String {
    let owner = owner.map_or_else(
        || "NONE".to_owned(),
        |(table, column)| format!("{}.{}", q.qualified(table), q.ident(column)),
    );
    format!("ALTER SEQUENCE {} OWNED BY {owner}", q.qualified(sequence))
}

/// Sets a sequence behind the values of a column that it would come to, or to its start when there are none.
pub(super) fn continue_behind(
    sequence: &QualifiedName,
    options: &SequenceOptions,
    table: &QualifiedName,
    column: &Column,
    q: &Quoter,
) -> String {
    let name = q.ident(&column.name);
    let upwards = options.increment > 0;
    let mut furthest = format!("{}({name})", if upwards { "max" } else { "min" });
    let mut reached = format!("{name} {} {start}", if upwards { ">=" } else { "<=" }, start = options.start);
    if may_exceed(column, options) {
        let (compare, end) = if upwards { ("<=", options.max_value) } else { (">=", options.min_value) };
        reached.push_str(&format!(" AND {name} {compare} {end}"));
    }
    let is_reached = format!("{furthest} IS NOT NULL");
    if !is_integer(&column.data_type) {
        furthest.push_str("::bigint");
    }
    format!(
        "SELECT setval({}, coalesce({furthest}, {}), {is_reached}) FROM {} WHERE {reached}",
        q.literal(&q.qualified(sequence)),
        options.start,
        q.qualified(table)
    )
}

/// Whether a column can hold values behind the sequence's end, which `setval` refuses.
fn may_exceed(column: &Column, options: &SequenceOptions) -> bool {
    let widest = SequenceOptions::defaults(&column.data_type, options.increment);
    let is_widest = if options.increment > 0 {
        options.max_value == widest.max_value
    } else {
        options.min_value == widest.min_value
    };
    !(is_integer(&column.data_type) && is_widest)
}

fn is_integer(data_type: &str) -> bool {
    matches!(data_type, "smallint" | "integer" | "bigint")
}
