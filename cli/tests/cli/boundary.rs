//! What a model or a migration holds changes nothing outside of its scratch database: each attempt is refused with its
//! place, or by the server, and the canaries are as they were.

use autogen_introspect::DatabaseUrl;
use autogen_introspect::scratch::local::{self, LocalServer};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection};

use crate::support::{On, Project, Ran, value_at};

/// Statements that reach beyond a database by themselves, refused before anything runs.
const PLAIN: [&str; 17] = [
    "CREATE ROLE autogen_evil SUPERUSER",
    "ALTER ROLE postgres RENAME TO autogen_evil",
    "GRANT pg_write_all_data TO PUBLIC",
    "DROP DATABASE canary",
    "ALTER DATABASE canary RENAME TO autogen_evil",
    "COMMENT ON DATABASE canary IS 'evil'",
    "GRANT ALL ON DATABASE canary TO PUBLIC",
    "ALTER SYSTEM SET work_mem = '1MB'",
    "GRANT ALTER SYSTEM ON PARAMETER work_mem TO PUBLIC",
    "COPY (SELECT 1) TO 'canary_file'",
    "COPY (SELECT 1) TO PROGRAM 'touch canary_file'",
    "DROP OWNED BY postgres",
    "LOAD 'auto_explain'",
    "CREATE TABLESPACE autogen_evil LOCATION '/tmp'",
    "\\! touch canary_file",
    // What a client would read otherwise than it seems.
    "SELECT 1;\n\\timing \\\\ CREATE TABLE hidden (a int)",
    "CREATE DATABASE one; CREATE DATABASE two",
];

/// What runs inside of code: with the consent that code needs, the server says no.
const CODE: [&str; 14] = [
    "EXECUTE 'CREATE ROLE autogen_evil'",
    "EXECUTE 'ALTER ROLE postgres CONNECTION LIMIT 5'",
    "EXECUTE 'ALTER ROLE CURRENT_USER CREATEDB'",
    "EXECUTE 'GRANT postgres TO CURRENT_USER'",
    "EXECUTE 'ALTER DATABASE canary CONNECTION LIMIT 5'",
    "EXECUTE 'ALTER DATABASE canary SET work_mem = 1000'",
    "EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch canary_file'''",
    "EXECUTE 'COPY (SELECT 1) TO ''canary_file'''",
    "EXECUTE 'SET ROLE postgres'",
    "EXECUTE 'SET SESSION AUTHORIZATION postgres'",
    "EXECUTE 'RESET SESSION AUTHORIZATION; CREATE ROLE autogen_evil'",
    "PERFORM lo_export(lo_create(0), 'canary_file')",
    "PERFORM pg_read_file('PG_VERSION')",
    "PERFORM pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'canary'",
];

/// Whole models that let others run their code.
const MODELS: [&str; 9] = [
    // A function that runs as its owner, who is a superuser.
    "CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN EXECUTE 'CREATE ROLE autogen_evil'; \
     RETURN 1; END $$; ALTER FUNCTION evil() OWNER TO postgres; CREATE MATERIALIZED VIEW v AS SELECT evil()",
    "CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql SECURITY DEFINER LEAKPROOF AS $$ BEGIN EXECUTE 'CREATE ROLE \
     autogen_evil'; RETURN 1; END $$; CREATE MATERIALIZED VIEW v AS SELECT evil()",
    // An event trigger that a superuser's statement fires.
    "CREATE FUNCTION evil() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE ROLE autogen_evil'; END $$; \
     CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION evil(); ALTER EVENT TRIGGER e ENABLE ALWAYS; \
     CREATE PUBLICATION p",
    // A validator that a superuser's statement calls.
    "CREATE FUNCTION evil(text[], oid) RETURNS void LANGUAGE plpgsql AS $$ BEGIN EXECUTE 'CREATE ROLE autogen_evil'; END $$; \
     CREATE FOREIGN DATA WRAPPER w VALIDATOR evil OPTIONS (a 'b')",
    // Code that definitions call.
    "CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN EXECUTE 'CREATE ROLE autogen_evil'; RETURN 1; \
     END $$; CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (evil())",
    "CREATE FUNCTION evil(text) RETURNS int LANGUAGE internal STRICT AS 'pg_read_file_all'",
    // A session of its own, from within the server.
    "CREATE EXTENSION dblink; CREATE MATERIALIZED VIEW v AS SELECT dblink_exec('host=127.0.0.1 port=canary_port user=postgres \
     password=x dbname=postgres', 'CREATE ROLE autogen_evil')",
    // A string that goes on behind a new line, and hides a second statement.
    "CREATE EXTENSION IF NOT EXISTS plpgsql; COMMENT ON EXTENSION plpgsql IS E'x'\n'\\'||$$'; CREATE ROLE autogen_evil SUPERUSER; --$$",
    // A change of the owner beside one that runs code.
    "CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN EXECUTE 'CREATE ROLE autogen_evil'; RETURN 1; END $$; \
     CREATE TABLE t (a int); ALTER TABLE t ADD COLUMN c int DEFAULT evil(), OWNER TO postgres",
];

