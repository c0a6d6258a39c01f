//! Several workers share a fleet by way of a control database, and are killed.

use std::process::{Child, Stdio};
use std::time::Duration;

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};

use crate::fleet::{migration, project};
use crate::support::{On, Project};

/// How many databases there are (`AUTOGEN_TEST_FLEET`), how often a worker is killed (`_KILLS`), how many milliseconds lie between
/// (`_PAUSE`), and how many rows a migration counts (`_ROWS`).
fn asked(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

const WORKERS: usize = 4;

/// Takes a while, and is seen when it runs twice.
fn slow() -> String {
    let rows = asked("AUTOGEN_TEST_FLEET_ROWS", 100_000);
    format!(
        "CREATE TABLE t1 (n integer);\nWITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < {rows}) \
         INSERT INTO t1 SELECT count(*) / count(*) FROM c;\n"
    )
}

fn worker(project: &Project) -> Child {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
    command.current_dir(project.path()).env_remove("DATABASE_URL");
    command.args(["upgrade", "--fleet", "files", "--parallel", "2"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn file(project: &Project, number: usize) -> SqliteConnection {
    let path = project.path().join(format!("dbs/{number}.db"));
    SqliteConnection::establish(&path.to_string_lossy()).unwrap()
}

#[derive(QueryableByName)]
struct Seen {
    #[diesel(sql_type = Text)]
    value: String,
}

#[test]
fn killed_workers_lose_nothing_and_double_nothing() {
    let (databases, kills) = (asked("AUTOGEN_TEST_FLEET", 60), asked("AUTOGEN_TEST_FLEET_KILLS", 8));
    let pause = Duration::from_millis(u64::try_from(asked("AUTOGEN_TEST_FLEET_PAUSE", 150)).unwrap());
    let control = Project::new(On::Postgres);
    let settings = format!("[fleet.files]\nglob = \"dbs/*.db\"\ncontrol = \"{}\"\n", control.url());
    let project = project(On::Sqlite, &settings, 1);
    migration(&project, 1, &slow());
    migration(&project, 2, "UPDATE t1 SET n = n + 1;\n");
    std::fs::create_dir_all(project.path().join("dbs")).unwrap();
    (0..databases)
        .for_each(|number| file(&project, number).batch_execute("PRAGMA user_version = 1").unwrap());

    let mut workers: Vec<Child> = (0..WORKERS).map(|_| worker(&project)).collect();
    for kill in 0..kills {
        std::thread::sleep(pause);
        let place = kill % WORKERS;
        workers[place].kill().unwrap();
        workers[place].wait().unwrap();
        workers[place] = worker(&project);
    }
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
        // What a worker says holds for the whole fleet.
        let counts = said.lines().filter(|line| line.contains(", at 1002-01-01-000000-0000_m2"));
        let counts = counts.filter_map(|line| line.split_whitespace().next()?.parse::<usize>().ok());
        assert_eq!(counts.sum::<usize>(), databases, "{said}");
        assert!(!said.contains("pending") && !said.contains("failed"), "{said}");
    }
    for number in 0..databases {
        let query = "SELECT group_concat(n) || ' ' || (SELECT count(*) FROM __diesel_schema_migrations) AS value FROM t1";
        let seen: Seen = sql_query(query).get_result(&mut file(&project, number)).unwrap();
        assert_eq!(seen.value, "2 3", "database {number}");
    }
}
