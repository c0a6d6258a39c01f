//! Migrations of other runners' folders: written, read, checked, and left to their own tool to apply.

use crate::support::{On, Project, Ran};

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY, name text NOT NULL);\n";

/// The names in the folder of migrations that are SQL, sorted.
fn files(project: &Project, folder: &str) -> Vec<String> {
    let entries = std::fs::read_dir(project.path().join(folder)).unwrap().flatten();
    let names = entries.map(|entry| entry.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(".sql")).collect();
    names.sort();
    names
}

/// The files with their texts. Numbers are counted up from one that is there, so that no moment stands in a name.
fn texts(project: &Project, folder: &str) -> String {
    let text = |name: &String| format!("[{name}]\n{}", project.read(&format!("{folder}/{name}")));
    files(project, folder).iter().map(text).collect()
}

/// A SQLite project with a first migration, which its tool has applied as `rows` says.
fn project(folder: &str, first: &[(&str, &str)], applied: &str) -> Project {
    let project = Project::new(On::Sqlite);
    for (name, text) in first {
        project.write(&format!("{folder}/{name}"), text);
    }
    project.write("schema.sql", USERS);
    project.sql(&format!("{USERS}{applied}"));
    project
}

const SQLX: &str = "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL);\n\
    INSERT INTO _sqlx_migrations VALUES (1, TRUE);\n";

fn sqlx() -> Project {
    project(
        "migrations",
        &[("0001_users.up.sql", USERS), ("0001_users.down.sql", "DROP TABLE users;\n")],
        SQLX,
    )
}

const DBMATE: &str = "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY);\n\
    INSERT INTO schema_migrations VALUES ('001');\n";

fn dbmate() -> Project {
    let first = format!("-- migrate:up\n{USERS}\n-- migrate:down\nDROP TABLE users;\n");
    project("db/migrations", &[("001_users.sql", &first)], DBMATE)
}

/// The statements of SQL files that lead up.
fn apply(project: &Project, folder: &str, name: &str, row: &str) {
    let text = project.read(&format!("{folder}/{name}"));
    let up = text.split("-- migrate:down").next().unwrap();
    project.sql(&format!("{up}\n{row}"));
}

#[test]
fn sqlx_has_its_files_written_and_checked() {
    let project = sqlx();
    project.run(&["init"]).exits(0).says("edit the model");
    assert!(project.read("autogen.toml").contains("migrations = \"migrations\"\nformat = \"sqlx\"\n"));
    let same = project.run(&["check"]).exits(0).says("1 migration");
    assert!(!same.err.contains("left out"), "{}", same.err);
    project.write("schema.sql", &USERS.replace(" NOT NULL", " NOT NULL CHECK (name <> '')"));
    let made = project.run(&["-m", "no-transaction"]).exits(0).says("0002_no_transaction.up.sql");
    assert!(!made.err.contains("Unmanaged"), "{}", made.err);
    insta::assert_snapshot!("sqlx", texts(&project, "migrations"));
    project.run(&["check"]).exits(1).answers("pending 0002_no_transaction");
    let status = project.run(&["status"]).exits(0).answers("current     0001_users\n");
    status.answers("            0002_no_transaction\n");
    apply(
        &project,
        "migrations",
        "0002_no_transaction.up.sql",
        "INSERT INTO _sqlx_migrations VALUES (2, TRUE);",
    );
    project.run(&["check"]).exits(0).says("2 migrations");
    project.run(&["verify"]).exits(0);
    project.run(&["diff", "migrations", "database"]).exits(0);
    project.run(&["review", "0002"]).exits(0).answers("proven: up, down, up");

    let edited = project.read("migrations/0002_no_transaction.up.sql") + "-- by hand\n";
    project.write("migrations/0002_no_transaction.up.sql", &edited);
    project.run(&["check"]).exits(5).says("edited since it was written: 0002_no_transaction.up.sql");
    project.run(&["rehash"]).exits(0);
    project.run(&["check"]).exits(0);
    project.write("migrations/0003_more.sql", "CREATE TABLE more (id integer);\n");
    project.sql("CREATE TABLE more (id integer); INSERT INTO _sqlx_migrations VALUES (3, TRUE)");
    project.run(&["check"]).exits(1).answers("more");
    project.sql("UPDATE _sqlx_migrations SET success = FALSE WHERE version = 3");
    project.run(&["status"]).exits(5).says("_sqlx_migrations says that 3 failed half-way");
}

