//! Tables: created whole, and reshaped by one `ALTER TABLE` with a clause for each change.

use std::collections::BTreeSet;

use autogen_diff_core::diff::change::{ConstraintChange, ObjectChange, TableAlteration};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{Action, Column, Constraint, ConstraintKind, ForeignKey, Table};
use autogen_diff_core::{Ident, Pair};

use super::key::{self, KeyClauses, names_column};
use super::online::OnlineDdl;
use super::options::{self, charset, is_versioned};
use super::partition;
use super::steps::steps;
use crate::quote::Quoter;

/// `CREATE TABLE` with all that belongs to it.
pub(super) fn create(table: &Table, q: &Quoter) -> String {
    let mut lines: Vec<String> =
        table.columns.iter().map(|column| column_line(column, &column.mysql().definition, q)).collect();
    let (first, rest): (Vec<_>, Vec<_>) =
        table.constraints.iter().partition(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
    lines.extend(first.into_iter().map(|c| constraint(c, q)));
    lines.extend(table.indexes.values().map(|index| key::definition(index, q)));
    lines.extend(table.mysql().periods.iter().cloned());
    lines.extend(rest.into_iter().map(|c| constraint(c, q)));
    let mut text = format!("CREATE TABLE {} (\n    {}\n)", q.qualified(&table.name), lines.join(",\n    "));
    for option in &table.mysql().options {
        text.push_str(&format!(" {option}"));
    }
    if let Some(partition) = &table.mysql().partition {
        text.push_str(&format!("\n{partition}"));
    }
    text
}

fn column_line(column: &Column, definition: &str, q: &Quoter) -> String {
    format!("{} {definition}", q.ident(&column.name))
}

/// A constraint as it stands in `CREATE TABLE` and `ADD`.
pub(super) fn constraint(constraint: &Constraint, q: &Quoter) -> String {
    let named = |text: &str| {
        let name = constraint.name.iter().map(|name| format!("CONSTRAINT {} ", q.ident(name)));
        format!("{}{text}", name.collect::<String>())
    };
    match &constraint.kind {
        ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => key.definition.clone(),
        ConstraintKind::ForeignKey(key) => named(&foreign_key(key, q)),
        ConstraintKind::Check(check) => named(&format!("CHECK {}", check.expression)),
        ConstraintKind::Exclude(text) => named(text.as_str()),
    }
}

fn foreign_key(key: &ForeignKey, q: &Quoter) -> String {
    let mut text = format!(
        "FOREIGN KEY ({}) REFERENCES {} ({})",
        q.list(&key.columns),
        q.qualified(&key.target),
        q.list(&key.target_columns)
    );
    for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
        let word = match action {
            Action::NoAction => continue,
            Action::Restrict => "RESTRICT",
            Action::Cascade => "CASCADE",
            Action::SetNull => "SET NULL",
            Action::SetDefault => "SET DEFAULT",
        };
        text.push_str(&format!(" ON {event} {word}"));
    }
    text
}

/// The clause that takes a constraint away.
pub(super) fn drop_constraint(constraint: &Constraint, q: &Quoter) -> String {
    let name = constraint.name.iter().map(|name| q.ident(name)).collect::<String>();
    match &constraint.kind {
        ConstraintKind::PrimaryKey(_) => "DROP PRIMARY KEY".to_owned(),
        ConstraintKind::Unique(_) => format!("DROP KEY {name}"),
        ConstraintKind::ForeignKey(_) => format!("DROP FOREIGN KEY {name}"),
        ConstraintKind::Check(_) | ConstraintKind::Exclude(_) => format!("DROP CONSTRAINT {name}"),
    }
}

/// One `ALTER TABLE` for all changes but those of foreign keys, with other partitions at its end; partitions that are only added are
/// a statement of their own.
pub(super) fn alter_table_at_once(pair: &Pair<Table>, work: Option<OnlineDdl>, q: &Quoter) -> Vec<String> {
    let lead = format!("ALTER TABLE {}", q.qualified(&pair.to.name));
    let alteration = alteration(pair.clone());
    let keys = key::changes(&alteration.indexes, &remade_columns(pair), q);
    let mut statements: Vec<String> = keys.first.iter().map(|clause| format!("{lead} {clause}")).collect();
    let mut clauses = clauses(pair, &alteration, keys, q);
    let mut partitions = partition::clause(pair);
    if !clauses.is_empty() {
        // Otherwise the server refuses, since old rows take the new form too.
        let has_history = is_versioned(&pair.from) && (is_versioned(&pair.to) || clauses.len() > 1);
        clauses.extend(work.and_then(OnlineDdl::clauses).map(str::to_owned));
        // Columns and keys that only the old or the new partitions allow change along with them.
        let at_end = partitions.take_if(|_| partition::moves_rows(pair));
        let at_end = at_end.map(|clause| format!("\n{clause}")).unwrap_or_default();
        let alter = format!("{lead}\n    {}{at_end}", clauses.join(",\n    "));
        if has_history {
            statements.push("SET SESSION system_versioning_alter_history = KEEP".to_owned());
            statements.push(alter);
            statements.push("SET SESSION system_versioning_alter_history = DEFAULT".to_owned());
        } else {
            statements.push(alter);
        }
    }
    statements.extend(partitions.map(|clause| format!("{lead}\n{clause}")));
    statements
}

