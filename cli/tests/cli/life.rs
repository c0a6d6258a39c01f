//! The life of a migration: written by hand, looked at, proven as a whole, printed for an operator.

use crate::support::{BOTH, On, Project};

const FIRST: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text);\n";
const SECOND: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL DEFAULT '');\n";

/// A project with two migrations.
fn project(on: On) -> Project {
    let project = Project::with_model(on, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", SECOND);
    project.run(&["-m", "names are there"]).exits(0);
    project
}

#[test]
fn a_migration_written_by_hand_fails_until_it_is_written_and_is_proven_when_accepted() {
    for on in BOTH {
        let project = project(on);
        project.run(&["generate", "--empty", "-m", "fill names"]).exits(0).says("autogen rehash");
        let name = project.migrations().last().unwrap().clone();
        project.run(&["upgrade"]).exits(3).says("still_to_be_written").says(&name);
        let [up, down] = ["up", "down"].map(|file| format!("migrations/{name}/{file}.sql"));
        project.write(&up, "UPDATE users SET name = 'x' WHERE name = '';\n");
        project.run(&["upgrade"]).exits(5).says("edited").says("autogen rehash");
        project.run(&["rehash"]).exits(4).says("down.sql fails").says("down_is_still_to_be_written");
        project.write(&down, "SELECT 1;\n");
        project.run(&["rehash"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0).says("1 migration applied");
        project.run(&["current", "--check-heads"]).exits(0).answers("_fill_names (head)");
    }
}

#[test]
fn folders_with_spaces_are_folders_and_old_ways_back_are_no_ones_edit() {
    let project = project(On::Sqlite);
    let spaced = "2020-01-01-000000-0000_an old one";
    project.write(&format!("migrations/{spaced}/up.sql"), "CREATE TABLE old (id integer);\n");
    project.write(&format!("migrations/{spaced}/down.sql"), "SELECT 1;\n");
    project.run(&["verify"]).exits(1).answers("an old one").answers("drop table old");
    project.run(&["rehash"]).exits(4).says("an old one");
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["upgrade", "--allow-out-of-order"]).exits(0);
    project.run(&["status"]).exits(0).answers("checksums match");
    project.run(&["rehash"]).exits(0).says("Recorded");
}

#[test]
fn verify_names_the_step_whose_down_does_not_lead_back() {
    for on in BOTH {
        let project = project(on);
        project.run(&["verify"]).exits(0).says("2 migrations");
        let name = project.migrations()[0].clone();
        let down = format!("migrations/{name}/down.sql");
        let text = project.read(&down);
        project.write(&down, "SELECT 1;\n");
        project.run(&["verify"]).exits(1).answers(&name).answers("drop table users");
        project.run(&["rehash"]).exits(4).says("does not lead back").says("--no-verify");
        project.write(&down, &text);
        let up = format!("migrations/{name}/up.sql");
        let text = project.read(&up).replace("name text", "name text, extra text");
        project.write(&up, &text);
        project.run(&["verify"]).exits(1).answers("the header says");
    }
}

/// Another release may compute fingerprints otherwise: its headers are no edits.
#[test]
fn headers_of_another_release_are_not_compared() {
    let project = project(On::Sqlite);
    let names = project.migrations();
    let fingerprints = |text: &str| -> (String, String) {
        let line = text.lines().find(|line| line.contains("schema ")).expect("a line of fingerprints");
        let (from, to) = line.split_once("->").expect("two fingerprints");
        (from.split_whitespace().last().unwrap().to_owned(), to.trim().to_owned())
    };
    let first = format!("migrations/{}/up.sql", names[0]);
    let text = project.read(&first);
    let (from, to) = fingerprints(&text);
    project.write(&first, &text.replace(&from, "000000000000").replace(&to, "111111111111"));
    project.run(&["rehash"]).exits(0);
    project.run(&["verify"]).exits(0).says("another release");
    let second = format!("migrations/{}/up.sql", names[1]);
    let text = project.read(&second);
    let (_, to) = fingerprints(&text);
    project.write(&second, &text.replace(&to, "222222222222"));
    project.run(&["verify"]).exits(1).answers(&names[1]).answers("the header says");
}

#[test]
fn the_folder_tells_heads_branches_and_each_migration_without_a_database() {
    let project = project(On::Sqlite);
    let names = project.migrations();
    let second = project.read(&format!("migrations/{}/up.sql", names[1]));
    let (first_version, second_version) = (version(&names[0]), version(&names[1]));
    assert!(second.contains(&format!("-- revision {second_version}, after {first_version}")), "{second}");
    // Another branch, from the same place.
    let other = "2099-01-01-000000-0000_other";
    let header = format!("-- other\n--\n-- revision {}, after {first_version}\n\n", version(other));
    project.write(&format!("migrations/{other}/up.sql"), &format!("{header}CREATE TABLE o (id integer);\n"));
    project.write(&format!("migrations/{other}/down.sql"), "DROP TABLE o;\n");
    project.run(&["heads"]).exits(0).answers(&names[1]).answers(other);
    project.run(&["branches"]).exits(0).answers(&format!("{} (branch point)", names[0])).answers(other);
    project.run(&["show", first_version]).exits(0).answers("CREATE TABLE users").answers("nothing");
    project.run(&["show", first_version, "--format", "json"]).exits(0).answers("\"message\": \"first\"");
    project.run(&["history", "--range", &format!("{second_version}:")]).exits(0).answers(other);
    project
        .run(&["history", "-v", "--range", &format!(":{first_version}")])
        .exits(0)
        .answers("transaction one");
    let json = project.run(&["history", "--format", "json"]).exits(0).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["version"].as_u64(), json["migrations"].as_array().unwrap().len()), (Some(1), 3));
    assert_eq!(json["migrations"][0]["name"], other);
    assert_eq!(json["migrations"][2]["applied"], true);
    assert_eq!(json["migrations"][2]["before"], serde_json::json!([names[1], other]));
    project.run(&["branches", "--format", "json"]).exits(0).answers(&names[0]).answers("\"before\": [");
    project
        .run(&["status", "--format", "json"])
        .exits(5)
        .says("several heads")
        .answers("\"schema\": \"unchanged\"")
        .answers(&names[1]);
    project.run(&["history", "-i", "--graph"]).exits(0).answers("@").answers("(current)");
    project.run(&["heads", "--format", "json"]).exits(0).answers("\"head\": true");
    project.run(&["current", "--format", "json"]).exits(0).answers(&names[0]);
    project.run(&["history", "--range", "x"]).exits(2).says("A:B");
    project.run(&["current", "--check-heads"]).exits(5).says("pending").says("autogen upgrade");
}

