//! A `schema.rs` that a person wrote: it is read as Diesel reads it, and never overwritten.

use std::path::Path;

use crate::support::{BOTH, On, Project, Ran};

/// The files of `fixtures/projects/vault`, which has one `schema.rs` for three databases.
fn vault(project: &Project, database: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/projects/vault");
    for file in files(&root) {
        let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        project.write(&name, &std::fs::read_to_string(&file).unwrap());
    }
    let diesel = project.read("diesel.toml");
    project.write(
        "diesel.toml",
        &format!("{diesel}\n[migrations_directory]\ndir = \"migrations/{database}\"\n"),
    );
}

fn files(folder: &Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().flatten().map(|entry| entry.path());
    let (folders, mut found): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    found.extend(folders.iter().flat_map(|folder| files(folder)));
    found
}

fn edit(project: &Project, edits: &[(&str, &str)]) {
    let mut text = project.read("src/schema.rs");
    for (old, new) in edits {
        assert!(text.contains(old), "the model lacks {old:?}:\n{text}");
        text = text.replacen(old, new, 1);
    }
    project.write("src/schema.rs", &text);
}

/// `manage.<aspect>` in the settings.
fn manage(project: &Project, aspect: &str, value: bool) {
    let settings = project.read("autogen.toml");
    assert!(settings.contains("[manage]"), "{settings}");
    project
        .write("autogen.toml", &settings.replace("[manage]\n", &format!("[manage]\n{aspect} = {value}\n")));
}

/// The text of the last migration that a run says it wrote.
fn written(project: &Project, ran: &Ran) -> String {
    let line = ran.err.lines().find(|line| line.trim_start().starts_with("Wrote")).unwrap();
    project.read(&format!("{}/up.sql", line.split_whitespace().nth(1).unwrap()))
}

/// From the project as it is found to an edit that is in the database, and back; gives the edit's SQL.
pub(crate) fn taken_over_and_edited(
    project: &Project,
    run: &dyn Fn(&[&str]) -> Ran,
    database: &str,
) -> [String; 2] {
    vault(project, database);
    let by_hand = project.read("src/schema.rs");
    run(&["upgrade"]).exits(0).says("Kept  src/schema.rs").says("`// @generated`");
    assert_eq!(project.read("src/schema.rs"), by_hand);
    run(&["init", "--model", "src/schema.rs"]).exits(0);
    // The key that only the file has is all that differs.
    let check = run(&["check"]).exits(1).answers("+ primary key");
    assert_eq!(check.out.lines().count(), 2, "once for both the database and the migrations: {}", check.out);
    assert!(!check.err.contains("left out") && !check.out.contains("stale"), "{}\n{}", check.out, check.err);
    let key = written(project, &run(&["-m", "a first key"]).exits(0).says("Proven"));
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0).says("nothing differs");
    edit(
        project,
        &[
            ("displayName -> Text,", "displayName -> Nullable<Text>,"),
            ("data -> Text,", "data -> Text,\n        favorite -> Nullable<Bool>,"),
            (
                "joinable!(attachments",
                "table! {\n    devices (id) {\n        id -> Integer,\n        name -> Text,\n    }\n}\n\njoinable!(attachments",
            ),
        ],
    );
    let up = written(project, &run(&["-m", "edit"]).exits(0).says("Proven"));
    for absent in ["REFERENCES", "FOREIGN KEY (", "file_size bigint"] {
        assert!(database == "sqlite" || !up.contains(absent), "{up}");
    }
    run(&["upgrade"]).exits(0);
    run(&["check"]).exits(0).says("nothing differs");
    run(&["verify"]).exits(0);
    run(&["downgrade", "-2"]).exits(0);
    run(&["upgrade"]).exits(0);
    [key, up]
}

