//! What PostgreSQL's migrations rely on: transactions, and the session of the application.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::time::Duration;

use autogen_runner::{
    Backend as _, Glance, MigrationDirectory, NAMESPACE_SETTING, RunError, Runner, Session as _,
    StatementState, TransactionFault, applied, end, glance, glance_at_namespaces, rehash, stamp, unfinished,
};
use diesel::{Connection as _, PgConnection};
use tempfile::TempDir;

const OWN_TRANSACTION: &str = "run_in_transaction = false\n";

/// A database that goes with the test, and a folder of migrations.
struct Project {
    folder: TempDir,
    name: String,
}

fn server() -> String {
    std::env::var("AUTOGEN_TEST_POSTGRES_URL")
        .expect("no PostgreSQL server is named; run ./dev test, or set AUTOGEN_TEST_POSTGRES_URL")
}

impl Project {
    fn new(what: &str) -> Self {
        let name = format!("autogen_runner_{what}_{}", std::process::id());
        let mut admin = PgConnection::establish(&server()).unwrap();
        admin.execute(&format!("DROP DATABASE IF EXISTS {name}")).unwrap();
        admin.execute(&format!("CREATE DATABASE {name}")).unwrap();
        Self { folder: tempfile::tempdir().unwrap(), name }
    }

    fn connect(&self) -> PgConnection {
        let server = server();
        PgConnection::establish(&format!("{}/{}", server.rsplit_once('/').unwrap().0, self.name)).unwrap()
    }

    fn write(&self, name: &str, up: &str, metadata: Option<&str>) {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("up.sql"), up).unwrap();
        if let Some(metadata) = metadata {
            std::fs::write(folder.join("metadata.toml"), metadata).unwrap();
        }
    }

    fn directory(&self) -> MigrationDirectory {
        MigrationDirectory::read(self.folder.path()).unwrap()
    }

    fn upgrade(&self, connection: &mut PgConnection) -> Result<usize, RunError> {
        let runner = Runner::new(self.directory()).lock_timeout(Duration::from_secs(5));
        runner.upgrade(connection).map(|report| report.ran.len())
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        let Ok(mut admin) = PgConnection::establish(&server()) else { return };
        let _ = admin.execute(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
    }
}

#[test]
fn a_commit_within_the_runners_transaction_is_refused() {
    let project = Project::new("commit");
    let mut connection = project.connect();
    project.write(
        "2026-01-01-000000-0000_a",
        "CREATE TABLE a();\n/* ; */ COMMIT;\nALTER TABLE missing ADD x int;",
        None,
    );
    let error = project.upgrade(&mut connection).unwrap_err();
    let RunError::Transactions { line: 2, fault: TransactionFault::InRunners(verb), .. } = &error else {
        panic!("{error:?}")
    };
    assert_eq!(verb, "COMMIT");
    assert!(!connection.is_true("SELECT to_regclass('a') IS NOT NULL").unwrap());
    assert!(applied(&mut connection).unwrap().applied.is_empty());
    project.write("2026-01-01-000000-0000_a", "CREATE TABLE a(); PREPARE TRANSACTION 'x';", None);
    assert!(matches!(project.upgrade(&mut connection), Err(RunError::Transactions { .. })));
    let fine = "DO $$ BEGIN PERFORM 1; END $$; SAVEPOINT s; CREATE TABLE a(); RELEASE s; LOCK TABLE a;";
    project.write("2026-01-01-000000-0000_a", fine, None);
    assert_eq!(project.upgrade(&mut connection).unwrap(), 1);
}

#[test]
fn a_transaction_that_goes_on_is_refused() {
    let project = Project::new("pairs");
    let mut connection = project.connect();
    for (up, wanted) in [
        ("BEGIN;\nCREATE TABLE a();", TransactionFault::NeverEnds),
        ("BEGIN; CREATE TABLE a(); COMMIT AND CHAIN;", TransactionFault::NeverEnds),
        ("CREATE TABLE a(); COMMIT; ALTER TABLE missing ADD x int;", TransactionFault::NeverBegan),
    ] {
        project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
        let error = project.upgrade(&mut connection).unwrap_err();
        assert!(
            matches!(&error, RunError::Transactions { line: 1, fault, .. } if *fault == wanted),
            "{error:?}"
        );
        assert!(!connection.is_true("SELECT to_regclass('a') IS NOT NULL").unwrap());
    }
    let chained = "BEGIN; CREATE TABLE a(); COMMIT AND CHAIN; CREATE TABLE b(); COMMIT AND NO CHAIN;";
    project.write("2026-01-01-000000-0000_a", chained, Some(OWN_TRANSACTION));
    assert_eq!(project.upgrade(&mut connection).unwrap(), 1);
}

