//! A `schema.rs` as the model: what `diesel migration generate --diff-schema` gets wrong, one test each, and right.

use crate::support::{BOTH, On, Project};

/// A project that was taken over with a `schema.rs` as its model.
fn taken_over(on: On, sql: &str) -> Project {
    let project = Project::new(on);
    project.sql(sql);
    project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
    project.run(&["init", "--model", "src/schema.rs"]).exits(0);
    project.run(&["stamp", "head"]).exits(0);
    project.run(&["check"]).exits(0).says("nothing differs");
    project
}

/// The project, in which `joinable!` states foreign keys.
fn with_foreign_keys(on: On) -> Project {
    let project = taken_over(on, SHOP);
    let settings = project.read("autogen.toml") + "foreign_keys = true\n";
    project.write("autogen.toml", &settings);
    project
}

/// Edits the model, writes a migration, and gives its texts.
fn edited(project: &Project, edits: &[(&str, &str)], flags: &[&str]) -> [String; 2] {
    let mut text = project.read("src/schema.rs");
    for (old, new) in edits {
        assert!(text.contains(old), "the model lacks {old:?}:\n{text}");
        text = text.replacen(old, new, 1);
    }
    project.write("src/schema.rs", &text);
    project.run(&[&["-m", "edit"], flags].concat()).exits(0).says("Proven");
    let name = project.migrations().last().unwrap().clone();
    ["up", "down"].map(|file| project.read(&format!("migrations/{name}/{file}.sql")))
}

/// Applies what was written; then the model is what Diesel would print.
fn applied(project: &Project) {
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0).says("nothing differs");
}

const SHOP: &str = "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name varchar(50) NOT NULL DEFAULT 'x', age integer);\n\
    CREATE UNIQUE INDEX users_name ON users (name);\n\
    CREATE TABLE posts (id integer NOT NULL PRIMARY KEY, author_id integer NOT NULL, body text);\n\
    CREATE VIEW names AS SELECT name FROM users;\n\
    INSERT INTO users (id, name, age) VALUES (1, 'a', 7); INSERT INTO posts VALUES (1, 1, 'b');\n";

#[test]
fn d01_an_unchanged_database_writes_nothing() {
    for on in BOTH {
        let project = taken_over(on, SHOP);
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
        assert_eq!(project.migrations().len(), 1, "the baseline alone");
    }
}

#[test]
fn d02_and_d03_tables_come_in_an_order_that_runs_and_always_the_same() {
    for on in BOTH {
        let project = with_foreign_keys(on);
        let model = project.read("src/schema.rs");
        let new = "diesel::table! { a_items (id) { id -> Integer, order_id -> Integer, } }\n\
            diesel::table! { orders (id) { id -> Integer, note -> Nullable<Text>, } }\n\
            diesel::joinable!(a_items -> orders (order_id));\n";
        project.write("src/schema.rs", &format!("{model}{new}"));
        let texts = [0; 3].map(|_| project.run(&["-m", "x", "--dry-run"]).exits(0).out);
        assert!(texts[0] == texts[1] && texts[1] == texts[2], "{texts:?}");
        let [up, down] = edited(&project, &[], &[]);
        assert!(up.find("CREATE TABLE orders") < up.find("CREATE TABLE a_items"), "{up}");
        assert!(down.find("DROP TABLE a_items") < down.find("DROP TABLE orders"), "{down}");
        applied(&project);
    }
}

#[test]
fn d03_a_cycle_of_joins_is_no_cycle_of_statements() {
    let project = with_foreign_keys(On::Postgres);
    let model = project.read("src/schema.rs");
    let new = "diesel::table! { a (id) { id -> Int4, b_id -> Nullable<Int4>, } }\n\
        diesel::table! { b (id) { id -> Int4, a_id -> Nullable<Int4>, } }\n\
        diesel::joinable!(a -> b (b_id));\ndiesel::joinable!(b -> a (a_id));\n";
    project.write("src/schema.rs", &format!("{model}{new}"));
    edited(&project, &[], &[]);
    project.run(&["upgrade"]).exits(0);
    project.run(&["downgrade", "-1"]).exits(0);
}

