//! The same migrations through both connections to MySQL and MariaDB: Diesel's, and that of the `mysql` crate.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::path::Path;
use std::time::Duration;

use autogen_runner::{
    Backend, DatabaseCondition, Drift, MigrationDirectory, RunError, Runner, SchemaState, Session as _,
    StatementState, TransactionFault, drift, end, name_environment, record_schema, unfinished,
};
use diesel::Connection as _;
use tempfile::TempDir;

/// A database that goes with the test, and a folder of migrations.
struct Project {
    folder: TempDir,
    name: String,
}

#[derive(Clone, Copy, Debug)]
enum Client {
    Diesel,
    Crate,
}

fn server() -> String {
    std::env::var("AUTOGEN_TEST_MYSQL_URL")
        .expect("no MySQL server is named; run ./dev test, or set AUTOGEN_TEST_MYSQL_URL")
}

impl Project {
    fn new(what: &str, client: Client) -> Self {
        let name = format!("autogen_runner_{what}_{client:?}_{}", std::process::id()).to_lowercase();
        let mut admin = mysql::Conn::new(server().as_str()).unwrap();
        admin
            .execute(&format!("DROP DATABASE IF EXISTS {name}; CREATE DATABASE {name} CHARACTER SET utf8mb4"))
            .unwrap();
        Self { folder: tempfile::tempdir().unwrap(), name }
    }

    fn url(&self) -> String {
        format!("{}/{}", server().rsplit_once('/').unwrap().0, self.name)
    }

    fn write(&self, migration: &str, up: &str, down: &str) {
        let folder = self.path().join(migration);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("up.sql"), up).unwrap();
        std::fs::write(folder.join("down.sql"), down).unwrap();
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn runner(&self) -> Runner<MigrationDirectory> {
        Runner::new(MigrationDirectory::read(self.path()).unwrap()).lock_timeout(Duration::from_secs(1))
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let Ok(mut admin) = mysql::Conn::new(server().as_str()) else { return };
        let _ = admin.execute(&format!("DROP DATABASE {}", self.name));
    }
}

/// What a test does, with either connection.
trait Scenario {
    const NAME: &'static str;
    fn run<C: Backend>(project: &Project, connection: C, another: C);
}

fn on_both<S: Scenario>() {
    let diesel = Project::new(S::NAME, Client::Diesel);
    let open = || diesel::MysqlConnection::establish(&diesel.url()).unwrap();
    S::run(&diesel, open(), open());
    let of_crate = Project::new(S::NAME, Client::Crate);
    let open = || mysql::Conn::new(of_crate.url().as_str()).unwrap();
    S::run(&of_crate, open(), open());
}

/// A procedure with a body, calls that give rows, settings, texts beyond ASCII.
const FIRST: &str = "CREATE TABLE a (id int PRIMARY KEY, name varchar(20)) CHARACTER SET utf8mb4;
SET @from = 1;
CREATE PROCEDURE fill(n int) BEGIN
    DECLARE i int DEFAULT @from;
    WHILE i <= n DO INSERT INTO a VALUES (i, 'Zoë 🦀'); SET i = i + 1; END WHILE;
    SELECT * FROM a; SELECT COUNT(*) FROM a;
END;
CALL fill(3);
SELECT id, name FROM a;
SHOW TABLES;
UPDATE a SET name = '\u{4e16}' WHERE id = 2;
";

struct Rows;

impl Scenario for Rows {
    const NAME: &'static str = "rows";

    fn run<C: Backend>(project: &Project, mut connection: C, _: C) {
        connection.execute("SET NAMES utf8mb4").unwrap();
        project.write("2026-01-01-000000-0000_o'clock", FIRST, "DROP PROCEDURE fill; DROP TABLE a");
        let report = project.runner().upgrade(&mut connection).unwrap();
        assert_eq!(report.ran.len(), 1);
        let names = connection.texts("SELECT name FROM a ORDER BY id").unwrap();
        assert_eq!(names, ["Zoë 🦀", "世", "Zoë 🦀"]);
        let history = autogen_runner::applied(&mut connection).unwrap();
        let hash = &history.applied["202601010000000000"].hash;
        assert_eq!(hash.as_deref().map(str::len), Some(64));
        assert!(unfinished(&mut connection).unwrap().is_empty());
        assert!(project.runner().upgrade(&mut connection).unwrap().ran.is_empty());
        assert_eq!(project.runner().downgrade_to(&mut connection, "base").unwrap().ran.len(), 1);
        assert!(autogen_runner::applied(&mut connection).unwrap().applied.is_empty());
        let state = SchemaState { basis: "b".repeat(32), fingerprint: "f".repeat(64) };
        let look =
            |connection: &mut C| drift::<_, RunError>(connection, None, |_| Ok(state.clone())).unwrap();
        assert_eq!(look(&mut connection), Drift::Unknown);
        for _ in 0..2 {
            assert!(record_schema(&mut connection, |_| Some(state.clone())).unwrap());
            assert_eq!(look(&mut connection), Drift::Absent);
        }
        assert_eq!(name_environment(&mut connection, "it's").unwrap(), "it's");
        assert_eq!(name_environment(&mut connection, "other").unwrap(), "it's");
    }
}

