//! Many databases with the same migrations.

use autogen_introspect::DatabaseUrl;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection as _, PgConnection, SqliteConnection};

use crate::support::{On, Project, value_at};

/// A project with migrations that make the tables `t0`, `t1` …
pub(crate) fn project(on: On, settings: &str, migrations: usize) -> Project {
    let project = Project::new(on);
    project.write("autogen.toml", settings);
    (0..migrations).for_each(|number| migration(&project, number, &table(number)));
    project
}

fn table(number: usize) -> String {
    format!("CREATE TABLE t{number} (id integer PRIMARY KEY);\n")
}

/// Writes a migration that goes back by dropping its table.
pub(crate) fn migration(project: &Project, number: usize, up: &str) {
    let folder = format!("migrations/100{number}-01-01-000000-0000_m{number}");
    project.write(&format!("{folder}/up.sql"), up);
    project.write(&format!("{folder}/down.sql"), &format!("DROP TABLE t{number};\n"));
}

/// Makes empty SQLite files `dbs/0.db` … with a statement run in each.
fn files(project: &Project, count: usize, sql: &str) {
    std::fs::create_dir_all(project.path().join("dbs")).unwrap();
    (0..count).for_each(|number| file(project, number).batch_execute(sql).unwrap());
}

fn file(project: &Project, number: usize) -> SqliteConnection {
    let path = project.path().join(format!("dbs/{number}.db"));
    SqliteConnection::establish(&path.to_string_lossy()).unwrap()
}

const FILES: &str = "[fleet.files]\nglob = \"dbs/*.db\"\n";

#[test]
fn each_file_is_upgraded_and_those_at_head_are_left_alone() {
    let project = project(On::Sqlite, FILES, 2);
    files(&project, 12, "PRAGMA user_version = 1");
    let dry = ["upgrade", "--fleet", "files", "--dry-run"];
    project.run(&dry).exits(0).answers("12  not begun, at base, 2 pending");
    project
        .run(&["upgrade", "--fleet", "files"])
        .exits(0)
        .answers("12  changed, at 1001-01-01-000000-0000_m1");
    project
        .run(&["upgrade", "--fleet", "files"])
        .exits(0)
        .answers("12  unchanged, at 1001-01-01-000000-0000_m1");
    project.run(&["check", "--fleet", "files"]).exits(0).answers("12  unchanged");
    migration(&project, 2, &table(2));
    project
        .run(&["status", "--fleet", "files"])
        .exits(0)
        .answers("12  behind, at 1001-01-01-000000-0000_m1, 1 pending");
    project.run(&["check", "--fleet", "files"]).exits(1).answers("12  behind");
    let only = ["upgrade", "--fleet", "files", "--only", "dbs/1*"];
    project.run(&only).exits(0).answers("3  changed");
    project
        .run(&["upgrade", "1002", "--fleet", "files"])
        .exits(0)
        .answers("9  changed")
        .answers("3  unchanged");
    project
        .run(&["downgrade", "head-1", "--fleet", "files", "--only", "0.db"])
        .exits(0)
        .answers("1  changed, at 1001");
    project
        .run(&["stamp", "head", "--fleet", "files", "--only", "0.db"])
        .exits(0)
        .answers("1  changed, at 1002");
}

#[test]
fn the_shards_are_the_fleet() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 20, "");
    for shard in ["1/3", "2/3", "3/3"] {
        project.run(&["upgrade", "--fleet", "files", "--shard", shard]).exits(0).answers("changed");
    }
    project.run(&["upgrade", "--fleet", "files"]).exits(0).answers("20  unchanged");
    project.run(&["upgrade", "--fleet", "files", "--shard", "4/3"]).exits(2).says("such as 3/8");
    project.run(&["upgrade", "--shard", "1/3"]).exits(2).says("--fleet");
}

#[test]
fn a_file_at_head_is_only_read() {
    let project = project(On::Sqlite, "", 1);
    files(&project, 1, "");
    project.write("autogen.toml", "[fleet.one]\nurls = [\"file:dbs/0.db?mode=ro\"]\n");
    project.run(&["upgrade", "--fleet", "one"]).exits(8).answers("its URL says mode=ro");
    project.run(&["upgrade", "--database-url", "dbs/0.db"]).exits(0);
    project.run(&["upgrade", "--fleet", "one"]).exits(0).answers("1  unchanged");
}

