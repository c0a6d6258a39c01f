//! The tables in which other migration tools keep what they applied: they are those tools' own, and no part of a model.

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

/// Whether a table, or what belongs to one by its name (`knex_migrations_id_seq`), is another tool's.
pub(crate) fn owns(name: &str) -> bool {
    let is_part = |table: &str| {
        // Some of the tools write their names in capitals on some of the servers.
        let (start, rest) = name.split_at_checked(table.len()).unwrap_or(("", ""));
        start.eq_ignore_ascii_case(table)
            && (rest.is_empty() || (rest.starts_with('_') && rest.ends_with("_seq")))
    };
    TABLES.iter().any(|table| is_part(table))
}

#[cfg(test)]
mod tests {
    use super::owns;

    #[test]
    fn only_whole_names_and_their_sequences_are_others() {
        assert!(owns("alembic_version"));
        assert!(owns("knex_migrations_id_seq"));
        assert!(owns("DATABASECHANGELOG"));
        assert!(!owns("alembic_versions"));
        assert!(!owns("schema_migrations_of_mine"));
        assert!(!owns("users"));
    }
}
