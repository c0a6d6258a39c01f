//! `autogen -m --online`: several migrations in the form in which no program waits, and what upgrades make of their phases.

use crate::support::{On, Project};

const BEFORE: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text);\n\
     CREATE TABLE posts (id bigint PRIMARY KEY, author bigint, title text);\n";

const AFTER: &str = "CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL UNIQUE);\n\
     CREATE TABLE posts (id bigint PRIMARY KEY, author bigint REFERENCES users, title text);\n\
     CREATE INDEX posts_author ON posts (author);\n\
     COMMENT ON INDEX posts_author IS 'by whom';\n";

const ROWS: &str =
    "INSERT INTO users VALUES (1, 'a'), (2, 'b'); INSERT INTO posts VALUES (1, 1, 'x'), (2, NULL, 'y')";

/// A project whose database has rows, and whose model has changed since.
fn edited() -> Project {
    let project = Project::with_model(On::Postgres, BEFORE);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql(ROWS);
    project.write("schema.sql", AFTER);
    project
}

#[test]
fn each_part_is_a_migration_and_leads_on_to_the_next() {
    let project = edited();
    let ran = project.run(&["-m", "accounts", "--online"]).exits(0);
    let names = project.migrations();
    let folders = &names[1..];
    assert_eq!(ran.err.matches("Wrote").count(), folders.len(), "{}", ran.err);
    assert!(folders.len() >= 5, "{folders:?}");
    let mut builds = 0;
    for folder in folders {
        let up = project.read(&format!("migrations/{folder}/up.sql"));
        assert!(up.contains("\n-- phase    expand\n-- proven   up, down, up"), "{up}");
        let is_alone = up.contains("CONCURRENTLY");
        builds += usize::from(is_alone);
        let metadata = project.path().join(format!("migrations/{folder}/metadata.toml"));
        assert_eq!(is_alone, metadata.is_file(), "{folder}");
        // Each is a place to stop at, where nothing has drifted.
        project.run(&["upgrade", folder]).exits(0);
    }
    assert_eq!(builds, 2);
    project.run(&["diff", "--exit-code"]).exits(0);
    project.run(&["check"]).exits(0);
    for _ in folders {
        project.run(&["downgrade", "-1", "-y"]).exits(0);
    }
    project.run(&["upgrade"]).exits(0);
    project.run(&["verify"]).exits(0);
}

#[test]
fn the_setting_does_what_the_flag_does_and_another_leaves_the_hints_out() {
    let project = edited();
    let hint = project.run(&["-m", "accounts", "--dry-run"]).exits(0);
    assert!(hint.out.contains("instead"), "{}", hint.out);
    project.write("autogen.toml", "online = \"off\"\n");
    let off = project.run(&["-m", "accounts", "--dry-run"]).exits(0);
    assert!(off.out.contains("LK") && !off.out.contains("instead"), "{}", off.out);
    project.write("autogen.toml", "online = \"split\"\n");
    let split = project.run(&["-m", "accounts", "--dry-run"]).exits(0);
    assert!(split.out.contains(": validate\n") && !split.out.contains("LK"), "{}", split.out);
    project.write("autogen.toml", "online = \"yes\"\n");
    project.run(&["-m", "accounts", "--dry-run"]).exits(2).says("`hint`, `split`");
}