#[test]
fn dbmate_has_its_files_written_and_checked() {
    let project = dbmate();
    project.run(&["init"]).exits(0);
    assert!(project.read("autogen.toml").contains("migrations = \"db/migrations\"\nformat = \"dbmate\"\n"));
    project.run(&["check"]).exits(0);
    project.write("schema.sql", &format!("{USERS}CREATE INDEX by_name ON users (name);\n"));
    project.run(&["-m", "an index"]).exits(0).says("db/migrations/002_an_index.sql");
    apply(&project, "db/migrations", "002_an_index.sql", "INSERT INTO schema_migrations VALUES ('002');");
    project.write("schema.sql", &USERS.replace(" NOT NULL", ""));
    project.run(&["-m", "nullable"]).exits(0).says("003_nullable.sql");
    insta::assert_snapshot!("dbmate", texts(&project, "db/migrations"));
    apply(&project, "db/migrations", "003_nullable.sql", "INSERT INTO schema_migrations VALUES ('003');");
    project.run(&["check"]).exits(0).says("3 migrations");
    project.run(&["lint"]).exits(0);

    let down =
        project.read("db/migrations/002_an_index.sql").replace("DROP INDEX by_name;", "SELECT nothing;");
    project.write("db/migrations/002_an_index.sql", &down);
    let line = down.lines().position(|line| line == "SELECT nothing;").unwrap() + 1;
    project.run(&["check"]).exits(5).says("edited since it was written: 002_an_index.sql");
    let refused = project.run(&["rehash"]).exits(4);
    refused.says("the way down fails: ").says("002_an_index.sql").says("near \"nothing\"");
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["check"]).exits(0);
    assert_eq!(project.run(&["verify"]).exits(1).out.lines().next(), Some("002_an_index"));
    let begin = down.replace("SELECT nothing;", "BEGIN;");
    project.write("db/migrations/002_an_index.sql", &begin);
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["verify"]).exits(5).says(&format!("002_an_index.sql (line {line})"));
}

#[test]
fn what_their_own_tool_does_is_left_to_it() {
    let project = sqlx();
    project.run(&["init"]).exits(0);
    for (arguments, hint) in [
        (&["upgrade"][..], "sqlx migrate run"),
        (&["upgrade", "--sql"], "sqlx migrate run"),
        (&["downgrade", "-1"], "sqlx migrate revert"),
        (&["redo"], "sqlx migrate revert"),
        (&["stamp", "head"], "sqlx migrate override skip"),
        (&["merge"], "rename the files of one branch"),
        (&["squash", "base:head"], "keep them"),
    ] {
        project.run(arguments).exits(4).says("sqlx's (format in autogen.toml)").says(hint);
    }
    assert_eq!(
        project.value("SELECT count(*) FROM sqlite_master WHERE name LIKE '\\_\\_%' ESCAPE '\\'"),
        "0"
    );
}

#[test]
fn a_tools_own_table_is_never_dropped() {
    let project = dbmate();
    project.run(&["init"]).exits(0);
    let settings = project.read("autogen.toml");
    project.write("autogen.toml", &format!("{settings}other_tools = true\n"));
    project.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    project.run(&["check"]).exits(0);
    project.write("autogen.toml", &settings.replace("\"dbmate\"", "\"dbmat\""));
    project.run(&["check"]).exits(2).says("unknown variant `dbmat`, expected one of");
}