fn version(name: &str) -> &str {
    name.split('_').next().unwrap()
}

#[test]
fn a_printed_script_does_what_upgrade_does() {
    for on in BOTH {
        let written = project(on);
        let up = written.run(&["upgrade", "--sql"]).exits(0).out;
        assert_eq!(up.contains("BEGIN;\nSET LOCAL lock_timeout"), on == On::Postgres, "{up}");
        let one = written.run(&["upgrade", "--sql", "base:+1"]).exits(0).out;
        assert!(up.contains("names_are_there") && !one.contains("names_are_there"), "{one}");
        let down = written.run(&["downgrade", "--sql", "head:base"]).exits(0).out;
        written.run(&["downgrade", "--sql", "base"]).exits(2).says("where it begins");

        let operated = Project::with_model(on, SECOND);
        for name in written.migrations() {
            for file in ["up.sql", "down.sql"] {
                let path = format!("migrations/{name}/{file}");
                operated.write(&path, &written.read(&path));
            }
            let metadata = format!("migrations/{name}/metadata.toml");
            if written.path().join(&metadata).is_file() {
                operated.write(&metadata, &written.read(&metadata));
            }
        }
        operated.sql(&up);
        operated.run(&["status"]).exits(0).answers("pending     0");
        operated.run(&["check"]).exits(0).says("nothing differs");
        operated.sql(&down);
        operated.run(&["current"]).exits(0).says("no migration is applied");
    }
}