/// A migration that fails where a table is already there.
#[test]
fn a_failing_canary_stops_before_the_others_and_resuming_finishes() {
    let project = project(On::Sqlite, FILES, 2);
    files(&project, 12, "");
    file(&project, 0).batch_execute("CREATE TABLE t1 (x)").unwrap();
    file(&project, 5).batch_execute("CREATE TABLE t1 (x)").unwrap();
    let canary = ["upgrade", "--fleet", "files", "--canary", "1", "--parallel", "3"];
    let stopped = project.run(&canary).exits(8).answers("1  failed, at 1000-01-01-000000-0000_m0, 1 pending");
    stopped.answers("11  not begun, at base, 2 pending").answers("stopped: ");
    file(&project, 0).batch_execute("DROP TABLE t1").unwrap();
    let most = ["upgrade", "--fleet", "files", "--max-failures", "2"];
    project.run(&most).exits(8).answers("11  changed").answers("1  failed");
    file(&project, 5).batch_execute("DROP TABLE t1").unwrap();
    project.run(&canary).exits(0).answers("11  unchanged").answers("1  changed");
}

#[test]
fn no_more_are_begun_once_so_many_have_failed() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 12, "CREATE TABLE t0 (x)");
    let most = ["upgrade", "--fleet", "files", "--max-failures", "3", "--parallel", "1"];
    project.run(&most).exits(8).answers("3  failed").answers("9  not begun").answers("stopped: ");
}

#[test]
fn reports_are_written_in_each_format() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 3, "");
    file(&project, 1).batch_execute("CREATE TABLE t0 (x)").unwrap();
    let arguments = [
        "--report",
        "junit=r.xml",
        "--report",
        "markdown=r.md",
        "--report",
        "html=r.html",
        "--format",
        "json",
    ];
    let json = project.run(&[&["upgrade", "--fleet", "files"][..], &arguments].concat()).exits(8).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["version"], &json["databases"][1]["state"]), (&1.into(), &"failed".into()), "{json}");
    assert_eq!(json["databases"][0]["ran"][0], "1000-01-01-000000-0000_m0");
    let junit = project.read("r.xml");
    assert!(junit.contains("tests=\"3\"") && junit.contains("failures=\"1\""), "{junit}");
    assert!(project.read("r.md").contains("| 2 | changed, at 1000"), "{}", project.read("r.md"));
    let page = project.read("r.html");
    assert!(page.contains("<title>upgrade files: 3 databases</title>"), "{page}");
    assert!(
        page.contains("already exists") && page.contains("class=\"error\"") && !page.contains("<script"),
        "{page}"
    );
}

#[test]
fn what_was_changed_by_hand_and_what_differs_is_named() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 6, "");
    project.run(&["upgrade", "--fleet", "files"]).exits(0);
    file(&project, 2).batch_execute("CREATE TABLE by_hand (x)").unwrap();
    let drifted = project.run(&["check", "--fleet", "files"]).exits(1);
    drifted.answers("5  unchanged").answers("1  drifted").answers("drifted: dbs/2.db");
    project.run(&["stamp", "head", "--fleet", "files", "--only", "2.db"]).exits(0);
    migration(&project, 1, &table(1));
    project.run(&["upgrade", "--fleet", "files", "--allow-drift"]).exits(0);
    project.run(&["check", "--fleet", "files"]).exits(1).answers("other schema than most: dbs/2.db");
}

#[test]
fn the_environment_guards_each_file() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 3, "");
    project
        .run(&["upgrade", "--fleet", "files", "--environment", "production"])
        .exits(0)
        .answers("3  changed");
    project
        .run(&["upgrade", "--fleet", "files", "--environment", "production"])
        .exits(0)
        .answers("3  unchanged");
    let other = ["upgrade", "--fleet", "files", "--environment", "staging"];
    project.run(&other).exits(8).answers("3  failed").answers("hint: ");
    project.run(&["downgrade", "base", "--fleet", "files", "--yes"]).exits(8).answers("3  failed");
}

