//! An upgrade that is killed at any moment: the next one reaches the right schema, or stops and says why.
//!
//! `AUTOGEN_TEST_KILLS` sets at how many moments.

use std::process::Stdio;
use std::time::Duration;

use crate::support::{BOTH, Project};

const MIGRATIONS: [&str; 6] = [
    "CREATE TABLE a (id integer PRIMARY KEY, n integer);\nCREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id));\n",
    "INSERT INTO a VALUES (1, 1), (2, 2);\nALTER TABLE a ADD COLUMN t varchar(20);\n",
    "CREATE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id FROM a;\n",
    "UPDATE a SET t = 'x';\nALTER TABLE b ADD COLUMN note varchar(20) DEFAULT 'y';\n",
    "CREATE TABLE c (id integer PRIMARY KEY);\nINSERT INTO c SELECT id FROM a;\n",
    "DROP VIEW v;\nCREATE VIEW v AS SELECT id, n FROM a;\n",
];

/// What the rows come to when each statement ran once.
pub(crate) const ROWS: &str = "SELECT (SELECT count(*) FROM a WHERE t = 'x') + 10 * (SELECT count(*) FROM c) + 100 * (SELECT count(*) FROM __diesel_schema_migrations)";
pub(crate) const EXPECTED: &str = "622";

/// Six migrations by hand.
pub(crate) fn write_migrations(project: &Project) {
    project.write("autogen.toml", "model = \"schema.sql\"\n");
    for (i, up) in MIGRATIONS.iter().enumerate() {
        let folder = format!("migrations/2026-01-0{}-000000-0000_step", i + 1);
        project.write(&format!("{folder}/up.sql"), up);
        project.write(&format!("{folder}/down.sql"), "SELECT 1;\n");
    }
}

/// After how long the upgrade is killed.
pub(crate) fn delays() -> impl Iterator<Item = Duration> {
    let asked = std::env::var("AUTOGEN_TEST_KILLS").ok().and_then(|text| text.parse().ok());
    let count: u32 = asked.unwrap_or(25);
    // An upgrade takes about a tenth of a second.
    (0..count).map(move |i| Duration::from_micros(u64::from(i * 120_000 / count)))
}

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
fn killed_at_any_moment_the_next_upgrade_reaches_the_right_schema() {
    for on in BOTH {
        for delay in delays() {
            let project = Project::new(on);
            write_migrations(&project);
            kill_upgrade(&project, project.url(), delay);
            project.run(&["upgrade"]).exits(0);
            project.run(&["diff", "database", "migrations", "--exit-code"]).exits(0);
            assert_eq!(project.value(ROWS), EXPECTED, "{on:?} after {delay:?}");
        }
    }
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
