//! A real project's history, taken over without touching a file of it, when there is one.
//!
//! `AUTOGEN_TEST_HISTORIES` names a folder of Diesel projects for PostgreSQL.

#![expect(clippy::print_stdout, reason = "what verify says of a real history is the answer")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use diesel::{Connection as _, PgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

use crate::support::{On, Project, value_at};

#[test]
fn a_history_is_taken_over_as_it_is() {
    let Some(folder) = std::env::var_os("AUTOGEN_TEST_HISTORIES").map(PathBuf::from) else {
        println!("AUTOGEN_TEST_HISTORIES is not set, no history was taken over");
        return;
    };
    let projects: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path()).collect();
    let projects: Vec<PathBuf> =
        projects.into_iter().filter(|path| path.join("migrations").is_dir()).collect();
    assert!(!projects.is_empty(), "there are projects with migrations");
    projects.iter().for_each(|path| taken_over(path));
}

fn taken_over(path: &Path) {
    let project = Project::new(On::Postgres);
    copy(path, project.path());
    let before = files(project.path());
    let count = project.migrations().len().to_string();

    project.run(&["upgrade"]).exits(0).says(&format!("{count} migrations applied"));
    project.run(&["status"]).exits(0).answers("pending     0").answers("as the last upgrade left it");
    project.run(&["upgrade"]).exits(0).says("nothing to apply");

    let with_diesel = Project::new(On::Postgres);
    let source = FileBasedMigrations::from_path(project.path().join("migrations")).unwrap();
    PgConnection::establish(with_diesel.url()).unwrap().run_pending_migrations(source).unwrap();
    project.run(&["diff", project.url(), with_diesel.url(), "--exit-code"]).exits(0);
    let versions = "SELECT string_agg(version, ',' ORDER BY version) FROM __diesel_schema_migrations";
    assert_eq!(project.value(versions), value_at(with_diesel.url(), versions));

    project.run(&["init"]).exits(0);
    project.run(&["check"]).exits(0).says("nothing differs");
    let verified = project.run(&["verify"]);
    println!("{}: verify exits {} and says of {count}:\n{}", path.display(), verified.code, verified.out);
    assert!(matches!(verified.code, 0 | 1), "{}", verified.err);
    assert!(!verified.err.contains("up.sql"), "each up runs: {}", verified.err);

    let mut after = files(project.path());
    after.retain(|path, _| before.contains_key(path));
    assert!(before == after, "no file of the project was touched");
}

fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp").arg("-r").arg(from.join(".")).arg(to).status();
    assert!(copied.unwrap().success());
}

/// All files below a folder and what they hold.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        if entry.path().is_dir() {
            found.append(&mut files(&entry.path()));
        } else {
            found.insert(entry.path(), std::fs::read(entry.path()).unwrap());
        }
    }
    found
}
