//! The tables that Diesel's migrations and autogen keep in a database; they are no part of its schema.

/// Their names; other names that start alike are anybody's.
const TABLES: [&str; 5] = [
    "__diesel_schema_migrations",
    "__autogen_history",
    "__autogen_journal",
    "__autogen_environment",
    "__autogen_schema",
];

/// Whether a table of this name holds what was migrated. SQLite and MySQL may keep the name in other cases.
pub fn is_own_table(name: &str) -> bool {
    TABLES.iter().any(|table| table.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::is_own_table;

    #[test]
    fn only_whole_names_are_ours() {
        assert!(is_own_table("__diesel_schema_migrations"));
        assert!(is_own_table("__autogen_history"));
        assert!(!is_own_table("__audit"));
        assert!(!is_own_table("__autogen_history_of_mine"));
        assert!(!is_own_table("autogen_history"));
    }
}
