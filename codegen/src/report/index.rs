//! Indexes in a line each.

use autogen_diff_core::Pair;
use autogen_diff_core::diff::change::IndexChange;
use autogen_diff_core::model::{Index, IndexKey, IndexKeyValue};

pub(super) fn lines(changes: &[IndexChange]) -> Vec<String> {
    changes.iter().map(|change| line(change, changes)).collect()
}

fn line(change: &IndexChange, all: &[IndexChange]) -> String {
    match change {
        IndexChange::Create(index) => format!("+ {}", told_apart(index, all)),
        IndexChange::Drop(index) => format!("- {}", told_apart(index, all)),
        IndexChange::Rename(pair) => format!("~ index {} renamed to {}", pair.from.name, pair.to.name),
        IndexChange::Alter(pair) => format!("~ index {}{}", pair.to.name, altered(pair)),
    }
}

/// With the server's own text behind it where another index would have the same line.
fn told_apart(index: &Index, all: &[IndexChange]) -> String {
    let line = describe(index);
    let is_twin = |change: &IndexChange| match change {
        IndexChange::Create(other) | IndexChange::Drop(other) => other != index && describe(other) == line,
        IndexChange::Rename(_) | IndexChange::Alter(_) => false,
    };
    let has_twin = !index.definition.is_empty() && all.iter().any(is_twin);
    if has_twin { format!("{line}: {}", index.definition) } else { line }
}

/// An index with all that makes it another one.
pub(super) fn describe(index: &Index) -> String {
    // Only PostgreSQL has a say in where NULLs stand.
    let places_nulls = index.method.is_some() && index.definition.is_empty();
    let keys: Vec<String> = index.keys.iter().map(|key| key_text(key, places_nulls)).collect();
    let mut line = format!("index {}", index.name);
    if let Some(method) = index.method.as_deref().filter(|method| !method.eq_ignore_ascii_case("btree")) {
        line.push_str(&format!(" using {method}"));
    }
    line.push_str(&format!(" ({})", keys.join(", ")));
    line.push_str(if index.unique { " unique" } else { "" });
    if !index.include.is_empty() {
        let names: Vec<&str> = index.include.iter().map(autogen_diff_core::Ident::as_str).collect();
        line.push_str(&format!(" include ({})", names.join(", ")));
    }
    if index.nulls_not_distinct {
        line.push_str(" nulls not distinct");
    }
    line.push_str(&storage(index));
    if let Some(predicate) = &index.predicate {
        line.push_str(&format!(" where {predicate}"));
    }
    line.push_str(if index.valid { "" } else { " invalid" });
    line
}

fn key_text(key: &IndexKey, places_nulls: bool) -> String {
    let mut text = match &key.value {
        IndexKeyValue::Column(column) => column.to_string(),
        IndexKeyValue::Expression(expression) => expression.to_string(),
    };
    if let Some(collation) = &key.collation {
        text.push_str(&format!(" collate {collation}"));
    }
    if let Some(class) = &key.operator_class {
        text.push_str(&format!(" {class}"));
    }
    text.push_str(if key.descending { " desc" } else { "" });
    if places_nulls && key.descending != key.nulls_first {
        text.push_str(if key.nulls_first { " nulls first" } else { " nulls last" });
    }
    text
}

/// Storage parameters and the tablespace, where they are not the usual ones.
fn storage(index: &Index) -> String {
    let parameters = &index.storage_parameters;
    let with =
        if parameters.is_empty() { String::new() } else { format!(" with ({})", parameters.join(", ")) };
    let tablespace = index.tablespace.as_ref().map(|name| format!(" tablespace {name}")).unwrap_or_default();
    with + &tablespace
}

/// What is altered in place.
fn altered(pair: &Pair<Index>) -> String {
    let storage = pair.as_ref().map(storage);
    let mut text = String::new();
    if storage.from != storage.to {
        let usual =
            |text: &str| if text.is_empty() { " default storage".to_owned() } else { text.to_owned() };
        text.push_str(&format!("{} ->{}", usual(&storage.from), usual(&storage.to)));
    }
    if pair.from.keys != pair.to.keys {
        text.push_str(" statistics");
    }
    text
}
