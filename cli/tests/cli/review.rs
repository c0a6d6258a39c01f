//! `autogen review`: what migrations do, for those who review them.

use std::process::Command;

use serde_json::Value;

use crate::support::{On, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";
const SECOND: &str = "CREATE TABLE users (id integer PRIMARY KEY,\n\
    -- autogen: renamed from name\n full_name text, email text);\n\
    CREATE UNIQUE INDEX by_email ON users (email);\n";

/// A project under git with one migration that is committed, and one that is not.
fn project(on: On) -> Project {
    let project = Project::with_model(on, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "-A"]);
    git(&project, &["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"]);
    project.write("schema.sql", SECOND);
    project.run(&["-m", "second"]).exits(0);
    project
}

fn git(project: &Project, arguments: &[&str]) {
    let status = Command::new("git").current_dir(project.path()).args(arguments).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

fn migrations(json: &str) -> Vec<Value> {
    serde_json::from_str::<Value>(json).unwrap()["migrations"].as_array().unwrap().clone()
}

#[test]
fn what_a_branch_adds_is_reviewed() {
    for on in [On::Sqlite, On::Postgres] {
        let project = project(on);
        let all = project.run(&["review", "--format", "json"]).exits(0).out;
        assert_eq!(migrations(&all).len(), 2);
        let told = project.run(&["review", "--base", "HEAD", "--format", "json"]).exits(0).out;
        let [second] = &migrations(&told)[..] else { panic!("{told}") };
        assert_eq!(second["proof"], "holds");
        let objects: Vec<&str> = second["changes"]
            .as_array()
            .unwrap()
            .iter()
            .map(|change| change["object"].as_str().unwrap())
            .collect();
        assert_eq!(objects, ["column users.name", "table users"], "a rename is one");
        let findings = second["findings"].as_array().unwrap();
        let of = |code: &str| findings.iter().find(|finding| finding["code"] == code);
        assert!(of("DL102").is_none(), "nothing is lost: {told}");
        let unique = of("BC101").expect("the old name breaks programs");
        let line = usize::try_from(unique["place"]["line"].as_u64().unwrap()).unwrap();
        let file = project.read(unique["place"]["file"].as_str().unwrap());
        assert!(file.lines().nth(line - 1).unwrap().contains("RENAME COLUMN"), "{line} of {file}");
        let one =
            project.run(&["review", "second"]).exits(0).answers("_second\n").answers("proven: up, down, up");
        assert!(!one.out.contains("_first"), "{}", one.out);
    }
}

#[test]
fn a_way_back_that_goes_astray_is_a_finding() {
    let project = project(On::Sqlite);
    let second = project.migrations().pop().unwrap();
    project.write(&format!("migrations/{second}/down.sql"), "DROP INDEX by_email;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    let told = project.run(&["review", "--base", "HEAD"]).exits(1);
    told.answers("NOT proven").answers("error not-proven");
    project.run(&["review", "nope"]).exits(2);
}

#[test]
fn reports_are_written_beside_the_answer() {
    let project = project(On::Sqlite);
    let summary = project.path().join("summary.md");
    let ran = project
        .command(&[
            "review",
            "--format",
            "github",
            "--report",
            "sarif=out.sarif",
            "--report",
            "junit=out.xml",
        ])
        .env("GITHUB_STEP_SUMMARY", &summary)
        .output()
        .unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert!(String::from_utf8_lossy(&ran.stdout).contains("::warning file=migrations/"));
    assert!(project.read("out.sarif").contains("\"2.1.0\""));
    assert!(project.read("out.xml").contains("tests=\"2\""));
    assert!(project.read("summary.md").starts_with("## Migrations"));
    project.run(&["review", "--report", "sarif"]).exits(2).says("FORMAT=FILE");
    project.run(&["review", "--report", "markdown=nowhere/out.md"]).says("nowhere/out.md");
    project
        .run(&["review", "--base", "nope"])
        .exits(2)
        .says("git does not know")
        .says("--base takes what git knows");
}

#[test]
fn what_no_comparison_shows_is_said() {
    let project = project(On::Postgres);
    project.run(&["generate", "--empty", "-m", "third"]).exits(0);
    let third = project.migrations().pop().unwrap();
    let up = "UPDATE users SET email = 'secret-canary';\nDELETE FROM users;\nDROP TABLE users;\n\
        CREATE TABLE users (id integer PRIMARY KEY, full_name text, email text);\n\
        CREATE UNIQUE INDEX by_email ON users (email);\nSELECT upper('secret-canary');\n";
    project.write(&format!("migrations/{third}/up.sql"), up);
    project.write(&format!("migrations/{third}/down.sql"), "SELECT 1;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    let told = project.run(&["review", &third]).exits(0);
    let told = told.answers("changes no object");
    for finding in [
        "note not-judged migrations/NAME/up.sql:1: UPDATE USERS SET EMAIL: changes rows",
        "error loses-data migrations/NAME/up.sql:2: DELETE FROM users: loses rows",
        "error DL101 migrations/NAME/up.sql:3: users: its rows are lost",
        "note not-judged migrations/NAME/up.sql:6: SELECT UPPER: runs code",
    ] {
        assert!(told.out.contains(&finding.replace("NAME", &third)), "{finding}: {}", told.out);
    }
    assert!(!told.out.contains("canary"), "{}", told.out);
}

#[test]
fn a_migration_is_called_proven_only_where_it_is() {
    let project = project(On::Sqlite);
    let [first, second] = &project.migrations()[..] else { panic!("two migrations") };
    project.write(&format!("migrations/{first}/down.sql"), "SELECT 1;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    let told = project.run(&["review", "--format", "json"]).exits(1).out;
    let proofs: Vec<Value> = migrations(&told).iter().map(|migration| migration["proof"].clone()).collect();
    assert!(proofs[0]["fails"].is_array(), "{told}");
    assert_eq!(proofs[1], "not_run_again", "{second}: {told}");
}
