//! Sequences, and the options that identity columns share with them.

use autogen_diff_core::model::{Persistence, Sequence, SequenceOptions};
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
        SequenceOperation::Continue(sequence) => continue_values(sequence, q).into_iter().collect(),
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

/// Goes on after the largest value of the owning column.
pub(super) fn continue_values(sequence: &Sequence, q: &Quoter) -> Option<String> {
    let (table, column) = sequence.owned_by.as_ref()?;
    Some(set_value(&sequence.name, sequence.options.start, table, column, q))
}

/// Sets a sequence to the largest value of a column, or to its start when there is none.
pub(super) fn set_value(
    sequence: &QualifiedName,
    start: i64,
    table: &QualifiedName,
    column: &Ident,
    q: &Quoter,
) -> String {
    let (column, table) = (q.ident(column), q.qualified(table));
    format!(
        "SELECT setval({}, coalesce(max({column}), {start}), max({column}) IS NOT NULL) FROM {table}",
        q.literal(&q.qualified(sequence))
    )
}
