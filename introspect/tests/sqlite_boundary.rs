//! SQL of others in SQLite's scratch databases: what lies outside keeps its bytes, and what schemas need works.
#![cfg(feature = "sqlite")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use autogen_diff_core::Dialect;
use autogen_introspect::load::SourceFile;
use autogen_introspect::scratch::{Boundary, Limits, Scratch, ScratchOptions, ScratchPlace, ServerFailure};
use autogen_introspect::url::DatabaseUrl;
use autogen_introspect::{CodePolicy, FileTransaction, IntrospectError, Reach, sqlite};
use diesel::connection::SimpleConnection;

fn options(limits: Limits) -> ScratchOptions {
    ScratchOptions {
        dialect: Dialect::Sqlite,
        target: None,
        place: ScratchPlace::Target,
        limits,
        code: CodePolicy::Allowed,
    }
}

fn scratch() -> Scratch {
    Scratch::create(&options(Limits::default())).expect("a scratch database")
}

fn limited(time: Duration, size: u64) -> Scratch {
    Scratch::create(&options(Limits { time, size })).expect("a scratch database")
}

/// A folder with a database that nobody may touch.
struct Canary {
    folder: tempfile::TempDir,
    before: BTreeMap<PathBuf, Vec<u8>>,
}

impl Canary {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("canary.db");
        let url = DatabaseUrl::parse(&format!("sqlite:{}", file.display())).expect("a URL");
        let mut connection = sqlite::connect(&url, sqlite::OpenMode::Create).expect("a database");
        connection.batch_execute("CREATE TABLE v (a); INSERT INTO v VALUES (1)").expect("a table");
        drop(connection);
        std::fs::write(folder.path().join("rows.csv"), "a,b\n1,2\n").expect("a file");
        let mut canary = Self { folder, before: BTreeMap::new() };
        canary.before = canary.files();
        canary
    }

    fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let entries = std::fs::read_dir(self.folder.path()).expect("the folder");
        let paths = entries.map(|entry| entry.expect("an entry").path());
        paths.map(|path| (path.clone(), std::fs::read(&path).expect("a file"))).collect()
    }

    fn must_be_as_before(&self, sql: &str) {
        assert!(self.files() == self.before, "changed by {sql}");
    }
}

/// Runs SQL with the paths of a canary in the place of `{db}`, `{new}`, `{csv}` and `{dir}`, and looks at the canary.
fn run(sql: &str) -> Result<(), ServerFailure> {
    let canary = Canary::new();
    let dir = canary.folder.path().display().to_string();
    let places = [
        ("{db}", canary.path("canary.db")),
        ("{new}", canary.path("new.db")),
        ("{csv}", canary.path("rows.csv")),
        ("{dir}", dir),
    ];
    let sql = places.iter().fold(sql.to_owned(), |sql, (name, path)| sql.replace(name, path));
    let mut scratch = scratch();
    assert_eq!(*scratch.boundary(), Boundary::Confined);
    let result = scratch.execute(&sql);
    canary.must_be_as_before(&sql);
    // It goes on as before.
    scratch.execute("CREATE TABLE afterwards (a)").expect("a table");
    drop(scratch);
    canary.must_be_as_before(&sql);
    result
}

#[track_caller]
fn refused(sql: &str, message: &str) {
    let failure = run(sql).expect_err(sql);
    assert!(failure.is_refused, "{sql}: {}", failure.message);
    assert_eq!(failure.message, message, "{sql}");
}

#[track_caller]
fn fails(sql: &str, message: &str) {
    let failure = run(sql).expect_err(sql);
    assert!(!failure.is_refused && failure.message.contains(message), "{sql}: {}", failure.message);
}

#[test]
fn no_other_database_is_attached() {
    let attach = "ATTACH reaches beyond the scratch database";
    refused("ATTACH DATABASE '{db}' AS o; DROP TABLE o.v", attach);
    refused("ATTACH '{new}' AS o; CREATE TABLE o.t (a)", attach);
    refused("ATTACH 'file:{db}?mode=rw' AS o", attach);
    refused("ATTACH '{d' || 'b}' AS o", attach);
    refused("ATTACH (SELECT '{new}') AS o", attach);
    refused("ATTACH '' AS o", attach);
    refused("ATTACH ':memory:' AS o", attach);
    refused("BEGIN; EXPLAIN ATTACH '{db}' AS o", attach);
    refused("DETACH main", "DETACH reaches beyond the scratch database");
}