#[test]
fn one_schema_rs_for_three_databases_is_the_model_on_postgres() {
    let project = Project::new(On::Postgres);
    let run = |arguments: &[&str]| project.run(arguments);
    let [key, up] = taken_over_and_edited(&project, &run, "postgresql");
    assert!(key.contains("PRIMARY KEY (group_uuid, member_uuid)"), "{key}");
    assert!(up.contains("ALTER COLUMN \"displayName\" DROP NOT NULL") && !up.contains(" TYPE "), "{up}");
}

#[test]
fn one_schema_rs_for_three_databases_is_the_model_on_sqlite() {
    let project = Project::new(On::Sqlite);
    let run = |arguments: &[&str]| project.run(arguments);
    let [key, up] = taken_over_and_edited(&project, &run, "sqlite");
    assert!(key.contains("UNIQUE (group_uuid, member_uuid), PRIMARY KEY (group_uuid, member_uuid)"), "{key}");
    assert!(up.contains("file_size INTEGER") || !up.contains("file_size"), "{up}");
}

#[test]
fn a_file_without_the_mark_is_kept_until_it_is_asked_for() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE t (id integer NOT NULL PRIMARY KEY);\n");
        project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
        let by_hand = "table! { t (id) { id -> BigInt, } }\n";
        project.write("src/schema.rs", by_hand);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0).says("Kept  src/schema.rs").says("diesel.toml");
        assert_eq!(project.read("src/schema.rs"), by_hand);
        let check = project.run(&["check"]).exits(0);
        assert!(!check.out.contains("stale"), "{}", check.out);
        project.run(&["downgrade", "base"]).exits(0).says("Kept  src/schema.rs");
        project.write("src/schema.rs", &format!("// @generated\n{by_hand}"));
        project.run(&["upgrade"]).exits(0).says("Wrote  src/schema.rs");
        assert!(project.read("src/schema.rs").starts_with("// @generated automatically by Diesel CLI."));
        // A file that says nothing is nobody's work.
        project.write("src/schema.rs", "\n");
        project.run(&["check"]).exits(1).answers("stale src/schema.rs");
        project.run(&["downgrade", "base"]).exits(0).says("Wrote  src/schema.rs");
    }
}

const SHOP: &str = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, code integer NOT NULL UNIQUE, name varchar(40), price numeric(10, 2) NOT NULL DEFAULT 1);\n\
    CREATE TABLE posts (id integer NOT NULL PRIMARY KEY, user_id integer NOT NULL, code integer REFERENCES users (code));\n";

const MODEL: &str = "table! { users (id) { id -> Integer, code -> Integer, name -> Nullable<Text>, price -> Numeric, } }\n\
    table! { posts (id) { id -> Integer, user_id -> Integer, code -> Nullable<Integer>, } }\n";

fn shop(on: On, more: &str) -> Project {
    let project = Project::new(on);
    project.sql(SHOP);
    project.write("src/schema.rs", &format!("{MODEL}{more}"));
    project.run(&["init", "--model", "src/schema.rs"]).exits(0);
    project.run(&["stamp", "head"]).exits(0);
    project
}

/// The foreign keys that statements make; comments name them too.
fn foreign_keys(sql: &str) -> usize {
    sql.lines().filter(|line| !line.starts_with("--") && line.contains("FOREIGN KEY")).count()
}

#[test]
fn joins_are_foreign_keys_where_those_are_managed() {
    let more = "table! { tags (post_id) { post_id -> Integer, word -> Text, } }\n\
        joinable!(posts -> users (user_id));\njoinable!(tags -> posts (post_id));\n";
    for on in BOTH {
        let project = shop(on, more);
        let up = project.run(&["-m", "x", "--dry-run"]).exits(0).out;
        assert!(up.contains("CREATE TABLE tags") && !up.contains("FOREIGN KEY"), "{up}");
        assert!(!up.contains("IDENTITY"), "a key that is joined along counts nothing: {up}");
        manage(&project, "foreign_keys", true);
        let up = project.run(&["-m", "x", "--dry-run"]).exits(0).out;
        assert_eq!(foreign_keys(&up), 2, "{up}");
        // With another aspect the whole schema is made anew, keys in an order that runs.
        manage(&project, "indexes", true);
        let up = written(&project, &project.run(&["-m", "keys"]).exits(0).says("Proven"));
        assert_eq!(foreign_keys(&up), 2, "{up}");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0).says("nothing differs");
        // What is silent drops none.
        assert!(project.run(&["schema"]).exits(0).out.contains("users (code)"));
    }
    let project = shop(On::Postgres, more);
    manage(&project, "foreign_keys", false);
    let up = project.run(&["-m", "x", "--dry-run"]).exits(0).out;
    assert!(up.contains("CREATE TABLE tags") && !up.contains("FOREIGN KEY"), "{up}");
}

