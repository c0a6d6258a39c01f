//! The main road: from a model to an applied migration and back.

use crate::support::{BOTH, On, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);\n\
    CREATE TABLE posts (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE);\n";

const SECOND: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL, email varchar(255) UNIQUE);\n\
    CREATE TABLE posts (id integer PRIMARY KEY, user_id integer NOT NULL REFERENCES users (id) ON DELETE CASCADE);\n";

const ROWS: &str = "INSERT INTO users (id, name) VALUES (1, 'ann'), (2, 'bob'); INSERT INTO posts VALUES (1, 1), (2, 2), (3, 2);";

#[test]
fn a_model_becomes_a_migration_and_rows_survive_both_ways() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first tables"]).exits(0).says("Proven  up, down, up").says("Wrote  migrations/");
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        project.sql(ROWS);
        project.run(&["check"]).exits(0).says("nothing differs");
        project.write("schema.sql", SECOND);
        project.run(&["check"]).exits(1).answers("+ column email");
        project.run(&["-m", "add email"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM posts"), "3", "{on:?}");
        project.run(&["downgrade", "-1"]).exits(0).says("1 migration undone");
        assert_eq!(project.value("SELECT count(*) FROM posts"), "3", "{on:?}");
        assert_eq!(project.value("SELECT max(name) FROM users"), "bob", "{on:?}");
        project.run(&["current"]).exits(0).answers("_first_tables");
        project.run(&["upgrade", "+1"]).exits(0);
        project.run(&["current"]).exits(0).answers("_add_email (head)");
        project.run(&["downgrade", "base"]).exits(0).says("2 migrations undone");
        project.run(&["current"]).exits(0).says("no migration is applied");
    }
}

#[test]
fn nothing_is_written_when_nothing_differs() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.run(&["-m", "again"]).exits(0).says("no migration is needed");
        assert_eq!(project.migrations().len(), 1);
    }
}

#[test]
fn the_header_names_revision_parent_and_fingerprints() {
    let project = Project::with_model(On::Sqlite, FIRST);
    project.run(&["-m", "first\n-- tables; DROP TABLE x"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", SECOND);
    project.run(&["-m", "second"]).exits(0);
    let names = project.migrations();
    let first = project.read(&format!("migrations/{}/up.sql", names[0]));
    let second = project.read(&format!("migrations/{}/up.sql", names[1]));
    assert!(first.starts_with("-- first\\u{a}-- tables; DROP TABLE x\n--\n-- revision "), "{first}");
    let version = names[0].split('_').next().unwrap();
    assert!(second.contains(&format!(", after {version}\n")), "{second}");
    let fingerprint = first.lines().find_map(|line| line.strip_prefix("-- schema   ")).unwrap();
    let (_, after) = fingerprint.split_once(" -> ").unwrap();
    assert!(second.contains(&format!("-- schema   {after} -> ")), "{second}");
}

#[test]
fn a_hint_in_the_model_renames_and_keeps_values() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql(ROWS);
        let model = FIRST
            .replace("name text NOT NULL", "\n  -- autogen: renamed from name\n  full_name text NOT NULL")
            .replace("CREATE TABLE posts", "-- autogen: renamed from posts\nCREATE TABLE articles");
        project.write("schema.sql", &model);
        project.run(&["-m", "rename"]).exits(0).says("Renamed").says("BC101");
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT max(full_name) FROM users"), "bob", "{on:?}");
        assert_eq!(project.value("SELECT count(*) FROM articles"), "3", "{on:?}");
        // The hint stays in the model and does no harm.
        project.run(&["-m", "again"]).exits(0).says("no migration is needed");
        project.run(&["downgrade", "-1"]).exits(0);
        assert_eq!(project.value("SELECT max(name) FROM users"), "bob", "{on:?}");
    }
}

#[test]
fn an_unstated_rename_is_told_with_its_flag_and_the_flag_works() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql(ROWS);
        project.write("schema.sql", &FIRST.replace("name text", "full_name text"));
        project
            .run(&["-m", "rename", "--dry-run", "--no-verify"])
            .exits(0)
            .says("pass --rename users.name=users.full_name")
            .says("DL102");
        project.run(&["-m", "rename", "--rename", "users.name=users.full_name"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT max(full_name) FROM users"), "bob", "{on:?}");
    }
}