#[test]
fn d04_types_and_nullability_change_in_place_and_rows_defaults_and_indexes_stay() {
    for on in BOTH {
        let project = taken_over(on, SHOP);
        let edits: &[(&str, &str)] = match on {
            On::Postgres => &[
                ("age -> Nullable<Int4>", "age -> Nullable<Int8>"),
                ("body -> Nullable<Text>", "body -> Text"),
                ("name -> Varchar", "name -> Nullable<Varchar>"),
            ],
            On::Sqlite => &[
                ("age -> Nullable<Integer>", "age -> Nullable<BigInt>"),
                ("body -> Nullable<Text>", "body -> Text"),
                ("name -> Text", "name -> Nullable<Text>"),
            ],
        };
        let [up, _] = edited(&project, edits, &[]);
        assert!(!up.contains("DROP COLUMN"), "{up}");
        applied(&project);
        assert_eq!(project.value("SELECT age FROM users"), "7");
        project.sql("INSERT INTO users (id) VALUES (2)");
        assert_eq!(project.value("SELECT name FROM users WHERE id = 2"), "x", "the default stays");
        project.run(&["downgrade", "-1"]).exits(0);
        project.run(&["diff", "database", "migrations"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM names"), "2");
    }
}

#[test]
fn d05_a_rename_keeps_its_rows_and_all_that_schema_rs_can_t_state() {
    for on in BOTH {
        let project = taken_over(on, SHOP);
        let [up, _] = edited(&project, &[(" name ->", " title ->")], &["--rename", "users.name=users.title"]);
        assert!(up.contains("RENAME COLUMN"), "{up}");
        assert!(!up.contains("DEFAULT"), "{up}");
        applied(&project);
        project.sql("INSERT INTO users (id, age) VALUES (2, 1)");
        assert_eq!(project.value("SELECT title FROM users WHERE id = 2"), "x");
    }
}

#[test]
fn d06_a_join_between_tables_that_are_there_is_a_foreign_key() {
    for on in BOTH {
        let project = with_foreign_keys(on);
        let model = project.read("src/schema.rs");
        project.write("src/schema.rs", &format!("{model}diesel::joinable!(posts -> users (author_id));\n"));
        edited(&project, &[], &[]);
        applied(&project);
        assert!(project.read("src/schema.rs").contains("joinable!(posts -> users (author_id))"));
        // A join that is gone takes no foreign key with it.
        let model =
            project.read("src/schema.rs").replace("diesel::joinable!(posts -> users (author_id));", "");
        project.write("src/schema.rs", &model);
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    }
}

#[test]
fn d07_a_key_of_one_integer_counts_by_itself_and_stays_as_it_is() {
    for on in BOTH {
        let project = taken_over(on, SHOP);
        let model = project.read("src/schema.rs");
        let id = if on == On::Postgres { "Serial" } else { "Integer" };
        project.write(
            "src/schema.rs",
            &format!("{model}diesel::table! {{ tags (id) {{ id -> {id}, word -> Text, }} }}\n"),
        );
        edited(&project, &[], &[]);
        project.run(&["upgrade"]).exits(0);
        project.sql("INSERT INTO tags (word) VALUES ('a'), ('b')");
        assert_eq!(project.value("SELECT max(id) FROM tags"), "2");
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    }
}

#[test]
fn d08_and_d17_types_of_one_s_own_are_read_and_never_guessed() {
    let sql = format!(
        "CREATE TYPE user_mood AS ENUM ('sad', 'ok');\n{SHOP}ALTER TABLE users ADD COLUMN mm user_mood DEFAULT 'ok';\n"
    );
    let project = taken_over(On::Postgres, &sql);
    project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    let add = "        age -> Nullable<Int4>,\n        moods -> Nullable<Array<Nullable<UserMood>>>,\n";
    let [up, _] = edited(&project, &[("        age -> Nullable<Int4>,\n", add)], &[]);
    assert!(up.contains("user_mood[]"), "{up}");
    applied(&project);
    let model = project.read("src/schema.rs");
    let unknown = model.replace("pub mod sql_types {\n", "pub mod sql_types {\n    #[derive(diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = \"vis\"))]\n    pub struct Vis;\n\n")
        .replace("        age -> Nullable<Int4>,\n", "        age -> Nullable<Int4>,\n        v -> Nullable<Vis>,\n");
    project.write("src/schema.rs", &unknown);
    project.run(&["-m", "x"]).exits(4).says("type \"public.vis\" does not exist").says("generate --empty");
}

#[test]
fn d09_all_names_of_a_type_are_one() {
    let sql = "CREATE TABLE t (id serial PRIMARY KEY, a double precision, b real, c bytea, d numeric, e char(3), f text, g int8range);";
    let project = taken_over(On::Postgres, sql);
    let mut text = project.read("src/schema.rs");
    for (old, new) in [
        ("Float8", "Double"),
        ("Float4", "Float"),
        ("Bytea", "Binary"),
        ("Numeric", "Decimal"),
        ("Bpchar", "Char"),
        ("Text", "Tinytext"),
        ("id -> Int4", "id -> Serial"),
        ("Int8range", "Range<Bigint>"),
    ] {
        assert!(text.contains(old), "{old}: {text}");
        text = text.replacen(old, new, 1);
    }
    project.write("src/schema.rs", &text);
    project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
}

#[test]
fn d10_names_keep_their_case() {
    for on in BOTH {
        let project = taken_over(
            on,
            "CREATE TABLE \"CamelCase\" (\"Id\" integer NOT NULL PRIMARY KEY, \"two words\" text);",
        );
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
        let nullable = "two_words -> Nullable<Text>,\n";
        let [up, _] =
            edited(&project, &[(nullable, &format!("{nullable}        more -> Nullable<Text>,\n"))], &[]);
        assert!(up.contains("\"CamelCase\"") && !up.contains("DROP TABLE \"CamelCase\";"), "{up}");
        applied(&project);
    }
}

#[test]
fn d11_other_schemas_than_the_file_s_are_left_alone() {
    let project = Project::new(On::Postgres);
    project
        .sql(&format!("{SHOP}CREATE SCHEMA app; CREATE TABLE app.things (id integer PRIMARY KEY, a text);"));
    project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\nschema = \"app\"\n");
    project.run(&["init", "--model", "src/schema.rs"]).exits(0);
    project.run(&["stamp", "head"]).exits(0);
    project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    let a = "a -> Nullable<Text>,\n";
    let [up, _] = edited(&project, &[(a, &format!("{a}            b -> Nullable<Int4>,\n"))], &[]);
    assert!(up.contains("ALTER TABLE app.things ADD COLUMN b integer"), "{up}");
    assert!(!up.contains("users"), "{up}");
    applied(&project);
}

#[test]
fn d12_an_array_of_a_length_is_spelled_right() {
    let project = taken_over(On::Postgres, SHOP);
    let age = "        age -> Nullable<Int4>,\n";
    let tags =
        format!("{age}        #[max_length = 12]\n        tags -> Nullable<Array<Nullable<Varchar>>>,\n");
    let [up, _] = edited(&project, &[(age, &tags)], &[]);
    assert!(up.contains("tags character varying(12)[]"), "{up}");
    project.run(&["upgrade"]).exits(0);
}

#[test]
fn d15_an_indexed_column_goes_with_its_index() {
    for on in BOTH {
        let project = taken_over(on, &SHOP.replace("CREATE VIEW names AS SELECT name FROM users;", ""));
        let name = match on {
            On::Postgres => "        #[max_length = 50]\n        name -> Varchar,\n",
            On::Sqlite => "        name -> Text,\n",
        };
        edited(&project, &[(name, "")], &[]);
        applied(&project);
        project.run(&["downgrade", "-1"]).exits(0);
        assert_eq!(project.value("SELECT name FROM users"), "x", "the default is back, the values are not");
    }
}

#[test]
fn d16_a_table_with_two_keys_to_one_parent_can_go() {
    for on in BOTH {
        let sql = format!(
            "{SHOP}CREATE TABLE reviews (id integer NOT NULL PRIMARY KEY, a integer REFERENCES users (id), b integer REFERENCES users (id) ON DELETE CASCADE);"
        );
        let project = taken_over(on, &sql);
        let model = project.read("src/schema.rs");
        let start = model.find("diesel::table! {\n    reviews").unwrap();
        let end = start + model[start..].find("\n}\n").unwrap() + 3;
        project.write(
            "src/schema.rs",
            &format!("{}{}", &model[..start], &model[end..]).replace(", reviews", ""),
        );
        let [_, down] = edited(&project, &[], &[]);
        assert!(down.contains("ON DELETE CASCADE"), "{down}");
        applied(&project);
        project.run(&["downgrade", "-1"]).exits(0);
    }
}

#[test]
fn d18_views_and_tables_without_keys_are_neither_an_error_nor_dropped() {
    for on in BOTH {
        let sql = format!("{SHOP}CREATE TABLE log (line text);");
        let project = taken_over(on, &sql);
        edited(
            &project,
            &[("age -> Nullable<", "height -> Nullable<Float>,\n        age -> Nullable<")],
            &[],
        );
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM names"), "1");
        assert_eq!(project.value("SELECT count(*) FROM log"), "0");
    }
}

#[test]
fn a_file_that_is_none_is_told_by_its_place() {
    let project = taken_over(On::Sqlite, SHOP);
    project.write("src/schema.rs", "diesel::table! {\n    users (id) {\n        id -> ,\n    }\n}\n");
    project.run(&["-m", "x"]).exits(2).says("src/schema.rs:3:15").says("diesel print-schema");
    project
        .run(&["schema", "model", "--format", "json"])
        .exits(2)
        .says("too little to be a schema by itself");
    project.run(&["schema", "model"]).exits(2).says("too little to be a schema by itself");
}

/// The project with an SQL file laid over its `schema.rs`.
fn with_extra(on: On, extra: &str) -> Project {
    let project = taken_over(on, SHOP);
    let settings = project
        .read("autogen.toml")
        .replace("model = \"src/schema.rs\"", "model = [\"src/schema.rs\", \"db/extra.sql\"]");
    assert!(settings.contains("db/extra.sql"), "{settings}");
    project.write("autogen.toml", &settings);
    project.write("db/extra.sql", extra);
    project
}

#[test]
fn what_an_sql_file_states_beside_it_is_managed_and_the_rest_stays() {
    for on in BOTH {
        let project = with_extra(
            on,
            "CREATE INDEX posts_author ON posts (author_id);\nCREATE INDEX posts_body ON posts (body);\n",
        );
        let [up, _] = edited(&project, &[], &[]);
        assert!(up.contains("CREATE INDEX posts_author") && !up.contains("users"), "{up}");
        applied(&project);
        // The posts' indexes are the file's now; the users' are not.
        project.write("db/extra.sql", "CREATE INDEX posts_author ON posts (author_id);\nCREATE VIEW bodies AS SELECT body FROM posts;\n");
        let [up, _] = edited(&project, &[], &[]);
        assert!(up.contains("DROP INDEX posts_body") && up.contains("CREATE VIEW bodies"), "{up}");
        assert!(!up.contains("users") && !up.contains("names"), "{up}");
        applied(&project);
        // Both files in one migration: a column of the one, its index in the other.
        project.write("db/extra.sql", "CREATE INDEX posts_author ON posts (author_id);\nCREATE VIEW bodies AS SELECT body FROM posts;\nCREATE INDEX posts_tag ON posts (tag);\n");
        let [up, _] = edited(
            &project,
            &[("body -> Nullable<Text>,\n", "body -> Nullable<Text>,\n        tag -> Nullable<Text>,\n")],
            &[],
        );
        assert!(up.find("ADD COLUMN tag") < up.find("CREATE INDEX posts_tag"), "{up}");
        applied(&project);
        project.run(&["downgrade", "-1"]).exits(0);
    }
}

#[test]
fn defaults_checks_and_types_come_from_the_sql_file() {
    let project = with_extra(
        On::Postgres,
        "CREATE TYPE vis AS ENUM ('open', 'closed');\nALTER TABLE users ALTER COLUMN age SET DEFAULT 3;\n\
         ALTER TABLE users ADD CONSTRAINT grown CHECK (age > 2);\n",
    );
    let model = project.read("src/schema.rs");
    let with_type = model.replace("diesel::table! {\n    users", "pub mod sql_types {\n    #[derive(diesel::sql_types::SqlType)]\n    #[diesel(postgres_type(name = \"vis\"))]\n    pub struct Vis;\n}\n\ndiesel::table! {\n    use diesel::sql_types::*;\n    use super::sql_types::Vis;\n\n    users")
        .replace("age -> Nullable<Int4>,\n", "age -> Nullable<Int4>,\n        v -> Nullable<Vis>,\n");
    project.write("src/schema.rs", &with_type);
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("CREATE TYPE vis AS ENUM ('open', 'closed')"), "{up}");
    assert!(up.contains("ADD COLUMN v ") && up.contains("CHECK ((age > 2))"), "{up}");
    // Once a default of the table is stated, so are they all.
    assert!(up.contains("ALTER COLUMN name DROP DEFAULT") && up.contains("SET DEFAULT 3"), "{up}");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    let extra = project.read("db/extra.sql").replace("'closed')", "'closed', 'hidden')");
    project.write("db/extra.sql", &extra);
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("ADD VALUE 'hidden'"), "{up}");
    applied(&project);
    project.write("db/extra.sql", "ALTER TABEL users ADD x int;\n");
    project.run(&["check"]).exits(2).says("db/extra.sql:1");
}