/// Whole models that reach beyond through wrappers, with options that need consent.
const WRAPPERS: [&str; 2] = [
    "CREATE EXTENSION file_fdw; CREATE SERVER s FOREIGN DATA WRAPPER file_fdw; CREATE FOREIGN TABLE f (a text) SERVER s \
     OPTIONS (program 'touch canary_file'); CREATE MATERIALIZED VIEW v AS SELECT * FROM f",
    "CREATE EXTENSION postgres_fdw; CREATE EXTENSION dblink; CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS \
     (host '127.0.0.1', port 'canary_port', dbname 'postgres'); CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user \
     'postgres', password_required 'false'); CREATE MATERIALIZED VIEW v AS SELECT dblink_exec('s', 'CREATE ROLE autogen_evil')",
];

/// A database, a role and a session beside the project, and what they are.
struct Canaries {
    other: Project,
    session: PgConnection,
    before: String,
}

impl Canaries {
    fn new() -> Self {
        let other = Project::new(On::Postgres);
        other.sql("CREATE TABLE v (a int); INSERT INTO v VALUES (1)");
        let mut session = PgConnection::establish(&other.url).unwrap();
        session.batch_execute("SET application_name = 'canary'").unwrap();
        let mut canaries = Self { other, session, before: String::new() };
        canaries.before = canaries.state();
        canaries
    }

    fn state(&mut self) -> String {
        self.session.batch_execute("SELECT 1").expect("the canary's session lives");
        value_at(
            &self.other.url,
            "(SELECT count(*) || ' ' || (SELECT d::text FROM pg_database d WHERE datname = current_database()) FROM v) \
             || (SELECT string_agg(r::text, ',') FROM pg_roles r WHERE rolname IN ('postgres', 'autogen_evil')) \
             || (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase \
                 WHERE datname = current_database()) \
             || (SELECT count(*) FROM pg_auth_members m WHERE m.roleid = 'pg_write_all_data'::regrole) \
             || current_setting('work_mem')",
        )
    }

    #[track_caller]
    fn must_be_as_before(&mut self, attempt: &str) {
        assert_eq!(self.state(), self.before, "{attempt}");
        assert!(!std::path::Path::new("/tmp/autogen_canary_file").exists(), "{attempt}");
    }
}

/// The commands that read a model, and `diff` with the consent that code needs.
const COMMANDS: [&[&str]; 3] =
    [&["diff", "database", "schema.sql", "--allow-code"], &["-m", "x", "--dry-run"], &["check"]];

/// Runs a model as some of the commands do; they end as they may, a refusal says where, and nothing outside changes.
#[track_caller]
fn attempt(project: &Project, canaries: &mut Canaries, model: &str, commands: &[&[&str]], may_end: &[i32]) {
    let name = canaries.other.value("current_database()");
    let port = canaries.other.value("current_setting('port')");
    let model = model.replace("canary_file", "/tmp/autogen_canary_file").replace("canary_port", &port);
    let model = model.replace("canary ", &format!("{name} "));
    project.write("schema.sql", &format!("CREATE TABLE mine (a int);\n{model};\n"));
    for arguments in commands {
        let ran = project.run(arguments);
        assert!(
            may_end.contains(&ran.code),
            "{arguments:?} ended with {} for {model}\n{}{}",
            ran.code,
            ran.out,
            ran.err
        );
        let says_where = ran.err.contains("schema.sql:");
        assert!(ran.code < 2 || says_where, "{arguments:?} names no place for {model}\n{}", ran.err);
        canaries.must_be_as_before(&model);
    }
}

#[test]
fn what_reaches_beyond_a_postgres_database_is_refused_with_its_place() {
    let project = Project::with_model(On::Postgres, "");
    let mut canaries = Canaries::new();
    for plain in PLAIN {
        attempt(&project, &mut canaries, plain, &COMMANDS, &[4]);
    }
}

#[test]
fn code_of_a_postgres_model_changes_nothing_outside() {
    let project = Project::with_model(On::Postgres, "");
    let mut canaries = Canaries::new();
    for code in CODE {
        let block = format!("DO $x$ BEGIN {code}; END $x$");
        attempt(&project, &mut canaries, &block, &COMMANDS[..1], &[2]);
        attempt(&project, &mut canaries, &block, &COMMANDS[1..2], &[4]);
        let function = format!(
            "CREATE FUNCTION evil() RETURNS int LANGUAGE plpgsql AS $x$ BEGIN {code}; RETURN 1; END $x$; \
             CREATE MATERIALIZED VIEW w AS SELECT evil()"
        );
        attempt(&project, &mut canaries, &function, &COMMANDS[1..2], &[2]);
    }
}