#[test]
fn mysql_statements_that_give_rows_are_followed_by_others() {
    on_both::<Rows>();
}

struct Failure;

impl Scenario for Failure {
    const NAME: &'static str = "failure";

    fn run<C: Backend>(project: &Project, mut connection: C, _: C) {
        let up = |third: &str| {
            format!(
                "CREATE TABLE a (id int);\nCREATE TABLE b (id int);\n{third};\nCREATE TABLE c (id int);\n"
            )
        };
        project.write("2026-01-01-000000-0000_a", &up("ALTER TABLE nowhere ADD x int"), "DROP TABLE a, b, c");
        let error = project.runner().upgrade(&mut connection).unwrap_err();
        let RunError::Stopped { position, count, message, .. } = &error else { panic!("{error}") };
        assert_eq!((*position, *count), (3, 4));
        assert!(message.starts_with("Table '") && message.ends_with("nowhere' doesn't exist"), "{message}");
        let stopped = &unfinished(&mut connection).unwrap()[0];
        let states: Vec<_> = stopped.statements.iter().map(|entry| (entry.position, entry.state)).collect();
        let (done, failed) = (StatementState::Done, StatementState::Failed);
        assert_eq!(states, [(1, done), (2, done), (3, failed)]);
        // The cause is mended, and what is done is not run again.
        project.write("2026-01-01-000000-0000_a", &up("ALTER TABLE a ADD x int"), "DROP TABLE a, b, c");
        project.runner().upgrade(&mut connection).unwrap();
        assert_eq!(connection.texts("SELECT CAST(COUNT(x) AS CHAR) FROM a").unwrap(), ["0"]);
        assert!(unfinished(&mut connection).unwrap().is_empty());
    }
}

#[test]
fn mysql_a_failed_statement_is_named_and_the_journal_goes_on_from_it() {
    on_both::<Failure>();
}

struct Later;

impl Scenario for Later {
    const NAME: &'static str = "later";

    /// A migration is sent statement by statement; the settings of an application may be several.
    fn run<C: Backend>(_: &Project, mut connection: C, _: C) {
        let error = connection.execute("SELECT 1; SELECT 2; SELECT * FROM nowhere; SELECT 3").unwrap_err();
        assert!(error.message.ends_with("nowhere' doesn't exist"), "{error}");
        assert!(std::error::Error::source(&error).is_some());
        // The connection is in step with the server still.
        assert_eq!(connection.texts("SELECT 'a' UNION SELECT NULL UNION SELECT 'b'").unwrap(), ["a", "b"]);
        assert!(!connection.is_true("SELECT NULL").unwrap());
        assert!(connection.is_true("SELECT 2").unwrap());
    }
}

#[test]
fn mysql_the_error_of_a_later_statement_is_seen() {
    on_both::<Later>();
}

struct Interrupted;

impl Scenario for Interrupted {
    const NAME: &'static str = "interrupted";

