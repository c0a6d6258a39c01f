use super::*;
use crate::split::split;

fn verdicts(dialect: Dialect, script: &str) -> Vec<Verdict> {
    let mut own = OwnDatabases::of_target(Some("shop"));
    let statements = split(dialect, script).expect("tokens");
    statements.iter().filter_map(|s| declared_database(dialect, s)).for_each(|name| own.declare(&name));
    statements.iter().map(|statement| judge(dialect, statement, &own)).collect()
}

/// All verdicts are of one kind; a failure shows which is not.
#[track_caller]
fn all(dialect: Dialect, script: &str, is: impl Fn(&Verdict) -> bool) {
    for (verdict, statement) in verdicts(dialect, script).iter().zip(split(dialect, script).expect("tokens"))
    {
        assert!(is(verdict), "{}: {verdict:?}", statement.text);
    }
}

fn is_beyond(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::Refused(Refusal { reaches_beyond: true, .. }))
}

fn is_left_out(verdict: &Verdict) -> bool {
    matches!(verdict, Verdict::LeftOut(_))
}

#[test]
fn what_reaches_beyond_a_postgres_database_is_refused() {
    let script = "CREATE ROLE evil; CREATE USER evil; ALTER ROLE postgres SUPERUSER; DROP GROUP g; ALTER SYSTEM SET a = 1; \
        GRANT admin TO evil; REVOKE admin FROM evil; GRANT CONNECT ON DATABASE live TO evil; DROP DATABASE live; \
        ALTER DATABASE live RENAME TO x; COMMENT ON DATABASE live IS 'x'; COMMENT ON ROLE r IS 'x'; CREATE TABLESPACE s \
        LOCATION '/x'; GRANT SET ON PARAMETER a TO b; COPY t TO '/tmp/x'; COPY t FROM PROGRAM 'ls'; COPY (SELECT 1) TO \
        PROGRAM 'ls'; LOAD 'x'; CHECKPOINT; REASSIGN OWNED BY a TO b; DROP OWNED BY a; COMMIT PREPARED 'x'; IMPORT FOREIGN \
        SCHEMA a FROM SERVER b INTO c; SECURITY LABEL ON ROLE a IS 'x'";
    all(Dialect::Postgres, script, is_beyond);
}

#[test]
fn code_needs_consent() {
    let is_code = |verdict: &Verdict| *verdict == Verdict::Code;
    let script = "DO $$ BEGIN PERFORM 1; END $$; CALL p(); SELECT pg_terminate_backend(1); SELECT set_config('role', 'x', \
        false); WITH a AS (SELECT 1) SELECT * FROM a; VALUES (1); EXECUTE p; SELECT pg_catalog.set_config('search_path', \
        f(), false); DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles) THEN EXECUTE 'x'; END IF; END $$";
    all(Dialect::Postgres, script, is_code);
    let script = "SELECT f(); DO f(); DO setval(s, f()); DO setval(s, 1), f(); CALL p(); PREPARE a FROM 'x'; EXECUTE a; SET @a = f(); SELECT 1 INTO OUTFILE '/x'; \
        SET STATEMENT a = 1 FOR SELECT 1";
    all(Dialect::Mysql, script, is_code);
    all(
        Dialect::Sqlite,
        "SELECT load_extension('x'); WITH a AS (SELECT 1) SELECT 1; EXPLAIN SELECT 1",
        is_code,
    );
}

#[test]
fn what_dumps_hold_beside_declarations_is_left_out() {
    let script = "SET statement_timeout = 0; SET client_encoding = 'UTF8'; SET standard_conforming_strings = on; SELECT \
        pg_catalog.setval('public.s', 1, true); COPY public.t (a) FROM stdin; CREATE DATABASE other; ALTER DATABASE other \
        OWNER TO x; GRANT ALL ON DATABASE other TO x; DROP DATABASE IF EXISTS shop; INSERT INTO t VALUES (1); REFRESH \
        MATERIALIZED VIEW v; DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'a') THEN CREATE ROLE a; END \
        IF; END $$";
    all(Dialect::Postgres, script, is_left_out);
    let script = "CREATE DATABASE other; USE other; DROP DATABASE IF EXISTS shop; LOCK TABLES t WRITE; UNLOCK TABLES; SET \
        @@GLOBAL.GTID_PURGED='x'; SET @@SESSION.SQL_LOG_BIN= 0; INSERT INTO t VALUES (1); ALTER DATABASE shop CHARACTER SET \
        utf8mb4; DO SETVAL(`s`, 1001, 0); SELECT SETVAL(`shop`.`s`, -1, 0)";
    all(Dialect::Mysql, script, is_left_out);
    let script = "PRAGMA writable_schema=ON; INSERT INTO t VALUES(1); DELETE FROM sqlite_sequence; INSERT INTO \
        sqlite_sequence VALUES('t',1); ANALYZE sqlite_schema; VACUUM";
    all(Dialect::Sqlite, script, is_left_out);
}

