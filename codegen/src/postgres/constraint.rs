//! Constraints.

use autogen_diff_core::model::{
    Action, Constraint, ConstraintKind, Deferrability, ForeignKey, KeyConstraint, MatchType,
};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use crate::plan::ConstraintOperation;
use crate::quote::Quoter;

pub(super) fn statement(operation: &ConstraintOperation, q: &Quoter) -> String {
    match operation {
        ConstraintOperation::Add { table, constraint } => add(table, constraint, q),
        ConstraintOperation::FromIndex { table, constraint, index } => {
            from_index(table, constraint, index, q)
        }
        ConstraintOperation::Drop { table, constraint } => drop(table, constraint, q),
        ConstraintOperation::Rename { table, names } => rename(table, names, q),
        ConstraintOperation::Validate { table, constraint } => validate(table, constraint, q),
        ConstraintOperation::AlterDeferrability { table, constraint } => {
            alter_deferrability(table, &constraint.to, q)
        }
    }
}

/// The definition as it stands in `CREATE TABLE` and `ADD`.
pub(super) fn definition(constraint: &Constraint, q: &Quoter) -> String {
    let name = constraint.name.as_ref().map(|name| format!("CONSTRAINT {} ", q.ident(name)));
    let (body, validated) = match &constraint.kind {
        ConstraintKind::PrimaryKey(key) => (key_text("PRIMARY KEY", key, q), true),
        ConstraintKind::Unique(key) => (key_text("UNIQUE", key, q), true),
        ConstraintKind::ForeignKey(key) => (foreign_key(key, q), key.validated),
        ConstraintKind::Check(check) => {
            let no_inherit = if check.no_inherit { " NO INHERIT" } else { "" };
            (format!("CHECK ({}){no_inherit}", check.expression), check.validated)
        }
        ConstraintKind::Exclude(text) => (text.to_string(), true),
    };
    let deferrability = deferrability(constraint);
    let not_valid = if validated { "" } else { " NOT VALID" };
    format!("{}{body}{deferrability}{not_valid}", name.unwrap_or_default())
}

/// When it is checked, as it stands behind a constraint.
pub(super) const fn deferrability(constraint: &Constraint) -> &'static str {
    match constraint.deferrability {
        Deferrability::NotDeferrable => "",
        Deferrability::Immediate => " DEFERRABLE",
        Deferrability::Deferred => " DEFERRABLE INITIALLY DEFERRED",
    }
}

fn key_text(word: &str, key: &KeyConstraint, q: &Quoter) -> String {
    let nulls = if key.nulls_not_distinct { " NULLS NOT DISTINCT" } else { "" };
    let mut text = format!("{word}{nulls} ({})", q.list(&key.columns));
    if !key.include.is_empty() {
        text.push_str(&format!(" INCLUDE ({})", q.list(&key.include)));
    }
    if !key.storage_parameters.is_empty() {
        text.push_str(&format!(" WITH ({})", super::table::parameters(&key.storage_parameters, q)));
    }
    if let Some(tablespace) = &key.tablespace {
        text.push_str(&format!(" USING INDEX TABLESPACE {}", q.ident(tablespace)));
    }
    text
}

fn foreign_key(key: &ForeignKey, q: &Quoter) -> String {
    let mut text = format!("FOREIGN KEY ({}) REFERENCES {}", q.list(&key.columns), q.qualified(&key.target));
    if !key.target_columns.is_empty() {
        text.push_str(&format!(" ({})", q.list(&key.target_columns)));
    }
    if key.match_type == MatchType::Full {
        text.push_str(" MATCH FULL");
    }
    if let Some(action) = action(key.on_update) {
        text.push_str(&format!(" ON UPDATE {action}"));
    }
    if let Some(action) = action(key.on_delete) {
        text.push_str(&format!(" ON DELETE {action}"));
        if !key.on_delete_columns.is_empty() {
            text.push_str(&format!(" ({})", q.list(&key.on_delete_columns)));
        }
    }
    text
}

const fn action(action: Action) -> Option<&'static str> {
    match action {
        Action::NoAction => None,
        Action::Restrict => Some("RESTRICT"),
        Action::Cascade => Some("CASCADE"),
        Action::SetNull => Some("SET NULL"),
        Action::SetDefault => Some("SET DEFAULT"),
    }
}

pub(super) fn drop(table: &QualifiedName, constraint: &Constraint, q: &Quoter) -> String {
    format!("ALTER TABLE {} DROP CONSTRAINT {}", q.qualified(table), name(constraint, q))
}

pub(super) fn rename(table: &QualifiedName, names: &Pair<Ident>, q: &Quoter) -> String {
    let (from, to) = (q.ident(&names.from), q.ident(&names.to));
    format!("ALTER TABLE {} RENAME CONSTRAINT {from} TO {to}", q.qualified(table))
}

pub(super) fn validate(table: &QualifiedName, constraint: &Constraint, q: &Quoter) -> String {
    format!("ALTER TABLE {} VALIDATE CONSTRAINT {}", q.qualified(table), name(constraint, q))
}

/// PostgreSQL names every constraint.
fn name(constraint: &Constraint, q: &Quoter) -> String {
    constraint.name.iter().map(|name| q.ident(name)).collect()
}

pub(super) fn add(table: &QualifiedName, constraint: &Constraint, q: &Quoter) -> String {
    let only = if constraint.key().is_some_and(|key| key.alone) { "ONLY " } else { "" };
    format!("ALTER TABLE {only}{} ADD {}", q.qualified(table), definition(constraint, q))
}

/// A key over an index that is there.
pub(super) fn from_index(
    table: &QualifiedName,
    constraint: &Constraint,
    index: &Ident,
    q: &Quoter,
) -> String {
    let word =
        if matches!(constraint.kind, ConstraintKind::PrimaryKey(_)) { "PRIMARY KEY" } else { "UNIQUE" };
    let (table, name, index) = (q.qualified(table), name(constraint, q), q.ident(index));
    let deferrability = deferrability(constraint);
    format!("ALTER TABLE {table} ADD CONSTRAINT {name} {word} USING INDEX {index}{deferrability}")
}

pub(super) fn alter_deferrability(table: &QualifiedName, constraint: &Constraint, q: &Quoter) -> String {
    let name = constraint.name.as_ref().map(|name| q.ident(name)).unwrap_or_default();
    let how = match constraint.deferrability {
        Deferrability::NotDeferrable => "NOT DEFERRABLE",
        Deferrability::Immediate => "DEFERRABLE INITIALLY IMMEDIATE",
        Deferrability::Deferred => "DEFERRABLE INITIALLY DEFERRED",
    };
    format!("ALTER TABLE {} ALTER CONSTRAINT {name} {how}", q.qualified(table))
}
