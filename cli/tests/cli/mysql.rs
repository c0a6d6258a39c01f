//! The main roads on MySQL and MariaDB.

use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, MysqlConnection, QueryableByName, RunQueryDsl as _, sql_query};
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

use crate::support::{On, Project, Ran};
use crate::{by_hand, examples, structs};

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Text)]
    value: String,
}

/// A project with a database of its own, which goes when the value does.
pub(crate) struct Shop {
    pub(crate) project: Project,
    server: String,
    pub(crate) name: String,
}

impl Shop {
    pub(crate) fn new(test: &str) -> Self {
        let server = autogen_fixtures::server::mysql_url();
        let shop = Self {
            project: Project::new(On::Sqlite),
            server,
            name: format!("autogen_cli_{test}_{}", std::process::id()),
        };
        shop.admin(&format!("CREATE DATABASE {} CHARACTER SET utf8mb4", shop.name));
        shop
    }

    fn admin(&self, sql: &str) {
        MysqlConnection::establish(&self.server).unwrap().batch_execute(sql).unwrap();
    }

    /// The database's URL, with other words before the host.
    fn url_as(&self, account: &str) -> String {
        let host = self.server.rsplit_once('@').unwrap().1.rsplit_once('/').unwrap().0;
        format!("mysql://{account}@{host}/{}", self.name)
    }

    pub(crate) fn url(&self) -> String {
        format!("{}/{}", self.server.rsplit_once('/').unwrap().0, self.name)
    }

    pub(crate) fn connection(&self) -> MysqlConnection {
        MysqlConnection::establish(&self.url()).unwrap()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_at(&self.url(), arguments)
    }

    fn run_at(&self, url: &str, arguments: &[&str]) -> Ran {
        Ran::from(self.project.command(arguments).env("DATABASE_URL", url).output().unwrap())
    }

    fn one(&self, sql: &str) -> String {
        let sql = format!("SELECT CAST(({sql}) AS CHAR) AS value");
        sql_query(sql).get_result::<One>(&mut self.connection()).unwrap().value
    }
}

impl Drop for Shop {
    fn drop(&mut self) {
        self.admin(&format!("DROP DATABASE IF EXISTS {}", self.name));
    }
}

const FIRST: &str = "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50) NOT NULL);\n\
    CREATE TABLE posts (id int PRIMARY KEY, user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id));\n";

const SECOND: &str = "CREATE TABLE users (id bigint NOT NULL AUTO_INCREMENT PRIMARY KEY, name text NOT NULL, email varchar(255), UNIQUE KEY (email));\n\
    CREATE TABLE posts (id int PRIMARY KEY, user_id bigint NOT NULL, FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);\n\
    CREATE VIEW authors AS SELECT u.name FROM users u JOIN posts p ON p.user_id = u.id;\n\
    DELIMITER $$\n\
    CREATE TRIGGER trim_name BEFORE INSERT ON users FOR EACH ROW BEGIN SET NEW.name = TRIM(NEW.name); END $$\n\
    CREATE PROCEDURE clean() BEGIN DELETE FROM posts WHERE id < 0; DELETE FROM users WHERE id < 0; END $$\n\
    DELIMITER ;\n";

#[test]
fn mysql_a_model_becomes_a_migration_and_rows_survive_both_ways() {
    let shop = Shop::new("road");
    shop.project.write("schema.sql", FIRST);
    shop.run(&["init"]).exits(0);
    shop.run(&["-m", "first tables"]).exits(0).says("Proven  up, down, up");
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
    shop.connection()
        .batch_execute(
            "INSERT INTO users (name) VALUES ('ann'), ('bob'); INSERT INTO posts VALUES (1, 1), (2, 2)",
        )
        .unwrap();
    shop.run(&["check"]).exits(0);
    shop.project.write("schema.sql", SECOND);
    shop.run(&["check"]).exits(1).answers("+ column email");
    shop.run(&["-m", "add email"]).exits(0).says("Proven");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check"]).exits(0);
    assert_eq!(shop.one("SELECT count(*) FROM authors"), "2");
    shop.run(&["downgrade", "-1"]).exits(0);
    assert_eq!(shop.one("SELECT count(*) FROM posts"), "2");
    shop.run(&["current"]).exits(0).answers("_first_tables");
    let scratch =
        "SELECT count(*) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'autogen\\_scratch%'";
    // Other tests have theirs for a moment.
    let is_gone = || {
        std::thread::sleep(std::time::Duration::from_millis(50));
        shop.one(scratch) == "0"
    };
    assert!((0..400).any(|_| is_gone()), "a scratch schema was left behind");
}