#[test]
fn what_others_need_is_not_taken_away_unawares() {
    let project = taken_over(On::Postgres, SHOP);
    let model = project.read("src/schema.rs");
    project
        .write("src/schema.rs", &model.replace("        #[max_length = 50]\n        name -> Varchar,\n", ""));
    project.run(&["-m", "x"]).exits(4).says("view names needs column users.name").says("sources");
    // Stated anew beside it, the view stands.
    let settings = project
        .read("autogen.toml")
        .replace("model = \"src/schema.rs\"", "model = [\"src/schema.rs\", \"extra.sql\"]");
    project.write("autogen.toml", &settings);
    project.write("extra.sql", "CREATE VIEW names AS SELECT age FROM users;\n");
    edited(&project, &[], &[]);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}

#[test]
fn a_table_gets_its_first_key() {
    let project = taken_over(
        On::Postgres,
        "CREATE TABLE log (at integer, line text); CREATE TABLE other (id integer);",
    );
    let model = project.read("src/schema.rs");
    project.write(
        "src/schema.rs",
        &format!("{model}diesel::table! {{ log (at) {{ at -> Int4, line -> Nullable<Text>, }} }}\n"),
    );
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("PRIMARY KEY (at)"), "{up}");
    applied(&project);
}

#[test]
fn functions_sequences_and_tables_of_the_sql_file_are_its_own_once_they_are_there() {
    let extra = "CREATE SEQUENCE tickets START 100;\n\
        CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.body := 'x'; RETURN NEW; END $$;\n\
        CREATE TRIGGER note BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION noted();\n\
        CREATE TABLE audits (id integer PRIMARY KEY, what text NOT NULL DEFAULT 'w', post_id integer REFERENCES posts);\n\
        CREATE INDEX audits_what ON audits (what);\n";
    let project = with_extra(On::Postgres, extra);
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("CREATE SEQUENCE tickets") && up.contains("CREATE TRIGGER note"), "{up}");
    assert!(up.contains("CREATE TABLE audits"), "{up}");
    applied(&project);
    // Now schema.rs has the table too, and nothing differs; the SQL file says the most of it.
    assert!(project.read("src/schema.rs").contains("audits (id)"));
    project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    project.write(
        "db/extra.sql",
        &extra.replace("'x'; RETURN", "'y'; RETURN").replace("DEFAULT 'w'", "DEFAULT 'v'"),
    );
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("CREATE OR REPLACE FUNCTION") && up.contains("SET DEFAULT 'v'"), "{up}");
    assert!(!up.contains("DROP"), "{up}");
    applied(&project);
}

