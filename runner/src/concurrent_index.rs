//! `CREATE INDEX CONCURRENTLY`, which leaves an index behind that nobody can use when it fails
//! (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently").

use autogen_sql_text::{Dialect, Statement, VerbClass};

/// The name of the index that a statement builds concurrently, as it is written.
pub(crate) fn built_name(sql: &str) -> Option<&str> {
    concurrent_name(sql, VerbClass::Create)
}

/// The name of the index that a statement drops concurrently, as it is written. Of several nothing is told: one may
/// be gone and another not.
pub(crate) fn dropped_name(sql: &str) -> Option<&str> {
    concurrent_name(sql, VerbClass::Drop)
}

fn concurrent_name(sql: &str, class: VerbClass) -> Option<&str> {
    let found = Statement::of(Dialect::Postgres, sql);
    let object = found.object.filter(|object| object.kind == "INDEX")?;
    (found.class == class && found.is_concurrent).then(|| &sql[object.span])
}

#[cfg(test)]
mod tests {
    use super::{built_name, dropped_name};

    #[test]
    fn one_dropped_index_is_named() {
        assert_eq!(dropped_name("DROP INDEX CONCURRENTLY IF EXISTS a;\n"), Some("a"));
        assert_eq!(dropped_name("drop index concurrently \"A b\""), Some("\"A b\""));
        for other in ["DROP INDEX a", "DROP INDEX CONCURRENTLY a, b", "DROP INDEX CONCURRENTLY a ,b"] {
            assert_eq!(dropped_name(other), None, "{other}");
        }
    }

    #[test]
    fn the_name_is_found_where_there_is_one() {
        assert_eq!(built_name("-- a\nCREATE UNIQUE INDEX CONCURRENTLY a ON t (b)"), Some("a"));
        assert_eq!(
            built_name("create index concurrently if not exists s.\"A b\" on t(c);"),
            Some("s.\"A b\"")
        );
        for other in [
            "CREATE INDEX a ON t (b)",
            "CREATE INDEX CONCURRENTLY ON t (b)",
            "REINDEX INDEX CONCURRENTLY a",
            "",
        ] {
            assert_eq!(built_name(other), None, "{other}");
        }
    }
}
