//! What goes wrong: the exit code, the names, and what to do next.

use crate::support::{BOTH, On, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

fn applied(on: On) -> Project {
    let project = Project::with_model(on, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

#[test]
fn an_sql_error_shows_file_line_and_place() {
    for on in BOTH {
        let project = Project::with_model(
            on,
            "-- é\nCREATE TABLE ok (id integer);\n\nCREATE TABLE bad (\n  id integr(,\n);\n",
        );
        let ran = project.run(&["-m", "x"]).exits(2).says("schema.sql:5:").says("syntax error");
        assert!(ran.err.contains('^'), "{}", ran.err);
        assert!(project.migrations().is_empty());
    }
}

#[test]
fn a_missing_reference_names_the_statement() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (a integer REFERENCES nowhere (id));\n");
    project.run(&["-m", "x"]).exits(2).says("schema.sql:1:").says("\"nowhere\" does not exist");
}

#[test]
fn a_missing_right_is_told_with_who_can_give_it() {
    let project = applied(On::Postgres);
    let role = format!("autogen_reader_{}", std::process::id());
    project.sql(&format!("DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN"));
    let url = project.url.replace("postgres@", &format!("{role}@"));
    let ran = project.run(&["status", "--database-url", &url]);
    project.sql(&format!("DROP ROLE {role}"));
    ran.exits(3).says("permission denied for table __diesel_schema_migrations").says("GRANT");
}

#[test]
fn an_open_quote_is_found_before_the_server_is_asked() {
    let project = Project::with_model(On::Sqlite, "CREATE TABLE t (a text DEFAULT 'open);\n");
    project.run(&["-m", "x"]).exits(2).says("schema.sql:1:");
}

#[test]
fn a_password_is_never_shown() {
    let project = Project::new(On::Sqlite);
    let secret = "s3cr%40t";
    for url in [
        format!("postgres://me:{secret}@127.0.0.1:1/db"),
        format!("postgres://127.0.0.1:1/db?user=me&password={secret}"),
        format!("postgres://me:{secret}@[bad/db"),
        format!("mysql://me:{secret}@h/db"),
        format!("host=127.0.0.1 port=1 password={secret} dbname=db"),
        format!("postgres:{secret}@127.0.0.1/db"),
        format!("mysql:me:{secret}@h/db"),
    ] {
        for command in [&["status"][..], &["upgrade"], &["check"], &["diff", &url, "x.sql"], &["init"]] {
            project.write("x.sql", MODEL);
            project.write("schema.sql", MODEL);
            let mut run = project.command(command);
            let ran: crate::support::Ran = run.env("DATABASE_URL", &url).output().unwrap().into();
            assert_ne!(ran.code, 0, "{url} {command:?}");
            for spelling in [secret, "s3cr@t"] {
                assert!(!ran.err.contains(spelling) && !ran.out.contains(spelling), "{}{}", ran.out, ran.err);
            }
        }
    }
    project.write("autogen.toml", &format!("\"postgres://me:{secret}@h/db\" = 1\n"));
    let ran = project.run(&["check"]).exits(2).says("unknown setting");
    assert!(!ran.err.contains(secret), "{}", ran.err);
}

#[test]
fn an_unreachable_server_is_3_and_a_bad_url_is_2() {
    let project = Project::new(On::Sqlite);
    let run = |url: &str| {
        let mut command = project.command(&["current"]);
        crate::support::Ran::from(command.env("DATABASE_URL", url).output().unwrap())
    };
    run("postgres://me@127.0.0.1:1/db").exits(3).says("can't connect");
    run("oracle://me@h/db").exits(2).says("mysql");
    project.write("text.db", "this is no database, but it is long enough to be read as one by a program\n");
    run("sqlite:text.db").exits(3).says("not a database");
}

#[test]
fn an_unknown_setting_suggests_the_nearest() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "modle = \"x.sql\"\n");
    project.run(&["check"]).exits(2).says("unknown setting modle").says("did you mean model?");
    project.write("autogen.toml", "[manage]\ngrant = true\n");
    project.run(&["check"]).exits(2).says("did you mean manage.grants?");
}

#[test]
fn a_kind_that_is_not_written_is_refused_by_name() {
    let project = applied(On::Postgres);
    project.sql(
        "CREATE SUBSCRIPTION theirs CONNECTION 'dbname=elsewhere' PUBLICATION p \
         WITH (connect = false, slot_name = NONE, enabled = false)",
    );
    let refused = project.run(&["diff", "--format", "sql"]);
    // A database with a subscription can't be dropped.
    project.sql("DROP SUBSCRIPTION theirs");
    refused.exits(4).says("subscription theirs").says("by hand");
}