#[test]
fn declarations_run_as_they_are() {
    let is_plain = |verdict: &Verdict| *verdict == Verdict::Runs(None);
    let script = "CREATE TABLE t (a int); CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE \
        UNIQUE INDEX CONCURRENTLY i ON t (a); ALTER TABLE t OWNER TO x; GRANT SELECT ON t TO x; ALTER DEFAULT PRIVILEGES \
        GRANT SELECT ON TABLES TO x; SELECT pg_catalog.set_config('search_path', '', false); SET search_path = a; SET ROLE x; \
        CREATE USER MAPPING FOR x SERVER s; COMMENT ON COLUMN t.a IS 'x'; DROP TABLE IF EXISTS t; CREATE EVENT TRIGGER e ON \
        sql_drop EXECUTE FUNCTION f(); BEGIN; COMMIT; CREATE TEMP TABLE u (); CREATE FOREIGN DATA WRAPPER w";
    all(Dialect::Postgres, script, is_plain);
    let script = "SET NAMES utf8mb4; SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO'; SET @saved = \
        @@character_set_client; SET character_set_client = @saved; CREATE TABLE `t` (`a` int); CREATE \
        DEFINER=`root`@`localhost` TRIGGER x BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1; ALTER TABLE t DISABLE KEYS; \
        DROP VIEW IF EXISTS v; CREATE SPATIAL INDEX i ON t (a); RENAME TABLE a TO b; CREATE VIEW v AS SELECT * FROM other.t";
    all(Dialect::Mysql, script, is_plain);
    let script = "CREATE VIRTUAL TABLE f USING fts5(a); CREATE TABLE main.t (a); PRAGMA foreign_keys=OFF; BEGIN \
        TRANSACTION; COMMIT; CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END";
    all(Dialect::Sqlite, script, is_plain);
}

#[test]
fn what_reaches_beyond_a_mysql_database_is_refused() {
    let script = "USE other; DROP TABLE other.v; DROP TABLE a, other.v; DROP DATABASE other; CREATE USER evil; SET GLOBAL \
        max_connections = 1; SET @@GLOBAL.max_connections = 1; SET PERSIST a = 1; SET a = 1, GLOBAL b = 2; SET PASSWORD = \
        'x'; GRANT ALL ON *.* TO evil; CREATE TABLE other.t (a int); RENAME TABLE t TO other.t; CREATE INDEX i ON other.t \
        (a); CREATE TRIGGER x BEFORE INSERT ON other.t FOR EACH ROW SET NEW.a = 1; CREATE TABLE t (a int REFERENCES \
        other.t (a)); ALTER TABLE t RENAME TO other.t; CREATE TABLE t LIKE other.t; LOAD DATA INFILE 'x' INTO TABLE t; KILL \
        1; FLUSH PRIVILEGES; INSTALL PLUGIN a SONAME 'b'; CREATE FUNCTION f RETURNS INT SONAME 'x.so'; CREATE SERVER s \
        FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x'); CREATE TABLESPACE t ADD DATAFILE 'x'; ALTER INSTANCE RELOAD TLS; \
        SHUTDOWN; CREATE RESOURCE GROUP g TYPE = USER; CREATE PROCEDURE other.p() SELECT 1; ALTER USER root IDENTIFIED BY ''";
    all(Dialect::Mysql, script, is_beyond);
}

#[test]
fn what_reaches_beyond_a_sqlite_database_is_refused() {
    let script = "ATTACH DATABASE 'x' AS o; DROP TABLE o.v; CREATE TABLE o.t (a); VACUUM INTO 'x'; VACUUM main INTO 'x'; \
        DETACH o";
    all(Dialect::Sqlite, script, is_beyond);
}