#[test]
fn tables_swap_their_names_by_hints_that_stay() {
    const BEFORE: &str = "CREATE TABLE a (id integer PRIMARY KEY, x integer);\n\
         CREATE TABLE b (id integer PRIMARY KEY, y integer NOT NULL);\n";
    const AFTER: &str = "-- autogen: renamed from a\nCREATE TABLE b (id integer PRIMARY KEY, x integer);\n\
         -- autogen: renamed from b\nCREATE TABLE a (id integer PRIMARY KEY, y integer NOT NULL);\n";
    for on in BOTH {
        let project = Project::with_model(on, BEFORE);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("INSERT INTO a VALUES (1, 10); INSERT INTO b VALUES (2, 20);");
        project.write("schema.sql", AFTER);
        project.run(&["-m", "swap"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT max(x) FROM b"), "10", "{on:?}");
        assert_eq!(project.value("SELECT max(y) FROM a"), "20", "{on:?}");
        project.run(&["-m", "again"]).exits(0).says("no migration is needed");
        project.run(&["downgrade", "-1"]).exits(0);
        assert_eq!(project.value("SELECT max(x) FROM a"), "10", "{on:?}");
    }
}

#[test]
fn renames_that_contradict_each_other_are_refused() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE a (id integer);\nCREATE TABLE b (id integer);\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.write("schema.sql", "CREATE TABLE c (id integer);\n");
        project
            .run(&["-m", "x", "--rename", "a=c", "--rename", "b=c"])
            .exits(2)
            .says("renames a=c and b=c: two objects can't get one name");
        project.write("schema.sql", "CREATE TABLE b (id integer);\n");
        project
            .run(&["-m", "x", "--rename", "a=b"])
            .exits(2)
            .says("--rename a=b: the current schema has another b already");
        let swap = "-- autogen: renamed from b\nCREATE TABLE a (id integer);\n-- autogen: renamed from a\nCREATE TABLE b (id integer);\n";
        project.write("schema.sql", swap);
        project
            .run(&["-m", "x"])
            .exits(2)
            .says("the columns don't show whether that is done")
            .says("--rename a=b --rename b=a");
    }
}

#[test]
fn a_name_that_is_given_up_may_be_taken_again() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE t (id integer PRIMARY KEY, a integer);");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("INSERT INTO t (id, a) VALUES (1, 7)");
        let model = "CREATE TABLE t (id integer PRIMARY KEY, b integer, a text);";
        project.write("schema.sql", model);
        project.run(&["-m", "again", "--rename", "t.a=t.b"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value("SELECT max(b) FROM t"), "7", "{on:?}");
        project.run(&["downgrade", "-1", "--yes"]).exits(0);
        assert_eq!(project.value("SELECT max(a) FROM t"), "7", "{on:?}");
    }
}

#[test]
fn init_takes_over_a_live_database() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql(FIRST);
        project
            .sql("CREATE VIEW names AS SELECT name FROM users; CREATE INDEX posts_user ON posts (user_id);");
        project.run(&["init"]).exits(0).says("stamp head");
        project.run(&["stamp", "head"]).exits(0);
        project.run(&["check"]).exits(0).says("nothing differs");
        project.run(&["diff", "--exit-code"]).exits(0);
        project.run(&["upgrade"]).exits(0).says("already at head");
        let fresh = Project::new(on);
        fresh.write("schema.sql", &project.read("schema.sql"));
        fresh.run(&["init"]).exits(0);
        fresh.run(&["-m", "all"]).exits(0);
        fresh.run(&["upgrade"]).exits(0);
        fresh.run(&["diff", &project.url, "--exit-code"]).exits(0);
    }
}

