//! What differences and hazards are called: whole sentences, in the server's spelling.

use crate::support::{BOTH, On, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n\
    CREATE TABLE posts (id integer PRIMARY KEY, title text, city text, user_id integer REFERENCES users (id));\n\
    CREATE INDEX by_title ON posts (title);\n";

fn applied(on: On, model: &str) -> Project {
    let project = Project::with_model(on, model);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

#[test]
fn a_new_table_is_told_with_its_constraints_and_indexes() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        let ran = project.run(&["-m", "first"]).exits(0);
        ran.says("(user_id) to users (id)").says("+ index by_title (title)").says("+ primary key");
    }
}

#[test]
fn a_rename_is_told_as_one() {
    for on in BOTH {
        let project = applied(on, FIRST);
        project.write("schema.sql", &FIRST.replace("title", "headline").replace("by_headline", "by_title"));
        let flag = ["--rename", "posts.title=posts.headline"];
        let told =
            project.run(&[&["diff"], &flag[..]].concat()).exits(0).answers("rename column posts.title");
        assert!(told.out.contains("~ to headline") && !told.out.contains("column title"), "{}", told.out);
        project.run(&[&["diff", "--exit-code"], &flag[..]].concat()).exits(1);
        let sql = project.run(&[&["diff", "--format", "sql"], &flag[..]].concat()).exits(0);
        assert!(sql.out.contains("RENAME COLUMN") && !sql.out.contains("DROP COLUMN"), "{}", sql.out);
        let ran = project.run(&[&["-m", "second"], &flag[..]].concat()).exits(0).says("Renamed  posts.title");
        assert!(!ran.err.contains("column title") && !ran.err.contains("+ column"), "{}", ran.err);
    }
}

#[test]
fn what_differs_of_a_column_and_a_key_is_shown() {
    for on in BOTH {
        let project = applied(on, FIRST);
        let collation = if on == On::Sqlite { "NOCASE" } else { "\"C\"" };
        let model = FIRST
            .replace("city text", &format!("city text COLLATE {collation}"))
            .replace("users (id))", "users (id) ON DELETE CASCADE)")
            .replace("posts (title)", "posts (title DESC)");
        project.write("schema.sql", &model);
        let told = project.run(&["diff"]).exits(0);
        let name = if on == On::Sqlite { "nocase" } else { "C" };
        assert!(told.out.to_lowercase().contains("collate") && told.out.contains(name), "{}", told.out);
        told.answers("to users (id) on delete cascade")
            .answers("- index by_title (title)\n")
            .answers("+ index by_title (title desc)\n");
    }
}

#[test]
fn what_a_replay_finds_is_spelled_as_the_server_does() {
    let project = applied(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY, made timestamp, tar text);");
    let model = "CREATE TABLE t (id integer PRIMARY KEY, made timestamp DEFAULT now(), \
                 tar text CHECK (tar IS NOT NULL));";
    project.write("schema.sql", model);
    project.run(&["-m", "second"]).exits(0).says("a row of t violates CHECK (tar IS NOT NULL)");
    let name = project.migrations().remove(1);
    project.write(&format!("migrations/{name}/down.sql"), "SELECT 1;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    let ran = project.run(&["verify"]).exits(1);
    let told = format!("{}{}", ran.out, ran.err);
    assert!(told.contains("(tar IS NOT NULL)") && told.contains("default now()"), "{told}");
}

#[test]
fn hazards_hold_in_both_directions() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        let name = project.migrations().remove(0);
        let down = project.read(&format!("migrations/{name}/down.sql"));
        assert!(down.contains("DL101 data loss: posts: its rows are lost: recreating it"), "{down}");
        assert!(!down.contains("down makes"), "{down}");
    }
}

#[test]
fn what_differs_inside_a_text_is_shown() {
    let project = Project::with_model(On::Postgres, "");
    let before = "CREATE TABLE users (id integer PRIMARY KEY, name text, email text);\n\
        CREATE VIEW people AS SELECT id, name FROM users;\n\
        CREATE SEQUENCE counter;\n\
        CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS $$\nSELECT 1\n$$;\n\
        CREATE DOMAIN word AS text DEFAULT 'a';\n\
        CREATE TYPE pair AS (a integer, b integer);\n\
        COMMENT ON TABLE users IS 'who buys';\n";
    let after = before
        .replace("id, name FROM", "id, email FROM")
        .replace("SEQUENCE counter", "SEQUENCE counter INCREMENT 5 CYCLE")
        .replace("SELECT 1", "SELECT 2")
        .replace("DEFAULT 'a'", "DEFAULT 'b' CHECK (VALUE <> '')")
        .replace("b integer", "b bigint")
        .replace("who buys", "who sells")
        .replace("email text);", "email text) WITH (fillfactor = 70);");
    project.write("before.sql", before);
    project.write("after.sql", &after);
    let told = project.run(&["diff", "before.sql", "after.sql"]).exits(0).out;
    insta::assert_snapshot!(told);
    let json = project.run(&["diff", "before.sql", "after.sql", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let entries = json["changes"].as_array().unwrap();
    let view = entries.iter().find(|entry| entry["object"] == "view people").expect("the view differs");
    let line = |side: &str| {
        let lines = view["texts"][0]["lines"].as_array().unwrap();
        lines.iter().find(|line| line["side"] == side).unwrap()["parts"].clone()
    };
    assert!(
        line("to")
            .as_array()
            .unwrap()
            .iter()
            .any(|part| part["differs"] == true && part["text"].as_str().unwrap().ends_with("email"))
    );
    assert!(
        line("from")
            .as_array()
            .unwrap()
            .iter()
            .any(|part| part["differs"] == true && part["text"].as_str().unwrap().ends_with("name"))
    );
}

#[test]
fn no_secret_of_a_definition_is_shown() {
    let project = Project::with_model(On::Postgres, "");
    let before = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w OPTIONS (host 'a');\n\
        CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'me', password 'canary1');\n";
    project.write("before.sql", before);
    project.write(
        "after.sql",
        &before.replace("canary1", "canary2").replace("host 'a'", "host 'b', token 'canary3'"),
    );
    let told = project.run(&["diff", "before.sql", "after.sql"]).exits(0);
    let told = told.answers("~ option password, in a value that is not shown").answers("+ option token ***");
    assert!(!told.out.contains("canary") && told.out.contains("~ option host a -> b"), "{}", told.out);
}
