//! A database that is full before there is a migration.

use crate::support::{BOTH, Project};

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";
const MORE: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n";

/// A project that was set up over an empty database, which somebody filled.
fn filled(on: crate::support::On) -> Project {
    let project = Project::with_model(on, MORE);
    project.sql(USERS);
    project
}

#[test]
fn a_first_migration_does_not_start_from_what_no_migration_made() {
    for on in BOTH {
        let project = filled(on);
        for arguments in [&["-m", "add email"][..], &["-m", "add email", "--dry-run"]] {
            let ran = project.run(arguments).exits(5).says("no migration creates: table users");
            ran.says("--from migrations --to database").says("autogen stamp head").says("drift = \"warn\"");
        }
        assert!(project.migrations().is_empty());
        // The first way that is told.
        project.run(&["-m", "baseline", "--from", "migrations", "--to", "database"]).exits(0);
        project.run(&["stamp", "head"]).exits(0);
        project.run(&["-m", "add email"]).exits(0).says("column email");
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        project.run(&["check"]).exits(0);
        project.run(&["verify"]).exits(0).says("2 migrations");
    }
}

#[test]
fn the_other_ways_on_and_what_needs_none() {
    for on in BOTH {
        let project = filled(on);
        let settings = project.read("autogen.toml");
        project.write("autogen.toml", &format!("ignore = [\"users\"]\n{settings}"));
        project.write("schema.sql", "CREATE TABLE orgs (id integer PRIMARY KEY);\n");
        project.run(&["-m", "orgs"]).exits(0).says("create table orgs");

        let project = filled(on);
        let settings = project.read("autogen.toml");
        project.write("autogen.toml", &format!("drift = \"warn\"\n{settings}"));
        let ran = project.run(&["-m", "add email"]).exits(0).says("a new database will lack them");
        assert!(ran.err.contains("warning: "), "{}", ran.err);

        // The model is what is there already.
        let project = filled(on);
        project.write("schema.sql", USERS);
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");

        // `init` over a full database writes what is there itself.
        let project = Project::new(on);
        project.sql(USERS);
        project.run(&["init"]).exits(0).says("autogen stamp head");
        project.run(&["stamp", "head"]).exits(0);
        project.write("schema.sql", MORE);
        project.run(&["-m", "add email"]).exits(0).says("column email");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
    }
}