#[test]
fn only_what_the_file_says_of_a_column_changes() {
    for on in BOTH {
        let project = shop(on, "");
        project.run(&["check"]).exits(0).says("nothing differs");
        edit(&project, &[("price -> Numeric", "price -> Nullable<Numeric>"), ("Nullable<Text>", "Text")]);
        let up = written(&project, &project.run(&["-m", "edit"]).exits(0).says("Proven"));
        match on {
            On::Postgres => assert!(!up.contains(" TYPE "), "{up}"),
            On::Sqlite => {
                assert!(up.contains("numeric(10, 2) DEFAULT 1") && up.contains("varchar(40)"), "{up}")
            }
        }
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0).says("nothing differs");
    }
}

#[test]
fn a_printed_file_tells_types_as_the_database_does() {
    let project = shop(On::Postgres, "");
    project.write("src/schema.rs", &format!("// @generated automatically by Diesel CLI.\n\n{MODEL}"));
    project.run(&["check"]).exits(1).answers("~ column name character varying(40) -> name text");
}

#[test]
fn a_folder_that_the_sum_file_does_not_cover_is_told() {
    let project = Project::with_model(On::Sqlite, "CREATE TABLE a (id integer PRIMARY KEY);\n");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("migrations/9000-01-01-000000-0000_mine/up.sql", "CREATE INDEX i ON a (id);\n");
    project.write("migrations/9000-01-01-000000-0000_mine/down.sql", "DROP INDEX i;\n");
    const TOLD: &str = "autogen.sum does not cover 9000-01-01-000000-0000_mine";
    for command in ["check", "status", "verify"] {
        let ran = project.run(&[command]);
        assert!(ran.err.contains(TOLD) && ran.err.contains("autogen rehash"), "{command}: {}", ran.err);
    }
    project.run(&["rehash"]).exits(0);
    assert!(!project.run(&["status"]).exits(0).err.contains(TOLD));
}

#[test]
fn transactions_of_a_file_are_refused_before_it_is_upgraded() {
    let project = Project::with_model(On::Sqlite, "CREATE TABLE a (id integer PRIMARY KEY);\n");
    project.run(&["-m", "first"]).exits(0);
    project.write("migrations/9000-01-01-000000-0000_mine/up.sql", "CREATE INDEX i ON a (id);\nCOMMIT;\n");
    project.write("migrations/9000-01-01-000000-0000_mine/down.sql", "DROP INDEX i;\n");
    let upgrade = project.run(&["upgrade"]);
    let verify = project.run(&["verify"]);
    assert_eq!((verify.code, upgrade.code != 0), (upgrade.code, true), "{}{}", upgrade.err, verify.err);
    assert!(verify.err.contains("COMMIT") || verify.err.contains("transaction"), "{}", verify.err);
}

#[test]
fn hidden_files_are_no_part_of_a_model() {
    let project = Project::with_model(On::Sqlite, "");
    project.write("model/a.sql", "CREATE TABLE a (id integer PRIMARY KEY);\n");
    project.write("model/.a.sql.swp.sql", "CREATE TABLE half (");
    project.write("model/.trash/b.sql", "CREATE TABLE gone (id integer);\n");
    let schema = project.run(&["schema", "./model"]).exits(0);
    assert!(schema.out.contains("CREATE TABLE a") && !schema.out.contains("gone"), "{}", schema.out);
}
