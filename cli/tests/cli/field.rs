//! Off the happy path: drift, checks without a database, branches in git, thrown-away folders, others' old files.

use std::process::Command;

use autogen_introspect::DatabaseUrl;

use crate::support::{BOTH, On, Project, Ran};

const USERS: &str = "CREATE TABLE users (id integer PRIMARY KEY);\n";
const AND_ORGS: &str =
    "CREATE TABLE users (id integer PRIMARY KEY);\nCREATE TABLE orgs (id integer PRIMARY KEY);\n";

fn upgraded(on: On) -> Project {
    let project = Project::with_model(on, USERS);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project
}

/// Writes a migration by hand; gives its folder.
fn by_hand(project: &Project, message: &str, up: &str, down: &str) -> String {
    project.run(&["generate", "--empty", "-m", message]).exits(0);
    let name = project.migrations().pop().unwrap();
    project.write(&format!("migrations/{name}/up.sql"), up);
    project.write(&format!("migrations/{name}/down.sql"), down);
    name
}

/// Runs autogen without a database.
fn without_database(project: &Project, arguments: &[&str]) -> Ran {
    project.command(arguments).env_remove("DATABASE_URL").output().unwrap().into()
}

#[test]
fn a_migration_starts_from_what_the_migrations_make() {
    for on in BOTH {
        let project = upgraded(on);
        project.sql("ALTER TABLE users ADD COLUMN sneaky integer");
        project.write("schema.sql", AND_ORGS);
        project
            .run(&["-m", "two"])
            .exits(5)
            .says("differs from what the migrations produce")
            .says("sneaky")
            .says("--from migrations")
            .says("autogen stamp head")
            .says("autogen diff database migrations");
        assert_eq!(project.migrations().len(), 1, "nothing is written");
        project.run(&["-m", "two", "--from", "migrations"]).exits(0).says("Proven");
        let up = project.read(&format!("migrations/{}/up.sql", project.migrations()[1]));
        assert!(!up.contains("sneaky") && up.contains("orgs"), "{up}");
        // A new database gets there.
        let fresh = Project::new(on);
        let ran = project.command(&["upgrade"]).env("DATABASE_URL", fresh.url()).output().unwrap();
        Ran::from(ran).exits(0);
    }
}

#[test]
fn drift_that_is_only_warned_of_is_not_built_upon() {
    for on in BOTH {
        let project = upgraded(on);
        project.sql("ALTER TABLE users ADD COLUMN sneaky integer");
        project.write("schema.sql", AND_ORGS);
        let settings = project.read("autogen.toml");
        project.write("autogen.toml", &format!("drift = \"warn\"\n{settings}"));
        project.run(&["-m", "two"]).exits(0).says("differs from what the migrations produce").says("sneaky");
        let up = project.read(&format!("migrations/{}/up.sql", project.migrations()[1]));
        assert!(!up.contains("sneaky") && up.contains("orgs"), "{up}");
    }
}

#[test]
fn a_check_says_what_it_looked_at_and_looks() {
    let project = Project::new(On::Sqlite);
    project.write("schema.sql", "CREATE TABEL users (id integer);\n");
    without_database(&project, &["init"]).exits(0);
    without_database(&project, &["check"]).exits(2).says("which kind of database").says("dialect");
    let settings = project.read("autogen.toml");
    project.write("autogen.toml", &settings.replace("# dialect = \"postgres\"", "dialect = \"sqlite\""));
    without_database(&project, &["check"]).exits(2).says("schema.sql:1:");
    project.write("schema.sql", USERS);
    without_database(&project, &["check"]).exits(1).answers("create table users");
    project.run(&["-m", "first"]).exits(0);
    without_database(&project, &["check"])
        .exits(0)
        .says("1 migration")
        .says("model schema.sql")
        .says("no database is named");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0).says("database shop.db").says("1 migration").says("schema.sql");
}

#[test]
fn a_database_of_another_kind_is_the_wrong_one() {
    let project = upgraded(On::Sqlite);
    assert!(project.read("autogen.toml").contains("dialect = \"sqlite\""));
    let ran =
        project.command(&["status"]).env("DATABASE_URL", "postgres://me@127.0.0.1:1/x").output().unwrap();
    Ran::from(ran).exits(2).says("for SQLite").says("PostgreSQL").says("--config");
}

