//! Tables, views and sequences: what lives in one space of names.

use std::collections::BTreeMap;
use std::sync::mpsc;

use autogen_diff_core::model::{Expression, Parameters, SourceText, View};
use autogen_diff_core::{DefinitionKind, ObjectId, Schema, is_own_table};
use mysql::Conn;

use super::code::{Code, without_own_definer};
use super::scanner::tokens;
use super::{Context, Show, name, quoted, rows, show_each, tables};
use crate::error::IntrospectError;

pub(super) fn read(
    connection: &mut Conn,
    schema: &mut Schema,
    context: &Context,
) -> Result<(), IntrospectError> {
    let mut relations: Vec<(String, String)> =
        rows(connection, "tables and views", include_str!("queries/relations.sql"))?;
    relations.retain(|(_, name)| !is_own_table(name));
    let shows: Vec<Show> = relations
        .iter()
        .map(|(kind, name)| Show { kind: word_of(kind), name: name.clone(), column: 1 })
        .collect();
    let (sender, texts) = mpsc::channel();
    std::thread::scope(|scope| {
        // To understand the texts takes as long as the server takes to write them.
        scope.spawn(|| {
            for ((kind, relation), text) in relations.iter().zip(texts) {
                add(schema, (kind, relation), text, context);
            }
        });
        let shown = show_each(connection, &shows, |text| drop(sender.send(text)));
        drop(sender);
        shown
    })
}

fn add(schema: &mut Schema, (kind, relation): (&str, &str), text: String, context: &Context) {
    match word_of(kind) {
        "TABLE" => {
            tables::add_table(schema, relation, &strip_database_from_calls(&text, &context.database));
        }
        "VIEW" => add_view(schema, relation, &text, context),
        _ => add_sequence(schema, relation, text, context),
    }
}

fn word_of(kind: &str) -> &'static str {
    match kind {
        "VIEW" => "VIEW",
        "SEQUENCE" => "SEQUENCE",
        _ => "TABLE",
    }
}

fn add_view(schema: &mut Schema, view: &str, text: &str, context: &Context) {
    let text = without_own_definer(text, context).replacen(" ALGORITHM=UNDEFINED", "", 1).replacen(
        " SQL SECURITY DEFINER",
        "",
        1,
    );
    let text = strip_database_prefix(&text, &context.database);
    let view = View {
        name: name(view),
        columns: Vec::new(),
        column_types: Vec::new(),
        query: Expression::new(&text),
        options: Parameters::default(),
        column_defaults: BTreeMap::new(),
        source: SourceText(text),
    };
    schema.insert(view);
}

/// A sequence's clauses are those of `ALTER SEQUENCE`, but for the engine.
fn add_sequence(schema: &mut Schema, sequence: &str, create: String, context: &Context) {
    let clauses = create.split(" ENGINE=").next().unwrap_or_default();
    let replace = clauses.replacen("CREATE ", "ALTER ", 1);
    let code = Code {
        kind: DefinitionKind::MariadbSequence,
        identity: quoted(sequence),
        fixed: String::new(),
        replace: Some(replace),
        create,
        sql_mode: context.sql_mode.join(","),
        time_zone: None,
        parent: None,
    };
    code.add(schema, context);
}

/// The text of a view with its own database's name taken out, so that it means the same in another.
///
/// The server leaves the name out by itself while everything is of one database; when it does not,
/// columns have three parts. Functions have it always.
fn strip_database_prefix(text: &str, database: &str) -> String {
    let is_full = tokens(text)
        .windows(5)
        .any(|five| is_name(five[0]) && five[1] == "." && five[3] == "." && is_name(five[4]));
    if is_full { without_name(text, database, |_| true) } else { strip_database_from_calls(text, database) }
}

/// The text with its own database's name taken out of calls: `nextval(`shop`.`ids`)`, `shop`.`f`(1).
fn strip_database_from_calls(text: &str, database: &str) -> String {
    without_name(text, database, |around| {
        around.before.to_ascii_lowercase().ends_with("val(") || around.after.starts_with('(')
    })
}

/// What stands around `database`.`name`.
struct Around<'a> {
    before: &'a str,
    after: &'a str,
}

fn without_name(text: &str, database: &str, drops: impl Fn(&Around<'_>) -> bool) -> String {
    let home = quoted(database);
    if !text.contains(&home) {
        return text.to_owned();
    }
    let pieces = tokens(text);
    let mut kept = String::with_capacity(text.len());
    let mut skip = false;
    for (i, piece) in pieces.iter().enumerate() {
        if std::mem::take(&mut skip) {
            continue;
        }
        let next = |n: usize| pieces.get(i + n).copied().unwrap_or_default();
        let is_inner = i > 0 && pieces[i - 1].ends_with('.');
        if *piece == home && !is_inner && next(1) == "." && is_name(next(2)) {
            let before = if i > 0 { pieces[i - 1] } else { "" };
            if drops(&Around { before, after: next(3) }) {
                skip = true;
                continue;
            }
        }
        kept.push_str(piece);
    }
    kept
}

fn is_name(piece: &str) -> bool {
    piece.starts_with('`')
}

/// The catalog does not tell what a view reads (MariaDB), so its text does: every
/// name in back quotes that is a relation's. Tables use sequences in defaults.
pub(super) fn link(schema: &mut Schema) {
    let mut found: Vec<(ObjectId, ObjectId)> = Vec::new();
    for definition in schema.views() {
        let view = &definition.name;
        for other in names_in(definition.query.as_str()) {
            let other = name(&other);
            if schema.has_table(&other) {
                found.push((ObjectId::View(view.clone()), ObjectId::Table(other)));
            } else if schema.has_view(&other) && other != *view {
                found.push((ObjectId::View(view.clone()), ObjectId::View(other)));
            }
        }
    }
    let has_sequences = schema.definitions_of(DefinitionKind::MariadbSequence).next().is_some();
    for table in schema.tables().filter(|_| has_sequences) {
        for column in &table.columns {
            for other in names_in(&column.mysql().definition) {
                let key = (DefinitionKind::MariadbSequence, quoted(&other));
                if let Some(sequence) = schema.definition(&key) {
                    found.push((ObjectId::Column(table.name.clone(), column.name.clone()), sequence.id()));
                }
            }
        }
    }
    for (id, needed) in found {
        schema.dependencies.entry(id).or_default().insert(needed);
    }
}

fn names_in(text: &str) -> Vec<String> {
    let quoted = tokens(text).into_iter().filter(|piece| is_name(piece));
    quoted.filter_map(super::scanner::name).map(|(name, _)| name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_named_like_its_table_keeps_the_columns_table() {
        let compact = "CREATE VIEW `v` AS select `shop`.`id` AS `id`,`shop`.`f`(1) AS `x` from `shop`";
        assert_eq!(
            strip_database_prefix(compact, "shop"),
            "CREATE VIEW `v` AS select `shop`.`id` AS `id`,`f`(1) AS `x` from `shop`"
        );
        let full =
            "CREATE VIEW `v` AS select `shop`.`shop`.`id` AS `id` from (`shop`.`shop` join `other`.`t`)";
        assert_eq!(
            strip_database_prefix(full, "shop"),
            "CREATE VIEW `v` AS select `shop`.`id` AS `id` from (`shop` join `other`.`t`)"
        );
        assert_eq!(
            strip_database_from_calls("`a` int DEFAULT nextval(`shop`.`s`) COMMENT '`shop`.`s`'", "shop"),
            "`a` int DEFAULT nextval(`s`) COMMENT '`shop`.`s`'"
        );
    }
}
