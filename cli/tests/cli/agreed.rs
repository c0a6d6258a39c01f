//! What was found equal once is believed only while nothing has changed, and then says the same as a whole comparison.

use crate::support::{BOTH, On, Project, Ran};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT 'x');\n\
    CREATE VIEW names AS SELECT name FROM users;\n";

/// What `-v` says where nothing is compared.
const BELIEVED: &str = "autogen.agreed holds";

fn upgraded(on: On) -> Project {
    let project = Project::with_model(on, MODEL);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

/// A check that believes what is known in so many comparisons, and says the same as one that believes nothing.
#[track_caller]
fn check(project: &Project, believed: usize, code: i32) -> Ran {
    let told = project.run(&["check", "-v"]).exits(code);
    assert_eq!(told.err.matches(BELIEVED).count(), believed, "{}", told.err);
    let whole = project.run(&["check", "--full", "-v"]).exits(code);
    let others =
        |ran: &Ran| ran.err.lines().filter(|line| !line.contains(BELIEVED)).collect::<Vec<_>>().join("\n");
    assert_eq!((&told.out, others(&told)), (&whole.out, others(&whole)));
    told
}

#[test]
fn a_migration_that_was_proven_is_known_to_lead_to_the_model() {
    for on in BOTH {
        let project = upgraded(on);
        check(&project, 2, 0);
        let model = format!("{MODEL}CREATE TABLE more (id integer PRIMARY KEY);\n");
        project.write("schema.sql", &model);
        check(&project, 0, 1);
        project.run(&["-m", "second"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        check(&project, 2, 0);
        let diff = project.run(&["diff", "-v"]).exits(0).says(BELIEVED);
        assert_eq!(diff.out, project.run(&["diff", "--full"]).exits(0).out);
    }
}

#[test]
fn whatever_changes_is_compared_again() {
    let project = upgraded(On::Sqlite);
    // The database.
    project.sql("CREATE TABLE by_hand (id integer)");
    check(&project, 1, 1);
    project.sql("DROP TABLE by_hand");
    check(&project, 2, 0);
    // The view, whose text is all that differs.
    project.sql("DROP VIEW names; CREATE VIEW names AS SELECT name || '' AS name FROM users");
    check(&project, 1, 1);
    project.sql("DROP VIEW names; CREATE VIEW names AS SELECT name FROM users");
    check(&project, 2, 0);
    // The model's text, though it means the same; and then it is known.
    project.write("schema.sql", &format!("-- a comment\n{MODEL}"));
    project.run(&["check", "-v"]).exits(0);
    check(&project, 2, 0);
    // What is managed.
    let settings = project.read("autogen.toml");
    project.write("autogen.toml", &format!("ignore = [\"names\"]\n{settings}"));
    let told = project.run(&["check", "-v"]).exits(0);
    assert!(!told.err.contains(BELIEVED), "{}", told.err);
    project.write("autogen.toml", &settings);
    // A migration.
    project.run(&["check"]).exits(0);
    let name = project.migrations().pop().unwrap();
    let file = format!("migrations/{name}/up.sql");
    project.write(&file, &format!("{}-- edited\n", project.read(&file)));
    project.run(&["accept", "--no-verify"]).exits(0);
    project.run(&["repair", "--record", "head"]);
    let told = project.run(&["check", "-v"]);
    assert!(told.err.matches(BELIEVED).count() <= 1, "{}", told.err);
}

#[test]
fn a_record_that_was_edited_or_deleted_gives_no_other_answer() {
    let project = upgraded(On::Sqlite);
    let known = project.read("migrations/autogen.agreed");
    project.sql("CREATE TABLE by_hand (id integer)");
    // Somebody makes the record say that this schema was compared: it was that of the model without a view.
    let other = known.replace(" schema ", " schema 0");
    for text in ["", "<<<<<<< ours\n", &other, &known.replace("sqlite-", "sqlite-9")] {
        project.write("migrations/autogen.agreed", text);
        project.run(&["check"]).exits(1).answers("by_hand");
    }
    std::fs::remove_file(project.path().join("migrations/autogen.agreed")).unwrap();
    project.run(&["check"]).exits(1).answers("by_hand");
    project.sql("DROP TABLE by_hand");
    // What the migrations make was compared meanwhile.
    check(&project, 1, 0);
    check(&project, 2, 0);
}

#[test]
fn a_model_with_something_to_tell_is_never_taken_as_known() {
    let project = upgraded(On::Postgres);
    project.write(
        "schema.sql",
        &format!("{MODEL}SET search_path = public;\nINSERT INTO users VALUES (1, 'a');\n"),
    );
    let first = project.run(&["check"]);
    let second = project.run(&["check"]);
    assert_eq!((first.code, first.err), (second.code, second.err));
}

#[test]
fn another_folder_of_migrations_is_not_the_projects() {
    let project = upgraded(On::Sqlite);
    std::fs::remove_file(project.path().join("migrations/autogen.agreed")).unwrap();
    let name = project.migrations().pop().unwrap();
    for file in ["up.sql", "down.sql"] {
        project
            .write(&format!("elsewhere/{name}/{file}"), &project.read(&format!("migrations/{name}/{file}")));
    }
    project.write("schema.sql", &format!("{MODEL}CREATE TABLE more (id integer PRIMARY KEY);\n"));
    project.run(&["-m", "second", "--from", "elsewhere"]).exits(0);
    let known = project.read("migrations/autogen.agreed");
    assert!(known.contains(" schema ") && !known.contains(" migrations "), "{known}");
}