/// SQLite rolls a journal back that a crash left, which takes somebody who may write.
#[test]
fn a_file_behind_a_crash_is_upgraded() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 1, "CREATE TABLE t1 (x)");
    let mut open = file(&project, 0);
    let rows = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 2000)";
    open.batch_execute("INSERT INTO t1 VALUES (1); PRAGMA cache_size = 2; BEGIN").unwrap();
    open.batch_execute(&format!("{rows} INSERT INTO t1 SELECT randomblob(1000) FROM c")).unwrap();
    for end in ["", "-journal"] {
        let path = |number: usize| project.path().join(format!("dbs/{number}.db{end}"));
        std::fs::copy(path(0), path(1)).unwrap();
    }
    open.batch_execute("ROLLBACK").unwrap();
    project.run(&["status", "--fleet", "files"]).exits(8).answers("1  failed").answers("dbs/1.db");
    project.run(&["upgrade", "--fleet", "files"]).exits(0).answers("2  changed");
    project.run(&["upgrade", "--fleet", "files"]).exits(0).answers("2  unchanged");
}

/// What a migration left half done is told, and an upgrade goes on with it.
#[test]
fn a_migration_that_is_done_in_part_is_told() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 3, "CREATE TABLE t1 (x)");
    let folder = "migrations/1001-01-01-000000-0000_m1";
    project.write(
        &format!("{folder}/up.sql"),
        "PRAGMA user_version = 2;\nINSERT INTO t1 VALUES (1);\nVACUUM;\n",
    );
    project.write(&format!("{folder}/metadata.toml"), "run_in_transaction = false\n");
    file(&project, 1).batch_execute("DROP TABLE t1").unwrap();
    project.run(&["upgrade", "--fleet", "files"]).exits(8).answers("2  changed").answers("1  failed");
    let told = project.run(&["status", "--fleet", "files"]).exits(8);
    told.answers("1  failed, at 1000").answers("hint: ");
    file(&project, 1).batch_execute("CREATE TABLE t1 (x)").unwrap();
    project.run(&["upgrade", "--fleet", "files"]).exits(0).answers("1  changed").answers("2  unchanged");
}

#[test]
fn an_edited_folder_is_no_matter_of_one_database() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 3, "");
    project.run(&["rehash", "--no-verify"]).exits(0);
    project.run(&["upgrade", "--fleet", "files"]).exits(0);
    migration(&project, 0, "CREATE TABLE other (id integer PRIMARY KEY);\n");
    project.run(&["upgrade", "--fleet", "files"]).exits(5).says("m0/up.sql");
}

#[test]
fn settings_of_a_fleet_are_checked_with_their_line() {
    let project = Project::new(On::Sqlite);
    for (settings, said) in [
        ("\n[fleet.a]\nglob = \"*.db\"\nurls = []\n", "autogen.toml:2: a fleet has one of urls"),
        ("[fleet.a]\n", "autogen.toml:1: a fleet has one of urls"),
        ("[fleet.a]\nglobs = \"*.db\"\n", "autogen.toml:2: unknown setting fleet.a.globs"),
        ("[fleet.a]\nglob = \"*.db\"\nsearch_path = [\"x\"]\n", "search_path goes with schemas"),
    ] {
        project.write("autogen.toml", settings);
        project.run(&["status", "--fleet", "a"]).exits(2).says(said);
    }
    project.write("autogen.toml", FILES);
    project.run(&["status", "--fleet", "file"]).exits(2).says("the fleets are files");
    project.run(&["status", "--fleet", "files"]).exits(0).says("no database of the fleet files");
    project.write("autogen.toml", "[fleet.a]\nurls = [\"oracle://u:secret@h/d\"]\n");
    let wrong = project.run(&["status", "--fleet", "a"]).exits(2).says("database 1 of the fleet a");
    assert!(!wrong.err.contains("secret"), "{}", wrong.err);
    project.write("autogen.toml", "[fleet.a]\nschemas = \"*\"\n");
    project.run(&["status", "--fleet", "a"]).exits(2).says("PostgreSQL alone");
}

#[test]
fn a_query_for_databases_only_reads() {
    let project = Project::new(On::Postgres);
    project.sql("CREATE TABLE tenants (url text)");
    let query = "INSERT INTO tenants VALUES ('x') RETURNING url";
    let settings = format!("[fleet.asked]\ncontrol = \"{}\"\nquery = \"{query}\"\n", project.url());
    project.write("autogen.toml", &settings);
    project.run(&["status", "--fleet", "asked"]).exits(4).says("read-only transaction");
    assert_eq!(project.value("(SELECT count(*) FROM tenants)"), "0");
}

