//! `autogen check` in the formats that CI reads, and on a branch.

use std::process::Command;

use serde_json::Value;

use crate::support::{BOTH, On, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

fn project(on: On) -> Project {
    let project = Project::with_model(on, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

fn differences(project: &Project) -> Vec<Value> {
    let told = project.run(&["check", "--format", "json"]).exits(1).out;
    let report: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(report["is_clean"], false, "{told}");
    report["differences"].as_array().unwrap().clone()
}

#[test]
fn each_difference_is_told_once_and_where_it_is() {
    for on in BOTH {
        let project = project(on);
        project.write(
            "schema.sql",
            &format!("-- what we sell\n{MODEL}CREATE TABLE posts (id integer PRIMARY KEY);\n"),
        );
        let told = project.run(&["check"]).exits(1);
        assert_eq!(told.out.matches("create table posts").count(), 1, "{}", told.out);
        told.says(" and 1 migration");
        let [both] = &differences(&project)[..] else { panic!("one") };
        assert_eq!(both["side"], "both");
        let place = &both["entries"][0]["place"];
        assert_eq!((place["file"].as_str(), place["line"].as_u64()), (Some("schema.sql"), Some(3)));

        project.write("schema.sql", MODEL);
        project.sql("ALTER TABLE users ADD COLUMN by_hand integer;");
        let [database] = &differences(&project)[..] else { panic!("one") };
        assert_eq!(database["side"], "database");
        let told = project.run(&["check", "--format", "github"]).exits(1);
        told.answers("::error file=schema.sql,line=1,title=database-differs table users::");
    }
}

#[test]
fn reports_of_a_check_are_written() {
    let project = project(On::Sqlite);
    let clean = project.run(&["check", "--format", "junit"]).exits(0).answers("failures=\"0\"");
    assert!(clean.out.contains("name=\"no-migration\""), "{}", clean.out);
    project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, email text);\n");
    let reports = ["sarif=out.sarif", "gitlab=out.json", "markdown=out.md", "junit=out.xml", "text=out.txt"];
    let mut arguments = vec!["check"];
    reports.iter().for_each(|report| arguments.extend(["--report", report]));
    project.run(&arguments).exits(1).answers("+ column email");
    let sarif: Value = serde_json::from_str(&project.read("out.sarif")).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "no-migration");
    let gitlab: Value = serde_json::from_str(&project.read("out.json")).unwrap();
    assert_eq!(gitlab[0]["location"]["path"], "schema.sql");
    assert!(project.read("out.md").contains("+ column email"), "{}", project.read("out.md"));
    assert!(project.read("out.xml").contains("failures=\"1\""));
    assert!(project.read("out.txt").contains("+ column email"));
    project.run(&["generate", "-m", "second"]).exits(0);
    project.run(&["check", "--format", "github"]).exits(1).answers("title=pending-migration ");
}

#[test]
fn the_result_of_a_merge_is_judged() {
    let project = project(On::Sqlite);
    git(&project, &["init", "-q", "-b", "main"]);
    commit(&project);
    git(&project, &["switch", "-qc", "other"]);
    project.write("schema.sql", &format!("{MODEL}CREATE TABLE theirs (id integer PRIMARY KEY);\n"));
    project.run(&["-m", "theirs"]).exits(0);
    commit(&project);
    git(&project, &["switch", "-q", "main"]);
    project.write("schema.sql", &format!("{MODEL}CREATE TABLE ours (id integer PRIMARY KEY);\n"));
    project.run(&["-m", "ours"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    project.run(&["check", "--base", "main"]).exits(0).says("which has no other migration");
    let told = project.run(&["check", "--base", "other"]).exits(5);
    told.says("which has besides").says("_theirs").says("_ours").says("autogen merge --rebase");
    project.run(&["check", "--base", "nope"]).exits(2).says("git does not know");
}

fn git(project: &Project, arguments: &[&str]) {
    let author = ["-c", "user.name=a", "-c", "user.email=a@b"];
    let status =
        Command::new("git").current_dir(project.path()).args(author).args(arguments).status().unwrap();
    assert!(status.success(), "git {arguments:?}");
}

fn commit(project: &Project) {
    git(project, &["add", "-A"]);
    git(project, &["commit", "-qm", "a change"]);
}
