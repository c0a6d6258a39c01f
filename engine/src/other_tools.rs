//! The tables in which other migration tools keep what they applied: they are those tools' own, and no part of a model. The tools
//! make them without naming a namespace, so that a table of the same name in another one is somebody's own.

use autogen_diff_core::{Ident, QualifiedName};

/// Their names, as the tools' manuals give them.
const TABLES: [&str; 20] = [
    "SequelizeMeta",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "ar_internal_metadata",
    "atlas_schema_revisions",
    "databasechangelog",
    "databasechangeloglock",
    "django_migrations",
    "doctrine_migration_versions",
    "flyway_schema_history",
    "goose_db_version",
    "gorp_migrations",
    "knex_migrations",
    "knex_migrations_lock",
    "pgmigrations",
    "phinxlog",
    "refinery_schema_history",
    "schema_migrations",
    "seaql_migrations",
];

/// Whether a table, or what belongs to one by its name (`knex_migrations_id_seq`), is another tool's: in the namespace of names
/// without one.
pub(crate) fn owns(name: &QualifiedName, usual: Option<&Ident>) -> bool {
    is_usual(name, usual) && TABLES.iter().any(|table| is_part(table, name.name.as_str()))
}

/// The same of one table.
pub(crate) fn is_of(table: &str, name: &QualifiedName, usual: Option<&Ident>) -> bool {
    is_usual(name, usual) && is_part(table, name.name.as_str())
}

/// Whether it is where a name without a namespace is looked for.
fn is_usual(name: &QualifiedName, usual: Option<&Ident>) -> bool {
    let is_usual = |namespace: &Ident| namespace.as_str() == "public" || usual == Some(namespace);
    name.namespace.as_ref().is_none_or(is_usual)
}

/// Whether a name is that of a table or of its sequence.
fn is_part(table: &str, name: &str) -> bool {
    // Some of the tools write their names in capitals on some of the servers.
    let (start, rest) = name.split_at_checked(table.len()).unwrap_or(("", ""));
    start.eq_ignore_ascii_case(table)
        && (rest.is_empty() || (rest.starts_with('_') && rest.ends_with("_seq")))
}

#[cfg(test)]
mod tests {
    use autogen_diff_core::{Ident, QualifiedName};

    #[test]
    fn only_whole_names_and_their_sequences_are_others() {
        let owns = |name: &str| super::owns(&QualifiedName::new(None, Ident::exact(name)), None);
        assert!(owns("alembic_version"));
        assert!(owns("knex_migrations_id_seq"));
        assert!(owns("DATABASECHANGELOG"));
        assert!(!owns("alembic_versions"));
        assert!(!owns("schema_migrations_of_mine"));
        assert!(!owns("users"));
    }

    #[test]
    fn in_another_namespace_a_name_is_somebodys_own() {
        let name = |namespace: &str| {
            QualifiedName::new(Some(Ident::exact(namespace)), Ident::exact("schema_migrations"))
        };
        let usual = Ident::exact("app");
        assert!(super::owns(&name("public"), None));
        assert!(super::owns(&name("app"), Some(&usual)));
        assert!(!super::owns(&name("billing"), Some(&usual)));
    }
}
