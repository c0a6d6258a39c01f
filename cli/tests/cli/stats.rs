//! `autogen stats`, and what is estimated from its file.

use serde_json::Value;

use crate::support::{BOTH, On, Project};

const BEFORE: &str = "CREATE TABLE orgs (id bigint PRIMARY KEY);\n\
     CREATE TABLE users (id bigint PRIMARY KEY, n integer, org bigint, email text);\n\
     CREATE INDEX users_org ON users (org);\n";

const AFTER: &str = "CREATE TABLE orgs (id bigint PRIMARY KEY);\n\
     CREATE TABLE users (id bigint PRIMARY KEY, n bigint, org bigint REFERENCES orgs, email text CHECK (email <> ''), nick text);\n\
     CREATE INDEX users_org ON users (org);\n\
     CREATE INDEX users_email ON users (email);\n";

/// Sizes and rates as a file has them.
fn file(taken_at: &str) -> String {
    let table = |name: &str, rows: u64| {
        format!(
            "{{\"namespace\": \"public\", \"name\": \"{name}\", \"rows\": {rows}, \"bytes\": {}, \"toast_bytes\": 0, \
             \"indexes\": [{{\"name\": \"{name}_pkey\", \"bytes\": 1000, \"values\": \"numbers\"}}]}}",
            rows * 240
        )
    };
    let rate = |rows: u64| format!("{{\"rows_per_second\": {rows}, \"bytes_per_second\": null}}");
    format!(
        "{{\"version\": 1, \"server\": \"PostgreSQL 15.20\", \"taken_at\": \"{taken_at}\", \"rates\": {{\"rows\": 100000, \
         \"scan\": {}, \"rewrite\": {}, \"index\": {}, \"text_index\": {}, \"foreign_key\": {}, \"backfill\": {}, \
         \"backfill_index\": {}}}, \"tables\": [{}, {}]}}",
        rate(2_000_000),
        rate(100_000),
        rate(400_000),
        rate(100_000),
        rate(500_000),
        rate(50_000),
        rate(50_000),
        table("orgs", 1000),
        table("users", 5_000_000),
    )
}

/// A moment so many days ago.
fn days_ago(days: i64) -> String {
    (jiff::Timestamp::now() - jiff::SignedDuration::from_hours(24 * days)).to_string()
}