#[test]
fn a_key_moves_to_another_column_and_partitions_follow_their_parents() {
    let project = taken_over(
        On::Postgres,
        "CREATE TABLE t (id integer PRIMARY KEY, code integer NOT NULL); CREATE TABLE m (at integer NOT NULL, v text) \
         PARTITION BY RANGE (at); CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (1) TO (9);",
    );
    let model = project.read("src/schema.rs").replace("t (id) {\n        id -> Int4,\n", "t (code) {\n");
    let parts = "diesel::table! { m (at) { at -> Int4, v -> Nullable<Text>, } }\n\
        diesel::table! { m_1 (at) { at -> Int4, v -> Nullable<Text>, } }\n";
    project.write("src/schema.rs", &format!("{model}{parts}"));
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.contains("PRIMARY KEY (code)") && up.contains("PRIMARY KEY (at)"), "{up}");
    applied(&project);
    project.run(&["downgrade", "-1"]).exits(0);
}

#[test]
fn a_key_moves_on_sqlite_too() {
    let project = taken_over(
        On::Sqlite,
        "CREATE TABLE t (id integer PRIMARY KEY, code integer NOT NULL, v text DEFAULT 'x'); CREATE INDEX by_v ON t (v);\n\
         CREATE TABLE m (a integer NOT NULL, b integer NOT NULL, CONSTRAINT k PRIMARY KEY (a));\n\
         INSERT INTO t VALUES (1, 7, 'y'); INSERT INTO m VALUES (1, 2);",
    );
    let model = project.read("src/schema.rs");
    let edits =
        [("t (id) {", "t (code) {"), ("id -> Nullable<Integer>", "id -> Integer"), ("m (a) {", "m (a, b) {")];
    let edits: Vec<(&str, &str)> = edits.into_iter().filter(|(old, _)| model.contains(old)).collect();
    let [up, _] = edited(&project, &edits, &[]);
    assert!(up.contains("PRIMARY KEY (code)") && up.contains("CONSTRAINT k PRIMARY KEY (a, b)"), "{up}");
    applied(&project);
    assert_eq!(project.value("SELECT v FROM t WHERE code = 7 AND id = 1"), "y");
    project.run(&["downgrade", "-1"]).exits(0);
    assert_eq!(project.value("SELECT v FROM t WHERE code = 7 AND id = 1"), "y");
}