#[test]
fn a_script_begins_where_the_database_is() {
    for on in BOTH {
        let project = upgraded(on);
        project.write("schema.sql", AND_ORGS);
        project.run(&["-m", "orgs"]).exits(0);
        let ran = project.run(&["upgrade", "--sql", "current:head"]).exits(0).answers("orgs");
        assert!(!ran.out.contains("CREATE TABLE users"), "{}", ran.out);
        without_database(&project, &["upgrade", "--sql", "current:head"]).exits(2).says("none is named");
        let ran = project.run(&["upgrade", "--sql", "base:current"]).exits(0).answers("CREATE TABLE users");
        assert!(!ran.out.contains("orgs"), "{}", ran.out);
        project.run(&["upgrade", "--sql", "head:base"]).exits(2).says("autogen downgrade --sql head:base");
        project.run(&["downgrade", "--sql", "base:head"]).exits(2).says("autogen upgrade --sql base:head");
    }
}

#[test]
fn a_replay_has_diesels_own_table() {
    let project = upgraded(On::Postgres);
    by_hand(
        &project,
        "watch",
        "CREATE TABLE seen (version text);\nCREATE FUNCTION watch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
         INSERT INTO seen VALUES (NEW.version); RETURN NEW; END $$;\nCREATE TRIGGER watch AFTER INSERT ON \
         __diesel_schema_migrations FOR EACH ROW EXECUTE FUNCTION watch();\n",
        "DROP TRIGGER watch ON __diesel_schema_migrations;\nDROP FUNCTION watch();\nDROP TABLE seen;\n",
    );
    project.run(&["rehash"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0);
    by_hand(&project, "nothing", "SELECT 1;\n", "SELECT 1;\n");
    project.run(&["rehash"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["verify"]).exits(0);
    assert_eq!(project.value("SELECT count(*) FROM seen"), "1");
}

#[test]
fn a_trigger_that_refuses_the_row_of_a_migration_is_named() {
    let project = upgraded(On::Postgres);
    project.sql(
        "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not today'; END $$; \
         CREATE TRIGGER no BEFORE INSERT ON __diesel_schema_migrations FOR EACH ROW EXECUTE FUNCTION no();",
    );
    by_hand(&project, "nothing", "SELECT 1;\n", "SELECT 1;\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    project
        .run(&["upgrade", "--allow-drift"])
        .exits(3)
        .says("__diesel_schema_migrations")
        .says("not today")
        .says("a trigger or rule");
}

#[test]
fn a_proof_runs_a_file_as_the_runner_does() {
    let project = upgraded(On::Postgres);
    let name = by_hand(
        &project,
        "index",
        "CREATE INDEX CONCURRENTLY i ON users (id);\n",
        "DROP INDEX CONCURRENTLY i;\n",
    );
    project
        .run(&["rehash"])
        .exits(4)
        .says("inside a transaction block")
        .says("up.sql:1:1")
        .says("run_in_transaction = false");
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["upgrade"]).exits(3).says("run_in_transaction = false");
    project.write(&format!("migrations/{name}/metadata.toml"), "run_in_transaction = false\n");
    project.run(&["rehash"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0);
}

#[test]
fn the_statement_that_fails_in_a_replay_is_shown() {
    for on in BOTH {
        let project = upgraded(on);
        by_hand(
            &project,
            "rows",
            "INSERT INTO users VALUES (1);\n\nINSERT INTO users VALUES (2);\nINSERT INTO users VALUES (1);\n",
            "DELETE FROM users;\n",
        );
        project.run(&["rehash"]).exits(4).says("up.sql:4:1");
    }
}

#[test]
fn the_statement_that_fails_in_an_upgrade_is_named_by_its_line() {
    for on in BOTH {
        let project = upgraded(on);
        by_hand(
            &project,
            "rows",
            "INSERT INTO users VALUES (1);\n\nINSERT INTO users VALUES (2);\nINSERT INTO users VALUES (1);\n",
            "DELETE FROM users;\n",
        );
        project.run(&["rehash", "--no-verify"]).exits(0);
        project.run(&["upgrade"]).exits(3).says("(line 4)").says("rows are at fault");
        assert_eq!(project.value("SELECT count(*) FROM users"), "0");
    }
}

#[test]
fn a_gate_does_not_open_for_a_database_that_is_ahead() {
    for on in BOTH {
        let project = upgraded(on);
        let name = project.migrations().remove(0);
        let (up, down) = ("up.sql", "down.sql");
        let texts = [up, down].map(|file| project.read(&format!("migrations/{name}/{file}")));
        std::fs::remove_dir_all(project.path().join("migrations")).unwrap();
        project.run(&["current", "--check-heads"]).exits(5).says("the folder is missing");
        project.run(&["current"]).exits(0).answers("has no folder here");
        project.run(&["history"]).exits(0).answers("has no folder here");
        project.run(&["status"]).exits(5).answers("missing");
        project.write(&format!("migrations/{name}/up.sql"), &texts[0]);
        project.write(&format!("migrations/{name}/down.sql"), &texts[1]);
        project.run(&["current", "--check-heads"]).exits(0);
    }
}

/// Runs git in a project, with a name for its commits.
pub(crate) fn git(project: &Project, arguments: &[&str]) {
    let mut command = Command::new("git");
    command.current_dir(project.path()).args([
        "-c",
        "user.name=a",
        "-c",
        "user.email=a@b",
        "-c",
        "init.defaultBranch=main",
    ]);
    let output = command.args(arguments).output().expect("git runs");
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "git {arguments:?}: {text}");
}

/// Two branches in git, one with a column and one with a table, and the second merged into the first.
fn merged_in_git(on: On) -> Project {
    let project = upgraded(on);
    project.write(".gitignore", "shop.db*\n");
    git(&project, &["init", "-q"]);
    git(&project, &["add", "."]);
    git(&project, &["commit", "-qm", "first"]);
    for (branch, model) in [
        ("email", "CREATE TABLE users (id integer PRIMARY KEY, email text);\n"),
        (
            "orgs",
            "CREATE TABLE users (id integer PRIMARY KEY);\n\n\n\nCREATE TABLE orgs (id integer PRIMARY KEY);\n",
        ),
    ] {
        git(&project, &["checkout", "-qb", branch, "main"]);
        project.write("schema.sql", model);
        project.run(&["-m", branch, "--from", "migrations"]).exits(0);
        git(&project, &["add", "."]);
        git(&project, &["commit", "-qm", branch]);
        // Versions count seconds, and each is later than the one before it.
        std::thread::sleep(std::time::Duration::from_millis(2200));
    }
    git(&project, &["checkout", "-q", "email"]);
    git(&project, &["merge", "-q", "--no-edit", "-X", "ours", "orgs"]);
    project.write(
        "schema.sql",
        "CREATE TABLE users (id integer PRIMARY KEY, email text);\nCREATE TABLE orgs (id integer PRIMARY KEY);\n",
    );
    project
}

#[test]
fn branches_meet_in_git_without_a_conflict_in_the_sum_file() {
    for on in BOTH {
        let project = merged_in_git(on);
        let sum = project.read("migrations/autogen.sum");
        assert!(
            sum.contains("_email/up.sql") && sum.contains("_orgs/up.sql") && !sum.contains("<<<"),
            "{sum}"
        );
        for command in [&["-m", "x"][..], &["upgrade"], &["status"], &["check"]] {
            project.run(command).exits(5).says("several heads").says("autogen merge").says("--rebase");
        }
        project.run(&["merge"]).exits(0).says("Proven");
        project.run(&["upgrade"]).exits(0).says("3 migrations applied");
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn a_proven_merge_settles_the_order() {
    for on in BOTH {
        let project = merged_in_git(on);
        let names = project.migrations();
        // The later branch is applied already.
        project.run(&["upgrade", "--allow-out-of-order", "--dry-run"]).exits(0);
        let late = project.path().join("migrations").join(&names[1]);
        let aside = project.path().join("aside");
        std::fs::rename(&late, &aside).unwrap();
        project.run(&["rehash", "--no-verify"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        std::fs::rename(&aside, &late).unwrap();
        project.run(&["rehash", "--no-verify"]).exits(0);
        project.run(&["upgrade"]).exits(5).says("several heads");
        project.run(&["merge", &names[1], &names[2]]).exits(0).says("Proven");
        project.run(&["upgrade", &names[1], "--dry-run"]).exits(0).answers(&names[1]);
        project.run(&["upgrade"]).exits(0).says("2 migrations applied");
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn a_merge_names_its_heads() {
    let project = merged_in_git(On::Sqlite);
    let names = project.migrations();
    project.run(&["merge", &names[0], &names[2]]).exits(2).says("is no head").says(&names[1]);
    project.run(&["merge", &names[1], &names[1]]).exits(2).says("name two heads");
    project.run(&["merge", &names[1]]).exits(2).says("two revisions");
}

#[test]
fn markers_of_a_conflict_are_told_and_settled() {
    let project = merged_in_git(On::Sqlite);
    let sum = project.read("migrations/autogen.sum");
    let email = sum.find(&project.migrations()[1]).unwrap();
    let orgs = sum.find(&project.migrations()[2]).unwrap();
    let (first, second) = (email.min(orgs), email.max(orgs));
    let marked = format!(
        "{}<<<<<<< HEAD\n{}=======\n{}>>>>>>> orgs\n",
        &sum[..first],
        &sum[first..second],
        &sum[second..]
    );
    project.write("migrations/autogen.sum", &marked);
    for command in [&["status"][..], &["upgrade", "--allow-out-of-order"]] {
        let ran = project.run(command).exits(5).says("autogen.sum contains merge conflict markers");
        assert!(!ran.err.contains("edited"), "{}", ran.err);
    }
    project.run(&["merge"]).exits(0).says("Settled").says("Proven");
    project.run(&["upgrade"]).exits(0);
}

#[test]
fn a_folder_that_is_thrown_away_is_not_edited() {
    for on in BOTH {
        let project = upgraded(on);
        project.write("schema.sql", AND_ORGS);
        project.run(&["-m", "orgs"]).exits(0);
        let name = project.migrations().remove(1);
        std::fs::remove_dir_all(project.path().join("migrations").join(&name)).unwrap();
        for command in [&["status"][..], &["upgrade"], &["-m", "orgs again"]] {
            let ran = project
                .run(command)
                .exits(5)
                .says(&name)
                .says("autogen rehash")
                .says("the folder was deleted");
            assert!(!ran.err.contains("edited"), "{}", ran.err);
        }
        project.run(&["rehash"]).exits(0);
        project.run(&["-m", "orgs again"]).exits(0);
        // An applied one is another matter.
        project.run(&["upgrade"]).exits(0);
        let name = project.migrations().remove(1);
        std::fs::remove_dir_all(project.path().join("migrations").join(&name)).unwrap();
        project.run(&["status"]).exits(5).says(&name).says("applied to the database").says("git checkout");
        project.run(&["rehash"]).exits(5).says(&name).says("applied to the database");
    }
}

#[test]
fn a_file_that_is_deleted_is_told_as_such() {
    let project = upgraded(On::Sqlite);
    let name = project.migrations().remove(0);
    std::fs::remove_file(project.path().join(format!("migrations/{name}/down.sql"))).unwrap();
    let ran = project.run(&["status"]).exits(5).says("deleted since it was written").says("/down.sql");
    assert!(ran.err.contains("git checkout") && !ran.err.contains("edited"), "{}", ran.err);
}

#[test]
fn production_sees_what_is_written_by_hand() {
    for on in BOTH {
        let project = upgraded(on);
        project.run(&["upgrade", "--environment", "production"]).exits(0);
        project.sql("ALTER TABLE users ADD COLUMN email text");
        by_hand(&project, "gone", "SELECT 1;\nALTER TABLE users DROP COLUMN email;\n", "SELECT 1;\n");
        project.run(&["rehash", "--no-verify"]).exits(0);
        project
            .run(&["upgrade", "--allow-drift"])
            .exits(4)
            .says("loses data")
            .says("up.sql:2: ALTER TABLE users DROP COLUMN email")
            .says("--confirm-database");
        assert_eq!(project.value("SELECT count(email) FROM users"), "0");
    }
}

#[test]
fn statements_of_a_model_are_not_lost_without_a_word() {
    for on in BOTH {
        let project = Project::with_model(on, &format!("{USERS}INSERT INTO users VALUES (1);\n"));
        project.run(&["-m", "x", "--dry-run"]).exits(0).says("INSERT").says("schema.sql:2");
    }
    let project =
        Project::with_model(On::Postgres, &format!("{USERS}CREATE INDEX CONCURRENTLY i ON users (id);\n"));
    project.run(&["-m", "x", "--dry-run"]).exits(0).says("CONCURRENTLY").says("schema.sql:2");
}

#[test]
fn old_ways_back_of_others_are_known() {
    for on in BOTH {
        let project = Project::new(on);
        project.write("migrations/2020-01-01-000000_one/up.sql", "CREATE TABLE one (a integer);\n");
        project.write("migrations/2020-01-01-000000_one/down.sql", "SELECT 1;\n");
        project.write("migrations/2020-01-02-000000_two/up.sql", "CREATE TABLE two (a integer);\n");
        project.write("migrations/2020-01-02-000000_two/down.sql", "DROP TABLE two;\n");
        project.run(&["verify"]).exits(1).answers("_one").says("--record").says("--from REV");
        project.run(&["verify", "--from", "2020-01-01-000000_one"]).exits(0).says("1 migration");
        project.run(&["verify", "--record"]).exits(0).says("autogen.known");
        project.run(&["verify", "--from", "2020-01-01-000000_one", "--record"]).exits(0);
        project.run(&["verify"]).exits(0).says("1 that do not lead back");
        project.write("migrations/2020-01-03-000000_three/up.sql", "CREATE TABLE three (a integer);\n");
        let ran = project.run(&["verify"]).exits(1).answers("_three");
        assert!(!ran.out.contains("_one"), "{}", ran.out);
        project.write("migrations/2020-01-03-000000_three/down.sql", "DROP TABLE three;\n");
        project.write("migrations/2020-01-01-000000_one/down.sql", "DROP TABLE one;\n");
        project.run(&["verify"]).exits(0).says("_one leads back by now");
    }
}

#[test]
fn accepting_one_file_judges_that_file() {
    for on in BOTH {
        let project = upgraded(on);
        let one_way = by_hand(&project, "one way", "CREATE TABLE a (a integer);\n", "SELECT 1;\n");
        project.run(&["rehash"]).exits(4).says("does not lead back");
        project.run(&["rehash", "--no-verify"]).exits(0);
        let mine = by_hand(&project, "mine", "CREATE TABLE b (a integer);\n", "DROP TABLE b;\n");
        let ran = project.run(&["rehash"]).exits(0).says("Proven").says(&mine);
        assert!(!ran.err.contains(&one_way), "{}", ran.err);
        project.run(&["rehash"]).exits(0);
    }
}

#[test]
fn init_finds_the_folder_of_its_database() {
    for (on, folder) in [(On::Sqlite, "sqlite"), (On::Postgres, "postgresql")] {
        let project = Project::new(on);
        for name in ["sqlite", "mysql", "postgresql"] {
            project.write(
                &format!("migrations/{name}/2020-01-01-000000_one/up.sql"),
                &format!("CREATE TABLE {name} (a integer);\n"),
            );
        }
        project.run(&["init"]).exits(0);
        assert!(project.read("autogen.toml").contains(&format!("migrations = \"migrations/{folder}\"")));
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value(&format!("SELECT count(*) FROM {folder}")), "0");
    }
}

#[test]
fn init_on_a_live_database_advises_a_stamp() {
    for on in BOTH {
        let project = Project::new(on);
        project.sql(
            "CREATE TABLE one (a integer); CREATE TABLE alembic_version (version_num varchar(32) NOT NULL);",
        );
        project.write("migrations/2020-01-01-000000_one/up.sql", "CREATE TABLE one (a integer);\n");
        project.write("migrations/2020-01-01-000000_one/down.sql", "DROP TABLE one;\n");
        let ran = project.run(&["init"]).exits(0).says("autogen stamp head").says("alembic_version");
        assert!(ran.err.contains("2020-01-01-000000_one"), "{}", ran.err);
        assert!(!project.read("schema.sql").contains("alembic_version"));
        project.run(&["-m", "x"]).exits(4).says("not at head").says("autogen stamp head");
        project.run(&["upgrade"]).exits(3).says("already exists").says("autogen stamp");
        project.run(&["stamp", "head"]).exits(0);
        project.run(&["-m", "x"]).exits(0).says("no migration is needed");
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn what_is_pending_shows_its_hazards_and_its_sql() {
    for on in BOTH {
        let project = upgraded(on);
        by_hand(&project, "gone", "SELECT 1;\nDROP TABLE users;\n", "SELECT 1;\n");
        project.run(&["rehash", "--no-verify"]).exits(0);
        let ran =
            project.run(&["upgrade", "--dry-run"]).exits(0).says("up.sql:2: DROP TABLE users").says("-v");
        assert!(!ran.out.contains("SELECT 1"), "{}", ran.out);
        project.run(&["upgrade", "--dry-run", "-v"]).exits(0).answers("SELECT 1;");
        project.run(&["status"]).exits(0).answers("up.sql:2: DROP TABLE users");
    }
}

#[test]
fn what_was_written_is_what_the_model_says() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE t (id integer PRIMARY KEY, a varchar(9) CHECK (a IN ('x', 'y')), b varchar(9) NOT NULL DEFAULT 'x' \
         CHECK (b NOT IN ('z', 'it''s')), c char(3) CHECK (c IN ('x', 'y')), d text CHECK (d IN ('x', 'y')), \
         CONSTRAINT a_or_b CHECK (a IN ('x') OR lower(b) IN ('p', 'q') AND b IN ('p', 'q')));\n\
         CREATE INDEX i ON t (b) WHERE a IN ('x', 'y');\n\
         CREATE VIEW v AS SELECT id FROM t WHERE a IN ('x', 'y');\n",
    );
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    project.run(&["-m", "again"]).exits(0).says("no migration is needed");
}

#[test]
fn a_check_shows_a_declared_rename_as_one() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE users (id integer PRIMARY KEY, name text);\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.write(
            "schema.sql",
            "CREATE TABLE users (\n    id integer PRIMARY KEY,\n    -- autogen: renamed from name\n    title text\n);\n",
        );
        let ran = project.run(&["check"]).exits(1).answers("rename column").answers("title");
        assert!(!ran.out.contains("- column name"), "{}", ran.out);
        project.run(&["-m", "title"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn other_tools_tables_are_managed_when_they_are_meant_or_elsewhere() {
    for on in BOTH {
        let table = "CREATE TABLE schema_migrations (version varchar(20) NOT NULL);\n";
        let project = Project::with_model(on, table);
        let settings = project.read("autogen.toml");
        project.sql("VACUUM");
        project.run(&["diff"]).exits(0).says("left out schema_migrations").says("manage.other_tools = true");
        project.run(&["-m", "theirs"]).exits(0).says("no migration is needed");
        project.write("autogen.toml", &format!("{settings}other_tools = true\n"));
        let ran = project.run(&["-m", "mine"]).exits(0).says("create table schema_migrations");
        assert!(!ran.err.contains("left out"), "{}", ran.err);
        project.run(&["upgrade"]).exits(0);
        project.run(&["check"]).exits(0);
        project.write("autogen.toml", &format!("{settings}other_tool = true\n"));
        project.run(&["check"]).exits(2).says("did you mean manage.other_tools?");
    }
    let elsewhere =
        "CREATE SCHEMA billing;\nCREATE TABLE billing.schema_migrations (a integer PRIMARY KEY);\n";
    let project = Project::with_model(On::Postgres, elsewhere);
    let ran = project.run(&["-m", "mine"]).exits(0).says("create table billing.schema_migrations");
    assert!(!ran.err.contains("left out"), "{}", ran.err);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
}

#[test]
fn a_namespace_that_is_not_managed_is_not_printed_as_dropped() {
    let project = Project::new(On::Postgres);
    project.write("autogen.toml", "model = \"schema.sql\"\nnamespaces = [\"app\"]\n");
    project.sql("CREATE SCHEMA app; CREATE TABLE app.t (a integer); CREATE TABLE public.other (a integer)");
    let printed = project.run(&["schema", "database"]).exits(0).answers("CREATE TABLE app.t");
    assert!(!printed.out.contains("public"), "{}", printed.out);
    project.write("schema.sql", &printed.out);
    assert_eq!(project.run(&["diff", "--exit-code"]).exits(0).out, "");
}

#[test]
fn a_foreign_key_to_a_table_of_two_underscores_is_no_hindrance() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE __x (id integer PRIMARY KEY);\nCREATE TABLE t (x integer REFERENCES __x);\n",
    );
    project.run(&["-m", "first"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    project.run(&["schema", "database"]).exits(0);
}

/// That the cost of each grows with its size alone is for the counts of steps in `sql-text`, and for `./dev bench sqlite`.
#[test]
fn large_models_and_deep_nesting_are_read() {
    let project = Project::new(On::Sqlite);
    project.write("autogen.toml", "dialect = \"sqlite\"\nmodel = \"many.sql\"\n");
    project.write("empty.sql", "");
    let tables = (0..1000).map(|i| format!("CREATE TABLE t{i} (id integer PRIMARY KEY, a text);\n"));
    project.write("many.sql", &tables.collect::<String>());
    let deep = 100_000;
    let nested =
        format!("CREATE TABLE t (a integer CHECK (a > {}1{}));\n", "(".repeat(deep), ")".repeat(deep));
    project.write("nested.sql", &nested);
    project.run(&["diff", "empty.sql", "many.sql", "--format", "sql"]).exits(0).answers("CREATE TABLE t999 ");
    // The server itself reads no such depth.
    project.run(&["diff", "empty.sql", "nested.sql"]).exits(2);
}

/// A project that manages one schema starts in a database that others use, and what is said of theirs is no drift.
#[test]
fn what_others_say_of_their_own_is_no_drift() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE SCHEMA app;\nCREATE TABLE app.users (id integer PRIMARY KEY);\n",
    );
    project.write(
        "autogen.toml",
        "model = \"schema.sql\"\nnamespaces = [\"app\"]\nignore = [\"ignored\"]\n[manage]\ngrants = true\nowners = true\n",
    );
    project.sql("CREATE SCHEMA other");
    project.sql("CREATE TABLE other.theirs (id integer)");
    project.run(&["-m", "first"]).exits(0).says("Proven");
    project.run(&["upgrade"]).exits(0);
    for said in [
        "COMMENT ON TABLE other.theirs IS 'theirs'",
        "COMMENT ON SCHEMA other IS 'theirs'",
        "COMMENT ON COLUMN other.theirs.id IS 'theirs'",
        "GRANT SELECT ON other.theirs TO PUBLIC",
        "GRANT USAGE ON SCHEMA other TO PUBLIC",
        "COMMENT ON SCHEMA public IS NULL",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA other GRANT SELECT ON TABLES TO PUBLIC",
        "CREATE TABLE app.ignored (id integer GENERATED ALWAYS AS IDENTITY)",
        "COMMENT ON TABLE app.ignored IS 'theirs'",
        "COMMENT ON SEQUENCE app.ignored_id_seq IS 'theirs'",
        "CREATE FUNCTION other.audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION other.audit()",
    ] {
        project.sql(said);
        project.run(&["status"]).exits(0).answers("unchanged since the last upgrade");
    }
    project.sql("COMMENT ON TABLE app.users IS 'sneaky'");
    project.run(&["status"]).exits(0).answers("changed since the last upgrade");
    project.sql("COMMENT ON TABLE app.users IS NULL");
    project.write("schema.sql", "-- nothing\n");
    project.run(&["-m", "gone"]).exits(4).says("would drop 1 table");
}

#[test]
fn a_table_moves_to_another_schema_with_its_rows() {
    for (hint, flags, new) in [
        ("-- autogen: renamed from s1.a\n", &[][..], "b"),
        ("", &["--rename", "s1.a=s2.b"][..], "b"),
        ("", &["--rename", "s1.a=s2.a"][..], "a"),
    ] {
        let schemas = "CREATE SCHEMA s1; CREATE SCHEMA s2;\n";
        let model = format!(
            "{schemas}CREATE TABLE s1.a (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n int UNIQUE);\n"
        );
        let project = Project::with_model(On::Postgres, &model);
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("INSERT INTO s1.a (n) VALUES (7)");
        project.write(
            "schema.sql",
            &format!("{schemas}{hint}CREATE TABLE s2.{new} (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, n int UNIQUE);\n"),
        );
        let written = project.run(&[&["-m", "moved"], flags].concat()).exits(0).says("up, down, up");
        assert!(!written.err.contains("DL1") && !written.err.contains("please report"), "{}", written.err);
        project.run(&["upgrade"]).exits(0);
        assert_eq!(project.value(&format!("(SELECT n FROM s2.{new})")), "7");
        project.run(&["check", "--full"]).exits(0);
        project.run(&["downgrade", "-1", "--yes"]).exits(0);
        assert_eq!(project.value("(SELECT n FROM s1.a)"), "7");
    }
    let project = Project::with_model(On::Postgres, "CREATE SCHEMA s1;\nCREATE TABLE s1.a (id int);\n");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", "CREATE SCHEMA s2;\nCREATE TABLE s2.a (id int);\n");
    project.run(&["-m", "moved", "--rename", "s1.a=s2.a"]).exits(2).says("make the schema s2");
}

#[test]
fn what_is_in_a_renamed_schema_is_renamed_too() {
    let project =
        Project::with_model(On::Postgres, "CREATE SCHEMA s1;\nCREATE TABLE s1.a (id int, b int);\n");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO s1.a VALUES (1, 7)");
    let model = "-- autogen: renamed from s1\nCREATE SCHEMA s2;\n-- autogen: renamed from a\n\
        CREATE TABLE s2.aa (id int,\n-- autogen: renamed from b\nbb int);\n\
        CREATE TABLE s2.c (\"x\"\"y\" int);\n";
    project.write("schema.sql", model);
    project.run(&["diff"]).exits(0).answers("rename table s2.a\n    ~ to s2.aa");
    project.run(&["-m", "renamed"]).exits(0).says("up, down, up");
    project.run(&["upgrade"]).exits(0);
    assert_eq!(project.value("(SELECT bb FROM s2.aa)"), "7");
    project.run(&["check", "--full"]).exits(0);
    project.sql("INSERT INTO s2.c VALUES (5)");
    project
        .write("schema.sql", &model.replace("\"x\"\"y\"", "-- autogen: renamed from \"x\"\"y\"\n\"z\"\"z\""));
    project.run(&["-m", "quoted"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    assert_eq!(project.value("(SELECT \"z\"\"z\" FROM s2.c)"), "5");
    project.run(&["downgrade", "base", "--yes"]).exits(0);
}

/// Extensions that an application loads bring modules that no other program has, and tables that look like any other.
#[test]
fn virtual_tables_of_a_module_that_is_not_there_are_left_alone() {
    let project = Project::new(On::Sqlite);
    project.sql(
        "CREATE TABLE docs (id integer PRIMARY KEY); CREATE TABLE embedded (id integer); CREATE TABLE emb_tags (id integer);
         CREATE TABLE \"emb_chunks\" (id integer PRIMARY KEY); CREATE INDEX emb_at ON emb_chunks (id);
         PRAGMA writable_schema = ON;
         INSERT INTO sqlite_schema VALUES ('table', 'emb', 'emb', 0, 'CREATE VIRTUAL TABLE emb USING vec0(v float[4])');",
    );
    let note = "virtual table emb, with emb_chunks, is left alone: there is no module vec0 here";
    project.run(&["init"]).exits(0).says(note);
    let model = project.read("schema.sql");
    assert!(model.contains("TABLE embedded") && model.contains("TABLE emb_tags"), "{model}");
    assert!(!model.contains("emb_chunks"), "{model}");
    project.run(&["stamp", "head"]).exits(0);
    project.run(&["check"]).exits(0).says(note);
    project.write("schema.sql", &model.replace("TABLE docs (", "TABLE docs (title text, "));
    project.run(&["-m", "title"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check"]).exits(0);
    assert_eq!(project.value("(SELECT count(*) FROM sqlite_schema WHERE name LIKE 'emb%')"), "5");
}

/// A session that has discarded what was set writes as its database does, which may be in Latin-1.
#[test]
fn a_database_in_another_encoding_is_written_and_proven() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE \"stra\u{df}e\" (\"\u{fc}\" text DEFAULT '\u{e4}');\n",
    );
    let name = format!("{}_latin1", project.value("current_database()"));
    project.sql(&format!("CREATE DATABASE {name} ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'"));
    let url = DatabaseUrl::parse(project.url()).unwrap().with_database(&name).unwrap();
    let run = |words: &[&str]| {
        Ran::from(project.command(words).env("DATABASE_URL", url.secret()).output().unwrap())
    };
    run(&["-m", "first"]).exits(0).says("up, down, up");
    run(&["upgrade"]).exits(0);
    run(&["check", "--full"]).exits(0);
    run(&["downgrade", "base", "--yes"]).exits(0);
    project.sql(&format!("DROP DATABASE {name} WITH (FORCE)"));
}

#[test]
fn a_model_that_is_no_utf_8_is_named_with_its_line() {
    let project = Project::new(On::Sqlite);
    std::fs::write(project.path().join("schema.sql"), b"CREATE TABLE t (a int,\n \xfc int);").unwrap();
    project.run(&["diff"]).exits(2).says("schema.sql:2 is no UTF-8 text").says("save it as UTF-8");
}

/// How a session of the database writes and reads values and names has no part in what a default or a view is.
#[test]
fn a_database_that_writes_values_otherwise_does_not_differ() {
    let project = Project::with_model(
        On::Postgres,
        "CREATE TABLE t (d date DEFAULT '2020-01-31', i interval DEFAULT '1 day 02:00', b bytea DEFAULT '\\xff');\n\
         CREATE VIEW v AS SELECT d, 'a\\b' AS e FROM t;\n",
    );
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    for set in [
        "datestyle = German",
        "intervalstyle = iso_8601",
        "bytea_output = escape",
        "quote_all_identifiers = on",
        "standard_conforming_strings = off",
    ] {
        project.sql(&format!(
            "DO $$ BEGIN EXECUTE pg_catalog.format('ALTER DATABASE %I SET {set}', current_database()); END $$"
        ));
    }
    assert_eq!(project.run(&["diff", "--full", "--exit-code"]).exits(0).out, "");
    project.run(&["status"]).exits(0).answers("unchanged since the last upgrade");
    project.run(&["check", "--full"]).exits(0);
    let model = project.read("schema.sql");
    project.write("schema.sql", &format!("{model}CREATE TABLE u (s text DEFAULT 'c\\d');\n"));
    project.run(&["-m", "second"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.run(&["check", "--full"]).exits(0);
}