#[test]
fn an_upgrade_may_stop_before_what_the_old_release_can_not_live_with() {
    let project = edited();
    project.write("schema.sql", &AFTER.replace("title text", "topic text"));
    project.run(&["-m", "topics", "--online", "--rename", "posts.title=posts.topic"]).exits(0);
    let before = project.migrations().len();
    project.write("schema.sql", &AFTER.replace("title text", "topic text, votes integer"));
    project.run(&["upgrade", "--until", "expand"]).exits(0).says("nothing to apply");
    let status = project.run(&["status"]).exits(0);
    assert_eq!(status.out.matches("(contract: waits").count(), before - 1, "{}", status.out);
    project.run(&["upgrade", "--until", "expand", "--dry-run"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["upgrade", "--until", "expand"]).exits(0);
}

#[test]
fn what_the_old_release_uses_goes_last() {
    let project = edited();
    let model = "CREATE TABLE users (id bigint PRIMARY KEY, email text, name text);\n";
    project.write("schema.sql", model);
    project.run(&["-m", "no posts", "--online"]).exits(0);
    let script = |arguments: &[&str]| project.run(&[&["upgrade", "--sql"], arguments].concat()).exits(0).out;
    assert!(script(&[]).contains("DROP TABLE posts"));
    assert!(!script(&["--until", "expand"]).contains("DROP TABLE posts"));
    assert_eq!(
        script(&["current:head", "--until", "expand"]).matches("INSERT INTO __diesel_schema").count(),
        1
    );
    project.run(&["upgrade", "--until", "expand"]).exits(0).says("1 migration applied");
    // Programs of both releases run now.
    project.sql("INSERT INTO users (id, name) VALUES (3, 'c'); INSERT INTO posts VALUES (3, 1, 'z')");
    let status = project.run(&["status"]).exits(0);
    assert_eq!(status.out.matches("(contract: waits").count(), 1, "{}", status.out);
    project.run(&["upgrade", "--until", "expand"]).exits(0).says("1 migration");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}

const AUDITED: &str = "CREATE TABLE users (id bigint PRIMARY KEY, name text);\n\
     CREATE TABLE writes (id bigint);\n\
     CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO writes VALUES (NEW.id); RETURN NULL; END';\n\
     CREATE TRIGGER note AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION note();\n";

#[test]
fn a_backfill_that_is_killed_goes_on_and_fills_each_row_once() {
    let project = Project::with_model(On::Postgres, AUDITED);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO users SELECT i, 'a' FROM generate_series(1, 60000) AS i");
    let token = "name text, token uuid NOT NULL DEFAULT gen_random_uuid())";
    project.write("schema.sql", &AUDITED.replace("name text)", token));
    project.run(&["-m", "token", "--online"]).exits(0);
    let names = project.migrations();
    let fill = names.iter().find(|name| name.ends_with("_fill")).expect("a migration that fills");
    let up = project.read(&format!("migrations/{fill}/up.sql"));
    assert!(up.contains("\n-- restart  any number of times\n"), "{up}");
    let kills = 10;
    for i in 0..kills {
        let delay = std::time::Duration::from_millis(60 + i * 50);
        crate::kill::kill_upgrade(&project, project.url(), delay);
    }
    project.run(&["upgrade"]).exits(0);
    let filled = "SELECT count(token) || ' of ' || count(*) FROM users";
    assert_eq!(project.value(filled), "60000 of 60000");
    assert_eq!(project.value("SELECT count(*) || ' ' || count(DISTINCT id) FROM writes"), "60000 60000");
    project.run(&["check"]).exits(0);
    project.run(&["verify"]).exits(0);
    project.run(&["downgrade", "base", "-y"]).exits(0);
    project.run(&["upgrade"]).exits(0);
}

const COUNTED: &str = "CREATE TABLE users (id serial PRIMARY KEY, score integer NOT NULL);\n\
     CREATE TABLE posts (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, author integer REFERENCES users);\n";

/// The model of `COUNTED` with all its keys wider.
fn widened() -> String {
    COUNTED.replace("serial", "bigserial").replace(" integer", " bigint")
}

/// A project whose database holds so many users, and whose model is wider.
fn counted(users: u32) -> Project {
    let project = Project::with_model(On::Postgres, COUNTED);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql(&format!("INSERT INTO users (score) SELECT i FROM generate_series(1, {users}) AS i"));
    project.sql("INSERT INTO posts (author) VALUES (1), (2)");
    project.write("schema.sql", &widened());
    project.run(&["-m", "wider", "--online"]).exits(0);
    project
}

#[test]
fn a_type_changes_while_rows_are_written() {
    let project = counted(7000);
    let names = project.migrations();
    let swap = names.iter().position(|name| name.ends_with("_swap")).expect("a swap");
    for (i, folder) in names.iter().enumerate().skip(1) {
        project.run(&["upgrade", folder]).exits(0);
        // Programs of both releases write the same names.
        project.sql(
            "INSERT INTO users (score) VALUES (-1); INSERT INTO posts (author) SELECT max(id) FROM users",
        );
        project.sql(&format!("UPDATE users SET score = -{i} WHERE id = {i}"));
    }
    let wrong = "SELECT count(*) FROM users WHERE score NOT IN (id, -id, -1)";
    assert_eq!(project.value(wrong), "0");
    let count = "SELECT count(*) || ' ' || count(DISTINCT id) || ' ' || max(id) FROM users";
    let all = 7000 + names.len() - 1;
    assert_eq!(project.value(count), format!("{all} {all} {all}"));
    let posts = "SELECT count(*) || ' ' || max(id) || ' ' || max(author) FROM posts";
    assert_eq!(project.value(posts), format!("{0} {0} {all}", names.len() + 1));
    project.run(&["check"]).exits(0);
    project.run(&["verify"]).exits(0);
    // The way back takes along what was written since.
    project.run(&["downgrade", &names[swap - 1], "-y"]).exits(0);
    assert_eq!(project.value(wrong), "0");
    assert_eq!(project.value(count), format!("{all} {all} {all}"));
    project.sql("INSERT INTO posts (author) SELECT max(id) FROM users");
    assert_eq!(project.value("SELECT max(id) FROM posts"), (names.len() + 2).to_string());
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO users (id, score) VALUES (3000000000, 3000000000)");
    project.run(&["downgrade", "base", "-y"]).exits(3).says("out of range");
    project.sql("DELETE FROM users WHERE id = 3000000000");
    project.run(&["downgrade", "base", "-y"]).exits(0);
}

#[test]
fn a_type_whose_backfill_is_killed_ends_with_all_values() {
    let project = counted(60_000);
    for i in 0..10 {
        let delay = std::time::Duration::from_millis(60 + i * 50);
        crate::kill::kill_upgrade(&project, project.url(), delay);
        project.sql("UPDATE users SET score = score WHERE id % 1000 = 7");
    }
    project.run(&["upgrade"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM users WHERE score = id"), "60000");
    project.run(&["check"]).exits(0);
    project.run(&["verify"]).exits(0);
}

/// The names of the folders that an online change is written to.
fn parts(before: &str, after: &str, arguments: &[&str]) -> (Project, Vec<String>) {
    let project = Project::with_model(On::Postgres, before);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", after);
    project.run(&[&["-m", "second", "--online"], arguments].concat()).exits(0);
    let folders = project.migrations();
    (project, folders[1..].to_vec())
}

#[test]
fn a_type_changes_in_place_where_another_one_holds_its_rows_or_nobody_sees_what_hangs_on_it() {
    let table = |n: &str| format!("CREATE TABLE o (id integer PRIMARY KEY, n {n}, note text);\n");
    let alone = parts(&table("integer"), &table("bigint"), &[]).1;
    assert!(alone.len() > 2, "{alone:?}");
    let function = "CREATE FUNCTION f() RETURNS o LANGUAGE sql AS 'SELECT * FROM o';\n";
    let row = |n: &str| format!("{}{function}", table(n));
    let with_row = parts(&row("integer"), &row("bigint"), &[]).1;
    assert_eq!(with_row.len(), 1, "{with_row:?}");
    let unseen = parts(&table("integer"), &table("bigint"), &["--from", "migrations"]).1;
    assert_eq!(unseen.len(), 1, "{unseen:?}");
}

#[test]
fn the_way_back_leaves_values_alone_that_nobody_changed() {
    let table = |n: &str| format!("CREATE TABLE o (id integer PRIMARY KEY, n {n}, m integer, note text);\n");
    let project = Project::with_model(On::Postgres, &table("numeric(10,4)"));
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO o VALUES (1, 1.2345, 1, 'a'), (2, 2.3456, 2, 'b')");
    project.write("schema.sql", &table("numeric(12,2)").replace("m integer", "m bigint"));
    project.run(&["-m", "second", "--online"]).exits(0);
    let swap = project.migrations().into_iter().find(|name| name.ends_with("_swap")).expect("a swap");
    project.run(&["upgrade", &swap]).exits(0);
    project.sql("UPDATE o SET n = 9.99 WHERE id = 2; UPDATE o SET m = 7 WHERE id = 1");
    project.run(&["downgrade", "-1", "--yes"]).exits(0);
    assert_eq!(
        project.value("SELECT string_agg(n || ' ' || m, ',' ORDER BY id) FROM o"),
        "1.2345 7,9.9900 2"
    );
}

#[test]
fn of_two_changes_that_need_one_name_the_first_has_it() {
    let tables = |n: &str| {
        format!(
            "CREATE TABLE a (id integer PRIMARY KEY, b_c {n});\nCREATE TABLE a_b (id integer PRIMARY KEY, c {n});\n"
        )
    };
    let (project, _) = parts(&tables("integer"), &tables("bigint"), &[]);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}
