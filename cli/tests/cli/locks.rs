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
    assert!(!ran.err.contains("otherwise than is declared"), "{}", ran.err);
    project.run(&["upgrade"]).exits(0);
    let edited = MODEL.replace("name text", "name text, nick text");
    project.write("schema.sql", &format!("{edited}{trigger}"));
    let ran = project.run(&["-m", "nick"]).exits(0);
    for said in [
        "`ALTER TABLE users ADD COLUMN nick text` locks otherwise than is declared",
        "journal: SHARE, instant (declared: no lock)",
        "please report LOCK-",
    ] {
        assert!(ran.err.contains(said), "{said}\n{}", ran.err);
    }
    let up = project.read(&format!("migrations/{}/up.sql", project.migrations()[2]));
    let note = "-- note     measured otherwise than declared, at `ALTER TABLE users ADD COLUMN nick text`: journal: SHARE, instant (declared: no lock)\n";
    assert!(up.contains(note), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}
