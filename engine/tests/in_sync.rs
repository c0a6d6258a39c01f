//! What an application's own test of its schema sees, and what a program does with a folder that is not its own.
#![cfg(feature = "sqlite")]

use std::path::Path;
use std::sync::Arc;

use autogen_engine::request::{FirstStep, InitRequest, Overrides};
use autogen_engine::testing::assert_in_sync;
use autogen_engine::{Project, Silence};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n";

/// A project with one migration and the model that it leads to.
fn project(folder: &Path, model: &str) {
    let migration = folder.join("migrations/2026-01-01-000000-0000_first");
    std::fs::create_dir_all(&migration).expect("a project on disk");
    std::fs::write(migration.join("up.sql"), FIRST).expect("a project on disk");
    std::fs::write(migration.join("down.sql"), "DROP TABLE users;\n").expect("a project on disk");
    std::fs::write(folder.join("schema.sql"), model).expect("a project on disk");
    std::fs::write(folder.join("autogen.toml"), "model = \"schema.sql\"\ndialect = \"sqlite\"\n")
        .expect("a project on disk");
}

#[test]
fn a_project_in_sync_says_nothing() {
    let folder = tempfile::tempdir().expect("a project on disk");
    project(folder.path(), FIRST);
    assert_in_sync(folder.path());
}

#[test]
#[should_panic(expected = "alter table users\n    + column age integer\n`autogen -m")]
fn a_difference_stands_in_the_message() {
    let folder = tempfile::tempdir().expect("a project on disk");
    project(
        folder.path(),
        "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, age integer);\n",
    );
    assert_in_sync(folder.path());
}

#[test]
#[should_panic(expected = "can't be checked: there is no model at")]
fn what_can_not_be_read_stands_in_the_message() {
    let folder = tempfile::tempdir().expect("a project on disk");
    project(folder.path(), FIRST);
    std::fs::remove_file(folder.path().join("schema.sql")).expect("a project on disk");
    assert_in_sync(folder.path());
}

#[test]
fn a_project_is_set_up_in_its_own_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let url = format!("sqlite:{}", folder.path().join("app.db").display());
    let overrides = Overrides { database_url: Some(url), ..Overrides::default() };
    let project = Project::discover(folder.path(), &overrides, Arc::new(Silence)).expect("a project");
    let request = InitRequest { model: "db/schema.sql".into(), migrations: None, format: None };
    assert_eq!(project.init(&request).expect("it is set up"), FirstStep::Edit);
    let settings = std::fs::read_to_string(folder.path().join("autogen.toml")).expect("settings");
    assert!(settings.contains("model = \"db/schema.sql\"\n"), "{settings}");
    assert!(settings.contains("migrations = \"migrations\"\n"), "{settings}");
    assert!(folder.path().join("db/schema.sql").is_file() && folder.path().join("migrations").is_dir());
    assert_in_sync(folder.path());
}
