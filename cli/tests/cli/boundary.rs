//! What a model or a migration holds changes nothing outside of its scratch database: each attempt is refused with its
//! place, or by the server, and the canaries are as they were.

use crate::support::{On, Project, value_at};

/// Statements that reach beyond a database by themselves, refused before anything runs.
const PLAIN: [&str; 15] = [
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
const MODELS: [&str; 6] = [
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
];

/// A database, a role and a session beside the project, and what they are.
struct Canaries {
    other: Project,
    session: diesel::PgConnection,
    before: String,
}

impl Canaries {
    fn new() -> Self {
        use diesel::Connection as _;
        use diesel::connection::SimpleConnection as _;
        let other = Project::new(On::Postgres);
        other.sql("CREATE TABLE v (a int); INSERT INTO v VALUES (1)");
        let mut session = diesel::PgConnection::establish(&other.url).unwrap();
        session.batch_execute("SET application_name = 'canary'").unwrap();
        let mut canaries = Self { other, session, before: String::new() };
        canaries.before = canaries.state();
        canaries
    }

    fn state(&mut self) -> String {
        use diesel::connection::SimpleConnection as _;
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
    let model =
        model.replace("canary_file", "/tmp/autogen_canary_file").replace("canary ", &format!("{name} "));
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
}
