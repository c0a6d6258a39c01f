//! What SQLite's migrations rely on: transactions of their own, upgraders at once, and the session's settings.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::time::Duration;

use autogen_runner::{
    Applied, Direction, MigrationDirectory, OfflineServer, RunError, Runner, Session as _, StatementState,
    TransactionFault, applied, end, offline_script, rehash, stamp, unfinished,
};
use diesel::{Connection as _, SqliteConnection};
use tempfile::TempDir;

const FIRST: &str = "2026-01-01-000000-0000_first";
const FIRST_VERSION: &str = "202601010000000000";
const OWN_TRANSACTION: &str = "run_in_transaction = false\n";

/// A folder of migrations and a database file.
struct Project(TempDir);

impl Project {
    /// With a table `t` that has one row, and one migration.
    fn new(up: &str, metadata: Option<&str>) -> Self {
        let project = Self(tempfile::tempdir().unwrap());
        project.connect().execute("CREATE TABLE t (n integer); INSERT INTO t VALUES (0)").unwrap();
        project.write(FIRST, up, "SELECT 1;", metadata);
        project
    }

    fn write(&self, name: &str, up: &str, down: &str, metadata: Option<&str>) {
        let folder = self.0.path().join("migrations").join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("up.sql"), up).unwrap();
        std::fs::write(folder.join("down.sql"), down).unwrap();
        if let Some(metadata) = metadata {
            std::fs::write(folder.join("metadata.toml"), metadata).unwrap();
        }
    }

    fn directory(&self) -> MigrationDirectory {
        MigrationDirectory::read(&self.0.path().join("migrations")).unwrap()
    }

    fn runner(&self, wait: Duration) -> Runner<MigrationDirectory> {
        Runner::new(self.directory()).lock_timeout(wait)
    }

    fn connect(&self) -> SqliteConnection {
        SqliteConnection::establish(&self.0.path().join("a.db").display().to_string()).unwrap()
    }

    fn upgrade(&self) -> Result<usize, RunError> {
        self.runner(Duration::from_secs(20)).upgrade(&mut self.connect()).map(|report| report.ran.len())
    }

    fn n(&self) -> String {
        self.connect().text("SELECT CAST(sum(n) AS text) FROM t").unwrap().unwrap()
    }

    fn applied(&self) -> Vec<Applied> {
        applied(&mut self.connect()).unwrap().applied.into_values().collect()
    }

    /// Runs it with many connections at once; gives how many of them say that they did it.
    fn at_once(&self, direction: Direction) -> usize {
        let target = match direction {
            Direction::Up => "head",
            Direction::Down => "base",
        };
        let run = || {
            let (runner, mut connection) = (self.runner(Duration::from_secs(20)), self.connect());
            let report = match direction {
                Direction::Up => runner.upgrade_to(&mut connection, target),
                Direction::Down => runner.downgrade_to(&mut connection, target),
            };
            report.unwrap().ran.len()
        };
        std::thread::scope(|scope| {
            let runs: Vec<_> = (0..6).map(|_| scope.spawn(run)).collect();
            runs.into_iter().map(|run| run.join().unwrap()).sum()
        })
    }
}

/// The place and the fault of a file that is refused; nothing of it was run.
#[track_caller]
fn refused(up: &str, metadata: Option<&str>) -> (usize, TransactionFault) {
    let project = Project::new(up, metadata);
    project.write("2025-01-01-000000-0000_before", "UPDATE t SET n = n + 10;", "", None);
    let error = project.upgrade().unwrap_err();
    let RunError::Transactions { file, line, fault } = error else { panic!("{error:?}") };
    assert_eq!((file, project.n().as_str()), (format!("{FIRST}/up.sql"), "0"), "{up}");
    assert!(project.applied().is_empty());
    (line, fault)
}

#[test]
fn a_file_in_the_runners_transaction_manages_none() {
    for (up, line) in [
        ("UPDATE t SET n = 1;\nCOMMIT;\nALTER TABLE missing ADD x int;", 2),
        ("UPDATE t SET n = 1;\nEND; BEGIN;", 2),
        ("BEGIN; UPDATE t SET n = 1; COMMIT;", 1),
        ("UPDATE t SET n = 1; -- COMMIT\n\nROLLBACK;", 3),
    ] {
        assert!(matches!(refused(up, None), (at, TransactionFault::InRunners(_)) if at == line), "{up}");
    }
    for fine in [
        "SAVEPOINT a; UPDATE t SET n = 1; ROLLBACK TO a; RELEASE a; UPDATE t SET n = 2;",
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END; UPDATE t SET n = 2; -- COMMIT;",
    ] {
        let project = Project::new(fine, None);
        assert_eq!(project.upgrade().unwrap(), 1);
        assert_eq!(project.n(), "2");
    }
}