#[test]
fn a_postgres_model_makes_nobody_else_run_its_code() {
    let project = Project::with_model(On::Postgres, "");
    let mut canaries = Canaries::new();
    for model in MODELS {
        // Where event triggers can be turned off, theirs is no danger.
        attempt(&project, &mut canaries, model, &COMMANDS, &[0, 1, 2, 4]);
    }
    for model in WRAPPERS {
        attempt(&project, &mut canaries, model, &COMMANDS[1..], &[4]);
    }
}

/// A PostgreSQL server of its own with the databases `shop` and `short_lived`; gives the server's URL.
fn own_server() -> DatabaseUrl {
    let programs = local::programs(0).unwrap();
    let server = local::start(&LocalServer { programs, superuser: "postgres".to_owned() }).unwrap();
    let mut admin = PgConnection::establish(server.secret()).unwrap();
    for name in ["shop", "short_lived"] {
        admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    }
    server
}

/// `diff` with a model that takes some seconds, while somebody else runs a script on its server.
fn diff_while_somebody_runs(script: &str) -> Ran {
    let server = own_server();
    let project = Project::new(On::Sqlite);
    project.write("schema.sql", "CREATE TABLE t AS SELECT 1 AS a FROM pg_sleep(4);\n");
    let shop = server.with_database("shop").unwrap();
    let change = std::thread::spawn({
        let (server, script) = (server.secret().to_owned(), script.to_owned());
        move || {
            std::thread::sleep(std::time::Duration::from_secs(2));
            let mut somebody = PgConnection::establish(&server).unwrap();
            script.split(';').for_each(|statement| somebody.batch_execute(statement).unwrap());
        }
    });
    let output =
        project.command(&["diff", "database", "schema.sql"]).env("DATABASE_URL", shop.secret()).output();
    change.join().unwrap();
    Ran::from(output.unwrap())
}

#[test]
fn a_change_outside_while_a_model_runs_ends_with_7() {
    diff_while_somebody_runs("CREATE ROLE somebody")
        .exits(7)
        .says("role somebody is new")
        .says("at the same time");
}

#[test]
fn what_a_confined_model_can_not_change_is_others_business() {
    let ran = diff_while_somebody_runs(
        "CREATE DATABASE shop2; ALTER DATABASE postgres SET work_mem = '8MB'; \
         ALTER DATABASE shop CONNECTION LIMIT 90; DROP DATABASE short_lived",
    );
    ran.exits(0);
}

#[test]
fn without_a_boundary_a_model_without_code_runs_and_code_is_refused() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE mine (id integer PRIMARY KEY);\n");
    project.sql(
        "DO $$ BEGIN CREATE ROLE autogen_cli_plain LOGIN CREATEDB; EXCEPTION WHEN duplicate_object THEN NULL; END $$; \
         GRANT CREATE ON SCHEMA public TO autogen_cli_plain",
    );
    let plain = crate::scratch::as_role(&project, "autogen_cli_plain");
    let run = |arguments: &[&str]| {
        Ran::from(project.command(arguments).env("DATABASE_URL", &plain).output().unwrap())
    };
    run(&["-m", "mine", "--dry-run"]).exits(0).says("Proven");
    project.write("schema.sql", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1';\n");
    let refused = run(&["-m", "mine", "--dry-run"]).exits(4).says("schema.sql:1:1").says("may make no role");
    refused.says("--scratch local").says("--scratch-url").says("CREATEROLE");
}

#[test]
fn what_a_model_runs_ends_at_its_limit() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t AS SELECT 1 AS a FROM pg_sleep(60);\n");
    project.write("autogen.toml", "model = \"schema.sql\"\nscratch_timeout = 2\n");
    project.run(&["check"]).exits(2).says("stopped after 2 s").says("schema.sql:1:1");
    let counting = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT 1 FROM n) SELECT count(*) AS c FROM n";
    for endless in [
        format!("CREATE MATERIALIZED VIEW v AS {counting};\n"),
        "DO $$ BEGIN LOOP NULL; END LOOP; END $$;\n".into(),
    ] {
        project.write("schema.sql", &endless);
        project.run(&["check", "--allow-code"]).exits(2).says("stopped after 2 s").says("schema.sql:1:1");
    }
    let rows = "CREATE TABLE t AS SELECT repeat('x', 1000) AS a FROM generate_series(1, 100000000);\n";
    project.write("schema.sql", rows);
    project.write("autogen.toml", "model = \"schema.sql\"\nscratch_size = 64\n");
    project.run(&["check"]).exits(2).says("stopped at").says("scratch_size");
}