/// MySQL refuses such a rename by itself, and MariaDB follows it.
#[test]
fn mysql_a_column_that_checks_and_keys_name_is_renamed() {
    let shop = Shop::new("named");
    let functional = if vendor(&shop) == "oracle" { ", KEY lowered ((lower(`word`)))" } else { "" };
    let model = format!(
        "CREATE TABLE t (id int PRIMARY KEY, n int, word varchar(9), CONSTRAINT `n` CHECK (n > 1 AND id > 0){functional});\n"
    );
    shop.project.write("schema.sql", &model);
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    shop.connection().batch_execute("INSERT INTO t VALUES (1, 7, 'a')").unwrap();
    let renamed = model
        .replace(" n int,", "\n-- autogen: renamed from n\nm int,\n-- autogen: renamed from word\n")
        .replace("(n > 1", "(m > 1")
        .replace(" word varchar", "term varchar")
        .replace("`word`", "`term`");
    shop.project.write("schema.sql", &renamed);
    shop.run(&["-m", "renamed"]).exits(0).says("up, down, up");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check", "--full"]).exits(0);
    let query = "SELECT CAST(sum(m) AS char) AS value FROM t WHERE term = 'a'";
    assert_eq!(sql_query(query).get_result::<One>(&mut shop.connection()).unwrap().value, "7");
    shop.run(&["downgrade", "-1", "--yes"]).exits(0);
    let query = "SELECT CAST(sum(n) AS char) AS value FROM t WHERE word = 'a'";
    assert_eq!(sql_query(query).get_result::<One>(&mut shop.connection()).unwrap().value, "7");
}

/// The same of other columns, whose values follow from it, and of partitions, where a bare word may be a partition's name too.
#[test]
fn mysql_a_column_that_others_and_partitions_name_is_renamed() {
    let shop = Shop::new("followed");
    let model = "CREATE TABLE t (id int PRIMARY KEY, n int,\n\
                 twice int AS (n * 2) VIRTUAL COMMENT 'n', kept int AS (n + id) STORED, \
                 other int DEFAULT (n + 1), KEY twice (twice));\n\
                 CREATE TABLE ranged (n int PRIMARY KEY, a int) PARTITION BY RANGE (n) \
                 (PARTITION n VALUES LESS THAN (10), PARTITION m VALUES LESS THAN MAXVALUE);\n\
                 CREATE TABLE listed (id int, n int, PRIMARY KEY (id, n)) PARTITION BY LIST COLUMNS (n) \
                 (PARTITION n VALUES IN (1, 2), PARTITION p VALUES IN (3));\n\
                 CREATE TABLE keyed (n int PRIMARY KEY) PARTITION BY KEY (n) PARTITIONS 2;\n";
    shop.project.write("schema.sql", model);
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    let rows = "INSERT INTO t (id, n) VALUES (1, 7); INSERT INTO ranged VALUES (5, 1), (50, 2); \
                INSERT INTO listed VALUES (1, 2), (2, 3); INSERT INTO keyed VALUES (4)";
    rows.split(';').for_each(|row| shop.connection().batch_execute(row).unwrap());
    let renamed = model
        .replace(" n int", "\n-- autogen: renamed from n\nm int")
        .replace("(n int", "(\n-- autogen: renamed from n\nm int")
        .replace("(n * 2", "(m * 2")
        .replace("(n + ", "(m + ")
        .replace("(n)", "(m)")
        .replace(", n)", ", m)");
    shop.project.write("schema.sql", &renamed);
    shop.run(&["-m", "renamed"]).exits(0).says("up, down, up");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check", "--full"]).exits(0);
    let of = |column: &str| {
        let sql = format!(
            "SELECT CONCAT_WS(' ', (SELECT CONCAT_WS(' ', {column}, twice, kept) FROM t), \
             (SELECT sum({column}) FROM ranged), (SELECT sum({column}) FROM listed), \
             (SELECT sum({column}) FROM keyed)) AS value"
        );
        sql_query(sql).get_result::<One>(&mut shop.connection()).unwrap().value
    };
    assert_eq!(of("m"), "7 14 8 55 5 4");
    shop.run(&["downgrade", "-1", "--yes"]).exits(0);
    assert_eq!(of("n"), "7 14 8 55 5 4");
}

/// Written against one text, the second of two renames would take back the first.
#[test]
fn mysql_columns_that_one_expression_names_are_renamed_one_by_one() {
    let shop = Shop::new("both");
    let model = "CREATE TABLE t (id int PRIMARY KEY, n int, k int, kept int AS (n + k) STORED);\n";
    shop.project.write("schema.sql", model);
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    let renamed = model.replace(" n int", " m int").replace(" k int", " l int").replace("n + k", "m + l");
    shop.project.write("schema.sql", &renamed);
    let both = shop.run(&["-m", "both", "--rename", "t.n=t.m", "--rename", "t.k=t.l"]);
    let column = "\n-- autogen: renamed from n\nm int";
    let table = model.replace("CREATE TABLE t", "-- autogen: renamed from t\nCREATE TABLE u");
    shop.project.write("schema.sql", &table.replace(" n int", column).replace("n + k", "m + k"));
    let oracle = vendor(&shop) == "oracle";
    if oracle {
        both.exits(4).says("column t.n").says("rename one of them in a migration of its own first");
        shop.run(&["-m", "table"]).exits(4).says("column u.n");
    } else {
        both.exits(0).says("up, down, up");
    }
}

