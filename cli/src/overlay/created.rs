//! What a statement of an SQL file beside a `schema.rs` creates: once it ran, it is there already.

use std::sync::OnceLock;

use autogen_diff_core::definition_kind::DefinitionKind;
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Dialect, Ident, QualifiedName, Schema};
use regex::Regex;

/// What a statement creates that is there already once it ran.
pub(super) struct Created {
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl Created {
    /// `CREATE FUNCTION app."f" (…)`; one with OR REPLACE stands by itself.
    pub(super) fn of(statement: &str) -> Option<Self> {
        static PATTERN: OnceLock<Regex> = OnceLock::new();
        let name = r#"("(?:[^"]|"")+"|`[^`]+`|[\w$]+)"#;
        let pattern = PATTERN.get_or_init(|| {
            let text = format!(
                r"(?is)^create\s+(?:unlogged\s+)?(table|sequence|function|procedure|aggregate)\s+(?:if\s+not\s+exists\s+)?(?:{name}\s*\.\s*)?{name}"
            );
            Regex::new(&text).expect("the pattern is one")
        });
        let found = pattern.captures(statement)?;
        let name = |group: usize| found.get(group).map(|part| unquoted(part.as_str()));
        Some(Self { kind: found[1].to_ascii_uppercase(), namespace: name(2), name: name(3)? })
    }

    /// Takes it out, so that the statement can run; what refers to a table that goes is made again with it.
    pub(super) fn taken_out_of(&self, schema: &mut Schema) {
        let ident = |text: &str| match schema.dialect {
            Dialect::Sqlite => Ident::case_insensitive(text),
            Dialect::Postgres | Dialect::Mysql => Ident::exact(text),
        };
        let namespace = match schema.dialect {
            Dialect::Postgres => {
                self.namespace.as_deref().map(ident).or_else(|| schema.default_namespace.clone())
            }
            Dialect::Mysql | Dialect::Sqlite => None,
        };
        let name = QualifiedName::new(namespace, ident(&self.name));
        match self.kind.as_str() {
            "TABLE" => {
                schema.tables.remove(&name);
                for table in schema.tables.values_mut() {
                    table.constraints.retain(|c| c.foreign_key().is_none_or(|key| key.target != name));
                }
                schema.dependencies.retain(|id, _| !matches!(id, ObjectId::Constraint(..)));
            }
            "SEQUENCE" => drop(schema.sequences.remove(&name)),
            _ => {
                // The catalog's identity of a routine is its name with its schema, and its arguments.
                let schema_name = name.namespace.as_ref().map(|namespace| format!("{}.", namespace.as_str()));
                let full = schema_name.unwrap_or_default() + name.name.as_str();
                let is_routine = |kind: DefinitionKind| {
                    matches!(
                        kind,
                        DefinitionKind::Function | DefinitionKind::Procedure | DefinitionKind::Aggregate
                    )
                };
                schema.definitions.retain(|(kind, identity), _| {
                    let same = identity.split('(').next().unwrap_or_default().replace('"', "") == full;
                    !(is_routine(*kind) && same)
                });
            }
        }
    }
}

fn unquoted(name: &str) -> String {
    let inner = |quote: char| name.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    match (inner('"'), inner('`')) {
        (Some(inner), _) => inner.replace("\"\"", "\""),
        (None, Some(inner)) => inner.to_owned(),
        (None, None) => name.to_ascii_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::Created;

    #[test]
    fn the_name_is_found_where_it_stands() {
        let found =
            |sql: &str| Created::of(sql).map(|created| (created.kind, created.namespace, created.name));
        let some = |kind: &str, schema: Option<&str>, name: &str| {
            Some((kind.to_owned(), schema.map(str::to_owned), name.to_owned()))
        };
        assert_eq!(found("create function App.\"F x\" (a int)"), some("FUNCTION", Some("app"), "F x"));
        assert_eq!(found("CREATE TABLE IF NOT EXISTS `T` (id int)"), some("TABLE", None, "T"));
        assert_eq!(found("CREATE UNLOGGED TABLE t (id int)"), some("TABLE", None, "t"));
        assert_eq!(found("CREATE OR REPLACE FUNCTION f() RETURNS int"), None);
        assert_eq!(found("CREATE INDEX i ON t (a)"), None);
    }
}