#[test]
fn a_session_that_failed_in_a_transaction_of_the_file_is_free() {
    let project = Project::new("free");
    let mut connection = project.connect();
    let up = "BEGIN; CREATE TABLE a(); COMMIT;\nBEGIN; ALTER TABLE missing ADD x int; COMMIT;";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: false, .. }), "{error:?}");
    // Neither the transaction nor the lock is left, and the journal knows that it failed.
    connection.execute("CREATE TABLE free()").unwrap();
    assert!(!connection.holds_lock().unwrap());
    let found = unfinished(&mut connection).unwrap().remove(0);
    assert_eq!(found.statements[0].state, StatementState::Failed);
}

#[test]
fn an_error_in_a_transaction_of_the_file_has_the_files_line() {
    let project = Project::new("line");
    let mut connection = project.connect();
    let up = "BEGIN;\nCREATE TABLE a();\nALTER TABLE missing ADD x int;\nCOMMIT;\n";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: true, line: None | Some(3), .. }), "{error:?}");
    let up = "BEGIN;\nCREATE TABLE a();\nSELECT nothing;\nCOMMIT;\n";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: true, line: Some(3), .. }), "{error:?}");
    // What fails when it is committed is taken back.
    let up = "BEGIN; CREATE TABLE a(n int UNIQUE DEFERRABLE INITIALLY DEFERRED); INSERT INTO a VALUES (1), (1); COMMIT;";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: true, .. }), "{error:?}");
    assert!(applied(&mut connection).unwrap().applied.is_empty());
}

/// Nobody knows whether a commit took place whose session was ended meanwhile.
#[test]
fn a_connection_that_breaks_at_the_files_own_commit_is_told_so() {
    let project = Project::new("break");
    let mut connection = project.connect();
    // The trigger ends its own session when the transaction is committed.
    let up = "BEGIN; CREATE TABLE a(n int);\n\
        CREATE FUNCTION bye() RETURNS trigger LANGUAGE plpgsql AS \
        $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;\n\
        CREATE CONSTRAINT TRIGGER x AFTER INSERT ON a INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bye();\n\
        INSERT INTO a VALUES (1);\nCOMMIT;";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::CommitOutcomeUnknown { .. }), "{error:?}");
    // Before the commit everybody knows.
    let mut connection = project.connect();
    let up =
        "BEGIN; CREATE TABLE a(n int); SELECT pg_terminate_backend(pg_backend_pid()), pg_sleep(1); COMMIT;";
    project.write("2026-01-01-000000-0000_a", up, Some(OWN_TRANSACTION));
    let error = project.upgrade(&mut connection).unwrap_err();
    assert!(matches!(error, RunError::Failed { rolled_back: true, .. }), "{error:?}");
}

#[test]
fn the_applications_session_is_put_back() {
    let project = Project::new("session");
    let mut connection = project.connect();
    let role = format!("{}_owner", project.name);
    connection.execute(&format!("DROP ROLE IF EXISTS \"{role}\"; CREATE ROLE \"{role}\"; GRANT CREATE ON DATABASE {} TO \"{role}\"", project.name)).unwrap();
    connection
        .execute(&format!(
            "CREATE SCHEMA \"te'na\\nt\" AUTHORIZATION \"{role}\"; SET search_path = \"te'na\\nt\", public; SET ROLE \"{role}\"; \
             SET statement_timeout = '7s'; SET DateStyle = 'SQL, DMY'"
        ))
        .unwrap();
    let state = |connection: &mut PgConnection| {
        ["search_path", "role", "statement_timeout", "DateStyle", "work_mem", "client_encoding"]
            .map(|name| connection.text(&format!("SHOW {name}")).unwrap())
    };
    let before = state(&mut connection);
    project.write(
        "2026-01-01-000000-0000_a",
        "CREATE TABLE a(); SET ROLE NONE; SET search_path = public; SET work_mem = '1MB';",
        None,
    );
    project.write("2026-01-02-000000-0000_b", "CREATE TABLE b();", None);
    assert_eq!(project.upgrade(&mut connection).unwrap(), 2);
    assert_eq!(state(&mut connection), before);
    let places = connection
        .texts("SELECT tablename || ' ' || schemaname || ' ' || tableowner FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') ORDER BY 1")
        .unwrap();
    let wanted = ["__autogen_history", "__diesel_schema_migrations", "a", "b"];
    assert_eq!(places, wanted.map(|table| format!("{table} te'na\\nt {role}")));
    drop(connection);
    let mut admin = project.connect();
    admin.execute(&format!("DROP OWNED BY \"{role}\" CASCADE; DROP ROLE \"{role}\"")).unwrap();
}