#[test]
fn no_file_is_written_by_a_vacuum() {
    let vacuum = "VACUUM INTO reaches beyond the scratch database";
    refused("CREATE TABLE t (a); VACUUM INTO '{new}'", vacuum);
    refused("CREATE TABLE t (a); VACUUM main INTO '{new}'", vacuum);
    refused("CREATE TABLE t (a); VACUUM INTO 'file:{new}?mode=rwc'", vacuum);
    refused("CREATE TABLE t (a); VACUUM INTO '{d' || 'ir}/x.db'", vacuum);
    refused("CREATE TABLE t (a); VACUUM INTO '{db}'", vacuum);
    // The authorizer can't read this name, which is no UTF-8.
    refused(
        "CREATE TABLE t (a); VACUUM INTO CAST(x'2e2fff' AS TEXT)",
        "SQLite's authorizer denied the statement",
    );
}

#[test]
fn no_code_is_loaded_and_no_file_read_by_a_function() {
    refused(
        "SELECT load_extension('{new}')",
        "the function load_extension reaches beyond the scratch database",
    );
    // SQLite itself keeps it out of views and triggers.
    fails(
        "CREATE VIEW v AS SELECT LOAD_EXTENSION('{new}', 'f') AS a; SELECT * FROM v",
        "unsafe use of LOAD_EXTENSION()",
    );
    refused(
        "SELECT fts3_tokenizer('simple', x'0000000000000000')",
        "the function fts3_tokenizer reaches beyond the scratch database",
    );
    fails("SELECT readfile('{csv}')", "no such function: readfile");
    fails("SELECT writefile('{new}', 'x')", "no such function: writefile");
    fails("SELECT edit('x', 'touch {new}')", "no such function: edit");
    fails("SELECT * FROM fsdir('{dir}')", "no such table: fsdir");
}

#[test]
fn no_pragma_names_a_file() {
    for name in
        ["temp_store_directory", "data_store_directory", "lock_proxy_file", "key", "activate_extensions"]
    {
        let message = format!("PRAGMA {name} reaches beyond the scratch database");
        refused(&format!("PRAGMA {name} = '{{dir}}'"), &message);
        refused(&format!("PRAGMA main.{}('{{dir}}')", name.to_uppercase()), &message);
    }
    // Passed over.
    for sql in [
        "PRAGMA journal_mode = WAL",
        "PRAGMA journal_mode = '{new}'",
        "PRAGMA main.journal_mode = DELETE; CREATE TABLE t (a); INSERT INTO t VALUES (1)",
        "PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; PRAGMA wal_checkpoint(TRUNCATE)",
        "PRAGMA temp_store = FILE; CREATE TEMP TABLE t (a); INSERT INTO t VALUES (1)",
        "PRAGMA no_such_pragma = '{new}'",
        "SELECT * FROM pragma_journal_mode",
        "SELECT * FROM pragma_user_version; SELECT * FROM pragma_table_info('t')",
    ] {
        run(sql).expect(sql);
    }
    fails("SELECT * FROM pragma_temp_store_directory", "no such table");
}

#[test]
fn the_catalog_is_changed_by_statements_alone() {
    let catalog = "PRAGMA writable_schema is not allowed in a scratch database: \
                   its schema is changed by CREATE, ALTER and DROP alone";
    refused("PRAGMA writable_schema = ON", catalog);
    refused("PRAGMA writable_schema(1)", catalog);
    refused("PRAGMA main.writable_schema = 'yes'", catalog);
    fails(
        "CREATE TABLE t (a); UPDATE sqlite_schema SET sql = 'CREATE TABLE t (b)'",
        "table sqlite_master may not be modified",
    );
    fails("CREATE TABLE t (a); DELETE FROM sqlite_schema", "table sqlite_master may not be modified");
    fails("CREATE VIRTUAL TABLE f USING fts5(a); DELETE FROM f_data", "table f_data may not be modified");
    // As `.dump` ends.
    run("PRAGMA writable_schema = OFF").expect("off is as it was");
}

