//! Types in use that a new type of the same name takes the place of.

use autogen_diff_core::model::{Attribute, Definition, DefinitionParts};
use autogen_diff_core::{Dialect, Ident, Pair};

use super::{casts, column, definition, types};
use crate::plan::{ReplacedType, RetypedColumn};
use crate::quote::Quoter;

/// The old types step aside, the new ones are made, the columns go over, the old ones go.
pub(super) fn statements(
    swapped_types: &[ReplacedType],
    columns: &[RetypedColumn],
    q: &Quoter,
) -> Vec<String> {
    let mut statements: Vec<String> =
        swapped_types.iter().map(|swapped| rename_old_type(swapped, q)).collect();
    statements.extend(swapped_types.iter().flat_map(|swapped| create(swapped, q)));
    for swapped_column in columns {
        let RetypedColumn { table, column: pair, type_id } = swapped_column;
        let found = swapped_types.iter().find(|swapped| swapped.id() == *type_id);
        let swapped = found.expect("a column goes over to one of the types");
        if pair.from.default.is_some() {
            statements.push(column::drop_default(table, &pair.to.name, q));
        }
        let array = if pair.to.data_type.ends_with("[]") { "[]" } else { "" };
        let name = q.ident(&pair.to.name);
        statements.push(format!(
            "ALTER TABLE {} ALTER COLUMN {name} TYPE {}{array} USING {}",
            q.qualified(table),
            type_name(swapped, q),
            value(swapped, swapped_types, &name, array, q)
        ));
        statements.extend(column::set_default(table, &pair.to, q));
    }
    statements.extend(swapped_types.iter().rev().map(|swapped| drop_old(swapped, q)));
    statements
}

fn type_name(swapped: &ReplacedType, q: &Quoter) -> String {
    match swapped {
        ReplacedType::Enum(pair) => q.qualified(&pair.to.name),
        ReplacedType::Definition(pair) => pair.to.identity.clone(),
    }
}

/// The new value of a column.
fn value(swapped: &ReplacedType, all: &[ReplacedType], column: &str, array: &str, q: &Quoter) -> String {
    let new = type_name(swapped, q);
    let by_text = || format!("{column}::text{array}::{new}{array}");
    let ReplacedType::Definition(pair) = swapped else { return by_text() };
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => {
            let plain = casts::is_assignment(&from.base, &to.base) && from.base != to.base;
            if plain { format!("{column}::{}{array}::{new}{array}", to.base) } else { by_text() }
        }
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            // A field whose type is swapped too goes over by its text.
            let by_text = |attribute: &Attribute| {
                let element = attribute.data_type.trim_end_matches("[]");
                all.iter().any(|other| server_type_name(other) == element)
            };
            let fields = to.iter().map(|attribute| field(column, from, attribute, by_text(attribute)));
            let fields: Vec<String> = fields.collect();
            format!(
                "CASE WHEN {column} IS NOT DISTINCT FROM NULL THEN NULL ELSE ROW({})::{new} END",
                fields.join(", ")
            )
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => by_text(),
    }
}

/// A type's name as the server spells it in full.
fn server_type_name(swapped: &ReplacedType) -> String {
    match swapped {
        ReplacedType::Enum(pair) => Quoter::new(Dialect::Postgres, None).qualified(&pair.to.name),
        ReplacedType::Definition(pair) => pair.to.identity.clone(),
    }
}

/// One field of a composite value, cast where its type changes.
fn field(column: &str, from: &[Attribute], to: &Attribute, by_text: bool) -> String {
    let Some(old) = from.iter().find(|old| old.name == to.name) else { return "NULL".to_owned() };
    let (name, data_type) = (&to.name, &to.data_type);
    if by_text {
        let array = if data_type.ends_with("[]") { "[]" } else { "" };
        return format!("({column}).{name}::text{array}::{data_type}");
    }
    if old.data_type == *data_type {
        return format!("({column}).{name}");
    }
    let value = format!("({column}).{name}");
    if casts::is_assignment(&old.data_type, data_type) {
        return format!("{value}::{data_type}");
    }
    casts::explicit(&value, &old.data_type, data_type)
}

fn create(swapped: &ReplacedType, q: &Quoter) -> Vec<String> {
    match swapped {
        ReplacedType::Enum(pair) => vec![types::create_enum(&pair.to, q)],
        ReplacedType::Definition(pair) => definition::create(&pair.to, q),
    }
}

fn rename_old_type(swapped: &ReplacedType, q: &Quoter) -> String {
    match swapped {
        ReplacedType::Enum(pair) => {
            let old = old_name(pair.from.name.name.as_str());
            format!("ALTER TYPE {} RENAME TO {}", q.qualified(&pair.from.name), q.ident(&old))
        }
        ReplacedType::Definition(Pair { from, to: _ }) => {
            let old = old_name(own_name(from).1.as_str());
            let keyword = keyword(from);
            format!("ALTER {keyword} {} RENAME TO {}", from.identity, q.ident(&old))
        }
    }
}

fn drop_old(swapped: &ReplacedType, q: &Quoter) -> String {
    match swapped {
        ReplacedType::Enum(pair) => {
            let name = pair.from.name.sibling(old_name(pair.from.name.name.as_str()));
            format!("DROP TYPE {}", q.qualified(&name))
        }
        ReplacedType::Definition(Pair { from, to: _ }) => {
            let (namespace, name) = own_name(from);
            format!("DROP {} {namespace}{}", keyword(from), q.ident(&old_name(name.as_str())))
        }
    }
}

/// `DOMAIN` or `TYPE`.
fn keyword(definition: &Definition) -> &'static str {
    definition.kind.keyword(Dialect::Postgres).unwrap_or("TYPE")
}

/// The namespace as it is written, with its dot, and the raw name.
fn own_name(definition: &Definition) -> (String, Ident) {
    let name = definition.qualified_name().expect("a type has a name in a namespace");
    let end = definition.identity.len() - crate::quote::server_ident(name.name.as_str()).len();
    (definition.identity[..end].to_owned(), name.name)
}

fn old_name(name: &str) -> Ident {
    Ident::exact(format!("__autogen_old_{}", short(name)))
}

/// Leaves room for the prefix inside PostgreSQL's 63 bytes.
fn short(name: &str) -> &str {
    let mut end = name.len().min(48);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    &name[..end]
}