/// The clauses of a change that is a single statement.
pub(super) fn clauses_alone(pair: &Pair<Table>, q: &Quoter) -> Option<Vec<String>> {
    if steps(pair).len() > 1 {
        return None;
    }
    let alteration = alteration(pair.clone());
    let keys = key::changes(&alteration.indexes, &remade_columns(pair), q);
    let is_alone = keys.first.is_empty() && partition::clause(pair).is_none();
    is_alone.then(|| clauses(pair, &alteration, keys, q)).filter(|clauses| !clauses.is_empty())
}

fn clauses(pair: &Pair<Table>, alteration: &TableAlteration, keys: KeyClauses, q: &Quoter) -> Vec<String> {
    let TableAlteration { table: _, columns, constraints, indexes: _ } = alteration;
    let (dropped, added) = own_constraints(pair, constraints, q);
    let mut clauses = options::clauses(pair);
    clauses.extend(periods(&pair.from, &pair.to).map(|name| format!("DROP PERIOD FOR {name}")));
    clauses.extend(keys.drops);
    clauses.extend(dropped);
    let (remade_drops, remade_adds) = keys_of_remade_columns(pair, q);
    clauses.extend(remade_drops);
    clauses.extend(columns.iter().filter_map(|change| match change {
        ObjectChange::Drop(column) => Some(format!("DROP COLUMN {}", q.ident(&column.name))),
        ObjectChange::Create(_) | ObjectChange::Alter(_) => None,
    }));
    clauses.extend(changed_columns(pair, q));
    clauses.extend(keys.adds);
    clauses.extend(added);
    clauses.extend(remade_adds);
    let new = pair.to.mysql().periods.iter().filter(|period| !pair.from.mysql().periods.contains(period));
    clauses.extend(new.map(|period| format!("ADD {period}")));
    // Old rows can be kept only once there are the columns that say since when.
    clauses.extend(options::versioning(pair));
    clauses
}

/// The names of periods that one table has and the other has not.
fn periods<'a>(table: &'a Table, other: &'a Table) -> impl Iterator<Item = &'a str> {
    let gone = table.mysql().periods.iter().filter(|period| !other.mysql().periods.contains(period));
    gone.filter_map(|period| period.strip_prefix("PERIOD FOR ")?.split(" (").next())
}

/// The clauses that drop and add constraints, but for foreign keys.
fn own_constraints(
    pair: &Pair<Table>,
    constraints: &[ConstraintChange],
    q: &Quoter,
) -> (Vec<String>, Vec<String>) {
    let (mut drops, mut adds) = (Vec::new(), Vec::new());
    let is_own = |constraint: &&Constraint| constraint.foreign_key().is_none();
    for change in constraints {
        let (old, new) = match change {
            ConstraintChange::Add(constraint) => (None, Some(constraint)),
            ConstraintChange::Drop(constraint) => (Some(constraint), None),
            ConstraintChange::Rename(names) => {
                (pair.from.constraint(&names.from), pair.to.constraint(&names.to))
            }
            ConstraintChange::Validate(_) | ConstraintChange::AlterDeferrability(_) => (None, None),
        };
        drops.extend(old.filter(is_own).map(|old| drop_constraint(old, q)));
        adds.extend(new.filter(is_own).map(|new| format!("ADD {}", constraint(new, q))));
    }
    (drops, adds)
}

/// New columns at their place, and changed ones in full: `MODIFY` keeps nothing that it does not say.
fn changed_columns(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let (other_charset, remade) = (has_other_charset(pair), remade_columns(pair));
    let mut clauses = Vec::new();
    let mut previous: Option<&Ident> = None;
    for column in &pair.to.columns {
        let definition = &column.mysql().definition;
        match pair.from.column(&column.name) {
            None => {
                let place = previous.map_or_else(|| "FIRST".to_owned(), |p| format!("AFTER {}", q.ident(p)));
                clauses.push(format!("ADD COLUMN {} {place}", column_line(column, definition, q)));
            }
            Some(old) => {
                let follows = other_charset && has_tables_charset(column);
                if remade.contains(&column.name) {
                    let place =
                        previous.map_or_else(|| "FIRST".to_owned(), |p| format!("AFTER {}", q.ident(p)));
                    clauses.push(format!("DROP COLUMN {}", q.ident(&column.name)));
                    clauses.push(format!("ADD COLUMN {} {place}", column_line(column, definition, q)));
                } else if old.mysql().spelling != column.mysql().spelling {
                    let (name, line) = (q.ident(&old.name), column_line(column, definition, q));
                    clauses.push(format!("CHANGE COLUMN {name} {line}"));
                } else if old.mysql() != column.mysql() || follows {
                    clauses.push(format!("MODIFY COLUMN {}", column_line(column, definition, q)));
                }
            }
        }
        previous = Some(&column.name);
    }
    clauses
}