#[test]
fn golang_migrate_says_what_is_applied_by_one_row() {
    let first = [("000001_users.up.sql", USERS), ("000001_users.down.sql", "DROP TABLE users;\n")];
    let rows = "CREATE TABLE schema_migrations (version uint64, dirty bool);\n\
        INSERT INTO schema_migrations VALUES (2, FALSE);\n";
    let project = project("migrations", &first, rows);
    project.write("go.mod", "module shop\n");
    project.write("migrations/000002_none.up.sql", "SELECT 1;\n");
    project.write("migrations/000002_none.down.sql", "SELECT 1;\n");
    project.run(&["init"]).exits(0);
    assert!(project.read("autogen.toml").contains("format = \"golang-migrate\"\n"));
    project.run(&["check"]).exits(0).says("2 migrations");
    project.write("schema.sql", &USERS.replace(" NOT NULL", ""));
    project.run(&["-m", "nullable"]).exits(0);
    let made = project.read("migrations/000003_nullable.up.sql");
    assert!(made.contains("-- note     golang-migrate needs x-no-tx-wrap=true"), "{made}");
    project.sql("UPDATE schema_migrations SET dirty = TRUE");
    project.run(&["status"]).exits(5).says("schema_migrations says that 2 failed half-way");
}

#[test]
fn refinery_has_no_way_back_and_always_a_transaction() {
    let rows = "CREATE TABLE refinery_schema_history (version int4 PRIMARY KEY, name text, applied_on text, checksum text);\n\
        INSERT INTO refinery_schema_history VALUES (9, 'users', '', '');\n";
    let project = project("migrations", &[("V9__users.sql", USERS)], rows);
    project.run(&["init"]).exits(0);
    project.run(&["check"]).exits(0);
    project.write("schema.sql", &format!("{USERS}CREATE INDEX by_name ON users (name);\n"));
    project.run(&["-m", "an index"]).exits(0);
    assert_eq!(files(&project, "migrations"), ["V10__an_index.sql", "V9__users.sql"]);
    apply(
        &project,
        "migrations",
        "V10__an_index.sql",
        "INSERT INTO refinery_schema_history VALUES (10, '', '', '');",
    );
    project.run(&["check"]).exits(0).says("2 migrations");
    project.run(&["rehash"]).exits(0);
    project.run(&["verify"]).exits(0).says("2 migrations: up in a scratch database");
    project.run(&["review"]).exits(0).answers("  proven: up\n");
    project.write("schema.sql", &USERS.replace(" NOT NULL", ""));
    project.run(&["-m", "nullable"]).exits(4).says("has to run outside of a transaction, and refinery");
    assert_eq!(files(&project, "migrations").len(), 2);
    project.run(&["downgrade", "-1"]).exits(4).says("refinery knows no way back");
    project.write("migrations/V11__rows.rs", "");
    project.run(&["check"]).exits(2).says("V11__rows.rs is a program");
}

#[test]
fn a_database_is_taken_over_for_another_tool() {
    let project = Project::new(On::Sqlite);
    project.sql(USERS);
    let told = project.run(&["init", "--format", "sqlx"]).exits(0);
    told.says("sqlx migrate override skip");
    let [down, up] = &files(&project, "migrations")[..] else { panic!("one baseline") };
    assert!(up.ends_with("_baseline.up.sql") && down.ends_with("_baseline.down.sql"), "{up} {down}");
    let version = &up[..14];
    assert!(version.bytes().all(|byte| byte.is_ascii_digit()), "{up}");
    project.run(&["check"]).exits(1).answers("pending");
    project.sql(&format!(
        "CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, success BOOLEAN NOT NULL); \
         INSERT INTO _sqlx_migrations VALUES ({version}, TRUE)"
    ));
    project.run(&["check"]).exits(0);
}