#[test]
fn hooks_run_around_an_upgrade_and_a_failing_one_stops_it() {
    let project = project(On::Sqlite);
    let settings = project.read("autogen.toml");
    let name = project.migrations()[1].clone();
    let hooks = |before: &str| {
        format!(
            "{settings}\n[hooks]\nbackup = [\"sh\", \"-c\", \"echo \\\"$DATABASE_URL\\\" > backup.txt; echo saved\"]\n\
             before = [{before}]\nafter = [\"sh\", \"-c\", \"echo $AUTOGEN_MIGRATIONS > after.txt\"]\n"
        )
    };
    project.write("autogen.toml", &hooks("\"sh\", \"-c\", \"exit 7\""));
    project.run(&["upgrade"]).exits(4).says("hook before").says("nothing was applied");
    project.run(&["current", "--check-heads"]).exits(5);
    project.write("autogen.toml", &hooks("\"true\""));
    let ran = project.run(&["upgrade"]).exits(0).says("saved").says("1 migration applied");
    assert_eq!(ran.out, "");
    assert!(project.read("backup.txt").starts_with("sqlite:"));
    assert_eq!(project.read("after.txt").trim(), name);
    project.run(&["upgrade"]).exits(0).says("nothing to apply");
    project.write("autogen.toml", &format!("{settings}\n[hooks]\nbakup = [\"x\"]\n"));
    project.run(&["upgrade"]).exits(2).says("hooks.backup");
}

#[test]
fn production_loses_nothing_and_goes_nowhere_back_without_its_name() {
    for on in BOTH {
        let project = project(on);
        project.run(&["upgrade", "--environment", "production"]).exits(0);
        project.run(&["upgrade", "--environment", "staging"]).exits(4).says("marked production, not staging");
        project.run(&["downgrade", "-1"]).exits(4).says("--confirm-database");
        project.write("schema.sql", "CREATE TABLE users (id integer PRIMARY KEY);\n");
        project.run(&["-m", "no names"]).exits(0);
        let refused = project.run(&["upgrade"]).exits(4).says("loses data");
        project.run(&["upgrade", "--confirm-database", "other"]).exits(4);
        let name = refused.err.rsplit_once("--confirm-database ").unwrap().1.trim().to_owned();
        project.run(&["upgrade", "--confirm-database", &name]).exits(0);
        project.run(&["downgrade", "-1", "--confirm-database", &name]).exits(0);
        project.run(&["check"]).exits(1);
    }
}

#[test]
fn a_migration_that_others_hold_up_gives_way_and_tries_again() {
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, PgConnection};

    let project = project(On::Postgres);
    let mut other = PgConnection::establish(project.url()).unwrap();
    other.batch_execute("BEGIN; LOCK TABLE users IN ACCESS SHARE MODE").unwrap();
    project
        .run(&["upgrade", "--lock-timeout", "2"])
        .exits(6)
        .says("did not get what others hold")
        .says("the oldest transaction is pid ");
    let waiting = std::thread::spawn({
        let mut command = project.command(&["upgrade"]);
        move || crate::support::Ran::from(command.output().unwrap())
    });
    std::thread::sleep(std::time::Duration::from_millis(3500));
    // Others are not held up for longer than the time-out.
    PgConnection::establish(project.url()).unwrap().batch_execute("SELECT count(*) FROM users").unwrap();
    other.batch_execute("ROLLBACK").unwrap();
    waiting.join().unwrap().exits(0).says("it is tried again").says("1 migration applied");
    project.run(&["check"]).exits(0);
}

#[test]
fn an_index_that_a_failed_build_left_behind_is_built_anew() {
    let project = Project::with_model(On::Postgres, FIRST);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO users VALUES (1, 'x'), (2, 'x')");
    let folder = "migrations/2099-01-01-000000-0000_unique";
    let build = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS users_name ON users (name);\n";
    project.write(&format!("{folder}/up.sql"), build);
    project.write(&format!("{folder}/down.sql"), "DROP INDEX CONCURRENTLY users_name;\n");
    project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    let valid =
        "SELECT string_agg(indisvalid::text, ',') FROM pg_index WHERE indexrelid = to_regclass('users_name')";
    project.run(&["upgrade"]).exits(3).says("could not create unique index");
    assert_eq!(project.value(valid), "false");
    project.sql("UPDATE users SET name = 'y' WHERE id = 2");
    project.run(&["upgrade"]).exits(0).says("1 migration applied");
    assert_eq!(project.value(valid), "true");
    project.run(&["downgrade", "-1"]).exits(0);
}

