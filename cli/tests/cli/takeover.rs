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
    // Where diesel.toml says that the patch is.
    let patch = named(&project, "patch_file").filter(|_| path.join("schema.patch").is_file());
    if let Some(patch) = &patch {
        project.write(patch, &project.read("schema.patch"));
    }
    let before = files(project.path());
    let count = project.migrations().len().to_string();

    project.run(&["upgrade"]).exits(0).says(&format!("{count} migrations applied"));
    project.run(&["status"]).exits(0).answers("pending     0").answers("unchanged since the last upgrade");
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
    its_schema_rs_is_a_model(&project, path);
}

/// A file that `[print_schema]` names.
fn named(project: &Project, key: &str) -> Option<String> {
    let text = std::fs::read_to_string(project.path().join("diesel.toml")).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = ")))?;
    Some(line.trim().trim_matches('"').to_owned())
}

/// The project's own schema.rs says what its migrations make; ten edits of it go into the database and come back.
fn its_schema_rs_is_a_model(project: &Project, path: &Path) {
    let Some(file) = named(project, "file").filter(|_| path.join("schema.rs").is_file()) else { return };
    let own = project.read("schema.rs");
    assert_eq!(project.read(&file), own, "upgrade wrote what the project has");
    project.run(&["diff", "database", &file, "--exit-code"]).exits(0);
    project.run(&["diff", "migrations", &file, "--exit-code"]).exits(0);

    let mut edited = own;
    for (old, new, count) in [
        (" -> Varchar,", " -> Text,", 3),
        (" -> Nullable<Varchar>,", " -> Varchar,", 3),
        (" -> Timestamptz,", " -> Nullable<Timestamptz>,", 2),
        ("        id -> Int4,\n", "        extra -> Nullable<Int8>,\n        id -> Int4,\n", 1),
        (
            "        name -> Text,\n",
            "        name -> Text,\n        tags -> Nullable<Array<Nullable<Text>>>,\n",
            1,
        ),
    ] {
        assert!(edited.matches(old).count() >= count, "the file has {count} of {old:?}");
        for _ in 0..count {
            // From the end on: the patch is not for what is edited beside it.
            let at = edited.rfind(old).unwrap();
            edited.replace_range(at..at + old.len(), new);
        }
    }
    project.write(&file, &edited);
    project.write("autogen.toml", &format!("model = {file:?}\n"));
    let written = project.run(&["-m", "ten edits"]).exits(0);
    assert!(written.err.matches("              ").count() >= 10, "{}", written.err);
    project.run(&["upgrade"]).exits(0).says(&format!("Wrote  {file}"));
    project.run(&["check"]).exits(0).says("nothing differs");
    // But for the sentences that Diesel writes about each column it is what was edited.
    let without_docs = |text: &str| -> Vec<String> {
        let mut lines: Vec<String> =
            text.lines().filter(|line| !line.trim().starts_with("///")).map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(without_docs(&project.read(&file)), without_docs(&edited));
    project.run(&["downgrade", "-1"]).exits(0);
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