    fn run<C: Backend>(_: &Project, mut connection: C, mut another: C) {
        let id = connection.text("SELECT CAST(CONNECTION_ID() AS CHAR)").unwrap().unwrap();
        connection.execute("CREATE TABLE a (id int) ENGINE = InnoDB; BEGIN; SELECT * FROM a").unwrap();
        let id_of_other = another.text("SELECT CAST(CONNECTION_ID() AS CHAR)").unwrap().unwrap();
        let killer = |what: &'static str, id: String| {
            std::thread::spawn(move || {
                let mut admin = mysql::Conn::new(server().as_str()).unwrap();
                let busy = format!(
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {id} AND INFO LIKE 'ALTER%'"
                );
                while !admin.is_true(&busy).unwrap() {
                    std::thread::sleep(Duration::from_millis(20));
                }
                admin.execute(&format!("{what} {id}")).unwrap();
            })
        };
        let ended = killer("KILL QUERY", id_of_other.clone());
        let error = another.execute("ALTER TABLE a ADD x int").unwrap_err();
        ended.join().unwrap();
        assert_eq!(DatabaseCondition::of(&error), None, "{error}");
        assert!(another.is_true("SELECT 1").unwrap());
        let ended = killer("KILL", id_of_other);
        let error = another.execute("ALTER TABLE a ADD x int").unwrap_err();
        ended.join().unwrap();
        assert_eq!(DatabaseCondition::of(&error), Some(DatabaseCondition::ConnectionLost), "{error}");
        assert!(another.is_true("SELECT 1").is_err());
        // Its own session, as a migration may.
        let error = connection.execute(&format!("KILL {id}")).unwrap_err();
        assert_eq!(DatabaseCondition::of(&error), Some(DatabaseCondition::ConnectionLost), "{error}");
    }
}

#[test]
fn mysql_an_interrupted_statement_is_told_from_an_ended_session() {
    on_both::<Interrupted>();
}

struct Lock;

impl Scenario for Lock {
    const NAME: &'static str = "lock";

    fn run<C: Backend>(project: &Project, mut connection: C, mut another: C) {
        project.write("2026-01-01-000000-0000_a", "CREATE TABLE a (id int)", "DROP TABLE a");
        another.lock(Duration::from_secs(1)).unwrap();
        assert!(another.holds_lock().unwrap() && !connection.holds_lock().unwrap());
        let id = another.text("SELECT CAST(CONNECTION_ID() AS CHAR)").unwrap().unwrap();
        let error = project.runner().upgrade(&mut connection).unwrap_err();
        let RunError::LockTimeout { holder: Some(holder), .. } = &error else { panic!("{error}") };
        assert_eq!(*holder, format!("connection {id}; to end it: KILL {id}"));
        another.unlock();
        assert_eq!(project.runner().upgrade(&mut connection).unwrap().ran.len(), 1);
        // A lock conflict of statements is told from an error of theirs.
        connection
            .execute("CREATE TABLE r (id int PRIMARY KEY) ENGINE = InnoDB; INSERT INTO r VALUES (1)")
            .unwrap();
        connection.execute("BEGIN; UPDATE r SET id = 2").unwrap();
        another.execute("SET innodb_lock_wait_timeout = 1").unwrap();
        let conflict = another.execute("UPDATE r SET id = 3").unwrap_err();
        assert!(C::is_lock_conflict(&conflict), "{conflict}");
        connection.execute("ROLLBACK").unwrap();
        let other = another.execute("INSERT INTO r VALUES (1)").unwrap_err();
        assert!(!C::is_lock_conflict(&other), "{other}");
    }
}

#[test]
fn mysql_one_connection_waits_for_the_lock_of_another() {
    on_both::<Lock>();
}

struct Killed;

impl Scenario for Killed {
    const NAME: &'static str = "killed";

    fn run<C: Backend>(project: &Project, mut connection: C, mut another: C) {
        let up = "CREATE TABLE a (id int);\nALTER TABLE held ADD x int;\nCREATE TABLE b (id int);\n";
        project.write("2026-01-01-000000-0000_a", up, "");
        another.execute("CREATE TABLE held (id int) ENGINE = InnoDB; BEGIN; SELECT * FROM held").unwrap();
        let id = connection.text("SELECT CAST(CONNECTION_ID() AS CHAR)").unwrap().unwrap();
        let killer = std::thread::spawn({
            let url = server();
            move || {
                let mut admin = mysql::Conn::new(url.as_str()).unwrap();
                let busy = format!(
                    "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID = {id} AND INFO LIKE 'ALTER TABLE held%'"
                );
                while !admin.is_true(&busy).unwrap() {
                    std::thread::sleep(Duration::from_millis(20));
                }
                admin.execute(&format!("KILL {id}")).unwrap();
            }
        });
        let error = project.runner().upgrade(&mut connection).unwrap_err();
        killer.join().unwrap();
        assert_eq!(error.condition(), Some(DatabaseCondition::ConnectionLost), "{error}");
        assert!(matches!(error, RunError::Stopped { position: 2, .. }), "{error}");
        another.execute("ROLLBACK").unwrap();
        // Nobody saw the end of the second statement; the catalog shows that it changed nothing.
        let stopped = &unfinished(&mut another).unwrap()[0];
        assert_eq!(stopped.open().map(|entry| entry.position), Some(2));
        let directory = MigrationDirectory::read(project.path()).unwrap();
        let probed = autogen_runner::probe(&mut another, &directory, stopped).unwrap();
        assert_eq!(probed, Some(StatementState::Failed));
    }
}