#[test]
fn a_model_does_not_differ_from_itself() {
    for on in BOTH {
        let project = Project::new(on);
        project.write("model.sql", FIRST);
        let same = project.run(&["diff", "model.sql", "model.sql", "--exit-code"]).exits(0);
        assert_eq!(same.out, "", "{on:?}");
        project.sql(FIRST);
        project.run(&["diff", "database", "model.sql", "--exit-code"]).exits(0);
        project.run(&["diff", "model.sql", "database", "--exit-code"]).exits(0);
    }
}

#[test]
fn an_undocumented_option_is_told_once_and_only_with_v() {
    let project = Project::new(On::Postgres);
    project.write("model.sql", FIRST);
    let note = "column option pg_attver: not documented";
    let told = |arguments: &[&str]| project.run(arguments).exits(0).err.matches(note).count();
    let has =
        project.value("SELECT count(*) > 0 FROM pg_attribute WHERE attoptions::text LIKE '%pg_attver%'");
    assert_eq!(told(&["diff", "model.sql", "model.sql"]), 0);
    assert_eq!(told(&["diff", "model.sql", "model.sql", "-v"]), usize::from(has == "t" || has == "true"));
}

#[test]
fn what_is_the_servers_own_by_its_number_is_told_in_a_users_schema() {
    let project = Project::new(On::Postgres);
    project.write("model.sql", FIRST);
    project.sql("ALTER TABLE information_schema.sql_features SET SCHEMA public");
    project.run(&["diff", "database", "model.sql"]).exits(0).says("public.sql_features has pg_class.oid");
}

#[test]
fn diff_prints_the_same_bytes_twice_and_the_sql_works() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql(FIRST);
        project.write("after.sql", SECOND);
        let first = project.run(&["diff", &project.url, "after.sql", "--format", "sql"]).exits(0);
        let second = project.run(&["diff", &project.url, "after.sql", "--format", "sql"]).exits(0);
        assert_eq!(first.out, second.out);
        project.sql(&first.out);
        project.run(&["diff", &project.url, "after.sql", "--exit-code"]).exits(0);
        project
            .run(&["diff", &project.url, "after.sql", "--format", "json"])
            .exits(0)
            .answers("\"version\": 1");
    }
}

#[test]
fn a_schema_prints_as_sql_that_makes_it() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql(FIRST);
        let printed = project.run(&["schema", "--format", "sql"]).exits(0);
        project.write("printed.sql", &printed.out);
        project.run(&["diff", "database", "printed.sql", "--exit-code"]).exits(0);
    }
}

#[test]
fn a_model_may_be_a_folder_in_any_order() {
    for on in BOTH {
        let project = Project::new(on);
        project.write("db/a_posts.sql", FIRST.lines().nth(1).unwrap());
        project.write("db/sub/b_users.sql", FIRST.lines().next().unwrap());
        project.write("autogen.toml", "model = \"db\"\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn settings_come_from_dotenv_and_diesel_toml() {
    let project = Project::new(On::Sqlite);
    project.write(".env", "DATABASE_URL=sqlite:other.db\n");
    project.write("diesel.toml", "[migrations_directory]\ndir = \"db/migrations\"\n");
    project.write("schema.sql", FIRST);
    let run = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        crate::support::Ran::from(command.env_remove("DATABASE_URL").output().unwrap())
    };
    run(&["-m", "first"]).exits(0).says("db/migrations/");
    run(&["upgrade"]).exits(0);
    assert!(project.path().join("other.db").is_file());
    run(&["check"]).exits(0);
}

#[test]
fn ignored_tables_are_never_touched() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql("CREATE TABLE legacy_log (a integer); INSERT INTO legacy_log VALUES (1);");
        project.write("autogen.toml", "ignore = [\"legacy_*\"]\n");
        project.write("schema.sql", FIRST);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM legacy_log"), "1");
    }
}

