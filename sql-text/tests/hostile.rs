//! Long and broken texts end neither in a panic nor in a stack overflow, whatever reads them.

use autogen_sql_text::declaration::{OwnDatabases, declared_database, judge};
use autogen_sql_text::{
    Dialect, Flavor, Statement, Version, canonical_tokens, for_server, normalize_expr,
    open_conditional_comments, redact_secrets, rename_hints, split, unused_delimiter,
};

/// Reads a text in each way there is.
fn read(dialect: Dialect, text: &str) {
    for statement in split(dialect, text).unwrap_or_default() {
        let own = OwnDatabases::default();
        let _ = (declared_database(dialect, &statement), judge(dialect, &statement, &own));
        assert_eq!(&text[statement.range()], statement.text);
    }
    let _ = (Statement::of(dialect, text), rename_hints(dialect, text), for_server(dialect, text));
    let _ = (redact_secrets(dialect, text), canonical_tokens(text), normalize_expr(text));
    let _ = open_conditional_comments(text, Flavor::Mariadb, Version::new(10, 11));
    assert!(!text.contains(&unused_delimiter(text)));
}

#[test]
fn long_texts_are_read() {
    let texts = [
        "a ".repeat(12_500),
        format!("CREATE TABLE t {}{}", "(".repeat(100_000), ")".repeat(100_000)),
        format!("SELECT '{}'", "x".repeat(1 << 20)),
        "CREATE PROCEDURE p() BEGIN IF CASE ".repeat(2_000),
        "CREATE TRIGGER a BEGIN ".repeat(2_000),
        "-- autogen: renamed from a\nCREATE TABLE b (c int);\n".repeat(1_000),
        "\\connect a\nCOPY t FROM stdin;\n".repeat(1_000),
        "OPTIONS (password 'a') = ".repeat(2_000),
    ];
    for text in texts {
        for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
            read(dialect, &text);
        }
    }
}

#[test]
fn texts_that_are_cut_short_are_read() {
    let text = "/*!50003 CREATE*/ DEFINER=`a`@b PROCEDURE é.p() BEGIN DECLARE x INT DEFAULT 'é'; END; DROP INDEX \
                CONCURRENTLY IF EXISTS \"a\".b; CREATE INDEX i ON; COMMENT ON; RENAME; $a$ é $a$; U&'é'; DELIMITER";
    for (end, _) in text.char_indices() {
        for start in text[..end].match_indices(' ').map(|(start, _)| start) {
            for dialect in [Dialect::Postgres, Dialect::Sqlite, Dialect::Mysql] {
                read(dialect, &text[start..end]);
            }
        }
    }
}
