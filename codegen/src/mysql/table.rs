//! Tables: created whole, and reshaped by one `ALTER TABLE` with a clause for each change.

use autogen_diff_core::diff::change::{ConstraintChange, IndexChange, ObjectChange, TableAlteration};
use autogen_diff_core::diff::table::alteration;
use autogen_diff_core::model::{Action, Column, Constraint, ConstraintKind, ForeignKey, Index, Table};
use autogen_diff_core::{Ident, Pair};

use crate::quote::Quoter;

/// `CREATE TABLE` with all that belongs to it.
pub(super) fn create(table: &Table, q: &Quoter) -> String {
    let mut lines: Vec<String> =
        table.columns.iter().map(|column| column_line(column, &column.mysql.definition, q)).collect();
    let (first, rest): (Vec<_>, Vec<_>) =
        table.constraints.iter().partition(|c| matches!(c.kind, ConstraintKind::PrimaryKey(_)));
    lines.extend(first.into_iter().map(|c| constraint(c, q)));
    lines.extend(table.indexes.values().map(|index| index_text(index, q)));
    lines.extend(table.mysql.periods.iter().cloned());
    lines.extend(rest.into_iter().map(|c| constraint(c, q)));
    let mut text = format!("CREATE TABLE {} (\n    {}\n)", q.qualified(&table.name), lines.join(",\n    "));
    for option in &table.mysql.options {
        text.push_str(&format!(" {option}"));
    }
    if let Some(partition) = &table.mysql.partition {
        text.push_str(&format!("\n{partition}"));
    }
    text
}

fn column_line(column: &Column, definition: &str, q: &Quoter) -> String {
    format!("{} {definition}", q.ident(&column.name))
}

