//! An upgrade that is killed at one moment or another, and what the next one makes of it. `attack::kills` kills at random ones.

use std::process::Stdio;
use std::time::Duration;

use crate::support::{BOTH, Project};

pub(crate) fn kill_upgrade(project: &Project, url: &str, delay: Duration) {
    kill_command(project, url, &["upgrade"], delay);
}

fn kill_command(project: &Project, url: &str, arguments: &[&str], delay: Duration) {
    let mut client = std::process::Command::new(assert_cmd::cargo::cargo_bin("autogen"))
        .current_dir(project.path())
        .env("DATABASE_URL", url)
        .args(arguments)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    std::thread::sleep(delay);
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn an_index_whose_builder_was_killed_is_there_once_and_valid() {
    let project = Project::new(crate::support::On::Postgres);
    project.write("autogen.toml", "model = \"schema.sql\"\n");
    project.sql("CREATE TABLE big AS SELECT i, md5(i::text) AS t FROM generate_series(1, 300000) AS i");
    let folder = "migrations/2026-01-01-000000-0000_index";
    project.write(&format!("{folder}/up.sql"), "CREATE INDEX CONCURRENTLY big_t ON big (t, i);\n");
    project.write(&format!("{folder}/down.sql"), "DROP INDEX CONCURRENTLY big_t;\n");
    project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    for delay in [5, 40, 80, 150, 300, 600] {
        kill_upgrade(&project, project.url(), Duration::from_millis(delay));
        // Behind a client that died the server goes on for a while, and holds the lock until it is through.
        project.run(&["upgrade"]).exits(0);
        let index = "SELECT string_agg(indisvalid::text, ',') FROM pg_index WHERE indrelid = 'big'::regclass";
        assert_eq!(project.value(index), "true", "after {delay} ms");
        project.run(&["status"]).exits(0).answers("pending     0");
        kill_command(&project, project.url(), &["downgrade", "base"], Duration::from_millis(delay / 10));
        project.run(&["downgrade", "base"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM pg_index WHERE indrelid = 'big'::regclass"), "0");
    }
}

/// A kill behind the last migration leaves the database without the record of its schema.
#[test]
fn the_record_of_the_schema_is_made_up_for() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE t (id integer PRIMARY KEY);\n");
        project.run(&["-m", "one"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("DELETE FROM __autogen_schema");
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM __autogen_schema"), "1", "{on:?}");
        // What somebody else has changed is no record.
        project.sql("DELETE FROM __autogen_schema; ALTER TABLE t ADD COLUMN theirs integer");
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM __autogen_schema"), "0", "{on:?}");
    }
}