#[test]
fn an_index_is_built_while_rows_are_written() {
    let first = "CREATE TABLE users (id bigint PRIMARY KEY, name text NOT NULL);\n";
    let indexed = format!("{first}CREATE INDEX by_name ON users (name);\n");
    let project = Project::new(On::Postgres);
    project.write("schema.sql", first);
    project.sql(&format!("{first}{DBMATE}"));
    let both = format!("-- migrate:up\n{first}-- migrate:down\nDROP TABLE users;\n");
    project.write("db/migrations/001_users.sql", &both);
    project.run(&["init"]).exits(0);
    project.run(&["check"]).exits(0);
    project.write("schema.sql", &indexed);
    project.run(&["generate", "--online", "-m", "by name"]).exits(0);
    let file = "db/migrations/002_by_name.sql";
    let text = project.read(file);
    assert!(text.starts_with("-- migrate:up transaction:false\n\n-- by name\n"), "{text}");
    assert!(text.contains("\nCREATE INDEX CONCURRENTLY by_name ON users (name);\n"), "{text}");
    assert!(text.contains("\n-- migrate:down transaction:false\n"), "{text}");
    project.run(&["check"]).exits(1).answers("pending 002_by_name");
    project.sql("CREATE INDEX CONCURRENTLY by_name ON users (name)");
    project.sql("INSERT INTO schema_migrations VALUES ('002')");
    project.run(&["check"]).exits(0).says("2 migrations");
    project.run(&["verify"]).exits(0);
    let settings = project.read("autogen.toml").replace("\"dbmate\"", "\"refinery\"");
    project.write("autogen.toml", &settings.replace("db/migrations", "migrations"));
    project.sql("DROP INDEX by_name");
    project.write("migrations/V1__users.sql", first);
    project.sql(
        "CREATE TABLE refinery_schema_history (version int4); INSERT INTO refinery_schema_history VALUES (1)",
    );
    project.run(&["generate", "--online", "-m", "by name"]).exits(4).says("outside of a transaction");
}

/// What rusqlite_migration does: each folder in one transaction, and how many are applied in `user_version`.
#[test]
fn rusqlite_migration_counts_in_the_file_itself() {
    let first = "CREATE TABLE users (id INTEGER PRIMARY KEY);\n";
    let project = Project::new(On::Sqlite);
    project.write("schema.sql", first);
    project.write("migrations/01-users/up.sql", first);
    project.write("migrations/01-users/down.sql", "DROP TABLE users;\n");
    project.sql(&format!("{first}PRAGMA user_version = 1;"));
    project.run(&["init"]).exits(0);
    assert!(project.read("autogen.toml").contains("format = \"rusqlite-migration\""));
    project.run(&["check"]).exits(0);
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT);\n");
    project.run(&["-m", "add email"]).exits(0).says("up, down, up");
    let up = project.read("migrations/02-add_email/up.sql");
    assert!(up.contains("ALTER TABLE users ADD COLUMN email TEXT;"), "{up}");
    assert!(project.read("migrations/02-add_email/down.sql").contains("DROP COLUMN email"));
    project.run(&["status"]).exits(0).answers("pending     1");
    project.run(&["check"]).exits(1).answers("pending 02-add_email");
    project.run(&["upgrade"]).exits(4).says("Migrations::to_latest");
    project.sql(&format!("BEGIN; {up} PRAGMA user_version = 2; COMMIT;"));
    project.run(&["check"]).exits(0).says("2 migrations");
    project.run(&["verify"]).exits(0);
    project.run(&["show", "add_email"]).exits(0).answers("02-add_email");

    // It opens a transaction for each, and a table can't be made anew in one.
    project.write("schema.sql", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT NOT NULL);\n");
    project.run(&["-m", "required"]).exits(4).says("outside of a transaction");
    project.write("migrations/04-later/up.sql", "CREATE TABLE later (id INTEGER);\n");
    project.run(&["check"]).exits(5).says("04-later").says("`03-words`");
}

#[test]
fn rusqlite_migration_is_for_sqlite_alone() {
    let project = Project::new(On::Postgres);
    project.write("autogen.toml", "format = \"rusqlite-migration\"\n");
    project.run(&["history"]).exits(2).says("rusqlite-migration").says("for SQLite alone");
    // The settings say it too, without a database.
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "format = \"rusqlite-migration\"\ndialect = \"mysql\"\n");
    let ran = project.command(&["history"]).env_remove("DATABASE_URL").output().unwrap();
    Ran::from(ran).exits(2).says("for SQLite alone");
}