#[test]
fn no_virtual_table_reads_a_file() {
    for module in ["csv", "zipfile", "fsdir", "sqlite_dbpage"] {
        refused(
            &format!("CREATE VIRTUAL TABLE t USING {module}(filename='{{csv}}')"),
            &format!("the virtual table module {module} is none that a scratch database has"),
        );
    }
    fails("CREATE VIRTUAL TABLE t USING dbstat('{db}')", "no such database");
}

#[test]
fn what_never_ends_is_stopped() {
    let mut scratch = limited(Duration::from_secs(1), 64 << 20);
    let endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    let start = Instant::now();
    let failure = scratch.execute(endless).expect_err("it never ends");
    assert_eq!(failure.message, "stopped after 1 s, the limit of a scratch database");
    assert!(start.elapsed() < Duration::from_secs(5));
    scratch.execute("CREATE TABLE t (a); INSERT INTO t VALUES (1)").expect("the next batch has its own time");
}

#[test]
fn what_grows_is_stopped() {
    let stopped = "stopped at 8 MiB, the limit of a scratch database";
    let grow = "INSERT INTO t WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) \
                SELECT randomblob(1000) FROM c";
    for lifted in [
        "CREATE TABLE t (a)",
        "CREATE TEMP TABLE t (a)",
        "PRAGMA page_size = 65536; CREATE TABLE t (a)",
        "PRAGMA max_page_count = 2000000000; CREATE TABLE t (a)",
        "PRAGMA temp.max_page_count = 2000000000; PRAGMA temp_store = FILE; CREATE TEMP TABLE t (a)",
    ] {
        let mut scratch = limited(Duration::from_secs(60), 8 << 20);
        let failure = scratch.execute(&format!("{lifted}; {grow}")).expect_err(lifted);
        assert_eq!(failure.message, stopped, "{lifted}");
        scratch.execute("DROP TABLE t; CREATE TABLE other (a)").expect("the rows went with their statement");
    }
    fails("SELECT zeroblob(1 << 30)", "string or blob too big");
    fails("CREATE TABLE t (a); INSERT INTO t VALUES (zeroblob(100000000))", "string or blob too big");
}

#[test]
fn errors_keep_the_words_of_sqlite_and_have_a_place() {
    let failure = |sql: &str| {
        let failure = scratch().execute(sql).expect_err(sql);
        (failure.message, failure.position)
    };
    let said = |message: &str, position| (message.to_owned(), position);
    assert_eq!(failure("SELEC 1"), said("near \"SELEC\": syntax error", Some(1)));
    assert_eq!(failure("CREATE TABLE ö (a); SELECT b FROM ö"), said("no such column: b", Some(28)));
    assert_eq!(failure("CREATE INDEX i ON t (a)"), said("no such table: main.t", None));
    assert_eq!(
        failure("CREATE TABLE t (a NOT NULL); INSERT INTO t VALUES (NULL)"),
        said("NOT NULL constraint failed: t.a", None)
    );
    assert!(failure("SELECT 1\0; SELECT 2").0.contains("nul byte"));
}

