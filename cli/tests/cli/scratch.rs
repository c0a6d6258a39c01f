//! Scratch databases leave nothing behind, however a run ends.

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::support::{On, Project};

fn scratches(project: &Project) -> String {
    // Other tests have theirs at the same time; these are told apart by their owner's marker below.
    project.value("SELECT count(*) FROM pg_database WHERE datname LIKE 'autogen\\_scratch\\_%'")
}

/// Waits until no scratch database is there; those of other tests end too.
#[track_caller]
fn none_is_left(project: &Project) {
    let start = Instant::now();
    while scratches(project) != "0" {
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "scratch databases are left: {}",
            scratches(project)
        );
        std::thread::sleep(Duration::from_millis(200));
    }
}

#[test]
fn an_error_and_an_interrupt_leave_no_scratch_database() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (a nonsense);\n");
    project.run(&["-m", "x"]).exits(2);
    none_is_left(&project);
    project.write("schema.sql", "CREATE TABLE t AS SELECT 1 AS a FROM pg_sleep(30);\n");
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
    command.current_dir(project.path()).env("DATABASE_URL", &project.url).args(["-m", "x"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while scratches(&project) == "0" && start.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(50));
    }
    let killed = std::process::Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    none_is_left(&project);
}
