//! Changes of a table that no single `ALTER TABLE` makes, or none that keeps the values: in several, with tables between them.

use autogen_diff_core::model::{Action, Column, ColumnExtra, MysqlColumn, MysqlTable, Table, TableExtra};
use autogen_diff_core::{Dialect, Pair};
use autogen_sql_text::{Lexeme, lexemes};

use super::options::is_versioned;
use super::{key, partition};

/// The changes one behind the other; most tables need but one.
pub(super) fn steps(pair: &Pair<Table>) -> Vec<Pair<Table>> {
    let mut steps = Vec::new();
    let mut now = pair.from.clone();
    for between in [without_history_partitions, without_spatial_keys, with_stored_values] {
        if let Some(next) = between(&Pair::new(now.clone(), pair.to.clone())) {
            steps.push(Pair::new(std::mem::replace(&mut now, next.clone()), next));
        }
    }
    steps.push(Pair::new(now, pair.to.clone()));
    steps
}

/// Versioning does not end while the table is parted by it (MariaDB, error 4131).
fn without_history_partitions(pair: &Pair<Table>) -> Option<Table> {
    let ends = is_versioned(&pair.from) && !is_versioned(&pair.to) && partition::is_by_history(&pair.from);
    ends.then(|| {
        let mut table = pair.from.clone();
        table.extra = TableExtra::of_mysql(MysqlTable { partition: None, ..table.mysql().clone() });
        table
    })
}

/// A column gets no other SRID as long as a spatial key is over it (MySQL, error 3644).
fn without_spatial_keys(pair: &Pair<Table>) -> Option<Table> {
    let mut table = pair.from.clone();
    let changed = table
        .columns
        .iter()
        .filter(|column| pair.to.column(&column.name).is_some_and(|other| srid(column) != srid(other)));
    let changed: Vec<_> = changed.map(|column| column.name.clone()).collect();
    let count = table.indexes.len();
    table.indexes.retain(|_, index| {
        !index.definition.starts_with("SPATIAL ") || !changed.iter().any(|column| key::holds(index, column))
    });
    (table.indexes.len() < count).then_some(table)
}

/// `4326` of `point NOT NULL SRID 4326`.
fn srid(column: &Column) -> Option<&str> {
    let definition = &column.mysql().definition;
    let found = lexemes(Dialect::Mysql, definition);
    let at = found.iter().position(|lexeme| lexeme.is("SRID"))?;
    found.get(at + 1).map(|number| &definition[number.span.clone()])
}

/// A virtual column's values are nowhere: they are stored before the column is no longer computed, where they can be.
fn with_stored_values(pair: &Pair<Table>) -> Option<Table> {
    let mut table = pair.from.clone();
    let mut stored = false;
    for column in &mut table.columns {
        let ends = pair.to.column(&column.name).is_some_and(|other| other.generated.is_none());
        let can_be = ends && can_be_stored(&pair.from, column);
        if let Some(generated) = column.generated.as_mut().filter(|generated| can_be && !generated.stored) {
            generated.stored = true;
            let definition = stored_definition(&column.mysql().definition);
            column.extra = ColumnExtra::of_mysql(MysqlColumn { definition, ..column.mysql().clone() });
            stored = true;
        }
    }
    stored.then_some(table)
}

/// Whether the server can store what a virtual column is computed to: no foreign key changes what it reads, and it is the same at
/// another moment and in another session.
pub(super) fn can_be_stored(table: &Table, column: &Column) -> bool {
    const OF_THE_MOMENT: [&str; 14] = [
        "now",
        "current_timestamp",
        "curdate",
        "current_date",
        "curtime",
        "current_time",
        "localtime",
        "localtimestamp",
        "sysdate",
        "utc_timestamp",
        "rand",
        "uuid",
        "user",
        "connection_id",
    ];
    let definition = &column.mysql().definition;
    let acts = |action: Action| !matches!(action, Action::NoAction | Action::Restrict);
    let is_changed =
        table.constraints.iter().filter_map(|constraint| constraint.foreign_key()).any(|foreign| {
            (acts(foreign.on_update) || acts(foreign.on_delete))
                && foreign.columns.iter().any(|name| key::names_column(definition, name))
        });
    let changes = |lexeme: &Lexeme| OF_THE_MOMENT.iter().any(|function| lexeme.is(function));
    !is_changed && !lexemes(Dialect::Mysql, definition).iter().any(changes)
}

/// The definition of a virtual column as that of a stored one.
fn stored_definition(definition: &str) -> String {
    let found = lexemes(Dialect::Mysql, definition);
    let word = found.iter().find(|lexeme| lexeme.is("VIRTUAL"));
    word.map_or_else(
        || definition.to_owned(),
        |word| format!("{}STORED{}", &definition[..word.span.start], &definition[word.span.end..]),
    )
}
