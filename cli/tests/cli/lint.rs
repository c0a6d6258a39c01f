//! `autogen lint`: SQL that anybody wrote, judged by running it.

use crate::support::{On, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text, age integer);\n";

/// A project with one migration that is written, and one by hand.
fn project(on: On, up: &str) -> Project {
    let project = Project::with_model(on, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["generate", "--empty", "-m", "by hand"]).exits(0);
    let by_hand = project.migrations().pop().unwrap();
    project.write(&format!("migrations/{by_hand}/up.sql"), up);
    project.run(&["rehash", "--no-verify"]).exits(0);
    project
}

#[test]
fn each_statement_is_judged_by_what_it_does() {
    let up = "SET LOCAL lock_timeout = '1s';\n\
        ALTER TABLE users ADD COLUMN email text;\n\
        UPDATE users SET email = name;\n\
        DO $$ BEGIN EXECUTE 'ALTER TABLE users ADD CHECK (age > 0)'; END $$;\n\
        -- autogen: waive LK201, MF106: a few rows\n\
        CREATE INDEX users_email ON users (email);\n\
        CREATE TABLE tags (id integer);\nCREATE INDEX ON tags (id);\n\
        ALTER TABLE tags ALTER COLUMN id TYPE bigint;\n\
        CLUSTER users USING users_pkey;\nDELETE FROM users;\n";
    let project = project(On::Postgres, up);
    let mut told = project.run(&["lint", "head"]).exits(1);
    for finding in [
        "warning LK204 FILE:3: users: reads and writes wait for this too",
        "note not-judged FILE:3: UPDATE USERS SET EMAIL: changes rows",
        "warning LK202 FILE:4: users: reads and writes wait while it is read",
        "note not-judged FILE:4: DO: runs code",
        "note LK201 FILE:6: users: writes wait while it is read\n      waived: a few rows",
        "warning RW201 FILE:10: users: reads and writes wait while it is rewritten",
        "error loses-data FILE:11: DELETE FROM users",
        "; 2 statements not judged",
    ] {
        let file = format!("migrations/{}/up.sql", project.migrations().pop().unwrap());
        told = told.answers(&finding.replace("FILE", &file));
    }
    for line in [8, 9] {
        assert!(
            !told.out.contains(&format!("up.sql:{line}:")),
            "a table that nobody has seen yet: {}",
            told.out
        );
    }
    project.run(&["lint", "base:first"]).exits(0).answers("1 migration: 0 errors, 0 warnings, 0 notes\n");
}

#[test]
fn what_runs_in_no_transaction_is_judged_too() {
    let project = project(On::Postgres, "SELECT 1;\n");
    project.write(
        "change.sql",
        "-- no-transaction\nCREATE INDEX CONCURRENTLY i ON users (age);\nVACUUM FULL users;\n",
    );
    let told = project.run(&["lint", "change.sql"]).exits(1);
    let told = told.answers("warning RW201 change.sql:3: users: reads and writes wait while it is rewritten");
    assert!(!told.out.contains("change.sql:2:"), "nobody waits for that: {}", told.out);
    project.write("wrong.sql", "ALTER TABLE nothing ADD COLUMN a integer;\n");
    project.run(&["lint", "wrong.sql"]).says("wrong.sql").says("nothing");
    project.run(&["lint", "nope.sql"]).exits(2).says("nope.sql");
}

#[test]
fn what_needs_the_whole_transaction_is_judged_as_a_whole() {
    let up = "CREATE TEMP TABLE old ON COMMIT DROP AS SELECT * FROM users;\n\
        ALTER TABLE users DROP COLUMN age;\nUPDATE users SET name = old.name FROM old WHERE old.id = users.id;\n";
    let project = project(On::Postgres, up);
    project
        .run(&["lint", "head"])
        .exits(1)
        .answers("error DL102")
        .answers("judged as a whole, since one of its statements needs the transaction of the others");
}

#[test]
fn folders_of_other_tools_are_read() {
    for on in [On::Sqlite, On::Postgres] {
        let project = project(on, "SELECT 1;\n");
        project.write("sqlx/2_b.sql", "ALTER TABLE t ADD COLUMN b integer;\n");
        project.write("sqlx/1_a.up.sql", "CREATE TABLE t (a integer);\n");
        project.write("sqlx/1_a.down.sql", "DROP TABLE t;\n");
        project.write(
            "sqlx/10_c.sql",
            "-- migrate:up\nALTER TABLE t DROP COLUMN b;\n-- migrate:down\nALTER TABLE t ADD COLUMN b integer;\n",
        );
        let told = project.run(&["lint", "sqlx"]).exits(1);
        told.answers("error DL102 sqlx/10_c.sql:2: t.b: ").answers("3 migrations: 1 error");
    }
}