#[test]
fn columns_with_names_within_names_are_told_apart() {
    for on in BOTH {
        let project = taken_over(
            on,
            "CREATE TABLE t (user_id integer NOT NULL, id integer NOT NULL, code text, PRIMARY KEY (user_id));",
        );
        let model = project.read("src/schema.rs");
        let id = model.lines().find(|line| line.trim().starts_with("id ->")).unwrap().to_owned() + "\n";
        let code = "code -> Nullable<Text>,\n";
        let [up, _] =
            edited(&project, &[(&id, ""), (code, "code -> Text,\n        more -> Nullable<Text>,\n")], &[]);
        assert!(!up.contains("t.user_id"), "{up}");
        applied(&project);
        project.sql("INSERT INTO t (user_id, code) VALUES (7, 'c')");
        assert_eq!(project.value("SELECT user_id FROM t"), "7");
    }
}

#[test]
fn settings_widen_what_is_managed_beside_it() {
    for on in BOTH {
        let project = taken_over(on, SHOP);
        let toml = project.read("autogen.toml");
        project.write("autogen.toml", &(toml.clone() + "indexes = true\n"));
        project.run(&["check"]).exits(1).answers("- index users_name");
        // What SQL beside it states is there, and is all that there is.
        project.write("db/extra.sql", "CREATE INDEX posts_author ON posts (author_id);\n");
        let sources = "model = [\"src/schema.rs\", \"db/extra.sql\"]";
        let toml = toml.replace("model = \"src/schema.rs\"", sources) + "indexes = true\n";
        project.write("autogen.toml", &toml);
        let [up, _] = edited(&project, &[], &[]);
        assert!(up.contains("DROP INDEX users_name") && up.contains("CREATE INDEX posts_author"), "{up}");
        applied(&project);
    }
    let project = taken_over(On::Postgres, SHOP);
    let toml = project.read("autogen.toml");
    project.write("autogen.toml", &(toml + "defaults = true\n"));
    project.run(&["check"]).exits(1).answers("~ column name character varying(50) not null default 'x'");
}

#[test]
fn statements_that_wait_for_others_keep_the_tables_beside_them() {
    let late =
        "CREATE VIEW first AS SELECT body FROM second;\nCREATE VIEW second AS SELECT body FROM posts;\n";
    let project = with_extra(On::Postgres, &format!("CREATE EXTENSION citext;\n{late}"));
    let [up, _] = edited(&project, &[], &[]);
    assert!(up.find("VIEW second") < up.find("VIEW first"), "{up}");
    applied(&project);
    // The server makes the extension itself now, before the tables.
    project.write(
        "db/extra.sql",
        &format!("CREATE EXTENSION citext;\n{late}CREATE INDEX posts_body ON posts (body);\n"),
    );
    edited(&project, &[], &[]);
    applied(&project);
}
