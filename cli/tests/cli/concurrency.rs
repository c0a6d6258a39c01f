//! Many upgraders at once: each migration runs once, and all succeed.

use std::process::Stdio;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;

use crate::support::{BOTH, On, Project};

const UPGRADERS: usize = 8;

/// A project with four pending migrations; the last is a rebuild on SQLite.
fn project(on: On) -> Project {
    let project = Project::new(on);
    project.write(
        "migrations/1000-01-01-000000-0000_a/up.sql",
        "CREATE TABLE a (id integer PRIMARY KEY, x integer);\n",
    );
    project.write("migrations/1000-01-01-000001-0000_b/up.sql", "INSERT INTO a (id, x) VALUES (1, 1);\n");
    project.write("migrations/1000-01-01-000002-0000_c/up.sql", "UPDATE a SET x = x + 1;\n");
    project
}

#[test]
fn eight_upgraders_apply_each_migration_once() {
    for on in BOTH {
        for round in 0..4 {
            let project = project(on);
            if on == On::Sqlite {
                rebuild_migration(&project);
            }
            let children: Vec<_> = (0..UPGRADERS)
                .map(|_| {
                    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
                    command.current_dir(project.path()).env("DATABASE_URL", &project.url).arg("upgrade");
                    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
                })
                .collect();
            let mut applied = 0;
            for child in children {
                let output = child.wait_with_output().unwrap();
                let text = String::from_utf8_lossy(&output.stderr).into_owned();
                assert!(output.status.success(), "{on:?} round {round}: {text}");
                applied += text.matches("  Applied  ").count();
            }
            assert_eq!(applied, project.migrations().len(), "{on:?} round {round}");
            assert_eq!(project.value("SELECT x FROM a"), "2", "{on:?} round {round}");
        }
    }
}

/// A migration that opens its own transaction.
fn rebuild_migration(project: &Project) {
    let scratch = Project::new(On::Sqlite);
    scratch.sql("CREATE TABLE a (id integer PRIMARY KEY, x integer)");
    scratch.write("after.sql", "CREATE TABLE a (id integer PRIMARY KEY, x integer NOT NULL);\n");
    let sql = scratch.run(&["diff", &scratch.url, "after.sql", "--format", "sql"]).exits(0).out;
    assert!(sql.contains("BEGIN IMMEDIATE"));
    project.write("migrations/1000-01-01-000003-0000_d/up.sql", &sql);
    project.write("migrations/1000-01-01-000003-0000_d/metadata.toml", "run_in_transaction = false\n");
}

#[test]
fn a_lock_that_is_not_had_in_time_is_6() {
    let project = project(On::Sqlite);
    let mut holder = project.sqlite();
    holder.batch_execute("BEGIN IMMEDIATE").unwrap();
    project.run(&["upgrade", "--lock-timeout", "1"]).exits(6).says("within 1 s");
    holder.batch_execute("ROLLBACK").unwrap();
    project.run(&["upgrade", "--lock-timeout", "1"]).exits(0);
}

#[test]
fn the_holder_of_the_lock_is_named() {
    use autogen_runner::Backend as _;
    let project = project(On::Postgres);
    let mut holder = diesel::PgConnection::establish(&project.url).unwrap();
    holder.lock(Duration::from_secs(1)).unwrap();
    project
        .run(&["upgrade", "--lock-timeout", "1"])
        .exits(6)
        .says("held by pid ")
        .says("pg_terminate_backend");
    drop(holder);
    project.run(&["upgrade", "--lock-timeout", "5"]).exits(0);
}