#[test]
fn what_schemas_need_works() {
    for sql in [
        "CREATE VIRTUAL TABLE f USING fts5(a, b UNINDEXED, tokenize = 'porter'); INSERT INTO f VALUES ('x', 1);
         SELECT * FROM f WHERE f MATCH 'x'; INSERT INTO f(f) VALUES ('rebuild'); INSERT INTO f(f) VALUES ('integrity-check');
         ALTER TABLE f RENAME TO g; CREATE VIRTUAL TABLE w USING fts5vocab(g, 'row'); SELECT * FROM w; DROP TABLE g",
        "CREATE VIRTUAL TABLE f USING fts4(a); INSERT INTO f VALUES ('x'); SELECT snippet(f) FROM f WHERE a MATCH 'x';
         INSERT INTO f(f) VALUES ('optimize')",
        "CREATE TABLE d (a); CREATE VIRTUAL TABLE f USING fts5(a, content = 'd', content_rowid = 'rowid');
         CREATE TRIGGER i AFTER INSERT ON d BEGIN INSERT INTO f(rowid, a) VALUES (new.rowid, new.a); END;
         INSERT INTO d VALUES ('x'); SELECT * FROM f('x')",
        "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, +note TEXT); INSERT INTO r VALUES (1, 0, 1, 'n');
         SELECT * FROM r WHERE x0 < 2; DROP TABLE r; CREATE VIRTUAL TABLE i USING rtree_i32(id, x0, x1)",
        "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT AS (upper(a)) STORED, c INT AS (a + 1)) STRICT",
        "CREATE TABLE t (a TEXT PRIMARY KEY, b ANY CHECK (b > 0) DEFAULT (abs(-1))) WITHOUT ROWID, STRICT;
         CREATE INDEX i ON t (lower(a) COLLATE NOCASE DESC) WHERE b IS NOT NULL; INSERT INTO t(a) VALUES ('x')",
        "CREATE TABLE t (a); CREATE VIEW v AS WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c LIMIT 3)
         SELECT x, a FROM c, t; CREATE TRIGGER i INSTEAD OF INSERT ON v BEGIN INSERT INTO t VALUES (new.a); END;
         INSERT INTO v VALUES (1, 2); SELECT * FROM v",
        "CREATE TEMP TABLE t (a CHECK (a > 0)); CREATE TEMP TRIGGER i AFTER INSERT ON t BEGIN SELECT 1; END;
         INSERT INTO t VALUES (1); CREATE TEMP VIEW v AS SELECT a FROM t; DROP TABLE temp.t",
        "PRAGMA user_version = 3; PRAGMA application_id = 4; PRAGMA encoding = 'UTF-16le'; PRAGMA page_size = 8192;
         PRAGMA auto_vacuum = INCREMENTAL; CREATE TABLE t (a REFERENCES t(a), UNIQUE (a)); PRAGMA incremental_vacuum(1);
         PRAGMA foreign_key_check; PRAGMA foreign_key_check(t); PRAGMA integrity_check; PRAGMA quick_check; PRAGMA optimize;
         ANALYZE; REINDEX; REINDEX t; VACUUM; SELECT * FROM sqlite_stat1",
        "SAVEPOINT s; CREATE TABLE t (a); ALTER TABLE t ADD COLUMN b NOT NULL DEFAULT 1 CHECK (b > 0);
         ALTER TABLE t RENAME COLUMN a TO c; ALTER TABLE t DROP COLUMN c; ALTER TABLE t RENAME TO u; RELEASE s",
        "CREATE TABLE t (a); EXPLAIN QUERY PLAN SELECT * FROM t; INSERT INTO t VALUES (1) RETURNING a;
         INSERT INTO t SELECT value FROM json_each('[1, 2]'); CREATE TABLE u AS SELECT * FROM t; SELECT * FROM dbstat",
    ] {
        run(sql).expect(sql);
    }
    let mut scratch = scratch();
    scratch
        .execute("PRAGMA page_size = 8192; PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)")
        .expect("a table");
    scratch.execute("PRAGMA user_version = 7; VACUUM").expect("a vacuum");
    let value = |scratch: &mut Scratch, sql: &str| scratch.value(sql).expect("a value");
    assert_eq!(value(&mut scratch, "SELECT page_size AS value FROM pragma_page_size"), "8192");
    assert_eq!(value(&mut scratch, "SELECT encoding AS value FROM pragma_encoding"), "UTF-16le");
    assert_eq!(value(&mut scratch, "SELECT user_version AS value FROM pragma_user_version"), "7");
    assert_eq!(value(&mut scratch, "SELECT 1 AS value WHERE false"), "");
    assert_eq!(scratch.introspect().expect("a schema").tables().count(), 1);
}