#[test]
fn native_code_needs_consent() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TYPE bt;\nCREATE FUNCTION bt_in(cstring) RETURNS bt LANGUAGE internal IMMUTABLE STRICT AS 'textin';\n\
         CREATE FUNCTION bt_out(bt) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';\n\
         CREATE TYPE bt (INPUT = bt_in, OUTPUT = bt_out, LIKE = text);\n",
    );
    project.run(&["-m", "x"]).exits(4).says("schema.sql:1:1").says("--allow-code");
    assert!(project.migrations().is_empty());
    project.run(&["-m", "x", "--allow-code"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check", "--allow-code"]).exits(0);
    project.run(&["downgrade", "base"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM pg_proc WHERE proname IN ('bt_in', 'bt_out')"), "0");
}

#[test]
fn an_object_that_can_t_be_made_does_not_stand_in_the_way_of_others() {
    let project = applied(On::Postgres);
    project.sql("CREATE PUBLICATION p FOR TABLE users");
    project.write("schema.sql", &format!("{MODEL}CREATE PUBLICATION p FOR TABLE users;\n"));
    project.run(&["-m", "publication", "--from", "migrations"]).exits(0);
    project.run(&["stamp", "head"]).exits(0);
    project.write(
        "schema.sql",
        &format!("{MODEL}CREATE TABLE t (a integer);\nCREATE PUBLICATION p FOR TABLE users;\n"),
    );
    project.run(&["-m", "x"]).exits(0).says("Proven");
    assert_eq!(project.migrations().len(), 3);
    project.run(&["upgrade", "--allow-drift"]).exits(0);
    project.run(&["diff", "--exit-code"]).exits(0);
}

#[test]
fn a_migration_that_can_t_be_proven_is_not_written() {
    // The foreign key leads to a table that the project ignores and the model does not have.
    let project = Project::with_model(On::Postgres, MODEL);
    project.write("autogen.toml", "ignore = [\"users\"]\n");
    project.write("schema.sql", &format!("{MODEL}CREATE TABLE t (a integer REFERENCES users (id));\n"));
    project.run(&["-m", "x"]).exits(4).says("up.sql fails in a scratch database").says("--no-verify");
    assert!(project.migrations().is_empty());
    project.run(&["-m", "x", "--no-verify"]).exits(0);
    assert_eq!(project.migrations().len(), 1);
}

#[test]
fn edited_and_missing_files_are_5() {
    for on in BOTH {
        let project = applied(on);
        let name = project.migrations().remove(0);
        let up = format!("migrations/{name}/up.sql");
        let text = project.read(&up);
        project.write(&up, &format!("{text}-- edited\n"));
        project.run(&["upgrade"]).exits(5).says("edited").says(&name).says("autogen rehash");
        project.run(&["status"]).exits(5);
        project.write(&up, &text.replace('\n', "\r\n"));
        project.run(&["upgrade"]).exits(0);
        project.write(&up, &format!("{text}-- edited\n"));
        project.run(&["rehash"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        std::fs::remove_dir_all(project.path().join("migrations").join(&name)).unwrap();
        project.run(&["upgrade"]).exits(5).says(&name);
    }
}

#[test]
fn an_older_pending_migration_is_5_until_it_is_allowed() {
    for on in BOTH {
        let project = applied(on);
        project.write("migrations/2000-01-01-000000-0000_late/up.sql", "CREATE TABLE late (a integer);\n");
        project.run(&["upgrade"]).exits(5).says("2000-01-01-000000-0000_late").says("--allow-out-of-order");
        project.run(&["upgrade", "--allow-out-of-order"]).exits(0);
        project.run(&["downgrade", "base"]).exits(5).says("has no down.sql");
    }
}

#[test]
fn a_failing_migration_is_rolled_back_and_the_ones_before_stay() {
    for on in BOTH {
        let project = applied(on);
        project.write("migrations/9000-01-01-000000-0000_good/up.sql", "CREATE TABLE good (a integer);\n");
        project.write(
            "migrations/9000-01-01-000001-0000_bad/up.sql",
            "CREATE TABLE half (a integer);\nINSERT INTO nowhere VALUES (1);\n",
        );
        project
            .run(&["upgrade"])
            .exits(3)
            .says("9000-01-01-000001-0000_bad/up.sql failed")
            .says("rolled back");
        assert_eq!(project.value("SELECT count(*) FROM good"), "0");
        project.run(&["current"]).exits(0).answers("_good");
        project.write("migrations/9000-01-01-000001-0000_bad/up.sql", "CREATE TABLE half (a integer);\n");
        project.run(&["upgrade"]).exits(0);
    }
}

#[test]
fn a_database_that_lacks_migrations_is_not_compared() {
    for on in BOTH {
        let project = Project::with_model(on, MODEL);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["-m", "again"]).exits(4).says("not at head").says("autogen upgrade");
        // There is a file of SQLite's then.
        project.sql("VACUUM");
        project.run(&["check"]).exits(1).answers("pending ");
    }
}

#[test]
fn a_revision_that_is_none_or_several_is_2() {
    let project = applied(On::Sqlite);
    project.run(&["upgrade", "nope"]).exits(2).says("there is no revision \"nope\"");
    project.run(&["downgrade", "-7"]).exits(2).says("beyond the history");
    project.run(&["upgrade", "--dry-run"]).exits(0).says("0 migrations would be applied");
}

#[test]
fn roles_in_a_model_are_refused_with_their_place() {
    let project = Project::with_model(On::Postgres, &format!("CREATE ROLE cli_nobody;\n{MODEL}"));
    project.run(&["-m", "first"]).exits(4).says("CREATE ROLE cli_nobody").says("schema.sql:1:1");
    assert_eq!(project.value("SELECT count(*) FROM pg_roles WHERE rolname = 'cli_nobody'"), "0");
}

const SUBSCRIPTION: &str =
    "CREATE SUBSCRIPTION s CONNECTION 'host=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)";

#[test]
fn init_names_what_it_can_t_write_into_the_model() {
    let project = Project::new(On::Postgres);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY)");
    project.sql(SUBSCRIPTION);
    project.run(&["init"]).exits(0).says("subscription s can't be written").says("by hand");
    project.run(&["stamp", "head"]).exits(0);
    project.run(&["-m", "x"]).exits(4).says("subscription s");
    project.sql("DROP SUBSCRIPTION s");
    project.run(&["-m", "x"]).exits(0).says("no migration is needed");
}

#[test]
fn two_spellings_of_one_expression_are_no_difference() {
    // What pg_dump wrote and a restore read again: the server spells it otherwise, and so does the model.
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE t (id integer PRIMARY KEY, a varchar(5), CONSTRAINT a_known CHECK (a IN ('x', 'y')));\n",
    );
    project.sql(
        "CREATE TABLE t (id integer PRIMARY KEY, a varchar(5), CONSTRAINT a_known CHECK \
         ((a)::text = ANY (ARRAY[('x'::character varying)::text, ('y'::character varying)::text])))",
    );
    project.run(&["diff", "--exit-code"]).exits(0);
    project.run(&["-m", "x"]).exits(0).says("no migration is needed");
    // A real difference beside it is still found.
    project.write(
        "schema.sql",
        "CREATE TABLE t (id bigint PRIMARY KEY, a varchar(5), CONSTRAINT a_known CHECK (a IN ('x', 'z')));\n",
    );
    project.run(&["diff"]).exits(0).answers("bigint").answers("'z'");
}

#[test]
fn what_the_database_ran_is_told_from_an_edit() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE t (id integer PRIMARY KEY);\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        let name = project.migrations().remove(0);
        project.sql("UPDATE __autogen_history SET hash = 'another'");
        for command in [&["status"][..], &["upgrade"], &["check"]] {
            let ran = project.run(command).exits(5).says("the database ran another text");
            let ran = ran.says(&format!("{name}/up.sql or {name}/down.sql")).says("autogen repair --record");
            assert!(!ran.err.contains("edited since"), "{}", ran.err);
        }
        project.run(&["repair", "--record", "head"]).exits(0).says("in the database");
        project.run(&["upgrade"]).exits(0);
    }
}

