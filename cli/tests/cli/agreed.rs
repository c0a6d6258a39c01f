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
    project.run(&["rehash", "--no-verify"]).exits(0);
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

/// What `-v` says where a model is read by what changed in it.
const IN_PART: &str = "parts of the model are changed";

/// A model that is large enough for that.
fn large(column: &str) -> String {
    let table = |i: usize| {
        let next = i.saturating_sub(1);
        format!("CREATE TABLE t{i} (id integer PRIMARY KEY, a text{});\n", if i == 7 { column } else { "" })
            + &format!("ALTER TABLE t{i} ADD COLUMN next integer REFERENCES t{next} (id);\n")
    };
    (0..70).map(table).collect::<String>() + "CREATE VIEW v AS SELECT * FROM t7;\n"
}

/// `diff` says the same in part and as a whole; whether it is read in part is given.
#[track_caller]
fn diff(project: &Project, is_in_part: bool) {
    let told = project.run(&["diff", "-v", "--format", "sql"]).exits(0);
    assert_eq!(told.err.contains(IN_PART), is_in_part, "{}", told.err);
    let whole = project.run(&["diff", "--full", "--format", "sql"]).exits(0);
    assert_eq!(told.out, whole.out);
}

#[test]
fn an_edit_of_a_large_model_is_read_by_what_changed() {
    let project = Project::with_model(On::Postgres, &large(""));
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", &large(", b text"));
    diff(&project, true);
    let drafted = project.run(&["-m", "b", "--dry-run", "-v"]).exits(0).says(IN_PART);
    let whole = project.run(&["-m", "b", "--dry-run", "--full"]).exits(0);
    assert!(drafted.out.contains("ADD COLUMN b text"), "{}", drafted.out);
    let statements =
        |ran: &Ran| ran.out.lines().filter(|line| !line.starts_with("--")).collect::<Vec<_>>().join("\n");
    assert_eq!(statements(&drafted), statements(&whole));
    // What was recorded is deleted, edited, merged: what is said stays the same.
    let recorded = project.read("migrations/autogen.parts");
    let other = recorded.replace(" t7\n", " t8\n");
    for text in ["", "nonsense", &other, &format!("{recorded}{recorded}"), &recorded[..recorded.len() / 2]] {
        project.write("migrations/autogen.parts", text);
        diff(&project, false);
    }
    project.write("migrations/autogen.parts", &recorded);
    diff(&project, true);
    // The database is another one than the model was equal to.
    project.sql("ALTER TABLE t3 ADD COLUMN by_hand integer");
    diff(&project, false);
    project.sql("ALTER TABLE t3 DROP COLUMN by_hand");
    diff(&project, true);
    // What is wrong is told as by the whole, with its place.
    project.write("schema.sql", &large(", b nonsense"));
    let wrong = project.run(&["diff"]).exits(2);
    assert_eq!(wrong.err, project.run(&["diff", "--full"]).exits(2).err);
    project.write("schema.sql", &large(", b text"));
    project.run(&["-m", "b"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    check(&project, 2, 0);
    project.write("schema.sql", &large(", b text, c text"));
    diff(&project, true);
}

#[cfg(feature = "mysql")]
#[test]
fn mysql_an_edit_of_a_large_model_is_read_by_what_changed() {
    let shop = crate::mysql::Shop::new("edited");
    let diff = |is_in_part: bool| {
        let told = shop.run(&["diff", "-v", "--format", "sql"]).exits(0);
        assert_eq!(told.err.contains(IN_PART), is_in_part, "{}", told.err);
        assert_eq!(told.out, shop.run(&["diff", "--full", "--format", "sql"]).exits(0).out);
    };
    shop.project.write("schema.sql", &large(""));
    shop.run(&["init"]).exits(0);
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    shop.project.write("schema.sql", &large(", b text"));
    diff(true);
    shop.run(&["-m", "b", "-v"]).exits(0).says(IN_PART).says("objects: those that it can touch");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check"]).exits(0);
    let back = shop.run(&["downgrade", "-1"]).exits(0);
    assert!(!back.err.contains("error"), "{}", back.err);
    // What stands for the whole database is read whole.
    shop.project.write("schema.sql", &format!("{}RENAME TABLE t3 TO t_3;\n", large("")));
    diff(false);
}