#[test]
fn two_branches_are_merged_when_their_order_does_not_matter() {
    for on in BOTH {
        let project = project(on);
        let first = version(&project.migrations()[0]).to_owned();
        let other = "2099-01-01-000000-0000_other";
        let header = format!("-- other\n--\n-- revision {}, after {first}\n\n", version(other));
        let branch =
            |up: &str| project.write(&format!("migrations/{other}/up.sql"), &format!("{header}{up};\n"));
        project.write(&format!("migrations/{other}/down.sql"), "DROP TABLE o;\n");
        match on {
            // The rebuild of the one branch knows nothing of the other's column.
            On::Sqlite => {
                branch("ALTER TABLE users ADD COLUMN extra integer");
                project.run(&["merge"]).exits(4).says("which of").says("column extra");
            }
            On::Postgres => {
                branch("ALTER TABLE users RENAME COLUMN name TO title");
                project.run(&["merge"]).exits(4).says("in one of the two orders");
            }
        }
        branch("CREATE TABLE o (id integer)");
        project.run(&["merge", "-m", "bring together"]).exits(0).says("both orders lead to the same schema");
        let merged = project.migrations().last().unwrap().clone();
        project.run(&["heads"]).exits(0).answers(&merged);
        project.run(&["merge"]).exits(0).says("nothing to merge");
        project.run(&["show", "head"]).exits(0).answers(other);
        project.run(&["rehash"]).exits(0);
        project.run(&["upgrade"]).exits(0).says("3 migrations applied");
        project.run(&["downgrade", "base"]).exits(0);
    }
}

#[test]
fn a_schema_that_somebody_changed_is_not_upgraded_unawares() {
    for on in BOTH {
        let project = project(on);
        project.run(&["status"]).exits(0).answers("schema      unchanged since the last upgrade");
        project.sql("CREATE INDEX by_hand ON users (name)");
        project.run(&["status"]).exits(0).answers("schema      changed since the last upgrade");
        project.run(&["upgrade"]).exits(5).says("something else has changed it").says("--allow-drift");
        project.run(&["upgrade", "--dry-run"]).exits(0);
        project.sql("DROP INDEX by_hand");
        project.run(&["upgrade"]).exits(0);
        project.sql("CREATE INDEX by_hand ON users (name)");
        project.run(&["downgrade", "-1"]).exits(5);
        project.run(&["downgrade", "-1", "--allow-drift"]).exits(0).says("not what the last upgrade left");
        // A migration that was written for just this schema needs no leave.
        project.run(&["upgrade"]).exits(0);
        project.sql("CREATE INDEX another ON users (id)");
        project.run(&["-m", "as the model says"]).exits(5).says("another").says("--from migrations");
        project.sql("DROP INDEX another");
        let settings = project.read("autogen.toml");
        project.write("autogen.toml", &format!("drift = \"warn\"\n{settings}"));
        project.sql("CREATE INDEX by_another_hand ON users (name)");
        project.run(&["downgrade", "-1"]).exits(0).says("not what the last upgrade left");
    }
}

#[test]
fn a_stamp_forgets_nothing_that_it_does_not_know_unless_told_to() {
    for on in BOTH {
        let project = project(on);
        project.run(&["upgrade"]).exits(0);
        let last = project.migrations()[1].clone();
        std::fs::remove_dir_all(project.path().join("migrations").join(&last)).unwrap();
        project.run(&["upgrade"]).exits(5);
        project.run(&["stamp", "head"]).exits(4).says("without a folder").says("--purge");
        project.run(&["stamp", "head", "--purge"]).exits(0);
        project.run(&["current"]).exits(0).answers("_first");
        assert_eq!(project.value("SELECT count(*) FROM __diesel_schema_migrations"), "1");
    }
}

#[test]
fn one_edited_file_is_recorded_and_others_stay_errors() {
    for on in BOTH {
        let project = project(on);
        project.run(&["upgrade"]).exits(0);
        let names = project.migrations();
        let [first, second] = [0, 1].map(|i| format!("migrations/{}/up.sql", names[i]));
        let text = project.read(&second);
        for file in [&first, &second] {
            project.write(file, &format!("{}-- a comment\n", project.read(file)));
        }
        project.run(&["upgrade"]).exits(5).says(&format!("{}/up.sql, {}/up.sql", names[0], names[1]));
        project.run(&["repair", "--record", version(&names[0])]).exits(5).says(&names[1]);
        project.write(&second, &text);
        project
            .run(&["repair", "--record", version(&names[0])])
            .exits(0)
            .says("and in the database, unproven");
        project.run(&["status"]).exits(0).answers("checksums match");
        project.run(&["repair"]).exits(0);
        // Line ends and a byte order mark are no edit.
        project.write(&second, &format!("\u{feff}{}", text.replace('\n', "\r\n")));
        project.run(&["status"]).exits(0).answers("checksums match");
    }
}

