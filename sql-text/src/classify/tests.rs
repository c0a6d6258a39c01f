use super::*;

fn of(dialect: Dialect, text: &str) -> Statement {
    Statement::of(dialect, text)
}

/// `kind schema.name [on table]`
fn object(dialect: Dialect, text: &str) -> Option<String> {
    let object = of(dialect, text).object?;
    let on = object.on.map(|on| format!(" on {}", on.join("."))).unwrap_or_default();
    Some(format!("{} {}{on}", object.kind, object.name.join(".")))
}

#[test]
fn the_object_is_found_behind_all_that_may_stand_before_it() {
    for (dialect, text, wanted) in [
        (Dialect::Mysql, "/* x */ CREATE TABLE IF NOT EXISTS `a``b` (id int)", "TABLE a`b"),
        (Dialect::Mysql, "ALTER TABLE t ADD COLUMN x int, ADD COLUMN y int", "TABLE t"),
        (Dialect::Mysql, "CREATE UNIQUE INDEX i USING BTREE ON t (a, b)", "INDEX i on t"),
        (Dialect::Mysql, "DROP INDEX i ON `d`.`t`", "INDEX i on d.t"),
        (Dialect::Mysql, "CREATE DEFINER=`table`@`%` SQL SECURITY INVOKER VIEW `v` AS SELECT 1", "VIEW v"),
        (Dialect::Mysql, "CREATE DEFINER=CURRENT_USER() PROCEDURE p() SELECT 1", "PROCEDURE p"),
        (Dialect::Mysql, "CREATE OR REPLACE ALGORITHM=MERGE DEFINER=a@b VIEW v AS SELECT 1", "VIEW v"),
        (Dialect::Mysql, "CREATE PACKAGE BODY p AS END", "PACKAGE BODY p"),
        (Dialect::Mysql, "RENAME TABLE a TO b", "TABLE a"),
        (
            Dialect::Mysql,
            "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET @a = 1 */",
            "TRIGGER x on t",
        ),
        (Dialect::Postgres, "DROP FUNCTION a.f(int, text)", "FUNCTION a.f"),
        (
            Dialect::Postgres,
            "CREATE MATERIALIZED VIEW IF NOT EXISTS \"A b\".v AS SELECT 1",
            "MATERIALIZED VIEW A b.v",
        ),
        (Dialect::Postgres, "create index concurrently if not exists s.\"A b\" on t(c);", "INDEX s.A b on t"),
        (Dialect::Postgres, "COMMENT ON TABLE t IS 'x'", "TABLE t"),
        (Dialect::Postgres, "CREATE AGGREGATE a(int) (SFUNC = f)", "AGGREGATE a"),
        (Dialect::Sqlite, "CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", "TRIGGER x on t"),
    ] {
        assert_eq!(object(dialect, text).as_deref(), Some(wanted), "{text}");
    }
    for none in
        ["DROP TABLE a, b", "UPDATE t SET x = 1", "SET x = 1", "", "CREATE INDEX CONCURRENTLY ON t (b)"]
    {
        assert_eq!(object(Dialect::Postgres, none), None, "{none}");
    }
    assert_eq!(object(Dialect::Mysql, "RENAME TABLE a TO b, c TO d"), None);
}

#[test]
fn rows_transactions_and_sessions_are_told_apart() {
    let my = |text| of(Dialect::Mysql, text);
    assert!(my("-- c\ninsert into t values (1)").changes_rows);
    assert!(!my("TRUNCATE t").changes_rows);
    for text in [
        "BEGIN",
        "start transaction",
        "XA START 'a'",
        "LOCK TABLES t WRITE",
        "SET @@autocommit = 0",
        "FLUSH TABLES",
    ] {
        assert!(my(text).manages_transactions, "{text}");
    }
    for text in ["BEGIN NOT ATOMIC SELECT 1; END", "SET @a = 'autocommit'", "CREATE TABLE t (a int)"] {
        assert!(!my(text).manages_transactions, "{text}");
    }
    assert!(my("/*!40101 SET NAMES utf8 */").sets_session);
    let pg = |text| of(Dialect::Postgres, text);
    assert!(pg("SELECT pg_catalog.set_config('search_path', '', false)").sets_session);
    assert!(!pg("SELECT 'set_config('").sets_session);
    assert_eq!(pg("ROLLBACK TO SAVEPOINT a").class, VerbClass::WithinTransaction);
    assert_eq!(pg("PREPARE TRANSACTION 'a'").class, VerbClass::WithinTransaction);
    assert_eq!(pg("ROLLBACK").class, VerbClass::EndsTransaction);
}

#[test]
fn a_table_is_filled_by_what_selects() {
    for text in [
        "CREATE TABLE t AS SELECT 1",
        "CREATE TABLE t AS (VALUES (1), (2))",
        "CREATE TEMP TABLE t AS EXECUTE p",
        "CREATE TABLE t AS TABLE u",
    ] {
        assert!(of(Dialect::Postgres, text).fills_table, "{text}");
    }
    assert!(of(Dialect::Mysql, "CREATE TABLE t TABLE u").fills_table);
    for text in [
        "CREATE TABLE p PARTITION OF t FOR VALUES FROM (1) TO (2)",
        "CREATE TABLE t (a int) PARTITION BY RANGE (a) (PARTITION p VALUES LESS THAN (1))",
        "CREATE TABLE t (selected_at timestamp, executed boolean)",
        "CREATE VIEW v AS SELECT 1",
    ] {
        assert!(!of(Dialect::Mysql, text).fills_table, "{text}");
    }
}

#[test]
fn what_is_the_servers_is_known() {
    for text in ["CREATE ROLE a", "DROP OWNED BY a", "ALTER SYSTEM SET a = 1", "CREATE DATABASE d"] {
        assert!(of(Dialect::Postgres, text).reaches_beyond_schema, "{text}");
    }
    for text in ["CREATE SCHEMA s", "CREATE USER MAPPING FOR a SERVER s", "CREATE TABLE role (a int)"] {
        assert!(!of(Dialect::Postgres, text).reaches_beyond_schema, "{text}");
    }
    assert!(of(Dialect::Mysql, "CREATE SCHEMA s").reaches_beyond_schema);
}

#[test]
fn code_that_runs_is_no_code_that_is_defined() {
    for text in [
        "CALL p()",
        "IF 1 THEN SELECT 1; END IF",
        "l: LOOP LEAVE l; END LOOP",
        "SET @a = f()",
        "CREATE TABLE t AS SELECT 1",
        "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
        "BEGIN NOT ATOMIC SELECT 1; END",
        "INSERT INTO t VALUES (1)",
    ] {
        assert!(of(Dialect::Mysql, text).runs_code, "{text}");
    }
    for text in [
        "CREATE VIEW v AS SELECT 1",
        "CREATE TABLE t (a int)",
        "SET @a = 1",
        "BEGIN",
        "CREATE PROCEDURE p() SELECT 1",
    ] {
        assert!(!of(Dialect::Mysql, text).runs_code, "{text}");
    }
}