/// An index as the server spells it, under its name.
fn index_text(index: &Index, q: &Quoter) -> String {
    // The definition has no name, but a place for it before the parentheses.
    let (kind, rest) = index.definition.split_once(" (").unwrap_or((&index.definition, ""));
    format!("{} {} ({rest}", kind.trim(), q.ident(&index.name))
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

/// One `ALTER TABLE` for all changes but those of foreign keys; partitions are
/// a clause that stands alone.
pub(super) fn reshape(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let lead = format!("ALTER TABLE {}", q.qualified(&pair.to.name));
    let mut statements = Vec::new();
    let clauses = clauses(pair, q);
    if !clauses.is_empty() {
        statements.push(format!("{lead}\n    {}", clauses.join(",\n    ")));
    }
    if pair.from.mysql.partition != pair.to.mysql.partition {
        let partition = pair.to.mysql.partition.as_deref().unwrap_or("REMOVE PARTITIONING");
        statements.push(format!("{lead}\n{partition}"));
    }
    statements
}

fn clauses(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let TableAlteration { table: _, columns, constraints, indexes } = alteration(pair.clone());
    let mut clauses = options(pair);
    let dropped_keys = indexes.iter().filter_map(|change| match change {
        IndexChange::Drop(index) => Some(format!("DROP KEY {}", q.ident(&index.name))),
        IndexChange::Rename(pair) if pair.from.definition == pair.to.definition => {
            Some(format!("RENAME KEY {} TO {}", q.ident(&pair.from.name), q.ident(&pair.to.name)))
        }
        IndexChange::Rename(pair) | IndexChange::Alter(pair) => {
            Some(format!("DROP KEY {}", q.ident(&pair.from.name)))
        }
        IndexChange::Create(_) => None,
    });
    clauses.extend(dropped_keys);
    let own = |change: &&ConstraintChange| match change {
        ConstraintChange::Add(c) | ConstraintChange::Drop(c) | ConstraintChange::Validate(c) => {
            c.foreign_key().is_none()
        }
        ConstraintChange::Rename(names) => {
            pair.to.constraint(&names.to).is_some_and(|c| c.foreign_key().is_none())
        }
        ConstraintChange::AlterDeferrability(_) => false,
    };
    let own: Vec<&ConstraintChange> = constraints.iter().filter(own).collect();
    clauses.extend(own.iter().filter_map(|change| match change {
        ConstraintChange::Drop(constraint) => Some(drop_constraint(constraint, q)),
        ConstraintChange::Rename(names) => pair.from.constraint(&names.from).map(|c| drop_constraint(c, q)),
        ConstraintChange::Add(_)
        | ConstraintChange::Validate(_)
        | ConstraintChange::AlterDeferrability(_) => None,
    }));
    clauses.extend(columns.iter().filter_map(|change| match change {
        ObjectChange::Drop(column) => Some(format!("DROP COLUMN {}", q.ident(&column.name))),
        ObjectChange::Create(_) | ObjectChange::Alter(_) => None,
    }));
    clauses.extend(changed_columns(pair, q));
    clauses.extend(indexes.iter().filter_map(|change| match change {
        IndexChange::Create(index) => Some(format!("ADD {}", index_text(index, q))),
        IndexChange::Rename(pair) if pair.from.definition == pair.to.definition => None,
        IndexChange::Rename(pair) | IndexChange::Alter(pair) => {
            Some(format!("ADD {}", index_text(&pair.to, q)))
        }
        IndexChange::Drop(_) => None,
    }));
    clauses.extend(own.iter().filter_map(|change| match change {
        ConstraintChange::Add(c) => Some(format!("ADD {}", constraint(c, q))),
        ConstraintChange::Rename(names) => {
            pair.to.constraint(&names.to).map(|c| format!("ADD {}", constraint(c, q)))
        }
        ConstraintChange::Drop(_)
        | ConstraintChange::Validate(_)
        | ConstraintChange::AlterDeferrability(_) => None,
    }));
    clauses
}

/// New columns at their place, and changed ones in full: `MODIFY` keeps nothing that it does not say.
fn changed_columns(pair: &Pair<Table>, q: &Quoter) -> Vec<String> {
    let other_charset = charset(&pair.from) != charset(&pair.to);
    let mut clauses = Vec::new();
    let mut previous: Option<&Ident> = None;
    for column in &pair.to.columns {
        let definition = &column.mysql.definition;
        match pair.from.column(&column.name) {
            None => {
                let place = previous.map_or_else(|| "FIRST".to_owned(), |p| format!("AFTER {}", q.ident(p)));
                clauses.push(format!("ADD COLUMN {} {place}", column_line(column, definition, q)));
            }
            Some(old) => {
                let follows = other_charset && has_tables_charset(column);
                if generated(old) != generated(column) {
                    // No MODIFY makes a stored column virtual, or computes one that was not.
                    let place =
                        previous.map_or_else(|| "FIRST".to_owned(), |p| format!("AFTER {}", q.ident(p)));
                    clauses.push(format!("DROP COLUMN {}", q.ident(&column.name)));
                    clauses.push(format!("ADD COLUMN {} {place}", column_line(column, definition, q)));
                } else if old.mysql != column.mysql || follows {
                    clauses.push(format!("MODIFY COLUMN {}", column_line(column, definition, q)));
                }
            }
        }
        previous = Some(&column.name);
    }
    clauses
}

/// Whether a column's values are computed, and stored.
fn generated(column: &Column) -> Option<bool> {
    column.generated.as_ref().map(|generated| generated.stored)
}

/// The table's default character set and collation.
fn charset(table: &Table) -> Vec<&String> {
    let is_text = |option: &&String| option.starts_with("DEFAULT CHARSET=") || option.starts_with("COLLATE=");
    table.mysql.options.iter().filter(is_text).collect()
}

/// Whether a column has the character set and collation of its table: it gets the new ones only
/// when it is stated again, without any.
fn has_tables_charset(column: &Column) -> bool {
    const TYPES: [&str; 8] = ["char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"];
    let definition = &column.mysql.definition;
    let base = column.data_type.split('(').next().unwrap_or_default();
    TYPES.contains(&base) && !definition.contains(" CHARACTER SET ") && !definition.contains(" COLLATE ")
}

/// Table options that differ; one that is gone gets its default back.
fn options(pair: &Pair<Table>) -> Vec<String> {
    let name = |option: &str| option.split('=').next().unwrap_or(option).to_owned();
    let changed = pair.to.mysql.options.iter().filter(|option| !pair.from.mysql.options.contains(option));
    let mut clauses: Vec<String> = changed.cloned().collect();
    if clauses.iter().any(|c| c.starts_with("DEFAULT CHARSET=") || c.starts_with("COLLATE=")) {
        // One without the other would bring back the default of the other.
        clauses.retain(|c| !(c.starts_with("DEFAULT CHARSET=") || c.starts_with("COLLATE=")));
        clauses.push(charset(&pair.to).iter().map(|c| c.as_str()).collect::<Vec<_>>().join(" "));
    }
    let names: Vec<String> = pair.to.mysql.options.iter().map(|option| name(option)).collect();
    for gone in pair.from.mysql.options.iter().map(|option| name(option)).filter(|n| !names.contains(n)) {
        match gone.as_str() {
            "COMMENT" => clauses.push("COMMENT=''".to_owned()),
            "COLLATE" | "DEFAULT CHARSET" => {}
            _ => clauses.push(format!("{gone}=DEFAULT")),
        }
    }
    clauses
}