#[test]
fn mysql_a_live_database_is_taken_over_and_diesel_runs_what_was_written() {
    let shop = Shop::new("takeover");
    let plain = SECOND.replace(" $$", ";").replace("DELIMITER;", "").replace("DELIMITER ;", "");
    shop.connection().batch_execute(&plain).unwrap();
    shop.run(&["init"]).exits(0);
    shop.run(&["stamp", "head"]).exits(0);
    shop.run(&["check"]).exits(0).says("nothing differs");
    let model = shop.project.read("schema.sql");
    assert!(!model.contains("DEFINER"), "our own account is not named: {model}");
    shop.project.write("schema.sql", &format!("{model}\nCREATE TABLE extra (id int PRIMARY KEY);\n"));
    shop.run(&["-m", "extra"]).exits(0);

    let fresh = Shop::new("diesel");
    let migrations = FileBasedMigrations::from_path(shop.project.path().join("migrations")).unwrap();
    let mut connection = fresh.connection();
    connection.run_pending_migrations(migrations.clone()).unwrap();
    fresh.project.write("schema.sql", &shop.project.read("schema.sql"));
    fresh.run(&["diff", "database", "schema.sql", "--exit-code"]).exits(0);
    connection.revert_all_migrations(migrations).unwrap();
    let tables = "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE '\\_\\_%'";
    assert_eq!(fresh.one(tables), "0");
}

#[test]
fn mysql_an_account_that_sees_only_a_part_is_an_error_and_not_an_empty_schema() {
    let shop = Shop::new("hidden");
    shop.connection().batch_execute(FIRST).unwrap();
    let account = format!("autogen_viewer_{}", std::process::id());
    shop.admin(&format!(
        "CREATE USER {account}@'127.0.0.1' IDENTIFIED BY 'p@ss'; GRANT SELECT ON {}.users TO {account}@'127.0.0.1'",
        shop.name
    ));
    let url = shop.url_as(&format!("{account}:p%40ss"));
    let ran = shop.run_at(&url, &["diff", &url, &url]);
    shop.project.write("schema.sql", FIRST);
    shop.run_at(&url, &["diff", "schema.sql", "schema.sql"])
        .exits(3)
        .says("autogen\\_scratch\\_%")
        .says("--scratch-url");
    shop.admin(&format!("DROP USER {account}@'127.0.0.1'"));
    ran.exits(3).says("lacks SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE").says("GRANT SELECT");
}

#[test]
fn mysql_what_the_url_asks_of_tls_is_had_or_an_error() {
    let shop = Shop::new("tls");
    shop.project.write("schema.sql", FIRST);
    shop.run(&["init"]).exits(0);
    let verified = format!("{}?ssl_mode=verify_identity", shop.url());
    shop.run_at(&verified, &["diff"]).exits(3).says("can't connect");
    shop.run_at(&verified, &["upgrade"]).exits(3).says("can't connect");
    // MySQL makes itself a certificate, which nobody has signed.
    let required = shop.run_at(&format!("{}?ssl_mode=required", shop.url()), &["upgrade"]);
    match shop.one("COALESCE(@@ssl_cert, '')").as_str() {
        "" => required.exits(3).says("can't connect"),
        _ => required.exits(0),
    };
    shop.run_at(&format!("{}?sslmode=require", shop.url()), &["diff"]).exits(2).says("none of ssl_mode");
}

/// A project whose next migration has three tables, the second of which is there already.
fn shop_that_stops(test: &str) -> (Shop, String) {
    let shop = Shop::new(test);
    shop.project.write("schema.sql", FIRST);
    shop.run(&["init"]).exits(0);
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    let three = "CREATE TABLE a1 (id int PRIMARY KEY);\nCREATE TABLE a2 (id int PRIMARY KEY);\nCREATE TABLE a3 (id int PRIMARY KEY);\n";
    shop.project.write("schema.sql", &format!("{FIRST}{three}"));
    shop.run(&["-m", "three"]).exits(0);
    let name = shop.project.migrations().last().unwrap().clone();
    (shop, name)
}