/// A project whose model has changed since its database was made.
fn edited() -> Project {
    let project = Project::with_model(On::Postgres, BEFORE);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.write("schema.sql", AFTER);
    project
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn sizes_and_rates_are_read_and_no_values() {
    let project = Project::with_model(On::Postgres, BEFORE);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql(
        "INSERT INTO users SELECT i, i, NULL, 'secret' || i FROM generate_series(1, 2000) i; ANALYZE users",
    );
    project.run(&["stats", "--out", "stats.json"]).exits(0).says("Wrote  stats.json");
    let text = project.read("stats.json");
    assert!(!text.contains("secret") && !text.contains("diesel"), "{text}");
    let stats = json(&text);
    assert_eq!(stats["version"], 1);
    assert!(stats["server"].as_str().unwrap().starts_with("PostgreSQL "), "{text}");
    for rate in ["scan", "rewrite", "index", "text_index", "foreign_key", "backfill"] {
        let Value::Object(found) = &stats["rates"][rate] else { panic!("{rate}: {text}") };
        assert!(found.values().any(Value::is_u64), "{rate}: {text}");
    }
    let [orgs, users] = &stats["tables"].as_array().unwrap()[..] else { panic!("{text}") };
    assert_eq!((&orgs["name"], &orgs["rows"]), (&"orgs".into(), &0.into()));
    assert_eq!((&users["name"], &users["rows"]), (&"users".into(), &2000.into()));
    assert!(users["bytes"].as_u64().unwrap() > 80_000, "{text}");
    let names: Vec<&Value> =
        users["indexes"].as_array().unwrap().iter().map(|index| &index["name"]).collect();
    assert_eq!(names, ["users_org", "users_pkey"]);
    let sizes = project.run(&["stats", "--sizes-only"]).exits(0);
    assert_eq!(json(&sizes.out)["rates"], Value::Null);
    assert_eq!(json(&sizes.out)["tables"], stats["tables"]);
}

#[test]
fn sqlite_has_sizes_alone() {
    let project = Project::with_model(
        On::Sqlite,
        "CREATE TABLE t (id integer PRIMARY KEY, a text);\nCREATE INDEX i ON t (a);\n",
    );
    project.run(&["stats"]).exits(3);
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("INSERT INTO t (a) WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT 'secret' FROM n");
    let ran = project.run(&["stats"]).exits(0).says("no rates are measured");
    let stats = json(&ran.out);
    assert!(!ran.out.contains("secret"), "{}", ran.out);
    let [table] = &stats["tables"].as_array().unwrap()[..] else { panic!("{}", ran.out) };
    assert_eq!((&table["name"], &table["rows"]), (&"t".into(), &3000.into()));
    assert!(table["bytes"].as_u64().unwrap() >= 40_000, "{}", ran.out);
    assert_eq!(table["indexes"][0]["name"], "i");
    assert_eq!(stats["rates"], Value::Null);
    // Sizes without rates estimate nothing.
    project.write("stats.json", &ran.out);
    project.write(
        "schema.sql",
        "CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL);\nCREATE INDEX i ON t (a);\n",
    );
    let sql = project.run(&["-m", "second", "--dry-run"]).exits(0);
    assert!(!sql.out.contains("takes"), "{}", sql.out);
}

#[test]
fn a_migration_says_how_long_it_takes() {
    let project = edited();
    let plain = project.run(&["-m", "accounts", "--dry-run"]).exits(0);
    assert!(!plain.out.contains("M rows"), "{}", plain.out);
    project.write("stats.json", &file(&days_ago(2)));
    project.run(&["-m", "accounts"]).exits(0);
    let name = &project.migrations()[1];
    let up = project.read(&format!("migrations/{name}/up.sql"));
    let header = up.lines().filter(|line| line.starts_with("-- takes"));
    let locks = up.lines().filter(|line| line.starts_with("-- locks"));
    let lines: Vec<&str> = header.chain(locks).collect();
    insta::assert_snapshot!(lines.join("\n"));
    // What is written once is the same the next time.
    let again = project.run(&["review", name]).exits(0);
    for line in lines.iter().filter_map(|line| line.strip_prefix("-- locks ")) {
        assert!(again.out.contains(line), "{line}:\n{}", again.out);
    }
    let review = project.run(&["review", name, "--format", "json"]).exits(0);
    let estimates = &json(&review.out)["migrations"][0]["estimates"];
    assert_eq!((&estimates[0]["relation"], &estimates[0]["rows"]), (&"users".into(), &5_000_000.into()));
    assert!(estimates[0]["low_seconds"].as_f64() < estimates[0]["high_seconds"].as_f64(), "{estimates}");
    let diff = project.run(&["diff", "--format", "json"]).exits(0);
    let statements = &json(&diff.out)["statements"];
    let long = statements.as_array().unwrap().iter().filter(|statement| statement["estimate"].is_object());
    assert_eq!(long.count(), 4, "{statements}");
}

#[test]
fn what_nobody_waits_for_says_how_long_it_takes() {
    let project = edited();
    project.write("autogen.toml", "stats = \"db/sizes.json\"\n");
    project.write("db/sizes.json", &file(&days_ago(2)));
    let online = project.run(&["-m", "accounts", "--online", "--dry-run"]).exits(0);
    online
        .answers("\n-- takes 40 s to 2 min (5.0 M rows, 1.2 GB)\n")
        .answers("CREATE INDEX CONCURRENTLY users_email");
}

#[test]
fn sql_by_hand_is_estimated_by_what_it_was_seen_to_do() {
    let project = edited();
    project.write("stats.json", &file(&days_ago(2)));
    project.write("change.sql", "DO $$ BEGIN ALTER TABLE users ADD CHECK (id > 0); END $$;\n");
    let lint = project.run(&["lint", "change.sql"]);
    lint.answers("locks users: ACCESS EXCLUSIVE, while it is read, 1 s to 4 s (5.0 M rows, 1.2 GB)\n");
}

#[test]
fn a_file_that_is_old_or_none_is_told() {
    let project = edited();
    project.write("stats.json", &file(&days_ago(45)));
    let old = project
        .run(&["-m", "accounts", "--dry-run"])
        .exits(0)
        .says("stats.json, which was taken 45 days ago");
    assert!(old.out.contains("5.0 M rows"), "{}", old.out);
    assert_eq!(old.err.matches("45 days").count(), 1, "{}", old.err);
    project.write("stats.json", "{\"version\": 2}");
    let newer = project.run(&["-m", "accounts", "--dry-run"]).exits(0).says("its version is 2");
    assert!(!newer.out.contains("M rows"), "{}", newer.out);
    project.write("stats.json", "{}");
    project.run(&["-m", "accounts", "--dry-run"]).exits(0).says("missing field").says("nothing is estimated");
    project.write("autogen.toml", "stats = \"sizes.json\"\n");
    project.run(&["-m", "accounts", "--dry-run"]).exits(0).says("sizes.json: No such file");
}

#[test]
fn history_tells_how_long_a_migration_took_and_was_to_take() {
    let project = edited();
    project.write("stats.json", &file(&days_ago(2)));
    project.run(&["-m", "accounts"]).exits(0);
    project.run(&["history", "-v"]).exits(0).answers("\ntakes       90 s to 261 s\n");
    project.run(&["upgrade"]).exits(0).says(" ms, estimated at 90 s to 261 s\n");
    let history = project.run(&["history", "-v"]).exits(0).answers(" s, estimated at 90 s to 261 s\n");
    assert_eq!(history.out.matches("\ntook        ").count(), 2, "{}", history.out);
    project.run(&["downgrade", "-1", "-y"]).exits(0);
    project.run(&["history", "-v"]).exits(0).answers("\ntakes       90 s to 261 s\n");
}

#[test]
fn a_history_from_before_there_were_timings_gets_them() {
    for on in BOTH {
        let project = Project::with_model(on, "CREATE TABLE t (id integer PRIMARY KEY);\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        project.sql("ALTER TABLE __autogen_history DROP COLUMN took_ms; ALTER TABLE __autogen_history DROP COLUMN estimate");
        let before = project.run(&["history", "-v"]).exits(0);
        assert!(!before.out.contains("took"), "{}", before.out);
        project.write("schema.sql", "CREATE TABLE t (id integer PRIMARY KEY, a text);\n");
        project.run(&["-m", "second"]).exits(0);
        project.run(&["upgrade"]).exits(0);
        let after = project.run(&["history", "-v"]).exits(0);
        assert_eq!(after.out.matches("\ntook        ").count(), 1, "{}", after.out);
        project.run(&["check"]).exits(0);
    }
}

#[test]
fn an_upgrade_goes_on_without_timings_where_the_history_is_held() {
    use diesel::connection::SimpleConnection as _;
    use diesel::{Connection as _, PgConnection};

    let project = Project::with_model(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    project.sql("ALTER TABLE __autogen_history DROP COLUMN took_ms, DROP COLUMN estimate");
    let mut reader = PgConnection::establish(project.url()).unwrap();
    reader.batch_execute("BEGIN; LOCK TABLE __autogen_history IN ACCESS SHARE MODE").unwrap();
    project.write("schema.sql", "CREATE TABLE t (id integer PRIMARY KEY, a text);\n");
    project.run(&["-m", "second"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    let history = project.run(&["history", "-v"]).exits(0);
    assert!(!history.out.contains("took"), "{}", history.out);
}

#[test]
fn an_upgrade_tells_how_far_a_long_statement_is() {
    let project = Project::with_model(On::Postgres, "CREATE TABLE t (id integer PRIMARY KEY, a text);\n");
    project.run(&["-m", "first"]).exits(0);
    project.run(&["upgrade"]).exits(0);
    // Few rows to a page, and a moment for each.
    project.sql("INSERT INTO t SELECT i, repeat('x', 1900) FROM generate_series(1, 160) i");
    project.run(&["generate", "--empty", "-m", "slow"]).exits(0);
    let name = &project.migrations()[1];
    project.write(
        &format!("migrations/{name}/up.sql"),
        "CREATE FUNCTION slow(id integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS \
         'BEGIN PERFORM pg_sleep(0.05); RETURN id; END';\nCREATE INDEX slow_t ON t (slow(id));\n",
    );
    project
        .write(&format!("migrations/{name}/down.sql"), "DROP INDEX slow_t;\nDROP FUNCTION slow(integer);\n");
    project.run(&["rehash", "--no-verify"]).exits(0);
    let ran = project.run(&["upgrade"]).exits(0);
    assert!(
        ran.err.contains("Running  building an index of t: building index: scanning table, "),
        "{}",
        ran.err
    );
    assert!(ran.err.contains(" s left\n"), "{}", ran.err);
}
