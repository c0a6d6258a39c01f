//! What a statement of an SQL file beside a `schema.rs` creates: once it ran, it is there already.

use autogen_diff_core::definition_kind::DefinitionKind;
use autogen_diff_core::object::ObjectId;
use autogen_diff_core::{Dialect, Ident, QualifiedName, Schema};
use autogen_sql_text::{SourceStatement, VerbClass};

/// What a statement creates that is there already once it ran.
pub(super) struct Created {
    kind: String,
    namespace: Option<String>,
    name: String,
}

impl Created {
    /// `CREATE FUNCTION app."f" (…)`; one with OR REPLACE stands by itself.
    pub(super) fn of(dialect: Dialect, statement: &SourceStatement) -> Option<Self> {
        const KINDS: [&str; 5] = ["TABLE", "SEQUENCE", "FUNCTION", "PROCEDURE", "AGGREGATE"];
        let found = statement.classify(dialect);
        let replaces = statement.words.get(1).is_some_and(|word| word == "OR");
        let object = found.object.filter(|object| KINDS.contains(&object.kind.as_str()))?;
        let (name, namespace) = object.name.split_last()?;
        let created = found.class == VerbClass::Create && !replaces;
        created.then(|| Self { kind: object.kind, namespace: namespace.last().cloned(), name: name.clone() })
    }

    /// Takes it out, so that the statement can run; what refers to a table that goes is made again with it.
    pub(super) fn remove_from(&self, schema: &mut Schema) {
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
                schema.objects.remove(&ObjectId::Table(name.clone()));
                for table in schema.tables_mut() {
                    table.constraints.retain(|c| c.foreign_key().is_none_or(|key| key.target != name));
                }
                schema.dependencies.retain(|id, _| !matches!(id, ObjectId::Constraint(..)));
            }
            "SEQUENCE" => drop(schema.objects.remove(&ObjectId::Sequence(name))),
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
                schema.retain_definitions(|found| {
                    let same = found.identity.split('(').next().unwrap_or_default().replace('"', "") == full;
                    !(is_routine(found.kind) && same)
                });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use autogen_sql_text::split;

    use super::*;

    #[test]
    fn the_name_is_found_where_it_stands() {
        let found = |dialect: Dialect, sql: &str| {
            let created = Created::of(dialect, &split(dialect, sql).unwrap()[0]);
            created.map(|created| (created.kind, created.namespace, created.name))
        };
        let some = |kind: &str, schema: Option<&str>, name: &str| {
            Some((kind.to_owned(), schema.map(str::to_owned), name.to_owned()))
        };
        assert_eq!(
            found(Dialect::Postgres, "create function App.\"F x\" (a int)"),
            some("FUNCTION", Some("app"), "F x")
        );
        assert_eq!(
            found(Dialect::Mysql, "CREATE TABLE IF NOT EXISTS `T` (id int)"),
            some("TABLE", None, "T")
        );
        assert_eq!(found(Dialect::Postgres, "CREATE UNLOGGED TABLE t (id int)"), some("TABLE", None, "t"));
        assert_eq!(found(Dialect::Postgres, "CREATE OR REPLACE FUNCTION f() RETURNS int"), None);
        assert_eq!(found(Dialect::Postgres, "CREATE INDEX i ON t (a)"), None);
    }
}
