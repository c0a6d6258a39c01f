//! The recipes of `docs/recipes.md`, as far as they run without a network.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::support::{On, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";

/// The folder of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Runs a program with the tested `autogen` in its path.
fn run(project: &Project, program: &Path, variables: &[(&str, &str)]) -> Output {
    let folder = Path::new(env!("CARGO_BIN_EXE_autogen")).parent().unwrap().display().to_string();
    let path = format!("{folder}:{}", std::env::var("PATH").unwrap());
    let mut command = Command::new(program);
    command.current_dir(project.path()).env("PATH", path).env_remove("DATABASE_URL");
    command.envs(variables.iter().copied()).output().unwrap()
}

fn git(project: &Project, arguments: &[&str]) -> Output {
    let author = ["-c", "user.name=a", "-c", "user.email=a@b"];
    let git = |folder: &Path| Command::new("git").current_dir(folder).args(author).args(arguments).output();
    git(project.path()).unwrap()
}

fn project() -> Project {
    let project = Project::with_model(On::Sqlite, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    assert!(git(&project, &["init", "-q", "-b", "main"]).status.success());
    assert!(git(&project, &["add", "-A"]).status.success());
    assert!(git(&project, &["commit", "-qm", "first"]).status.success());
    project
}

#[test]
fn the_action_annotates_and_summarises() {
    let project = project();
    project.write(
        "schema.sql",
        "CREATE TABLE users (id integer PRIMARY KEY, a text);\nCREATE TABLE b (c integer UNIQUE);\n",
    );
    project.run(&["-m", "second"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", MODEL);
    project.run(&["-m", "third"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let summary = project.path().join("summary.md");
    let summary = summary.to_str().unwrap();
    let action = root().join(".github/actions/autogen/run.sh");
    let lint = [("AUTOGEN_BASE", "main"), ("AUTOGEN_LINT", "true"), ("GITHUB_STEP_SUMMARY", summary)];
    let ran = run(&project, &action, &lint);
    let told = String::from_utf8_lossy(&ran.stdout).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{told}");
    assert!(told.contains("::error file=migrations/") && told.contains("DL101"), "{told}");
    let summary = project.read("summary.md");
    assert!(summary.contains("nothing differs") && summary.contains("erDiagram"), "{summary}");
    let review = [("AUTOGEN_BASE", "main")];
    assert_eq!(run(&project, &action, &review).status.code(), Some(0), "a review does not judge");
}

#[test]
fn a_hook_keeps_a_change_without_a_migration_out() {
    let project = project();
    let hook = project.path().join(".git/hooks/pre-commit");
    let folder = Path::new(env!("CARGO_BIN_EXE_autogen")).parent().unwrap();
    let recipes = std::fs::read_to_string(root().join("docs/recipes.md")).unwrap();
    let (_, script) = recipes.split_once("```sh\n").unwrap();
    let (script, _) = script.split_once("```").unwrap();
    let script = script.replace("exec autogen", &format!("exec {}/autogen", folder.display()));
    std::fs::write(&hook, script).unwrap();
    assert!(Command::new("chmod").arg("+x").arg(&hook).status().unwrap().success());
    project.write("schema.sql", &format!("{MODEL}CREATE TABLE b (c integer);\n"));
    let refused = git(&project, &["commit", "-qam", "no migration"]);
    assert!(!refused.status.success(), "{refused:?}");
    project.run(&["-m", "second"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    assert!(git(&project, &["add", "-A"]).status.success());
    let taken = git(&project, &["commit", "-qm", "with its migration"]);
    assert!(taken.status.success(), "{taken:?}");
}
