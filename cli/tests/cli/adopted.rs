//! Projects that were not made for autogen, taken over: init, check, an edit, a migration, an upgrade, a merge in git.

use std::path::Path;

use diesel::{Connection as _, PgConnection};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

use crate::field::git;
use crate::support::{On, Project};

/// A copy of a project of the fixtures.
fn copy_of(name: &str, on: On) -> Project {
    let project = Project::new(on);
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects").join(name);
    let copied = std::process::Command::new("cp").arg("-r").arg(from.join(".")).arg(project.path()).status();
    assert!(copied.unwrap().success());
    project
}

/// The forum with a database that Diesel brought to head.
fn forum() -> Project {
    let project = copy_of("forum", On::Postgres);
    let source = FileBasedMigrations::from_path(project.path().join("migrations")).unwrap();
    PgConnection::establish(project.url()).unwrap().run_pending_migrations(source).unwrap();
    let printed = project.run(&["schema", "--format", "rust"]).exits(0).out;
    project.write("src/schema.rs", &printed);
    project
}

#[test]
fn a_forum_is_taken_over_and_goes_on() {
    let project = forum();
    let ran = project.run(&["init"]).exits(0).says("autogen -m");
    assert!(!ran.err.contains("stamp"), "Diesel has recorded what is applied: {}", ran.err);
    project.run(&["status"]).exits(0).answers("pending     0");
    project.run(&["check"]).exits(0).says("nothing differs");

    // Others' ways back are told once.
    let ran = project.run(&["verify"]).exits(1).answers("_hot_rank").answers("_drop_url");
    assert!(!ran.out.contains("_scores") && !ran.out.contains("_watch_migrations"), "{}", ran.out);
    project.run(&["verify", "--from", "2022-07-07-182650"]).exits(0);
    project.run(&["verify", "--record"]).exits(0);
    project.run(&["verify"]).exits(0).says("2 that do not lead back");

    let model = project.read("schema.sql");
    let edited = model.replacen(
        "score integer DEFAULT 0 NOT NULL",
        "score integer DEFAULT 0 NOT NULL, locked boolean DEFAULT false NOT NULL",
        1,
    );
    assert_ne!(model, edited, "{model}");
    project.write("schema.sql", &edited);
    let ran = project.run(&["-m", "posts can be locked"]).exits(0).says("Proven");
    assert!(!ran.err.contains("warning"), "{}", ran.err);
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
    project.run(&["check"]).exits(0);
    project.run(&["verify"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM migration_log"), "2", "the trigger saw the rows");
    project.run(&["downgrade", "-1"]).exits(0);
    project.run(&["upgrade"]).exits(0);
}

#[test]
fn branches_of_a_forum_meet_in_git() {
    let project = forum();
    project.run(&["init"]).exits(0);
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "take over"]);
    let model = project.read("schema.sql");
    let column = |name: &str| model.replacen("admin boolean", &format!("{name} text,\n    admin boolean"), 1);
    let table = format!("{model}\nCREATE TABLE emoji (\n    id integer PRIMARY KEY\n);\n");
    for (branch, text) in [("bio", column("bio")), ("emoji", table)] {
        git(&project, &["checkout", "-qb", branch, "main"]);
        project.write("schema.sql", &text);
        project.run(&["-m", branch]).exits(0);
        git(&project, &["add", "."]);
        git(&project, &["commit", "-qm", branch]);
        std::thread::sleep(std::time::Duration::from_millis(2200));
    }
    git(&project, &["checkout", "-q", "main"]);
    git(&project, &["merge", "-q", "--no-edit", "bio"]);
    // The later branch was tried here before.
    git(&project, &["merge", "-q", "--no-edit", "emoji"]);
    project.run(&["status"]).exits(5).says("several heads");
    project.run(&["merge"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0).says("3 migrations applied");
    project.run(&["check"]).exits(0);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "merge"]);
}