/// Whether a column is dropped and added again: no MODIFY makes a stored column virtual, or computes one that was not. One that was
/// computed and stored keeps its values.
fn is_remade(from: &Column, to: &Column) -> bool {
    generated(from) != generated(to) && !(generated(from) == Some(true) && to.generated.is_none())
}

/// The columns that are dropped and added again, and those that are computed from them.
fn remade_columns(pair: &Pair<Table>) -> BTreeSet<&Ident> {
    let remade = |to: &&Column| pair.from.column(&to.name).is_some_and(|from| is_remade(from, to));
    let mut found: BTreeSet<&Ident> =
        pair.to.columns.iter().filter(remade).map(|column| &column.name).collect();
    loop {
        let before = found.len();
        let stays =
            |column: &&Column| pair.from.column(&column.name).is_some_and(|from| from.generated.is_some());
        let computed = pair.to.columns.iter().filter(|column| column.generated.is_some()).filter(stays);
        let follow: Vec<&Ident> = computed
            .filter(|column| found.iter().any(|name| names_column(&column.mysql().definition, name)))
            .map(|column| &column.name)
            .collect();
        found.extend(follow);
        if found.len() == before {
            return found;
        }
    }
}

/// The clauses that drop and add the keys and checks that do not differ, over columns that are made again: the server would build them for
/// the old type, and knows no column of that name in between.
fn keys_of_remade_columns(pair: &Pair<Table>, q: &Quoter) -> (Vec<String>, Vec<String>) {
    let remade = remade_columns(pair);
    let indexes = pair.from.indexes.values();
    let indexes = indexes
        .filter(|index| key::is_over(index, &remade) && pair.to.indexes.get(&index.name) == Some(*index))
        .map(|index| {
            let drop = format!("DROP KEY {}", q.ident(&index.name));
            (drop, format!("ADD {}", key::definition(index, q)))
        });
    let is_over = |constraint: &&Constraint| {
        constraint.key().is_some_and(|key| key.columns.iter().any(|name| remade.contains(name)))
    };
    let constraints = pair.from.constraints.iter();
    let constraints = constraints
        .filter(|constraint| is_over(constraint) && pair.to.constraints.contains(constraint))
        .map(|found| (drop_constraint(found, q), format!("ADD {}", constraint(found, q))));
    let names_remade = |constraint: &&Constraint| match &constraint.kind {
        ConstraintKind::Check(check) => {
            remade.iter().any(|name| names_column(check.expression.as_str(), name))
        }
        ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::ForeignKey(_)
        | ConstraintKind::Exclude(_) => false,
    };
    let checks = pair.from.constraints.iter();
    let checks = checks
        .filter(|found| names_remade(found) && pair.to.constraints.contains(found))
        .map(|found| (drop_constraint(found, q), format!("ADD {}", constraint(found, q))));
    indexes.chain(constraints).chain(checks).unzip()
}

fn has_other_charset(pair: &Pair<Table>) -> bool {
    charset(&pair.from) != charset(&pair.to)
}

/// Whether columns take over another character set or collation of their table.
pub(super) fn charset_carries(pair: &Pair<Table>) -> bool {
    let pair = Pair::new(&pair.from, &pair.to);
    pair.to.columns.iter().any(|column| takes_over_charset(pair, &column.name))
}

/// Whether a column that stays takes over another character set or collation of its table.
pub(crate) fn takes_over_charset(table: Pair<&Table>, column: &Ident) -> bool {
    let stays = table.from.column(column).is_some();
    stays
        && charset(table.from) != charset(table.to)
        && table.to.column(column).is_some_and(has_tables_charset)
}

/// Whether a column's values are computed, and stored.
fn generated(column: &Column) -> Option<bool> {
    column.generated.as_ref().map(|generated| generated.stored)
}

/// Whether a column has the character set and collation of its table: it gets the new ones only
/// when it is stated again, without any.
fn has_tables_charset(column: &Column) -> bool {
    const TYPES: [&str; 8] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];
    let definition = &column.mysql().definition;
    let base = column.data_type.split('(').next().unwrap_or_default();
    TYPES.contains(&base) && !definition.contains(" CHARACTER SET ") && !definition.contains(" COLLATE ")
}