#[test]
fn a_half_done_migration_is_no_good_status() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    let folder = "migrations/2020-01-01-000000_half";
    project.write(&format!("{folder}/up.sql"), "CREATE TABLE a (i integer);\nSELECT nothing;\n");
    project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    project.run(&["upgrade"]).exits(3);
    let ran = project.run(&["status"]).exits(5).answers("unfinished  up.sql of 20200101000000");
    ran.says("done in part").says("autogen repair");
    let json = project.run(&["status", "--format", "json"]).exits(5).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["unfinished"][0]["file"], "up.sql");
}

#[test]
fn an_answer_in_a_pipe_is_byte_for_byte() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "dialect = \"sqlite\"\nmodel = \"m.sql\"\n");
    let model = "CREATE TABLE t (a text DEFAULT '\u{1b}[31mred\u{9b}1m', CHECK (a <> '\u{7}'));\n";
    project.write("m.sql", model);
    project.write("empty.sql", "");
    for command in [
        &["diff", "empty.sql", "m.sql", "--format", "sql"][..],
        &["schema", "m.sql"],
        &["-m", "x", "--dry-run"],
    ] {
        let ran = project.run(command).exits(0);
        assert!(
            ran.out.contains("'\u{1b}[31mred\u{9b}1m'") && ran.out.contains("'\u{7}'"),
            "{command:?}: {:?}",
            ran.out
        );
    }
}
