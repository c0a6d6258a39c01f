//! Enum types and extensions.

use autogen_diff_core::model::{EnumType, Extension};
use autogen_diff_core::{Pair, QualifiedName};

use super::replace_type_in_use;
use crate::plan::{ExtensionOperation, NamespaceOperation, TypeOperation};
use crate::quote::Quoter;

pub(super) fn namespace(operation: &NamespaceOperation, q: &Quoter) -> String {
    match operation {
        NamespaceOperation::Create(namespace) => format!("CREATE SCHEMA {}", q.ident(&namespace.name)),
        NamespaceOperation::Drop(namespace) => format!("DROP SCHEMA {}", q.ident(&namespace.name)),
    }
}

pub(super) fn extension(operation: &ExtensionOperation, q: &Quoter) -> Vec<String> {
    match operation {
        ExtensionOperation::Create(extension) => vec![create_extension(extension, q)],
        ExtensionOperation::Drop(extension) => vec![format!("DROP EXTENSION {}", q.ident(&extension.name))],
        ExtensionOperation::Alter(pair) => alter_extension(pair, q),
    }
}

pub(super) fn statements(operation: &TypeOperation, q: &Quoter) -> Vec<String> {
    match operation {
        TypeOperation::CreateEnum(created) => vec![create_enum(created, q)],
        TypeOperation::DropEnum(dropped) => vec![format!("DROP TYPE {}", q.qualified(&dropped.name))],
        TypeOperation::AddEnumValue { name, value, before } => {
            vec![add_enum_value(name, value, before.as_deref(), q)]
        }
        TypeOperation::ReplaceInUse { types, columns } => replace_type_in_use::statements(types, columns, q),
    }
}

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