#[test]
fn mysql_a_session_that_is_killed_leaves_a_journal() {
    on_both::<Killed>();
}

/// Settings of the application stay, whatever a migration sets.
struct Settings;

impl Scenario for Settings {
    const NAME: &'static str = "settings";

    fn run<C: Backend>(project: &Project, mut connection: C, _: C) {
        let settings = |connection: &mut C| {
            let query = "SELECT CONCAT_WS(' ', @@SESSION.unique_checks, @@SESSION.autocommit, @@SESSION.time_zone, \
                 @@SESSION.sql_mode, @@SESSION.collation_connection, @@SESSION.character_set_client)";
            connection.text(query).unwrap().unwrap()
        };
        connection
            .execute(
                "SET NAMES utf8mb4 COLLATE utf8mb4_bin; SET SESSION unique_checks = 0, time_zone = '+03:00'",
            )
            .unwrap();
        let before = settings(&mut connection);
        let up = "CREATE TABLE a (n int); SET NAMES latin1; SET SESSION unique_checks = 1, time_zone = '+00:00', \
            autocommit = 0; INSERT INTO a VALUES (1);";
        project.write("2026-01-01-000000-0000_a", up, "DROP TABLE a");
        assert_eq!(project.runner().upgrade(&mut connection).unwrap().ran.len(), 1);
        assert_eq!(settings(&mut connection), before);
        assert_eq!(connection.text("SELECT CAST(SUM(n) AS char) FROM a").unwrap().as_deref(), Some("1"));
    }
}

#[test]
fn the_applications_settings_are_put_back() {
    on_both::<Settings>();
}

/// A transaction that nothing ends.
struct Open;

impl Scenario for Open {
    const NAME: &'static str = "open";

    fn run<C: Backend>(project: &Project, mut connection: C, _: C) {
        project.write(
            "2026-01-01-000000-0000_a",
            "CREATE TABLE a (n int);\nSTART TRANSACTION;\nINSERT INTO a VALUES (1);",
            "",
        );
        let refused = project.runner().upgrade(&mut connection);
        let wanted = TransactionFault::NeverEnds;
        assert!(
            matches!(&refused, Err(RunError::Transactions { line: 2, fault, .. }) if *fault == wanted),
            "{refused:?}"
        );
        assert!(connection.texts("SHOW TABLES LIKE 'a'").unwrap().is_empty());
    }
}

#[test]
fn a_transaction_that_nothing_ends_is_refused() {
    on_both::<Open>();
}

/// A record that is so already is no record that is missing, though one client does not count it.
struct Again;

impl Scenario for Again {
    const NAME: &'static str = "again";

    fn run<C: Backend>(project: &Project, mut connection: C, mut another: C) {
        project.write(
            "2026-01-01-000000-0000_a",
            "CREATE TABLE a (n int); CREATE INDEX i ON a (nothing);",
            "",
        );
        project.runner().upgrade(&mut connection).unwrap_err();
        let found = unfinished(&mut connection).unwrap().remove(0);
        let wait = Duration::from_millis(100);
        let settle = |connection: &mut C, state| end(connection, &found, 2, state, wait);
        another.lock(wait).unwrap();
        assert!(matches!(settle(&mut connection, StatementState::Failed), Err(RunError::LockTimeout { .. })));
        another.unlock();
        settle(&mut connection, StatementState::Failed).unwrap();
        settle(&mut connection, StatementState::Done).unwrap();
        connection.execute("DELETE FROM __autogen_journal").unwrap();
        let gone = settle(&mut connection, StatementState::Failed);
        assert!(matches!(gone, Err(RunError::Database(_))), "{gone:?}");
    }
}

#[test]
fn a_record_that_is_gone_is_an_error() {
    on_both::<Again>();
}