#[test]
fn values_of_an_enum_come_in_a_migration_of_their_own() {
    let model = "CREATE TYPE mood AS ENUM ('sad');\nCREATE TABLE t (id integer PRIMARY KEY, m mood);\n";
    let project = Project::with_model(On::Postgres, model);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO t VALUES (1, 'sad')");
    let edited = model.replace("('sad')", "('sad', 'ok')").replace("m mood", "m mood DEFAULT 'ok'");
    project.write("schema.sql", &edited);
    project.run(&["-m", "moods"]).exits(0);
    assert_eq!(project.migrations().len(), 3);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    project.run(&["downgrade", "-2"]).exits(0);
    assert_eq!(project.value("SELECT m FROM t"), "sad");
}

#[test]
fn a_snapshot_stands_for_a_database() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql("CREATE TABLE users (id integer PRIMARY KEY, name text DEFAULT 'x'); CREATE INDEX i ON users (name);");
        let text = project.run(&["schema", "--format", "json"]).exits(0).out;
        assert_eq!(text, project.run(&["schema", "--format", "json"]).exits(0).out, "the same bytes");
        project.write("snapshot.json", &text);
        project.run(&["diff", "snapshot.json", "database", "--exit-code"]).exits(0);
        project.sql("ALTER TABLE users ADD COLUMN email text");
        project.run(&["diff", "snapshot.json", "database", "--exit-code"]).exits(1).answers("column email");
        let sql = project.run(&["diff", "database", "snapshot.json", "--format", "sql"]).exits(0).out;
        project.sql(&sql);
        project.run(&["diff", "snapshot.json", "database", "--exit-code"]).exits(0);
        project.write("snapshot.json", &text.replacen("\"version\": 1", "\"version\": 99", 1));
        project
            .run(&["diff", "snapshot.json", "database"])
            .exits(2)
            .says("layout 99")
            .says("schema --format json");
        project.write("snapshot.json", "{}");
        project.run(&["diff", "snapshot.json", "database"]).exits(2).says("no snapshot of a schema");
    }
    // SQLite needs no database at all for it.
    let project = Project::new(On::Sqlite);
    project.sql("CREATE TABLE users (id integer PRIMARY KEY)");
    project.write("snapshot.json", &project.run(&["schema", "--format", "json"]).exits(0).out);
    project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY, name text);");
    let mut command = project.command(&["diff", "snapshot.json", "schema.sql", "--exit-code"]);
    let ran = crate::support::Ran::from(command.env_remove("DATABASE_URL").output().unwrap());
    ran.exits(1).answers("column name");
}

#[test]
fn a_table_is_partitioned_anew_where_that_is_asked_for() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, n serial, at date NOT NULL);",
    );
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO log (at) VALUES ('2024-02-02'), ('2025-02-02'), ('2024-03-03')");
    project.sql("ALTER TABLE log OWNER TO pg_monitor");
    let owners =
        "(SELECT string_agg(DISTINCT relowner::regrole::text, ' ') FROM pg_class WHERE relname ~ '^log')";
    project.write(
        "schema.sql",
        "CREATE SEQUENCE log_n_seq AS integer;
         CREATE TABLE log (id bigint GENERATED ALWAYS AS IDENTITY, n integer NOT NULL DEFAULT nextval('log_n_seq'),
                           at date NOT NULL) PARTITION BY RANGE (at);
         ALTER SEQUENCE log_n_seq OWNED BY log.n;
         CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
         CREATE TABLE log_later PARTITION OF log DEFAULT;",
    );
    project.run(&["-m", "by year"]).exits(4).says("pass --repartition");
    project.run(&["diff", "--format", "sql", "--repartition"]).exits(0).answers("SET SCHEMA autogen_aside");
    project.run(&["-m", "by year", "--repartition"]).exits(0).says("RW201").says("MF109").says("Proven");
    project.run(&["upgrade"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM log_2024"), "2");
    project.sql("INSERT INTO log (at) VALUES ('2026-01-01')");
    assert_eq!(project.value("SELECT max(id) FROM log_later"), "4", "the counter goes on");
    assert_eq!(project.value("SELECT max(n) FROM log_later"), "4", "and so does the sequence");
    assert_eq!(project.value(owners), "pg_monitor");
    project.run(&["check"]).exits(0);
    project.run(&["downgrade", "-1", "--yes"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM log"), "4");
    assert_eq!(project.value(owners), "pg_monitor");
}