#[test]
fn replays_leave_out_only_what_their_metadata_says() {
    let project = Project::with_model(On::Postgres, "");
    let mut canaries = Canaries::new();
    let canary = canaries.other.value("current_database()");
    let up = |text: &str| project.write("migrations/2026-01-01-000000-0000_x/up.sql", text);
    project.write("migrations/2026-01-01-000000-0000_x/down.sql", "DROP TABLE t;\n");
    let metadata = |text: &str| project.write("migrations/2026-01-01-000000-0000_x/metadata.toml", text);
    up(&format!("CREATE TABLE t (a int);\nDROP DATABASE {canary};\n"));
    metadata("run_in_transaction = false\n");
    project.run(&["verify"]).exits(4).says("up.sql:2:1").says("reaches_beyond_schema = true");
    canaries.must_be_as_before("a replay of DROP DATABASE");
    metadata("run_in_transaction = false\nreaches_beyond_schema = true\n");
    project.run(&["verify"]).exits(0);
    canaries.must_be_as_before("a replay that leaves DROP DATABASE out");
    up(
        "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nDO $$ BEGIN CREATE ROLE autogen_evil; EXCEPTION WHEN \
        duplicate_object THEN NULL; END $$;\n",
    );
    project.run(&["verify"]).exits(0);
    canaries.must_be_as_before("a replay of a block that makes a role");
}

#[test]
fn a_dump_of_sqlites_shell_is_a_model_as_it_comes() {
    let project = Project::new(On::Sqlite);
    project.sql(
        "CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text DEFAULT 'it''s; x', b int AS (id * 2)) STRICT; \
         CREATE VIRTUAL TABLE f USING fts5(body, tokenize='porter ascii'); CREATE INDEX i ON t (a) WHERE id > 3; \
         CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO f VALUES (new.a); SELECT 1; END; INSERT INTO t (a) VALUES ('x'); \
         CREATE TABLE w (k text PRIMARY KEY) WITHOUT ROWID; ANALYZE",
    );
    // What `.dump` of SQLite 3.40 prints of it.
    project.write(
        "schema.sql",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, a text DEFAULT \
         'it''s; x', b int AS (id * 2)) STRICT;\nINSERT INTO t VALUES(1,'x');\nPRAGMA writable_schema=ON;\nINSERT INTO \
         sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(body, \
         tokenize=''porter ascii'')');\nCREATE TABLE IF NOT EXISTS 'f_data'(id INTEGER PRIMARY KEY, block BLOB);\nINSERT INTO \
         f_data VALUES(1,X'0101');\nCREATE TABLE IF NOT EXISTS 'f_config'(k PRIMARY KEY, v) WITHOUT ROWID;\nCREATE TABLE w (k \
         text PRIMARY KEY) WITHOUT ROWID;\nANALYZE sqlite_schema;\nINSERT INTO sqlite_stat1 VALUES('t',NULL,'1');\nDELETE FROM \
         sqlite_sequence;\nINSERT INTO sqlite_sequence VALUES('t',1);\nCREATE INDEX i ON t (a) WHERE id > 3;\nCREATE TRIGGER g \
         AFTER INSERT ON t BEGIN INSERT INTO f VALUES (new.a); SELECT 1; END;\nPRAGMA writable_schema=OFF;\nCOMMIT;\n",
    );
    project.run(&["diff", "database", "schema.sql", "--exit-code"]).exits(0).says("left out INSERT INTO t");
}

#[test]
fn a_dump_of_postgres_is_a_model_as_it_comes() {
    let project = Project::new(On::Postgres);
    project.sql(
        "CREATE TABLE t (id serial PRIMARY KEY, a text); INSERT INTO t (a) VALUES ('it''s; $$'), (NULL); \
         CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$; \
         CREATE TRIGGER g BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f(); CREATE VIEW v AS SELECT id FROM t; \
         CREATE EXTENSION citext; COMMENT ON TABLE t IS 'a; b'; GRANT SELECT ON t TO PUBLIC; \
         CREATE PUBLICATION p FOR TABLE t; CREATE OPERATOR FAMILY o USING btree; \
         CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM t",
    );
    let pg_dump = local::programs(0).unwrap().join("pg_dump");
    for options in [&["--schema-only"][..], &[], &["--clean"], &["--clean", "--if-exists", "--create"]] {
        let output = std::process::Command::new(&pg_dump).args(options).arg(&project.url).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        project.write("schema.sql", &String::from_utf8(output.stdout).unwrap());
        project.run(&["diff", "database", "schema.sql", "--exit-code"]).exits(0);
    }
}