#[test]
fn urls_come_from_a_file_a_program_and_a_query() {
    let project = project(On::Sqlite, "", 1);
    files(&project, 3, "");
    let list = "# ours\nsqlite:dbs/0.db\n\nsqlite:dbs/1.db\nsqlite:dbs/1.db\n";
    project.write("list.txt", list);
    let control = "CREATE TABLE tenants (url text); INSERT INTO tenants VALUES ('sqlite:dbs/2.db')";
    let path = project.path().join("control.sqlite");
    SqliteConnection::establish(&path.to_string_lossy()).unwrap().batch_execute(control).unwrap();
    project.write(
        "autogen.toml",
        "[fleet.file]\nfile = \"list.txt\"\n[fleet.program]\ncommand = [\"cat\", \"list.txt\"]\n\
         [fleet.query]\nquery = \"SELECT url FROM tenants\"\ncontrol = \"control.sqlite\"\n\
         [fleet.nowhere]\nquery = \"SELECT url FROM tenants\"\n",
    );
    project.run(&["upgrade", "--fleet", "file"]).exits(0).answers("2  changed");
    project.run(&["upgrade", "--fleet", "program"]).exits(0).answers("2  unchanged");
    project.run(&["upgrade", "--fleet", "query"]).exits(0).answers("1  changed");
    project.run(&["upgrade", "--fleet", "nowhere"]).exits(2).says("has no control database");
}

const TENANTS: &str = "[fleet.tenants]\nschemas = \"tenant_*\"\n";

/// Each schema has a history, a lock and a search path of its own.
#[test]
fn schemas_of_one_database_are_upgraded_each_by_itself() {
    let project = project(On::Postgres, TENANTS, 2);
    (1..=9).for_each(|number| project.sql(&format!("CREATE SCHEMA \"tenant_{number}\"")));
    project.sql("CREATE SCHEMA \"tenant_o'x \"\"y\"; CREATE SCHEMA other");
    let upgrade = ["upgrade", "--fleet", "tenants", "--parallel", "5"];
    project.run(&upgrade).exits(0).answers("10  changed, at 1001-01-01-000000-0000_m1");
    project.run(&upgrade).exits(0).answers("10  unchanged");
    project.run(&["check", "--fleet", "tenants"]).exits(0).answers("10  unchanged");
    let tables = "SELECT count(*) FROM pg_tables WHERE tablename IN ('t0', 't1', '__autogen_history')";
    assert_eq!(project.value(tables), "30");
    let elsewhere = "SELECT count(*) FROM pg_tables WHERE schemaname IN ('public', 'other')";
    assert_eq!(project.value(elsewhere), "0");
    // A schema by itself is as far as it is.
    project.sql("CREATE SCHEMA tenant_new; DROP TABLE tenant_3.t1; CREATE TABLE tenant_4.more (x int)");
    let found = project.run(&["check", "--fleet", "tenants"]).exits(1);
    let found = found.answers("8  unchanged").answers("1  behind, at base, 2 pending");
    found.answers("drifted: tenant_3, tenant_4");
    project.run(&upgrade).exits(0).answers("1  changed").answers("10  unchanged");
    project
        .run(&["downgrade", "base", "--fleet", "tenants", "--only", "tenant_9"])
        .exits(0)
        .answers("1  changed, at base");
    assert_eq!(project.value(tables), "30");
}

/// What tenants share stands behind their own on the search path; its history is another's.
#[test]
fn a_shared_schema_is_on_the_search_path() {
    let settings = format!("{TENANTS}search_path = [\"public\"]\n");
    let project = project(On::Postgres, &settings, 1);
    project.run(&["upgrade"]).exits(0);
    project.sql("CREATE DOMAIN shared AS int; CREATE SCHEMA tenant_a; CREATE SCHEMA tenant_b");
    migration(&project, 1, "CREATE TABLE t1 (x shared);\n");
    project.run(&["upgrade", "--fleet", "tenants"]).exits(0).answers("2  changed, at 1001");
    assert_eq!(project.value("SELECT count(*) FROM tenant_a.__diesel_schema_migrations"), "2");
    assert_eq!(project.value("SELECT count(*) FROM public.__diesel_schema_migrations"), "1");
    project.run(&["upgrade", "--fleet", "tenants"]).exits(0).answers("2  unchanged");
}

