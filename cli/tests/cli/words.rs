//! Names of folders, slugs as targets, and words of other tools.

use crate::support::{BOTH, On, Project};

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const EMAIL: &str = "CREATE TABLE users (id integer PRIMARY KEY, email text);\n";

fn two(on: On) -> Project {
    let project = Project::with_model(on, USERS);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", EMAIL);
    project.run(&["-m", "add email"]).exits(0);
    project
}

#[test]
fn folders_are_named_by_the_template() {
    let project = Project::with_model(On::Sqlite, USERS);
    let settings = project.read("autogen.toml");
    let with = |template: &str| {
        project.write("autogen.toml", &format!("file_template = {template:?}\n{settings}"));
    };
    with("{version}_{year}{month}_{slug}");
    project.run(&["-m", "Größe für Café"]).exits(0);
    let name = project.migrations().remove(0);
    let month = format!("_{}{}_grosse_fur_cafe", &name[..4], &name[5..7]);
    assert!(name.ends_with(&month), "{name}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["generate", "--empty", "-m", "почта"]).exits(0);
    assert!(project.migrations()[1].ends_with("_pochta"), "{:?}", project.migrations());
    with("{slug}");
    project.run(&["history"]).exits(2).says("autogen.toml").says("must begin with {version}_");
    with("{version}_{rev}");
    project.run(&["history"]).exits(2).says("{rev} is none of version, slug, year");
}

#[test]
fn slugs_are_targets() {
    let project = two(On::Sqlite);
    project.run(&["upgrade", "add_emial"]).exits(2).says("no revision \"add_emial\"").says("_add_email");
    project.run(&["upgrade", "add_email"]).exits(0).says("1 migration applied");
    project.run(&["show", "add_email"]).exits(0);
    project.run(&["downgrade", "first"]).exits(0).says("1 migration undone");
    project.run(&["generate", "--empty", "-m", "add email"]).exits(0);
    let names = project.migrations();
    project.run(&["upgrade", "add_email"]).exits(2).says(&names[1]).says(&names[2]);
}

#[test]
fn a_hazard_is_explained_by_its_code() {
    let folder = Project::new(On::Sqlite);
    folder.run(&["explain", "lk203"]).exits(0).answers("LK203 blocks writes").answers("NOT VALID");
    folder.run(&["explain", "LK23"]).exits(2).says("no hazard has this code; the nearest is LK203");
}

#[test]
fn a_difference_for_machines_has_its_statements_with_their_hazards() {
    let project = two(On::Sqlite);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", USERS);
    let told = project.run(&["diff", "--format", "json"]).exits(0);
    told.answers("\"changes\": [").answers("DROP COLUMN").answers("\"code\": \"DL102\"");
}

#[test]
fn alembics_words_point_to_ours() {
    let folder = Project::new(On::Sqlite);
    let told = folder.run(&["revision", "--autogenerate", "-m", "add email"]).exits(2);
    told.says("autogen -m \"add email\"");
    let told = folder.run(&["revision", "-m", "seed"]).exits(2).says("autogen -m \"seed\"");
    told.says("autogen generate --empty -m \"seed\"");
    let help = folder.run(&["--help"]).exits(0);
    assert!(!help.out.contains("revision "), "{}", help.out);
}

#[test]
fn redo_undoes_the_newest_and_applies_it_again() {
    for on in BOTH {
        let project = two(on);
        project.run(&["redo", "--dry-run"]).exits(0).answers("_first");
        project.run(&["redo"]).exits(0).says("1 migration undone").says("1 migration applied");
        // What is pending stays so.
        project.run(&["current"]).exits(0).answers("_first");
        project.run(&["upgrade", "--environment", "production"]).exits(0);
        project.run(&["redo"]).exits(4).says("--confirm-database");
        project.run(&["current"]).exits(0).answers("_add_email");
        let url = project.url().to_owned();
        let name = url.rsplit('/').next().unwrap();
        project.run(&["redo", "--confirm-database", name]).exits(0).says("1 migration applied");
        project.run(&["check"]).exits(0);
        project.sql("ALTER TABLE users ADD COLUMN sneaky integer");
        project.run(&["redo", "--confirm-database", name]).exits(5).says("something else has changed it");
    }
    let behind = two(On::Sqlite);
    behind.run(&["generate", "--empty", "-m", "third"]).exits(0);
    let third = behind.migrations().remove(2);
    for file in ["up", "down"] {
        behind.write(&format!("migrations/{third}/{file}.sql"), "SELECT 1;\n");
    }
    behind.run(&["rehash", "--no-verify"]).exits(0);
    behind.run(&["upgrade"]).exits(0);
    behind.sql(
        "DELETE FROM __diesel_schema_migrations WHERE version = (SELECT version FROM \
        __diesel_schema_migrations ORDER BY version LIMIT 1 OFFSET 1)",
    );
    behind.run(&["redo"]).exits(5).says("_add_email would be applied too");
    let empty = Project::with_model(On::Sqlite, USERS);
    empty.run(&["redo"]).exits(2).says("no migration is applied");
}

#[test]
fn init_takes_a_migrations_folder() {
    let project = Project::new(On::Sqlite);
    project.write("schema.sql", USERS);
    project.run(&["init", "--migrations", "db/steps"]).exits(0);
    project.run(&["-m", "first"]).exits(0).says("db/steps/");
    assert!(project.read("autogen.toml").contains("migrations = \"db/steps\""));
}

#[test]
fn the_words_of_before_are_still_taken() {
    let project = Project::with_model(On::Sqlite, USERS);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["accept", "--no-verify"]).exits(0).says("Recorded");
    project.run(&["upgrade"]).exits(0);
    for word in ["--done", "--again"] {
        project.run(&["repair", word]).exits(0).says("no migration is done in part");
    }
    project.run(&["repair", "--done", "--again"]).exits(2).says("--retry");
    project.run(&["squash", "base:head", "--leave-out-rows"]).exits(2).says("less than two migrations");
}

#[test]
fn quiet_leaves_answers_warnings_and_errors() {
    let project = Project::with_model(On::Sqlite, USERS);
    for arguments in [&["-q", "-m", "first"][..], &["upgrade", "-q"], &["check", "--quiet"]] {
        let ran = project.run(arguments).exits(0);
        assert_eq!((ran.err.as_str(), ran.out.as_str()), ("", ""), "{arguments:?}");
    }
    project.run(&["-q", "current"]).exits(0).answers("_first");
    project.run(&["-m", "x", "upgrade"]).exits(2).says("don't go before another command");
    project.run(&["-q", "upgrade", "nope"]).exits(2).says("error: ");
    project.write("schema.sql", "CREATE TABLE members (id integer PRIMARY KEY);\n");
    let ran = project.run(&["-q", "-m", "second"]).exits(0).says("warning: ").says("hint: if it is a rename");
    let ran = ran.says("Hazard  DL101");
    assert!(!ran.err.contains("Proven") && !ran.err.contains("Detected"), "{}", ran.err);
    project.write("schema.sql", "CREATE TABEL x;\n");
    project.run(&["-q", "check"]).exits(2).says("error");
    project.run(&["-q", "-v", "check"]).exits(2);
}