#[test]
fn mysql_a_migration_that_stops_half_way_goes_on_where_it_stopped() {
    let (shop, name) = shop_that_stops("stops");
    shop.connection().batch_execute("CREATE TABLE a2 (x int)").unwrap();
    shop.run(&["upgrade", "--allow-drift"])
        .exits(3)
        .says("statement 2 of 3")
        .says("1 statement before it is done")
        .says("again");
    shop.run(&["status"])
        .exits(5)
        .says("autogen repair")
        .answers("unfinished  up.sql")
        .answers("pending     1");
    shop.run(&["repair"]).exits(1).answers("statement 1: done").answers("statement 2: to be run again");
    shop.run(&["downgrade", "base"]).exits(5).says("has to be finished first");
    let up = format!("migrations/{name}/up.sql");
    let text = shop.project.read(&up);
    shop.project.write(&up, &text.replace("`a1`", "`b1`"));
    shop.run(&["rehash", "--no-verify"]).exits(0);
    shop.run(&["upgrade"]).exits(5).says("statement 1 was another");
    shop.project.write(&up, &text);
    shop.run(&["rehash"]).exits(0);
    shop.connection().batch_execute("DROP TABLE a2").unwrap();
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
    shop.run(&["check"]).exits(0);
    shop.run(&["repair"]).exits(0).says("no migration is done in part");
    shop.run(&["downgrade", "base"]).exits(0).says("2 migrations undone");
    // Who mends the rest by hand says so by a stamp.
    shop.connection().batch_execute("CREATE TABLE a2 (x int)").unwrap();
    shop.run(&["upgrade", "--allow-drift"]).exits(3).says("statement 2 of 3");
    shop.run(&["stamp", "head"]).exits(0);
    shop.run(&["repair"]).exits(0).says("no migration is done in part");
}

