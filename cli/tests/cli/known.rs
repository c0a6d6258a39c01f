//! `autogen.known`: what it passes over and what not, and a connection that breaks while migrations are replayed.

use crate::support::{BOTH, On, Project};

const FOLDER: &str = "migrations/2020-01-01-000000_one";

/// A project with one migration, whose way back is given.
fn one(on: On, down: &str) -> Project {
    let project = Project::new(on);
    project
        .write(&format!("{FOLDER}/up.sql"), "CREATE TABLE one (a integer);\nCREATE TABLE two (a integer);\n");
    project.write(&format!("{FOLDER}/down.sql"), down);
    project
}

#[test]
fn another_difference_than_the_recorded_one_is_told() {
    for on in BOTH {
        let project = one(on, "DROP TABLE one;\n");
        project.run(&["verify", "--record"]).exits(0);
        project.run(&["verify"]).exits(0).says("1 that do not lead back");
        let text = project.read("migrations/autogen.known");
        assert!(text.lines().last().unwrap().starts_with("2020-01-01-000000_one  "), "{text}");
        // It got worse, or otherwise wrong.
        for down in ["SELECT 1;\n", "DROP TABLE two;\n", "DROP TABLE nowhere;\n"] {
            project.write(&format!("{FOLDER}/down.sql"), down);
            project.run(&["verify"]).exits(1).answers("_one").says("autogen.known for another difference");
        }
        // A statement that fails is known by its text, wherever it stands.
        project.run(&["verify", "--record"]).exits(0);
        project.write(&format!("{FOLDER}/down.sql"), "-- a comment\nDROP TABLE nowhere;\n");
        project.run(&["verify"]).exits(0);
        project.write(&format!("{FOLDER}/down.sql"), "DROP TABLE elsewhere;\n");
        project.run(&["verify"]).exits(1);
    }
}

#[test]
fn files_from_before_there_were_hashes_are_read() {
    let project = one(On::Sqlite, "SELECT 1;\n");
    project
        .write("migrations/autogen.known", "# known\n2020-01-01-000000_one  down.sql does not lead back\n");
    project.run(&["verify"]).exits(0).says("1 that do not lead back");
}

#[test]
fn a_connection_that_breaks_is_no_finding() {
    let broken = "SELECT pg_terminate_backend(pg_backend_pid());\n";
    let project = one(On::Postgres, broken);
    let ran = project.run(&["verify"]).exits(3).says("down.sql").says("when the server is back");
    assert!(!ran.out.contains("down.sql fails"), "{}", ran.out);
    let project = one(On::Postgres, "SELECT 1;\n");
    project.write(&format!("{FOLDER}/up.sql"), broken);
    project.run(&["verify"]).exits(3).says("when the server is back");
}
