//! Many upgraders at once: each migration runs once, and all succeed.

use std::process::Stdio;
use std::time::Duration;

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;

use crate::support::{BOTH, On, Project};

/// How many upgraders start at once; `attack::upgraders` is more of it.
const UPGRADERS: usize = 16;

/// A project with pending migrations, the last of which runs in no transaction of ours: a rebuild on SQLite, an index
/// that is built concurrently on PostgreSQL.
fn project(on: On) -> Project {
    let project = Project::new(on);
    project.write(
        "migrations/1000-01-01-000000-0000_a/up.sql",
        "CREATE TABLE a (id integer PRIMARY KEY, x integer);\n",
    );
    project.write("migrations/1000-01-01-000001-0000_b/up.sql", "INSERT INTO a (id, x) VALUES (1, 1);\n");
    project.write("migrations/1000-01-01-000002-0000_c/up.sql", "UPDATE a SET x = x + 1;\n");
    let folder = "migrations/1000-01-01-000003-0000_d";
    match on {
        On::Sqlite => rebuild_migration(&project, folder),
        On::Postgres => {
            project.write(&format!("{folder}/up.sql"), "CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);\n")
        }
    }
    project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    project
}

/// Starts upgrades at once; gives how many migrations they say to have applied.
fn applied_at_once(project: &Project, url: &str, what: &str) -> usize {
    let start = |_| {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
        command.current_dir(project.path()).env("DATABASE_URL", url).arg("upgrade");
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let children: Vec<_> = (0..UPGRADERS).map(start).collect();
    let applied = children.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{what}: {text}");
        assert!(!text.contains("deadlock"), "{what}: {text}");
        text.matches("  Applied  ").count()
    });
    applied.sum()
}

/// A rebuild opens its own transaction.
#[test]
fn many_upgraders_rebuild_a_table_once_on_sqlite() {
    let project = project(On::Sqlite);
    assert_eq!(applied_at_once(&project, &project.url, "rebuild"), project.migrations().len());
    assert_eq!(project.value("SELECT x FROM a"), "2");
}

/// What SQLite can't run in a transaction of ours is claimed before it runs.
#[test]
fn many_upgraders_run_a_file_of_no_transaction_once_on_sqlite() {
    for _ in 0..2 {
        let project = Project::new(On::Sqlite);
        project.sql("CREATE TABLE a (x integer); INSERT INTO a VALUES (1)");
        let folder = "migrations/1000-01-01-000000-0000_a";
        project.write(
            &format!("{folder}/up.sql"),
            "PRAGMA user_version = 1;\nUPDATE a SET x = x + 1;\nVACUUM;\n",
        );
        project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
        assert_eq!(applied_at_once(&project, &project.url, "VACUUM"), 1);
        assert_eq!(project.value("SELECT x FROM a"), "2");
    }
}

/// A migration that opens its own transaction.
fn rebuild_migration(project: &Project, folder: &str) {
    let scratch = Project::new(On::Sqlite);
    scratch.sql("CREATE TABLE a (id integer PRIMARY KEY, x integer)");
    scratch.write("after.sql", "CREATE TABLE a (id integer PRIMARY KEY, x integer NOT NULL);\n");
    let sql = scratch.run(&["diff", &scratch.url, "after.sql", "--format", "sql"]).exits(0).out;
    assert!(sql.contains("BEGIN IMMEDIATE"));
    project.write(&format!("{folder}/up.sql"), &sql);
}

#[test]
fn a_lock_that_is_not_had_in_time_is_6() {
    let project = project(On::Sqlite);
    let mut holder = project.sqlite();
    holder.batch_execute("BEGIN IMMEDIATE").unwrap();
    project.run(&["upgrade", "--lock-timeout", "1"]).exits(6).says("timed out after 1 s");
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

/// Starts to write a migration.
fn start_draft(project: &Project, name: &str) -> std::process::Child {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
    command.current_dir(project.path()).env("DATABASE_URL", project.url()).args(["-m", name]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn of_several_first_drafts_at_once_one_is_written() {
    for _ in 0..12 {
        let project = Project::new(On::Sqlite);
        project.write("autogen.toml", "model = \"schema.sql\"\n");
        project.write("schema.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
        let children = ["one", "other", "third", "fourth"].map(|name| start_draft(&project, name));
        let outputs = children.map(|child| child.wait_with_output().unwrap());
        let told: Vec<_> = outputs.iter().map(|output| String::from_utf8_lossy(&output.stderr)).collect();
        assert_eq!(project.migrations().len(), 1, "{told:?}");
    }
}

#[test]
fn of_two_drafts_at_once_one_is_written() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE a (id integer PRIMARY KEY);\n");
        for round in 0..3 {
            let children = ["one", "other", "third"].map(|name| start_draft(&project, name));
            let outputs = children.map(|child| child.wait_with_output().unwrap());
            let written = outputs.iter().filter(|output| output.status.success()).count();
            let told: Vec<_> = outputs.iter().map(|output| String::from_utf8_lossy(&output.stderr)).collect();
            assert_eq!(project.migrations().len(), round + 1, "{told:?}");
            assert!(written >= 1, "{told:?}");
            project.run(&["upgrade"]).exits(0);
            project.run(&["check"]).exits(0);
            let column = format!("CREATE TABLE a (id integer PRIMARY KEY, c{round} integer);\n");
            project.write("schema.sql", &column);
        }
    }
}