/// Kills an upgrade while the second statement of its migration runs, and waits until the server is through with it.
fn killed_in_the_second_statement(shop: &Shop) {
    let mut client = std::process::Command::new(assert_cmd::cargo::cargo_bin("autogen"))
        .current_dir(shop.project.path())
        .env("DATABASE_URL", shop.url())
        .args(["upgrade"])
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    let begun = "SELECT count(*) FROM __autogen_journal WHERE position = 2";
    let has_journal = "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '__autogen_journal'";
    while shop.one(has_journal) == "0" || shop.one(begun) == "0" {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    client.kill().unwrap();
    client.wait().unwrap();
}

#[test]
fn mysql_the_catalog_tells_of_a_statement_whose_end_nobody_saw_that_it_is_done() {
    let (shop, name) = shop_that_stops("seen");
    let slow = "CREATE TABLE a1 (id int PRIMARY KEY);\nCREATE TABLE a2 (id int PRIMARY KEY) AS SELECT SLEEP(2) AS id;\nCREATE TABLE a3 (id int PRIMARY KEY);\n";
    shop.project.write(&format!("migrations/{name}/up.sql"), slow);
    shop.run(&["rehash", "--no-verify"]).exits(0);
    killed_in_the_second_statement(&shop);
    // The server goes on with the statement, and then lets the lock go.
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
    assert_eq!(shop.one("SELECT count(*) FROM a2"), "1");
    shop.run(&["repair"]).exits(0).says("no migration is done in part");
}

#[test]
fn mysql_a_statement_that_no_catalog_tells_of_is_never_taken_for_done() {
    let (shop, name) = shop_that_stops("killed");
    let slow = "CREATE PROCEDURE p() BEGIN DO SLEEP(2); CREATE TABLE a2 (id int); END;\nCALL p();\nCREATE TABLE a3 (id int);\n";
    shop.project.write(&format!("migrations/{name}/up.sql"), slow);
    shop.run(&["rehash", "--no-verify"]).exits(0);
    killed_in_the_second_statement(&shop);
    shop.run(&["upgrade"]).exits(5).says("nobody saw its end").says("CALL p()").says("repair --applied");
    shop.run(&["repair"]).exits(1).answers("statement 2: began, and nobody saw its end").answers("CALL p()");
    shop.run(&["repair", "--retry"]).exits(0);
    shop.run(&["upgrade"]).exits(3).says("statement 2 of 3");
    shop.run(&["repair", "--applied"]).exits(0).says("statement 2 as done");
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn mysql_many_that_mark_the_environment_at_once_agree() {
    let shop = Shop::new("marked");
    shop.project.write("schema.sql", FIRST);
    shop.run(&["init"]).exits(0);
    shop.run(&["-m", "first"]).exits(0);
    let upgrades: Vec<_> = (0..8)
        .map(|_| {
            let mut command = shop.project.command(&["upgrade", "--environment", "staging"]);
            command.env("DATABASE_URL", shop.url());
            std::thread::spawn(move || Ran::from(command.output().unwrap()))
        })
        .collect();
    let applied = upgrades.into_iter().map(|upgrade| upgrade.join().unwrap().exits(0));
    assert_eq!(applied.filter(|ran| ran.err.contains("1 migration applied")).count(), 1);
}

#[test]
fn mysql_a_statement_that_others_hold_up_gives_way_and_tries_again() {
    let (shop, _) = shop_that_stops("held");
    shop.project
        .write("schema.sql", &FIRST.replace("name varchar(50) NOT NULL", "name varchar(50) NOT NULL, x int"));
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["-m", "x"]).exits(0);
    let mut other = shop.connection();
    other.batch_execute("START TRANSACTION; SELECT * FROM users").unwrap();
    shop.run(&["upgrade", "--lock-timeout", "2"])
        .exits(6)
        .says("did not get what others hold")
        .says("PROCESSLIST");
    let waiting = std::thread::spawn({
        let mut command = shop.project.command(&["upgrade"]);
        command.env("DATABASE_URL", shop.url());
        move || Ran::from(command.output().unwrap())
    });
    std::thread::sleep(std::time::Duration::from_millis(5700));
    other.batch_execute("ROLLBACK").unwrap();
    waiting.join().unwrap().exits(0).says("it is tried again").says("1 migration applied");
}

#[test]
fn mysql_a_schema_rs_is_a_model_with_unsigned_columns_and_types_of_columns_own() {
    let shop = Shop::new("model_rs");
    let sql = "CREATE TABLE users (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, role enum('a', 'b') NOT NULL DEFAULT 'a', \
        born year, size mediumint, name varchar(50) NOT NULL DEFAULT 'x' COMMENT 'a name', KEY (name)); \
        CREATE TABLE posts (id int PRIMARY KEY, user_id bigint unsigned NOT NULL); \
        INSERT INTO users (born) VALUES (2000)";
    shop.connection().batch_execute(sql).unwrap();
    shop.project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
    shop.run(&["init", "--model", "src/schema.rs"]).exits(0);
    shop.run(&["stamp", "head"]).exits(0);
    shop.run(&["check"]).exits(0);
    shop.run(&["-m", "nothing"]).exits(0).says("no migration is needed");
    let mut model = shop.project.read("src/schema.rs");
    for (old, new) in [
        (
            "#[max_length = 50]\n        name -> Varchar,",
            "#[max_length = 80]\n        name -> Nullable<Varchar>,\n        points -> Unsigned<Integer>,",
        ),
        (
            "        user_id -> Unsigned<Bigint>,\n",
            "        user_id -> Unsigned<Bigint>,\n        note -> Nullable<Text>,\n",
        ),
    ] {
        assert!(model.contains(old), "{model}");
        model = model.replacen(old, new, 1);
    }
    let more = "diesel::table! { tags (id) { id -> Integer, post_id -> Integer, } }\n\
        diesel::joinable!(posts -> users (user_id));\ndiesel::joinable!(tags -> posts (post_id));\n";
    shop.project.write("src/schema.rs", &format!("{model}{more}"));
    let settings = shop.project.read("autogen.toml") + "foreign_keys = true\n";
    shop.project.write("autogen.toml", &settings);
    shop.run(&["-m", "edit"]).exits(0).says("Proven");
    shop.run(&["upgrade"]).exits(0).says("Wrote  src/schema.rs");
    shop.run(&["check"]).exits(0).says("nothing differs");
    assert_eq!(shop.one("SELECT CONCAT(name, ' ', role, ' ', points) FROM users"), "x a 0");
    let settings = shop.project.read("autogen.toml");
    let settings =
        settings.replace("model = \"src/schema.rs\"", "model = [\"src/schema.rs\", \"extra.sql\"]");
    shop.project.write("autogen.toml", &settings);
    shop.project.write(
        "extra.sql",
        "CREATE INDEX posts_note ON posts (note(10));\nCREATE VIEW notes AS SELECT note FROM posts;\n",
    );
    shop.run(&["-m", "an index"]).exits(0).says("posts_note").says("Proven");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check"]).exits(0).says("nothing differs");
    shop.run(&["downgrade", "-1"]).exits(0);
    shop.connection()
        .batch_execute("INSERT INTO posts VALUES (1, 1, 'n'); INSERT INTO tags (post_id) VALUES (1)")
        .unwrap();
    shop.run(&["downgrade", "-1"]).exits(0);
}

#[test]
fn mysql_one_schema_rs_for_three_databases_is_the_model() {
    let shop = Shop::new("by_hand");
    let run = |arguments: &[&str]| shop.run(arguments);
    let [key, up] = by_hand::taken_over_and_edited(&shop.project, &run, "mysql");
    assert!(key.contains("ADD PRIMARY KEY (`group_uuid`,`member_uuid`)"), "{key}");
    let name = up.lines().find(|line| line.contains("displayName")).unwrap();
    for kept in ["varchar(80)", "CHARACTER SET latin1", "DEFAULT 'nobody'", "COMMENT 'shown to others'"] {
        assert!(name.contains(kept), "{name}");
    }
}

#[test]
fn mysql_a_server_that_is_full_or_vanishes_is_told_and_the_next_upgrade_goes_on() {
    let shop = Shop::new("trouble");
    let folder = "migrations/2026-01-01-000000-0000_a";
    shop.project.write("autogen.toml", "model = \"schema.sql\"\n");
    shop.project.write(&format!("{folder}/down.sql"), "SELECT 1;\n");
    let full = "SET max_heap_table_size = 16384;\nCREATE TABLE a (t varchar(1000)) ENGINE = MEMORY;\n\
        INSERT INTO a SELECT REPEAT('x', 1000) FROM information_schema.COLUMNS LIMIT 1000;\n";
    shop.project.write(&format!("{folder}/up.sql"), full);
    shop.run(&["upgrade"]).exits(3).says("is full").says("make room");
    // Such a table keeps what went in; somebody makes room.
    shop.connection().batch_execute("DELETE FROM a").unwrap();
    shop.project.write(&format!("{folder}/up.sql"), &full.replace("LIMIT 1000", "LIMIT 2"));
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
    let folder = "migrations/2026-01-02-000000-0000_b";
    shop.project.write(&format!("{folder}/up.sql"), "CREATE TABLE b (id int);\nKILL CONNECTION_ID();\n");
    shop.project.write(&format!("{folder}/down.sql"), "SELECT 1;\n");
    shop.run(&["upgrade"]).exits(3).says("when the server is back");
    shop.run(&["repair"]).exits(1).answers("statement 1: done");
    shop.run(&["repair", "--applied"]).exits(0);
    shop.run(&["upgrade"]).exits(0).says("1 migration applied");
}

#[test]
fn mysql_everything_is_stated_by_structs() {
    let shop = Shop::new("structs");
    structs::with_model(&shop.project, &structs::model("mysql.rs"));
    let name = format!("mysql_{}", vendor(&shop));
    structs::everything(&name, &|arguments| shop.run(arguments));
}

#[test]
fn mysql_chinook_is_the_same_as_structs() {
    let shop = Shop::new("chinook");
    let naming = format!("{}fk = \"FK_%(table_name)s%(column_0_name)s\"\n", structs::CHINOOK_NAMES);
    let script = structs::chinook(&shop.project, "MySql", &naming);
    structs::is_chinook(&format!("mysql_{}", vendor(&shop)), script.as_deref(), &|arguments| {
        shop.run(arguments)
    });
}

#[test]
fn mysql_the_example_is_up_to_date() {
    let shop = Shop::new("example");
    shop.admin(&format!("ALTER DATABASE {} COLLATE utf8mb4_general_ci", shop.name));
    let note = "    #[model(max_length = 80)]\n    pub note: Option<String>,\n    pub before:";
    // MySQL spells its types in its own way; the example's migration was written on MariaDB.
    let is_same = vendor(&shop) == "mariadb";
    examples::is_up_to_date(
        &shop.project,
        "mysql",
        is_same,
        ["src/models.rs", "    pub before:", note],
        &|arguments| shop.run(arguments),
    );
}

#[test]
fn mysql_aspects_can_be_left_to_others() {
    let shop = Shop::new("aspects");
    let model = "CREATE TABLE a (id int PRIMARY KEY);\n\
        CREATE TABLE t (id int PRIMARY KEY, a int, b int, KEY a (a));\n";
    shop.project.write("schema.sql", model);
    shop.run(&["init"]).exits(0);
    let toml = shop.project.read("autogen.toml");
    shop.run(&["-m", "first"]).exits(0);
    shop.run(&["upgrade"]).exits(0);
    let others = [
        ("indexes", "CREATE INDEX i ON t (b)"),
        ("indexes", "ALTER TABLE t ADD CONSTRAINT u UNIQUE (b)"),
        ("checks", "ALTER TABLE t ADD CONSTRAINT k CHECK (b > 0)"),
        ("foreign_keys", "ALTER TABLE t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES a (id)"),
        ("triggers", "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW SET NEW.b = 1"),
    ];
    for (aspect, sql) in others {
        shop.connection().batch_execute(sql).unwrap();
        shop.run(&["diff", "database", "model", "--exit-code"]).exits(1);
        shop.project.write("autogen.toml", &format!("{toml}{aspect} = false\n"));
        let ran = shop.run(&["diff", "database", "model", "--exit-code"]);
        assert_eq!((ran.code, ran.out.as_str()), (0, ""), "{aspect}");
        shop.project.write("schema.sql", &model.replace("b int,", "b int, c int,"));
        shop.run(&["-m", "more", "--dry-run"]).exits(0);
        shop.project.write("schema.sql", model);
        shop.project.write("autogen.toml", &toml);
        let back = shop.run(&["diff", "database", "model", "--format", "sql"]).exits(0).out;
        shop.connection().batch_execute(&back).unwrap();
        shop.run(&["diff", "database", "model", "--exit-code"]).exits(0);
    }
    for aspect in ["uniques", "defaults"] {
        shop.project.write("autogen.toml", &format!("{toml}{aspect} = false\n"));
        shop.run(&["check"]).exits(2).says(&format!("manage.{aspect} can't be left to others on MySQL"));
    }
}

/// Whose server this is: the two spell the same types in two ways.
fn vendor(shop: &Shop) -> &'static str {
    if shop.one("version()").contains("MariaDB") { "mariadb" } else { "oracle" }
}

