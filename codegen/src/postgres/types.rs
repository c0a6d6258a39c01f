//! Enum types and extensions.

use autogen_diff_core::model::{Column, EnumType, Extension};
use autogen_diff_core::{Ident, Pair, QualifiedName};

use super::column;
use crate::quote::Quoter;

pub(super) fn create_extension(extension: &Extension, q: &Quoter) -> String {
    let version = if extension.is_default_version {
        String::new()
    } else {
        format!(" VERSION {}", q.literal(&extension.version))
    };
    format!(
        "CREATE EXTENSION {} WITH SCHEMA {}{version}",
        q.ident(&extension.name),
        q.ident(&extension.namespace)
    )
}

pub(super) fn alter_extension(pair: &Pair<Extension>, q: &Quoter) -> Vec<String> {
    let name = q.ident(&pair.to.name);
    let mut statements = Vec::new();
    if pair.from.namespace != pair.to.namespace {
        statements.push(format!("ALTER EXTENSION {name} SET SCHEMA {}", q.ident(&pair.to.namespace)));
    }
    if pair.from.version != pair.to.version {
        statements.push(format!("ALTER EXTENSION {name} UPDATE TO {}", q.literal(&pair.to.version)));
    }
    statements
}

pub(super) fn create_enum(enum_type: &EnumType, q: &Quoter) -> String {
    let values: Vec<String> = enum_type.values.iter().map(|value| q.literal(value)).collect();
    format!("CREATE TYPE {} AS ENUM ({})", q.qualified(&enum_type.name), values.join(", "))
}

pub(super) fn add_enum_value(name: &QualifiedName, value: &str, before: Option<&str>, q: &Quoter) -> String {
    let place = before.map(|next| format!(" BEFORE {}", q.literal(next))).unwrap_or_default();
    format!("ALTER TYPE {} ADD VALUE {}{place}", q.qualified(name), q.literal(value))
}

/// A new type under the same name; every column goes over by the text of its values.
pub(super) fn swap_enum(
    types: &Pair<EnumType>,
    columns: &[(QualifiedName, Pair<Column>)],
    q: &Quoter,
) -> Vec<String> {
    let new = q.qualified(&types.to.name);
    let old_name = types
        .from
        .name
        .sibling(Ident::exact(format!("__autogen_old_{}", short(types.from.name.name.as_str()))));
    let mut statements = vec![
        format!("ALTER TYPE {} RENAME TO {}", q.qualified(&types.from.name), q.ident(&old_name.name)),
        create_enum(&types.to, q),
    ];
    for (table, column) in columns {
        let name = q.ident(&column.to.name);
        if column.from.default.is_some() {
            statements.push(column::drop_default(table, &column.to.name, q));
        }
        let (array, text) = if column.to.data_type.ends_with("[]") { ("[]", "text[]") } else { ("", "text") };
        statements.push(format!(
            "ALTER TABLE {} ALTER COLUMN {name} TYPE {new}{array} USING {name}::{text}::{new}{array}",
            q.qualified(table)
        ));
        statements.extend(column::set_default(table, &column.to, q));
    }
    statements.push(format!("DROP TYPE {}", q.qualified(&old_name)));
    statements
}

/// Leaves room for the prefix inside PostgreSQL's 63 bytes.
fn short(name: &str) -> &str {
    let mut end = name.len().min(48);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}