#[test]
fn transactions_of_a_file_pair_up() {
    for (up, line, fault) in [
        ("\nBEGIN;\nUPDATE t SET n = 1;", 2, TransactionFault::NeverEnds),
        ("SAVEPOINT a;\nUPDATE t SET n = 1;", 1, TransactionFault::NeverEnds),
        ("UPDATE t SET n = 1;\nCOMMIT;", 2, TransactionFault::NeverBegan),
        ("BEGIN;\nUPDATE t SET n = 1;\nBEGIN;\nCOMMIT;", 3, TransactionFault::Nested),
    ] {
        assert_eq!(refused(up, Some(OWN_TRANSACTION)), (line, fault), "{up}");
    }
}

#[test]
fn a_file_of_no_transaction_runs_once() {
    for up in [
        "UPDATE t SET n = n + 1;",
        "PRAGMA user_version = 7; UPDATE t SET n = n + 1; VACUUM;",
        "UPDATE t SET n = n + 1; BEGIN; SELECT 1; COMMIT;",
        "BEGIN; UPDATE t SET n = n + 1; COMMIT; BEGIN; SELECT 1; COMMIT;",
        "PRAGMA foreign_keys = OFF; BEGIN; UPDATE t SET n = n + 1; COMMIT; PRAGMA foreign_keys = ON;",
    ] {
        let project = Project::new(up, Some(OWN_TRANSACTION));
        project.write(FIRST, up, &up.replace("n + 1", "n - 1"), Some(OWN_TRANSACTION));
        project.write(
            "2026-01-02-000000-0000_second",
            "UPDATE t SET n = n * 3;",
            "UPDATE t SET n = n / 3;",
            None,
        );
        assert_eq!(project.at_once(Direction::Up), 2, "{up}");
        assert_eq!((project.n().as_str(), project.applied().len()), ("3", 2), "{up}");
        assert_eq!(project.at_once(Direction::Down), 2, "{up}");
        assert_eq!((project.n().as_str(), project.applied().len()), ("0", 0), "{up}");
        assert!(unfinished(&mut project.connect()).unwrap().is_empty());
    }
}

#[test]
fn a_plain_file_of_no_transaction_is_taken_back_when_it_fails() {
    let project =
        Project::new("UPDATE t SET n = n + 1;\nALTER TABLE missing ADD x int;", Some(OWN_TRANSACTION));
    let error = project.upgrade().unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: true, .. }), "{error:?}");
    assert_eq!(project.n(), "0");
}

#[test]
fn a_file_that_failed_half_way_is_not_applied_and_its_session_is_free() {
    let up = "BEGIN; UPDATE t SET n = 5; COMMIT; BEGIN; UPDATE t SET n = 9; ALTER TABLE missing ADD x int; COMMIT;";
    let project = Project::new(up, Some(OWN_TRANSACTION));
    let mut connection = project.connect();
    let error = project.runner(Duration::from_secs(1)).upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: false, .. }), "{error:?}");
    connection.execute("BEGIN; ROLLBACK").unwrap();
    assert_eq!(project.n(), "5");
    assert!(project.applied().is_empty());
    project.write(FIRST, "PRAGMA user_version = 1; UPDATE t SET n = n + 1;", "", Some(OWN_TRANSACTION));
    assert_eq!(project.upgrade().unwrap(), 1);
    assert_eq!(project.n(), "6");
}

#[test]
fn a_file_whose_upgrader_died_waits_for_a_decision() {
    for (state, n) in [(StatementState::Done, "0"), (StatementState::Failed, "1")] {
        let project = Project::new("PRAGMA user_version = 1; UPDATE t SET n = n + 1;", Some(OWN_TRANSACTION));
        let mut connection = project.connect();
        // The journal of one that died: another migration made the table.
        project.write("2025-01-01-000000-0000_before", "PRAGMA user_version = 0;", "", Some(OWN_TRANSACTION));
        project.runner(Duration::from_secs(1)).upgrade_to(&mut connection, "+1").unwrap();
        let hash = autogen_migration_files::sha256_hex("PRAGMA user_version = 1; UPDATE t SET n = n + 1;");
        connection
            .execute(&format!(
                "INSERT INTO __autogen_journal VALUES ('{FIRST_VERSION}', 'up', 1, '{hash}', 'started', NULL)"
            ))
            .unwrap();
        let error = project.runner(Duration::from_secs(1)).upgrade(&mut connection).unwrap_err();
        assert!(matches!(error, RunError::OutcomeUnknown { position: 1, .. }), "{error:?}");
        assert_eq!(project.n(), "0");
        let found = unfinished(&mut connection).unwrap().remove(0);
        end(&mut connection, &found, 1, state, Duration::from_secs(1)).unwrap();
        assert_eq!(project.upgrade().unwrap(), 1);
        assert_eq!(project.n(), n);
        assert!(unfinished(&mut connection).unwrap().is_empty());
    }
}