/// Statements that reach beyond a database by themselves, refused before anything runs; `canary` is another database.
const BEYOND: [&str; 20] = [
    "USE canary; DROP TABLE v",
    "CREATE TABLE t (a int); USE canary; DROP TABLE v",
    "DROP TABLE canary.v",
    "/*!40101 DROP TABLE canary.v */",
    "DROP DATABASE canary",
    "ALTER DATABASE canary CHARACTER SET latin1",
    "CREATE TABLE canary.evil (a int)",
    "RENAME TABLE t TO canary.evil",
    "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES canary.v (a))",
    "CREATE TRIGGER evil BEFORE INSERT ON canary.v FOR EACH ROW SET NEW.a = 1",
    "CREATE PROCEDURE canary.evil() SELECT 1",
    "CREATE USER autogen_evil",
    "GRANT ALL ON *.* TO root@'127.0.0.1'",
    "SET GLOBAL max_connect_errors = 7",
    "SET @a = 1, @@GLOBAL.max_connect_errors = 7",
    "ALTER USER root@'127.0.0.1' ACCOUNT LOCK",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE t",
    "FLUSH PRIVILEGES",
    "KILL 1",
    "INSTALL SONAME 'ha_blackhole'",
];

/// What runs inside of code or only with consent: the server says no.
const MYSQL_CODE: [&str; 9] = [
    "CALL evil()",
    "SELECT 1 INTO OUTFILE '/tmp/autogen_canary_mysql'",
    "SELECT 1 FROM canary.v",
    "PREPARE s FROM 'DROP TABLE canary.v'; EXECUTE s",
    "PREPARE s FROM 'SET GLOBAL max_connect_errors = 7'; EXECUTE s",
    "PREPARE s FROM 'CREATE USER autogen_evil'; EXECUTE s",
    "PREPARE s FROM 'DROP DATABASE canary'; EXECUTE s",
    "CREATE TABLE copied AS SELECT * FROM canary.v",
    "SELECT evil_function()",
];

