//! Columns in a line each.

use autogen_diff_core::Pair;
use autogen_diff_core::diff::change::{ColumnChange, ObjectChange};
use autogen_diff_core::model::{Column, NotNullConstraint, PostgresColumn};

use crate::postgres::{compression_name, storage_name};

pub(super) fn line(change: &ColumnChange) -> String {
    match change {
        ObjectChange::Create(column) => format!("+ {}", describe(column)),
        ObjectChange::Drop(column) => format!("- column {}", column.name),
        ObjectChange::Alter(pair) => altered(pair),
    }
}

/// A column with what most of its differences are about.
pub(super) fn describe(column: &Column) -> String {
    let mut line = format!("column {} {}", column.name, column.data_type);
    if let Some(collation) = &column.collation {
        line.push_str(&format!(" collate {collation}"));
    }
    if !column.nullable {
        line.push_str(" not null");
    }
    if let Some(default) = &column.default {
        line.push_str(&format!(" default {default}"));
    }
    if let Some(identity) = &column.identity {
        line.push_str(if identity.always { " identity" } else { " identity by default" });
    }
    if let Some(generated) = &column.generated {
        let kind = if generated.stored { "stored" } else { "virtual" };
        line.push_str(&format!(" generated as ({}) {kind}", generated.expression));
    }
    line
}

fn altered(pair: &Pair<Column>) -> String {
    let (from, to) = (describe(&pair.from), describe(&pair.to));
    let mut line =
        if from == to { format!("~ {to}") } else { format!("~ {from} -> {}", &to["column ".len()..]) };
    let mut attributes = attributes(pair);
    if from == to && attributes.is_empty() {
        attributes = texts(pair);
    }
    if !attributes.is_empty() {
        line.push_str(&format!("; {}", attributes.join(", ")));
    }
    line
}

/// What differs of that which the line does not hold.
fn attributes(pair: &Pair<Column>) -> Vec<String> {
    let PostgresColumn { storage, compression, statistics, options, inherited, not_null } =
        pair.from.postgres();
    let to = pair.to.postgres();
    let name_of = |storage: &Option<String>| storage_name(storage.as_deref()).to_lowercase();
    let method = |compression: &Option<String>| compression_name(compression.as_deref()).to_owned();
    let target =
        |number: Option<i32>| number.map_or_else(|| "default".to_owned(), |number| number.to_string());
    let list = |texts: &[String]| if texts.is_empty() { "none".to_owned() } else { texts.join(" ") };
    let yes = |is_so: bool| if is_so { "yes" } else { "no" }.to_owned();
    let sequence = |column: &Column| match &column.identity {
        Some(identity) => format!("{} {:?}", identity.sequence, identity.options),
        None => String::new(),
    };
    let other_sequence = pair.from.identity.is_some()
        && pair.to.identity.is_some()
        && sequence(&pair.from) != sequence(&pair.to);
    let each = [
        ("storage", name_of(storage), name_of(&to.storage)),
        ("compression", method(compression), method(&to.compression)),
        ("statistics target", target(*statistics), target(to.statistics)),
        ("inherited", yes(*inherited), yes(to.inherited)),
        ("not null constraint", not_null_text(not_null), not_null_text(&to.not_null)),
    ];
    let changed = each.into_iter().filter(|(_, from, to)| from != to);
    let mut found: Vec<String> = changed.map(|(what, from, to)| format!("{what} {from} -> {to}")).collect();
    if *options != to.options {
        found.push(format!("options {} -> {}", list(options), list(&to.options)));
    }
    if other_sequence {
        found.push("options of its sequence".to_owned());
    }
    found
}

fn not_null_text(constraint: &NotNullConstraint) -> String {
    let name = constraint.given_name().map_or_else(|| "default".to_owned(), ToString::to_string);
    let inherit = if constraint.no_inherit { " no inherit" } else { "" };
    let valid = if constraint.validated { "" } else { " not valid" };
    format!("{name}{inherit}{valid}")
}

/// The clauses themselves, where nothing else tells what differs.
fn texts(pair: &Pair<Column>) -> Vec<String> {
    let Pair { from, to } = pair;
    let each =
        [(&from.mysql().definition, &to.mysql().definition), (&from.sqlite().tokens, &to.sqlite().tokens)];
    each.into_iter().filter(|(from, to)| from != to).map(|(from, to)| format!("{from} -> {to}")).collect()
}