#[test]
fn what_a_plan_writes_itself_is_judged() {
    let project = Project::with_model(On::Sqlite, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write(
        "schema.sql",
        "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, age integer);\n",
    );
    project.run(&["-m", "second"]).exits(0);
    project.run(&["lint", "head"]).exits(1).answers("MF102").answers("0 errors, 1 warning, 0 notes\n");
}

#[test]
fn rows_that_go_to_another_table_are_not_lost() {
    let up = "CREATE TABLE new (id integer PRIMARY KEY, name text NOT NULL, age integer);\n\
        INSERT INTO new SELECT * FROM users;\nDROP TABLE users;\nALTER TABLE new RENAME TO users;\n";
    for on in [On::Sqlite, On::Postgres] {
        let project = project(on, up);
        let told = project.run(&["lint", "head"]);
        assert!(!told.out.contains("DL101"), "{}", told.out);
        told.answers("INSERT INTO NEW SELECT: changes rows");
    }
}

#[test]
fn the_model_is_judged_where_that_is_asked_for() {
    let model = "CREATE TABLE users (id integer PRIMARY KEY, made timestamp, facts json);\n\
        CREATE TABLE logs (line text);\n\
        -- autogen: waive MD104: only ever read as a whole\nCREATE TABLE words (word text);\n\
        CREATE TABLE posts (id bigint PRIMARY KEY, user_id smallint REFERENCES users (id));\n\
        CREATE TABLE likes (post_id bigint REFERENCES posts (id), user_id integer REFERENCES users (id),\n\
        PRIMARY KEY (user_id, post_id));\nCREATE INDEX ON likes (post_id);\n";
    let project = Project::with_model(On::Postgres, model);
    let mut told = project.run(&["lint", "--model"]).exits(1);
    for finding in [
        "warning MD103 schema.sql:1: users.id: ",
        "warning MD105 schema.sql:1: users.made: ",
        "warning MD106 schema.sql:1: users.facts: ",
        "warning MD104 schema.sql:2: logs: ",
        "note MD104 schema.sql:4: words: ",
        "warning MD101 schema.sql:5: posts.posts_user_id_fkey: ",
        "warning MD102 schema.sql:5: posts.posts_user_id_fkey: ",
        ": 0 errors, 6 warnings, 1 note",
    ] {
        told = told.answers(finding);
    }
    let sound = Project::with_model(On::Sqlite, "CREATE TABLE users (id integer PRIMARY KEY);\n");
    sound.run(&["lint", "--model"]).exits(0);
    sound.run(&["explain", "MD103"]).exits(0).answers("bigint");
}

#[test]
fn a_table_with_another_name_is_no_new_one() {
    let up = "DO $$ BEGIN EXECUTE 'ALTER TABLE users RENAME TO people'; END $$;\n\
        ALTER TABLE people ALTER COLUMN age TYPE bigint;\n";
    let project = project(On::Postgres, up);
    let told = project.run(&["lint", "head"]).exits(1);
    told.answers("up.sql:2: people: reads and writes wait while it is rewritten");
}

#[test]
fn what_the_runner_refuses_is_refused() {
    let project = project(On::Postgres, "BEGIN;\nALTER TABLE users ADD COLUMN email text;\nCOMMIT;\n");
    let refused = project.run(&["upgrade"]);
    project.run(&["lint", "head"]).exits(refused.code).says("run_in_transaction");
}

#[test]
fn a_lock_is_held_in_a_transaction_alone() {
    let up = "ALTER TABLE users ADD COLUMN email text;\nALTER TABLE others ALTER COLUMN id TYPE bigint;\n";
    let project = Project::with_model(On::Postgres, &format!("{MODEL}CREATE TABLE others (id integer);\n"));
    project.run(&["-m", "first"]).exits(0);
    project.run(&["generate", "--empty", "-m", "by hand"]).exits(0);
    let by_hand = project.migrations().pop().unwrap();
    project.write(&format!("migrations/{by_hand}/up.sql"), up);
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["lint", "head"]).exits(1).answers("LK204").answers("RW201");
    project.write(&format!("migrations/{by_hand}/metadata.toml"), "run_in_transaction = false\n");
    let told = project.run(&["lint", "head"]).exits(1).answers("RW201");
    assert!(!told.out.contains("LK204"), "{}", told.out);
}