#[test]
fn a_record_that_is_gone_is_an_error() {
    let project = Project::new("UPDATE t SET n = 1;", None);
    let mut connection = project.connect();
    project.write(
        FIRST,
        "PRAGMA user_version = 1; ALTER TABLE missing ADD x int;",
        "",
        Some(OWN_TRANSACTION),
    );
    project.upgrade().unwrap_err();
    let found = unfinished(&mut connection).unwrap().remove(0);
    connection.execute("DELETE FROM __autogen_journal").unwrap();
    let error = end(&mut connection, &found, 1, StatementState::Done, Duration::from_secs(1)).unwrap_err();
    assert!(
        matches!(&error, RunError::Database(error) if error.message.contains("__autogen_journal")),
        "{error:?}"
    );
}

#[test]
fn stamping_and_accepting_wait_for_whoever_writes() {
    let project = Project::new("UPDATE t SET n = 1;", None);
    project.upgrade().unwrap();
    let mut holder = project.connect();
    holder.execute("BEGIN IMMEDIATE").unwrap();
    let directory = project.directory();
    let all: Vec<_> = directory.migrations.iter().collect();
    let mut connection = project.connect();
    let error = stamp(&mut connection, &all, Duration::from_millis(10)).unwrap_err();
    assert!(matches!(error, RunError::LockTimeout { .. }), "{error:?}");
    holder.execute("ROLLBACK; UPDATE __autogen_history SET hash = 'other'").unwrap();
    assert_eq!(rehash(&mut connection, &all, Duration::from_secs(1)).unwrap(), 1);
    assert_eq!(project.upgrade().unwrap(), 0);
}

#[test]
fn the_session_is_what_it_was() {
    let up = "PRAGMA legacy_alter_table = OFF; PRAGMA foreign_keys = ON; PRAGMA recursive_triggers = OFF; \
        PRAGMA ignore_check_constraints = ON; PRAGMA writable_schema = ON;";
    let project = Project::new(up, Some(OWN_TRANSACTION));
    let mut connection = project.connect();
    let settings = |connection: &mut SqliteConnection| {
        [
            "legacy_alter_table",
            "foreign_keys",
            "recursive_triggers",
            "ignore_check_constraints",
            "writable_schema",
        ]
        .map(|name| connection.text(&format!("SELECT CAST({name} AS text) FROM pragma_{name}")).unwrap())
    };
    connection
        .execute("PRAGMA legacy_alter_table = ON; PRAGMA foreign_keys = OFF; PRAGMA recursive_triggers = ON")
        .unwrap();
    let before = settings(&mut connection);
    assert_eq!(project.runner(Duration::from_secs(1)).upgrade(&mut connection).unwrap().ran.len(), 1);
    assert_eq!(settings(&mut connection), before);
}

#[test]
fn a_commit_that_fails_leaves_no_transaction_behind() {
    let up = "CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (p REFERENCES p); PRAGMA defer_foreign_keys = ON; \
        INSERT INTO c VALUES (1);";
    for metadata in [None, Some(OWN_TRANSACTION)] {
        let project = Project::new(up, metadata);
        if metadata.is_some() {
            project.write(FIRST, &format!("BEGIN; {up} COMMIT;"), "", metadata);
        }
        let mut connection = project.connect();
        connection.execute("PRAGMA foreign_keys = ON").unwrap();
        let error = project.runner(Duration::from_secs(1)).upgrade(&mut connection).unwrap_err();
        assert!(matches!(error, RunError::Failed { rolled_back: true, .. }), "{error:?}");
        connection.execute("BEGIN; ROLLBACK").unwrap();
        assert!(project.applied().is_empty());
    }
}

#[test]
fn a_printed_script_ends_no_transaction_within_a_file() {
    let up =
        "CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END;\nCOMMIT;\nALTER TABLE missing ADD x int;";
    let directory = Project::new(up, None).directory();
    let steps: Vec<_> = directory.migrations.iter().collect();
    let refused = offline_script(&steps, Direction::Up, OfflineServer::Sqlite);
    assert!(matches!(refused, Err(RunError::Transactions { line: 2, .. })), "{refused:?}");
    let directory = Project::new(up.split("COMMIT").next().unwrap(), None).directory();
    let steps: Vec<_> = directory.migrations.iter().collect();
    assert!(offline_script(&steps, Direction::Up, OfflineServer::Sqlite).unwrap().contains("COMMIT;"));
}