#[test]
fn what_changes_the_records_takes_the_lock() {
    let project = Project::new("lock");
    let (mut connection, mut holder) = (project.connect(), project.connect());
    project.write(
        "2026-01-01-000000-0000_a",
        "BEGIN; CREATE TABLE a(); COMMIT; BEGIN; COMMIT; SELECT nothing;",
        Some(OWN_TRANSACTION),
    );
    project.upgrade(&mut connection).unwrap_err();
    let found = unfinished(&mut connection).unwrap().remove(0);
    let directory = project.directory();
    let all: Vec<_> = directory.migrations.iter().collect();
    holder.lock(Duration::from_secs(1)).unwrap();
    let budget = Duration::from_millis(60);
    for refused in [
        stamp(&mut connection, &all, budget),
        rehash(&mut connection, &all, budget).map(drop),
        end(&mut connection, &found, 1, StatementState::Done, budget),
    ] {
        assert!(matches!(refused, Err(RunError::LockTimeout { .. })), "{refused:?}");
    }
    holder.unlock();
    end(&mut connection, &found, 1, StatementState::Done, budget).unwrap();
    stamp(&mut connection, &all, budget).unwrap();
    assert_eq!(project.upgrade(&mut connection).unwrap(), 0);
}

/// A session for a namespace, as a URL of the client library says it.
fn at_namespace(project: &Project, name: &str) -> PgConnection {
    let server = server();
    let base = server.rsplit_once('/').unwrap().0;
    let options = format!("-c%20search_path%3D{name}%2Cpublic%20-c%20{NAMESPACE_SETTING}%3D{name}");
    PgConnection::establish(&format!("{base}/{}?options={options}", project.name)).unwrap()
}

#[test]
fn a_namespace_has_a_history_and_a_lock_of_its_own() {
    let project = Project::new("namespaces");
    project.write("2026-01-01-000000-0000_a", "CREATE TABLE a (x int);", None);
    // Whatever the migration resets, the session is the namespace's.
    project.write("2026-01-02-000000-0000_b", "RESET ALL; SET search_path = pg_catalog;", None);
    project.connect().execute("CREATE SCHEMA one; CREATE SCHEMA two; CREATE SCHEMA three").unwrap();
    let upgrade = |connection: &mut PgConnection| {
        let runner = Runner::new(project.directory()).lock_timeout(Duration::from_secs(1));
        runner.upgrade(connection).map(|report| report.ran.len())
    };
    assert_eq!(upgrade(&mut project.connect()).unwrap(), 2);
    let (mut one, mut two) = (at_namespace(&project, "one"), at_namespace(&project, "two"));
    one.lock(Duration::from_secs(1)).unwrap();
    assert_eq!(upgrade(&mut two).unwrap(), 2);
    assert!(matches!(upgrade(&mut at_namespace(&project, "one")), Err(RunError::LockTimeout { .. })));
    one.unlock();
    assert_eq!(upgrade(&mut one).unwrap(), 2);

    let mut seen = Vec::new();
    let mut connection = project.connect();
    let add = &mut |place: usize, glance: &Glance| seen.push((place, glance.clone()));
    glance_at_namespaces(&mut connection, &["two", "three", "one", "not_there"], add).unwrap();
    let of_two = glance(&mut two).unwrap();
    assert_eq!(of_two.history, applied(&mut two).unwrap());
    assert_eq!(of_two.history.applied.len(), 2);
    let nothing = Glance::default();
    let of_one = glance(&mut one).unwrap();
    assert_eq!(seen, [(0, of_two), (1, nothing.clone()), (2, of_one), (3, nothing)]);
    two.execute("DROP TABLE __autogen_history").unwrap();
    assert_eq!(glance(&mut two).unwrap().history, applied(&mut two).unwrap());
}

#[test]
fn what_another_session_makes_at_the_same_time_is_there_at_the_next_try() {
    let project = Project::new("overtaken");
    project.write(
        "2026-01-01-000000-0000_a",
        "CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE app.t ();",
        None,
    );
    let (mut other, mut watching, mut connection) = (project.connect(), project.connect(), project.connect());
    other.execute("BEGIN; CREATE SCHEMA app").unwrap();
    let wait = "SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid \
        WHERE NOT l.granted AND a.datname = pg_catalog.current_database())";
    std::thread::scope(|scope| {
        let upgrade = scope.spawn(|| project.upgrade(&mut connection));
        while !watching.is_true(wait).unwrap() && !upgrade.is_finished() {
            std::thread::sleep(Duration::from_millis(5));
        }
        other.execute("COMMIT").unwrap();
        assert_eq!(upgrade.join().unwrap().unwrap(), 1);
    });
}

#[test]
fn a_unique_violation_of_the_projects_own_index_is_told_at_once() {
    let project = Project::new("own_index");
    let up =
        "CREATE TABLE u (x int); CREATE UNIQUE INDEX pg_users_index ON u (x); INSERT INTO u VALUES (1), (1);";
    project.write("2026-01-01-000000-0000_a", up, None);
    let failed = project.upgrade(&mut project.connect());
    assert!(matches!(failed, Err(RunError::Failed { .. })), "{failed:?}");
}
