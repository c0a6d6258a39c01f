//! Databases in trouble: they take no changes, are full, vanish, never answer, or hide behind a pooler. Each is told
//! by its name, with the right exit code, and without a wait that does not end. `attack` has more of it.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::servers::Pooler;
use crate::support::{On, Project, Ran, value_at};

/// A project with one migration by hand.
fn project(on: On, up: &str) -> Project {
    let project = Project::new(on);
    migration(&project, up);
    project
}

fn migration(project: &Project, up: &str) {
    project.write("autogen.toml", "model = \"schema.sql\"\n");
    project.write("migrations/2026-01-01-000000-0000_a/up.sql", up);
    project.write("migrations/2026-01-01-000000-0000_a/down.sql", "SELECT 1;\n");
}

const TABLE: &str = "CREATE TABLE a (id integer);\n";

#[test]
fn a_database_that_takes_no_changes_is_4() {
    let postgres = project(On::Postgres, TABLE);
    let name = postgres.value("current_database()");
    postgres.sql(&format!("ALTER DATABASE {name} SET default_transaction_read_only = on"));
    postgres.run(&["upgrade"]).exits(4).says("takes no changes").says("--database-url");
    postgres.write("schema.sql", TABLE);
    postgres.run(&["diff"]).exits(3).says("default_transaction_read_only").says("--scratch-url");
    let sqlite = project(On::Sqlite, TABLE);
    sqlite.write(
        "migrations/2026-01-01-000000-0000_a/up.sql",
        "PRAGMA query_only = ON;\nCREATE TABLE a (id integer);\n",
    );
    sqlite.run(&["upgrade"]).exits(4).says("readonly database").says("--database-url");
    assert_eq!(sqlite.value("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), "0");
}

#[test]
fn a_full_database_is_3_and_goes_on_when_there_is_room() {
    let up = "CREATE TABLE a (t text);\nINSERT INTO a VALUES (zeroblob(100000));\n";
    let full = project(On::Sqlite, &format!("PRAGMA max_page_count = 10;\n{up}"));
    full.run(&["upgrade"]).exits(3).says("database or disk is full").says("make room");
    assert_eq!(full.value("SELECT count(*) FROM sqlite_schema WHERE name = 'a'"), "0");
    full.write("migrations/2026-01-01-000000-0000_a/up.sql", up);
    full.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn a_server_that_vanishes_within_a_migration_is_3_and_the_next_upgrade_goes_on() {
    let gone = "SELECT pg_terminate_backend(pg_backend_pid());\n";
    let project = project(On::Postgres, &format!("{TABLE}{gone}"));
    project.run(&["upgrade"]).exits(3).says("closed the connection").says("when the server is back");
    migration(&project, TABLE);
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn a_server_that_never_answers_is_3_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let project = project(On::Sqlite, TABLE);
    let mut schemes = vec!["postgres"];
    schemes.extend(cfg!(feature = "mysql").then_some("mysql"));
    let start = Instant::now();
    let waiting: Vec<_> = schemes
        .into_iter()
        .map(|scheme| {
            let mut command = project.command(&["upgrade"]);
            command.env("DATABASE_URL", format!("{scheme}://someone@127.0.0.1:{port}/shop"));
            std::thread::spawn(move || Ran::from(command.output().unwrap()))
        })
        .collect();
    for ran in waiting {
        ran.join().unwrap().exits(3).says("did not answer within 15 s").says("is the server running");
    }
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
}

#[test]
fn a_database_that_is_not_there_is_3() {
    let project = project(On::Postgres, TABLE);
    let url = format!("{}_other", project.url());
    let ran = Ran::from(project.command(&["upgrade"]).env("DATABASE_URL", &url).output().unwrap());
    ran.exits(3).says("does not exist");
}

/// The last one has no session left for a second look, and nothing to apply, for which the schema is read by another session.
#[test]
fn a_pooler_that_shares_sessions_is_refused_and_one_that_does_not_is_no_hindrance() {
    let project = project(On::Postgres, TABLE);
    for (mode, size, code) in
        [("transaction", 3, 4), ("statement", 3, 4), ("session", 3, 0), ("session", 1, 0)]
    {
        let pooler = Pooler::start(mode, size, autogen_fixtures::server::postgres_url());
        let url = pooler.url(project.url());
        let ran =
            Ran::from(project.command(&["upgrade"]).env("DATABASE_URL", &url).output().unwrap()).exits(code);
        if code == 4 {
            ran.says("a pooler that shares sessions").says("--database-url");
        }
    }
    project.run(&["status"]).exits(0).answers("pending     0");
}

/// What a client sets in a session of such a pooler is set for whoever gets that session next.
#[test]
fn a_pooler_that_shares_sessions_keeps_them_as_they_were() {
    let project = Project::with_model(On::Postgres, TABLE);
    project.run(&["-m", "a"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let pooler = Pooler::start("transaction", 1, autogen_fixtures::server::postgres_url());
    let url = pooler.url(project.url());
    let run = |words: &[&str]| Ran::from(project.command(words).env("DATABASE_URL", &url).output().unwrap());
    for words in [
        &["current"][..],
        &["status"],
        &["history", "-i"],
        &["check"],
        &["diff"],
        &["schema"],
        &["ref", "production"],
        &["stats", "--sizes-only"],
    ] {
        run(words).exits(0);
        // The pooler itself keeps these two apart, by client.
        let set = "SELECT coalesce(string_agg(name, ' '), '') FROM pg_settings \
            WHERE source = 'session' AND name NOT IN ('client_encoding', 'TimeZone')";
        assert_eq!(value_at(&url, set), "", "{words:?}");
    }
    for words in [
        &["stamp", "head"][..],
        &["rehash", "--no-verify"],
        &["upgrade"],
        &["downgrade", "base", "--yes"],
        &["redo", "--yes"],
    ] {
        run(words).exits(4).says("a pooler that shares sessions").says("--database-url");
    }
    project.write("schema.sql", &format!("{TABLE}CREATE TABLE b (id integer);\n"));
    run(&["-m", "b"]).exits(0);
    let sum = project.read("migrations/autogen.sum");
    let up = format!("migrations/{}/up.sql", project.migrations()[0]);
    project.write(&up, &format!("{}-- a word\n", project.read(&up)));
    run(&["rehash", "--no-verify"]).exits(4);
    assert_eq!(project.read("migrations/autogen.sum"), sum, "the folder stays as the database is");
    // This one makes every client the same user, so that nothing confines what a model runs.
    project.write("schema.sql", &format!("{TABLE}DO $$ BEGIN CREATE ROLE autogen_never; END $$;\n"));
    run(&["diff", "--allow-code"]).says("its own role comes in as postgres, as a pooler has it");
    let locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()";
    assert_eq!(value_at(&url, locks), "0");
}