#[test]
fn mysql_models_change_nothing_outside() {
    let (shop, canary) = (Shop::new("attack"), Shop::new("canary"));
    canary
        .connection()
        .batch_execute("CREATE TABLE v (a int PRIMARY KEY); INSERT INTO v VALUES (1)")
        .unwrap();
    shop.project.write("schema.sql", "");
    shop.run(&["init"]).exits(0);
    let state = || {
        canary.one(
            "CONCAT_WS(' ', (SELECT COUNT(*) FROM v), (SELECT COUNT(*) FROM mysql.user WHERE User = 'autogen_evil'), \
             (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()), \
             (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()), \
             @@GLOBAL.max_connect_errors)",
        )
    };
    let before = state();
    let attempt = |model: &str, arguments: &[&str], code: &[i32]| {
        let model = model.replace("canary.", &format!("{}.", canary.name)).replace("canary", &canary.name);
        shop.project.write("schema.sql", &format!("CREATE TABLE t (a int);\n{model};\n"));
        let ran = shop.run(arguments);
        assert!(
            code.contains(&ran.code),
            "{arguments:?} ended with {} for {model}\n{}{}",
            ran.code,
            ran.out,
            ran.err
        );
        assert!(ran.err.contains("schema.sql:"), "{arguments:?} names no place for {model}\n{}", ran.err);
        assert_eq!(state(), before, "{model}");
        assert!(!std::path::Path::new("/tmp/autogen_canary_mysql").exists());
    };
    for model in BEYOND {
        attempt(model, &["check"], &[4]);
        attempt(model, &["diff", "database", "schema.sql", "--allow-code"], &[4]);
    }
    let code = "CREATE DEFINER=root@`127.0.0.1` PROCEDURE evil() SQL SECURITY DEFINER DROP TABLE canary.v;\n\
        CREATE DEFINER=`mysql.sys`@localhost FUNCTION evil_function() RETURNS int DETERMINISTIC SQL SECURITY DEFINER \
        RETURN (SELECT a FROM canary.v);\n";
    for statement in MYSQL_CODE {
        attempt(&format!("{code}{statement}"), &["diff", "database", "schema.sql", "--allow-code"], &[2, 4]);
    }
}