#[test]
fn a_rebuild_runs_and_an_open_transaction_is_seen() {
    let mut scratch = scratch();
    assert!(scratch.introspect().expect("an empty schema").objects.is_empty());
    scratch
        .execute(
            "CREATE TABLE p (id INTEGER PRIMARY KEY, n TEXT); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);
             INSERT INTO p VALUES (1, 'x'); INSERT INTO c VALUES (1); CREATE VIEW v AS SELECT n FROM p;",
        )
        .expect("two tables");
    scratch
        .execute(
            "PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON; BEGIN IMMEDIATE;
             CREATE TEMP TABLE guard (ok CHECK (ok));
             INSERT INTO guard SELECT NOT foreign_keys FROM pragma_foreign_keys;
             CREATE TABLE p_new (id INTEGER PRIMARY KEY, n TEXT NOT NULL) STRICT;
             INSERT INTO p_new (rowid, id, n) SELECT rowid, id, n FROM p; DROP TABLE p; ALTER TABLE p_new RENAME TO p;
             INSERT INTO guard SELECT count(*) = 0 FROM pragma_foreign_key_check;
             DROP TABLE guard; COMMIT; PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON;
             BEGIN; PRAGMA defer_foreign_keys = ON; INSERT INTO c VALUES (2); INSERT INTO p VALUES (2, 'y'); COMMIT;",
        )
        .expect("a rebuild");
    assert_eq!(scratch.value("SELECT count(*) AS value FROM c").expect("rows"), "2");
    scratch.execute("BEGIN; CREATE TABLE more (a)").expect("a transaction");
    assert_eq!(scratch.introspect().expect("a schema").tables().count(), 3);
    scratch.execute("ROLLBACK").expect("the transaction is still open");
    assert_eq!(scratch.introspect().expect("a schema").tables().count(), 2);
}

#[test]
fn diesel_s_function_makes_its_trigger() {
    let mut scratch = scratch();
    scratch
        .execute("CREATE TABLE t (a, updated_at); SELECT diesel_manage_updated_at('t'); DROP TRIGGER __diesel_manage_updated_at_t")
        .expect("a trigger");
    scratch.execute("SELECT diesel_manage_updated_at('u')").expect_err("there is no such table");
}

#[test]
fn texts_of_tables_are_written_by_us_alone() {
    let mut scratch = scratch();
    scratch.execute("CREATE TABLE t (a)").expect("a table");
    let texts = BTreeMap::from([("t".to_owned(), "CREATE TABLE t (a, b)".to_owned())]);
    scratch.write_table_texts(&texts).expect("a text");
    let schema = scratch.introspect().expect("a schema");
    assert_eq!(schema.tables().map(|table| table.columns.len()).collect::<Vec<_>>(), [2]);
    scratch.execute("UPDATE sqlite_schema SET sql = ''").expect_err("the door is closed again");
    scratch
        .execute("CREATE VIRTUAL TABLE f USING fts5(a); DELETE FROM f_data")
        .expect_err("and so is this one");
}

#[test]
fn a_change_of_the_target_is_noticed() {
    let canary = Canary::new();
    let url = DatabaseUrl::parse(&format!("sqlite:{}", canary.path("canary.db"))).expect("a URL");
    let of_target = ScratchOptions { target: Some(url), ..options(Limits::default()) };
    let mut scratch = Scratch::create(&of_target).expect("a scratch database");
    let file = SourceFile::new(PathBuf::from("up.sql"), "CREATE TABLE t (a);".to_owned());
    scratch.run_file(&file, Reach::Refused, FileTransaction::Own).expect("a table");
    std::fs::write(canary.path("canary.db-wal"), "").expect("an empty log");
    scratch.must_have_changed_nothing_else().expect("nothing has changed");
    std::fs::write(canary.path("canary.db-wal"), "x").expect("a log");
    let IntrospectError::Disturbed(lines) =
        scratch.must_have_changed_nothing_else().expect_err("a log is new")
    else {
        panic!("another error")
    };
    assert_eq!(lines, [format!("the file {} is new", canary.path("canary.db-wal"))]);
    std::fs::remove_file(canary.path("canary.db")).expect("the file goes");
    let error = scratch.must_have_changed_nothing_else().expect_err("the file is gone");
    assert!(error.to_string().contains("canary.db is gone"), "{error}");
}