#[test]
fn unknown_words_and_settings_that_move_quotes_are_refused() {
    let is_refused =
        |verdict: &Verdict| matches!(verdict, Verdict::Refused(Refusal { reaches_beyond: false, .. }));
    all(
        Dialect::Postgres,
        "CREATE TABEL t (a int); CRAETE TABLE t (); SET standard_conforming_strings TO off",
        is_refused,
    );
    let script = "CREATE TABEL t (a index); SET NAMES gbk; SET character_set_client = sjis; SET sql_mode = \
        'NO_BACKSLASH_ESCAPES'";
    all(Dialect::Mysql, script, is_refused);
    all(Dialect::Sqlite, "CREATE TABEL t (a); UPSERT x; INSERT INTO sqlite_schema VALUES (1)", is_refused);
}

#[test]
fn the_own_databases_name_is_taken_out() {
    let texts = |script: &str| -> Vec<String> {
        let text = |verdict| match verdict {
            Verdict::Runs(Some(Rewritten { text, .. })) => {
                text.split_whitespace().collect::<Vec<_>>().join(" ")
            }
            other => format!("{other:?}"),
        };
        verdicts(Dialect::Mysql, script).into_iter().map(text).collect()
    };
    let script = "CREATE TABLE `shop`.`users` (a int REFERENCES shop.t (a)); CREATE VIEW shop.v AS SELECT shop.t.a FROM \
        shop.t JOIN other.u; DROP TABLE a, shop.b";
    assert_eq!(
        texts(script),
        [
            "CREATE TABLE `users` (a int REFERENCES t (a))",
            "CREATE VIEW v AS SELECT t.a FROM t JOIN other.u",
            "DROP TABLE a, b"
        ]
    );
}

#[test]
fn a_virtual_table_of_a_dump_is_declared() {
    let script = "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'CREATE VIRTUAL TABLE \
        f USING fts5(a, tokenize=''ascii'')')";
    let [Verdict::Runs(Some(found))] = &verdicts(Dialect::Sqlite, script)[..] else { panic!("it is run") };
    assert_eq!(found.text, "CREATE VIRTUAL TABLE f USING fts5(a, tokenize='ascii')");
    assert!(script[found.offset..].starts_with("CREATE VIRTUAL"));
    let module = |text: &str| sqlite::virtual_module(text);
    assert_eq!(module(&found.text).as_deref(), Some("fts5"));
    assert_eq!(
        module("CREATE VIRTUAL TABLE IF NOT EXISTS main.\"using\" USING [vec0](a, using b)").as_deref(),
        Some("vec0")
    );
    assert_eq!(module("CREATE TABLE t (a)"), None);
    let names: Vec<String> = sqlite::virtual_table(&found.text).into_iter().collect();
    assert_eq!(names, ["f"]);
    assert!(sqlite::is_shadow_table(
        "CREATE TABLE IF NOT EXISTS 'f_data'(id INTEGER PRIMARY KEY, block BLOB)",
        &names
    ));
    assert!(!sqlite::is_shadow_table("CREATE TABLE f_other (id)", &names));
    assert!(!sqlite::is_shadow_table("CREATE TABLE g_data (id)", &names));
}

#[test]
fn nothing_that_is_cut_short_ends_in_a_panic() {
    let words = [
        "CREATE",
        "OR",
        "REPLACE",
        "DEFINER",
        "=",
        "DATABASE",
        "DO 'x'",
        "DO",
        "$$",
        "GRANT",
        "ON",
        "TO",
        "SET",
        "GLOBAL",
        "SELECT",
        "pg_catalog",
        ".",
        "set_config",
        "(",
        ")",
        ",",
        "'a'",
        "TABLE",
        "é",
        "COMMENT",
        "INSERT",
        "INTO",
        "DROP",
        "sqlite_schema",
        "VIRTUAL",
        "ALTER",
        "COPY",
        "FROM",
        "USE",
        "FUNCTION",
        "LANGUAGE",
        "TYPE",
    ];
    for first in words {
        for second in words {
            for third in words {
                let script = format!("{first} {second} {third}");
                for dialect in [Dialect::Postgres, Dialect::Mysql, Dialect::Sqlite] {
                    let Ok(statements) = split(dialect, &script) else { continue };
                    for statement in statements {
                        let _ = declared_database(dialect, &statement);
                        let _ = judge(dialect, &statement, &OwnDatabases::default());
                    }
                }
            }
        }
    }
}
