//! `CREATE INDEX CONCURRENTLY`, which leaves an index behind that nobody can use when it fails
//! (PostgreSQL manual, CREATE INDEX, "Building Indexes Concurrently").

/// The name of the index that a statement builds concurrently, as it is written.
pub(crate) fn built_name(sql: &str) -> Option<&str> {
    let mut words = words(sql).peekable();
    let mut next_is = |wanted: &str| words.next_if(|word| word.eq_ignore_ascii_case(wanted)).is_some();
    if !next_is("CREATE") {
        return None;
    }
    next_is("UNIQUE");
    if !next_is("INDEX") || !next_is("CONCURRENTLY") {
        return None;
    }
    if next_is("IF") && !(next_is("NOT") && next_is("EXISTS")) {
        return None;
    }
    words.next().filter(|word| !word.eq_ignore_ascii_case("ON"))
}

/// The name of the index that a statement drops concurrently, as it is written.
pub(crate) fn dropped_name(sql: &str) -> Option<&str> {
    let mut words = words(sql).peekable();
    let mut next_is = |wanted: &str| words.next_if(|word| word.eq_ignore_ascii_case(wanted)).is_some();
    if !next_is("DROP") || !next_is("INDEX") || !next_is("CONCURRENTLY") {
        return None;
    }
    if next_is("IF") && !next_is("EXISTS") {
        return None;
    }
    let name = words.next()?;
    // Of several nothing is told: one may be gone and another not.
    (!name.ends_with(',') && words.next().is_none_or(|word| !word.starts_with(','))).then_some(name)
}

/// The words of a statement without its comments; a quoted name is one, and so is `a."b c"`.
fn words(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        loop {
            rest = rest.trim_start();
            if rest.starts_with("--") {
                rest = rest.split_once('\n').map_or("", |(_, after)| after);
            } else if rest.starts_with("/*") {
                rest = rest.split_once("*/").map_or("", |(_, after)| after);
            } else {
                break;
            }
        }
        let mut in_quotes = false;
        let end = rest.char_indices().find(|(_, c)| {
            in_quotes ^= *c == '"';
            !in_quotes && (c.is_whitespace() || matches!(c, '(' | ';'))
        });
        let (word, after) = rest.split_at(end.map_or(rest.len(), |(i, _)| i));
        rest = after;
        (!word.is_empty()).then_some(word)
    })
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