#[test]
fn what_is_left_to_others_is_neither_dropped_nor_made_nor_drift() {
    for on in BOTH {
        let project = Project::with_model(
            on,
            "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, age integer NOT NULL);\n",
        );
        let toml = project.read("autogen.toml");
        project.write("autogen.toml", &(toml.clone() + "indexes = false\n"));
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("CREATE INDEX by_hand ON users (age)");
        project.run(&["check"]).exits(0).says("nothing differs");
        project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
        project.write(
            "schema.sql",
            "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, age bigint NOT NULL, name text);\n\
             CREATE INDEX of_the_model ON users (name);\n",
        );
        project.run(&["-m", "more"]).exits(0).says("Proven");
        let name = project.migrations().last().unwrap().clone();
        let up = project.read(&format!("migrations/{name}/up.sql"));
        assert!(!up.contains("of_the_model"), "{up}");
        project.run(&["upgrade"]).exits(0);
        let has = match on {
            On::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE name = 'by_hand'",
            On::Postgres => "SELECT count(*) FROM pg_indexes WHERE indexname = 'by_hand'",
        };
        assert_eq!(project.value(has), "1");
        project.write("autogen.toml", &toml);
        project.run(&["diff", "database", "model", "--exit-code"]).exits(1).answers("- index by_hand");
        project.write("autogen.toml", &(toml + "indices = false\n"));
        project
            .run(&["check"])
            .exits(2)
            .says("unknown setting manage.indices")
            .says("did you mean manage.indexes?");
    }
    let project = Project::with_model(On::Sqlite, "CREATE TABLE t (id int);\n");
    let toml = project.read("autogen.toml");
    project.write("autogen.toml", &(toml + "checks = false\n"));
    project.run(&["check"]).exits(2).says("manage.checks can't be left to others on SQLite");
}

#[test]
fn every_aspect_can_be_left_to_others() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE t (id int PRIMARY KEY, a int, b int, c int4range);\n",
    );
    let toml = project.read("autogen.toml");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let others = [
        ("indexes", "CREATE INDEX i ON t (a)"),
        ("uniques", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (a)"),
        ("checks", "ALTER TABLE t ADD CONSTRAINT k CHECK (b > 0)"),
        ("exclusions", "ALTER TABLE t ADD CONSTRAINT x EXCLUDE USING gist (c WITH &&)"),
        ("foreign_keys", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a (id)"),
        ("defaults", "ALTER TABLE t ALTER COLUMN b SET DEFAULT 7"),
        ("comments", "COMMENT ON COLUMN t.b IS 'by hand'"),
        ("rules", "CREATE RULE r AS ON DELETE TO t DO ALSO NOTHING"),
        ("policies", "CREATE POLICY p ON t USING (true)"),
        (
            "triggers",
            "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ),
    ];
    for (aspect, sql) in others {
        project.sql(sql);
        project.run(&["diff", "database", "model", "--exit-code"]).exits(1);
        let lines = format!("{toml}{aspect} = false\n");
        project.write("autogen.toml", &lines);
        let ran = project.run(&["diff", "database", "model", "--exit-code"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{aspect}");
        // What leans on a column that goes, goes with it.
        project.write(
            "schema.sql",
            "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE t (id int PRIMARY KEY);\n",
        );
        project.run(&["-m", "less", "--dry-run"]).exits(0);
        project.write(
            "schema.sql",
            "CREATE TABLE a (id int PRIMARY KEY);\nCREATE TABLE t (id int PRIMARY KEY, a int, b int, c int4range);\n",
        );
        project.write("autogen.toml", &toml);
        let back = project.run(&["diff", "database", "model", "--format", "sql"]).exits(0).out;
        project.sql(&back);
        project.run(&["diff", "database", "model", "--exit-code"]).exits(0);
    }
}