#[test]
fn databases_of_a_server_are_named_without_their_password() {
    let project = project(On::Postgres, "", 1);
    let url = DatabaseUrl::parse(&project.url).unwrap();
    let named = |name: &str| {
        let url = url.with_database(name).unwrap().secret().to_owned();
        url.replacen("postgres@", "postgres:top-secret@", 1)
    };
    let gone = named("autogen_is_not_there");
    let here = project.url.replacen("postgres@", "postgres:top-secret@", 1);
    project.write("autogen.toml", &format!("[fleet.all]\nurls = [\"{here}\", \"{gone}\"]\n"));
    let ran =
        project.run(&["upgrade", "--fleet", "all"]).exits(8).answers("1  changed").answers("1  unreachable");
    let ran = ran.answers("autogen_is_not_there");
    assert!(!ran.out.contains("top-secret") && !ran.err.contains("top-secret"), "{}{}", ran.out, ran.err);
    assert_eq!(value_at(&project.url, "SELECT count(*) FROM t0"), "0");
    drop(PgConnection::establish(&project.url).unwrap());
}

#[test]
fn a_fleet_ends_at_one_place() {
    let project = project(On::Sqlite, FILES, 2);
    files(&project, 2, "PRAGMA user_version = 1");
    project.run(&["upgrade", "--fleet", "files"]).exits(0);
    for arguments in [["downgrade", "-1"], ["upgrade", "+1"], ["downgrade", "current-1"]] {
        let ran = project.run(&[arguments[0], arguments[1], "--fleet", "files"]).exits(2);
        ran.says("a fleet has to end at one place").says("head-1");
    }
    project.run(&["status", "--fleet", "files"]).answers("2  unchanged, at 1001");
    project
        .run(&["check", "--fleet", "files", "--only", "nosuch*"])
        .exits(2)
        .says("no database of the fleet files");
}

#[test]
fn what_names_no_database_is_said() {
    let project = project(On::Sqlite, FILES, 1);
    files(&project, 1, "PRAGMA user_version = 1");
    project.write("dbs/.gitkeep", "");
    project.write(
        "dbs/notes.db",
        "no database, but long enough to be looked at by whoever opens it as one; and so on",
    );
    project.write("autogen.toml", "[fleet.files]\nglob = \"dbs/*\"\n");
    let dry = project.run(&["upgrade", "--fleet", "files", "--dry-run"]).exits(8);
    let dry = dry.answers("dbs/notes.db");
    assert!(!dry.out.contains(".gitkeep"), "{}", dry.out);
    project.write("autogen.toml", "[fleet.urls]\nurls = \"postgres://u:S3CRET@127.0.0.1/x\"\n");
    let told = project.run(&["status", "--fleet", "urls"]).exits(2).says("autogen.toml:2");
    assert!(!told.err.contains("S3CRET"), "{}", told.err);
    let query = "[fleet.asked]\ncontrol = \"sqlite:dbs/0.db\"\nquery = \"SELECT NULL UNION ALL SELECT 'sqlite:dbs/0.db'\"\n";
    project.write("autogen.toml", query);
    project.run(&["status", "--fleet", "asked"]).exits(2).says("row 1 of the query is NULL");
    project.write("autogen.toml", "[fleet.printed]\ncommand = [\"false\"]\n");
    project.run(&["status", "--fleet", "printed"]).exits(2).says("the command of the fleet printed");
}

#[test]
fn schemas_with_routines_are_the_same() {
    let settings = "[fleet.tenants]\nschemas = \"tenant_*\"\n";
    let project = project(On::Postgres, settings, 1);
    project.sql("CREATE SCHEMA tenant_1; CREATE SCHEMA tenant_2");
    let up = "CREATE EXTENSION IF NOT EXISTS citext SCHEMA public;\nCREATE TABLE t1 (id integer);\n\
        CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1';\nCREATE DOMAIN d AS integer;\n";
    migration(&project, 1, up);
    project.run(&["upgrade", "--fleet", "tenants"]).exits(0).answers("2  changed");
    project.run(&["check", "--fleet", "tenants"]).exits(0).answers("2  unchanged");
}
