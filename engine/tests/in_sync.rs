//! What an application's own test of its schema sees.
#![cfg(feature = "sqlite")]

use std::path::Path;

use autogen_engine::testing::assert_in_sync;

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