#[test]
fn mysql_a_dump_is_a_model_as_it_comes() {
    let shop = Shop::new("dump");
    let definer = format!("autogen_definer_{}", std::process::id());
    shop.admin(&format!("CREATE USER {definer}@'%'; GRANT ALL ON {}.* TO {definer}@'%'", shop.name));
    shop.connection()
        .batch_execute(&format!(
            "CREATE TABLE a (id int PRIMARY KEY, t text); INSERT INTO a VALUES (1, 'it''s; `'); \
             CREATE DEFINER=`{definer}`@`%` VIEW b AS SELECT id FROM a; \
             CREATE TRIGGER c BEFORE INSERT ON a FOR EACH ROW SET NEW.t = CONCAT(NEW.t, ';')"
        ))
        .unwrap();
    let server = url::Url::parse(&shop.server).unwrap();
    for options in [
        &["--no-data"][..],
        &["--no-data", "--databases"],
        &["--databases", "--add-drop-database", "--routines"],
    ] {
        let mut dump = std::process::Command::new("mariadb-dump");
        dump.args(["--no-defaults", "-h127.0.0.1", "-uroot", "--skip-ssl"])
            .arg(format!("-P{}", server.port().unwrap_or(3306)));
        let output = dump.args(options).arg(&shop.name).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        shop.project.write("schema.sql", &String::from_utf8(output.stdout).unwrap());
        shop.run(&["diff", "database", "schema.sql", "--exit-code"]).exits(0);
        assert_eq!(shop.one("(SELECT COUNT(*) FROM a)"), "1");
    }
    shop.admin(&format!("DROP USER {definer}@'%'"));
}

#[test]
fn mysql_an_account_that_may_make_none_runs_no_code_and_local_is_a_way() {
    let shop = Shop::new("lowly");
    let account = format!("autogen_lowly_{}", std::process::id());
    shop.admin(&format!(
        "CREATE USER {account}@'127.0.0.1' IDENTIFIED BY 'p@ss'; GRANT ALL ON {}.* TO {account}@'127.0.0.1'; \
         GRANT ALL ON `autogen\\_scratch\\_%`.* TO {account}@'127.0.0.1'",
        shop.name
    ));
    let url = shop.url_as(&format!("{account}:p%40ss"));
    shop.project.write("schema.sql", "CREATE TABLE t (a int);\nCREATE TABLE u AS SELECT 1 AS a;\n");
    shop.run_at(&url, &["init"]).exits(0);
    let refused = shop.run_at(&url, &["check"]).exits(4).says("schema.sql:2:1").says("CREATE USER");
    refused.says("--scratch local").says("--scratch-url");
    shop.project.write("schema.sql", "CREATE TABLE t (a int);\nCREATE PROCEDURE p() SELECT 1;\n");
    shop.run_at(&url, &["-m", "x", "--dry-run"]).exits(0).says("Proven");
    if autogen_fixtures::server::flavor() == autogen_diff_core::Flavor::Mariadb {
        shop.project.write("schema.sql", "CREATE TABLE u AS SELECT 1 AS a;\n");
        shop.run_at(&url, &["-m", "x", "--dry-run", "--scratch", "local"]).exits(0).says("Proven");
    }
    shop.admin(&format!("DROP USER {account}@'127.0.0.1'"));
}

#[test]
fn mysql_migrations_that_need_no_foreign_key_checks_say_so() {
    let shop = Shop::new("fk");
    let one = "CREATE TABLE posts (id int PRIMARY KEY, user_id int, FOREIGN KEY (user_id) REFERENCES users (id));\n\
               CREATE TABLE users (id int PRIMARY KEY);\n";
    shop.project.write("migrations/2020-01-01-000000_one/up.sql", one);
    shop.project.write("migrations/2020-01-01-000000_one/down.sql", "DROP TABLE users;\nDROP TABLE posts;\n");
    shop.run(&["verify"]).exits(4).says("up.sql:1:1");
    shop.project.write("autogen.toml", "foreign_key_checks = false\n");
    shop.run(&["verify"]).exits(0);
    let script = shop.run(&["upgrade", "--sql", "base:head"]).exits(0);
    assert!(script.out.starts_with("SET SESSION foreign_key_checks = 0;\n"), "{}", script.out);
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["downgrade", "base"]).exits(0);
}

#[test]
fn mysql_statements_that_wait_for_others_keep_the_tables_beside_them() {
    let shop = Shop::new("beside");
    shop.connection().batch_execute("CREATE TABLE posts (id int PRIMARY KEY, body text)").unwrap();
    shop.project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
    shop.run(&["init", "--model", "src/schema.rs"]).exits(0);
    shop.run(&["stamp", "head"]).exits(0);
    let settings = shop.project.read("autogen.toml");
    let settings =
        settings.replace("model = \"src/schema.rs\"", "model = [\"src/schema.rs\", \"db/extra.sql\"]");
    shop.project.write("autogen.toml", &settings);
    let late =
        "CREATE VIEW first AS SELECT body FROM second;\nCREATE VIEW second AS SELECT body FROM posts;\n";
    shop.project.write("db/extra.sql", late);
    shop.run(&["-m", "views"]).exits(0).says("Proven");
    shop.run(&["upgrade"]).exits(0);
    shop.run(&["check"]).exits(0).says("nothing differs");
}
