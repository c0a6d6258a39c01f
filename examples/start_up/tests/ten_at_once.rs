//! Ten of them start at once on each kind of database.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::process::{Command, Stdio};

use autogen_runner::{Backend, Runner};
use diesel::connection::SimpleConnection as _;
use diesel::{Connection, SqliteConnection};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/migrations");

/// Ten applications start at once; each migration runs once, and all ten do their work.
fn ten_start(url: &str) -> Vec<String> {
    let start = |_| {
        Command::new(env!("CARGO_BIN_EXE_start_up"))
            .arg(url)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    };
    let children: Vec<_> = (0..10).map(start).collect();
    let mut applied = Vec::new();
    for child in children {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{told}");
        applied.extend(told.lines().filter_map(|line| line.strip_prefix("applied ")).map(str::to_owned));
    }
    applied
}

fn count<C: Backend>(connection: &mut C, what: &str) -> String {
    connection.text(&format!("SELECT CONCAT(count(*), '') FROM {what}")).unwrap().unwrap()
}

fn ten_did_their_work<C: Backend>(connection: &mut C, url: &str) {
    let applied = ten_start(url);
    assert_eq!(applied.len(), 2, "{applied:?}");
    assert_eq!(count(connection, "starts"), "11");
    assert_eq!(count(connection, "starts WHERE host = 'here'"), "10");
    assert_eq!(count(connection, "__diesel_schema_migrations"), "2");
    // The folder and what is built in are the same to the history.
    let report = Runner::new(FOLDER).upgrade(connection).unwrap();
    assert!(report.ran.is_empty());
    let report = Runner::new(FOLDER).downgrade_to(connection, "base").unwrap();
    assert_eq!(report.ran.len(), 2);
}

#[test]
fn ten_start_at_once_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db").display().to_string();
    ten_did_their_work(&mut SqliteConnection::establish(&file).unwrap(), &format!("sqlite:{file}"));
}

#[test]
fn ten_start_at_once_on_postgres() {
    let server = autogen_fixtures::server::postgres_url();
    let mut admin = diesel::PgConnection::establish(server).unwrap();
    let name = format!("autogen_start_up_{}", std::process::id());
    admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = with_database(server, &name);
    ten_did_their_work(&mut diesel::PgConnection::establish(&url).unwrap(), &url);
    admin.batch_execute(&format!("DROP DATABASE {name} WITH (FORCE)")).unwrap();
}

#[cfg(feature = "mysql")]
#[test]
fn ten_start_at_once_on_mysql() {
    let server = &autogen_fixtures::server::mysql_url();
    let mut admin = diesel::MysqlConnection::establish(server).unwrap();
    let name = format!("autogen_start_up_{}", std::process::id());
    admin.batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    let url = with_database(server, &name);
    ten_did_their_work(&mut diesel::MysqlConnection::establish(&url).unwrap(), &url);
    admin.batch_execute(&format!("DROP DATABASE {name}")).unwrap();
}

fn with_database(server: &str, name: &str) -> String {
    let (start, _) = server.rsplit_once('/').unwrap();
    format!("{start}/{name}")
}
