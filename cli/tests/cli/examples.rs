//! The applications under `examples/`: their migrations are what `autogen -m` writes for their structs, and an edit of a
//! struct is a migration more.

use std::path::{Path, PathBuf};

use crate::support::{On, Project, Ran};

/// The example's folder.
fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name)
}

/// Copies what autogen needs of an example.
pub(crate) fn copied(project: &Project, name: &str) {
    let models = ["src/models.rs", "src/models/mod.rs", "src/models/author.rs", "src/models/article.rs"];
    for file in ["autogen.toml", "extra.sql", "src/lib.rs"].into_iter().chain(models) {
        if let Ok(text) = std::fs::read_to_string(folder(name).join(file)) {
            project.write(file, &text);
        }
    }
}

/// The statements of a migration, without its header.
fn statements(up: &str) -> String {
    up.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// The first migration of a folder.
fn first_migration(migrations: &Path) -> (String, String) {
    let mut names: Vec<PathBuf> =
        std::fs::read_dir(migrations).unwrap().flatten().map(|entry| entry.path()).collect();
    names.retain(|path| path.is_dir());
    names.sort();
    let read = |file: &str| statements(&std::fs::read_to_string(names[0].join(file)).unwrap());
    (read("up.sql"), read("down.sql"))
}

/// Writes the migration anew, compares it with the example's where the server spells it the same, and edits the model.
pub(crate) fn is_up_to_date(
    project: &Project,
    name: &str,
    is_same: bool,
    edit: [&str; 3],
    run: &dyn Fn(&[&str]) -> Ran,
) {
    copied(project, name);
    run(&["-m", "first tables"]).exits(0).says("Proven");
    let written = first_migration(&project.path().join("migrations"));
    if is_same {
        let own = first_migration(&folder(name).join("migrations"));
        assert_eq!(written, own, "write the migrations of examples/{name} anew");
    }
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0).says("nothing differs");
    let [file, old, new] = edit;
    let model = project.read(file);
    assert!(model.contains(old), "{file} has no {old}");
    project.write(file, &model.replacen(old, new, 1));
    run(&["check"]).exits(1);
    run(&["-m", "edit"]).exits(0).says("Proven");
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0);
}

#[test]
fn the_example_for_sqlite() {
    let project = Project::new(On::Sqlite);
    let edit = ["src/models.rs", "    pub due:", "    pub note: Option<String>,\n    pub due:"];
    is_up_to_date(&project, "sqlite", true, edit, &|arguments| project.run(arguments));
}

#[test]
fn the_example_for_postgres() {
    let project = Project::new(On::Postgres);
    let edit = ["src/models/article.rs", "    Published,", "    Published,\n    Withdrawn,"];
    is_up_to_date(&project, "postgres", true, edit, &|arguments| project.run(arguments));
}
