//! Locks that are measured while a migration is proven.

use crate::support::{On, Project};

const MODEL: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);
CREATE TABLE journal (what text);
CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    LOCK TABLE journal IN SHARE MODE;
END
$$;
";

/// A foreign key locks the partitions of its target, too, which the part that is proven does without.
#[test]
fn what_is_not_in_the_part_that_is_proven_is_not_missed() {
    let others: String =
        (0..70).map(|i| format!("CREATE TABLE other_{i} (id integer PRIMARY KEY);\n")).collect();
    let orders = "CREATE TABLE orders (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES FROM (0) TO (100);
CREATE TABLE orders_2 PARTITION OF orders FOR VALUES FROM (100) TO (200);
";
    let notes = |key: &str| {
        format!("{others}{orders}CREATE TABLE notes (id integer PRIMARY KEY, placed integer{key});\n")
    };
    let project = Project::with_model(On::Postgres, &notes(""));
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", &notes(" REFERENCES orders"));
    let ran = project.run(&["-m", "key"]).exits(0).says("objects: those that it can touch");
    assert!(!ran.err.contains("takes locks that differ"), "{}", ran.err);
}

/// A trigger that fires at changes of the schema does what no statement says of itself.
#[test]
fn what_is_locked_otherwise_than_declared_is_told_and_noted() {
    let project = Project::with_model(On::Postgres, MODEL);
    project.write("autogen.toml", &format!("allow_code = true\n{}", project.read("autogen.toml")));
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let trigger = "CREATE EVENT TRIGGER noted ON ddl_command_end EXECUTE FUNCTION note();\n";
    project.write("schema.sql", &format!("{MODEL}{trigger}"));
    let ran = project.run(&["-m", "trigger"]).exits(0);
    assert!(!ran.err.contains("takes locks that differ"), "{}", ran.err);
    project.run(&["upgrade"]).exits(0);
    let edited = MODEL.replace("name text", "name text, nick text");
    project.write("schema.sql", &format!("{edited}{trigger}"));
    let ran = project.run(&["-m", "nick"]).exits(0);
    for said in [
        "`ALTER TABLE users ADD COLUMN nick text` takes locks that differ from those that its file declares",
        "journal: SHARE, instant (declared: no lock)",
        "please report LOCK-",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
    let up = project.read(&format!("migrations/{}/up.sql", project.migrations()[2]));
    let note = "-- note     locks measured in the proof differ at `ALTER TABLE users ADD COLUMN nick text`: journal: SHARE, instant (declared: no lock)\n";
    assert!(up.contains(note), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}
