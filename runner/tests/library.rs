//! The library as applications use it: built-in migrations and folders, events, errors, async programs.

use std::sync::{Arc, Mutex};

use autogen_runner::{Event, FilesError, MigrationDirectory, PlanHashes, RunError, RunOptions, Runner};
use autogen_sql_text::Dialect;
use diesel::connection::SimpleConnection as _;
use diesel::{Connection, SqliteConnection};
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../examples/start_up/migrations");
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/start_up/migrations");

#[test]
fn events_tell_of_progress_and_errors_are_values() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let events = Arc::new(Mutex::new(Vec::new()));
    let told = Arc::clone(&events);
    let runner = Runner::new(MIGRATIONS).on_event(move |event| {
        told.lock().unwrap().push(match event {
            Event::Started(migration) => format!("started {}", migration.message()),
            Event::Waiting(migration, _) => format!("waiting {}", migration.message()),
            Event::Finished(migration, _) => format!("finished {}", migration.message()),
            Event::DriftAllowed | Event::NotRecorded(_) => format!("{event:?}"),
        });
    });
    assert_eq!(runner.pending(&mut connection).unwrap().len(), 2);
    runner.upgrade_to(&mut connection, "+1").unwrap();
    assert_eq!(runner.pending(&mut connection).unwrap()[0].message(), "where");
    runner.upgrade(&mut connection).unwrap();
    let events = events.lock().unwrap();
    assert_eq!(*events, ["started first", "finished first", "started where", "finished where"]);
    assert!(matches!(
        runner.upgrade_to(&mut connection, "nowhere"),
        Err(RunError::Files(FilesError::BadTarget(_)))
    ));
    assert!(matches!(
        Runner::new("no/such").upgrade(&mut connection),
        Err(RunError::Files(FilesError::NoDirectory(_)))
    ));
    connection.batch_execute("UPDATE __autogen_history SET hash = 'other'").unwrap();
    let edited = runner.upgrade(&mut connection);
    assert!(matches!(&edited, Err(RunError::AppliedDiffers(files)) if files.len() == 2), "{edited:?}");
}

#[test]
fn what_is_built_in_is_what_the_folder_holds() {
    use autogen_runner::Source as _;
    let folder = MigrationDirectory::read(FOLDER.as_ref()).unwrap();
    let built_in = MIGRATIONS.read().unwrap();
    let texts = |directory: &MigrationDirectory| -> Vec<_> {
        let migrations = directory.migrations.iter().cloned();
        migrations.map(|m| (m.name, m.version, m.up, m.down, m.run_in_transaction)).collect()
    };
    assert_eq!(texts(&built_in), texts(&folder));
}

/// What is approved is looked at again under the lock, so that whoever comes between changes nothing.
#[test]
fn only_the_plan_that_was_approved_is_applied() {
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    let whole = Runner::new(MIGRATIONS).pending_plan(&mut connection).unwrap();
    let other = Runner::new(MIGRATIONS).plan("0".repeat(32)).upgrade(&mut connection);
    let Err(RunError::OtherPlan { found, pending, .. }) = &other else { panic!("{other:?}") };
    assert_eq!((found, pending.len()), (&whole, 2));
    let directory = MigrationDirectory::read(FOLDER.as_ref()).unwrap();
    let hashes = PlanHashes::of(Dialect::Sqlite, &directory);
    Runner::new(MIGRATIONS).upgrade_to(&mut connection, "+1").unwrap();
    let rest = Runner::new(MIGRATIONS).pending_plan(&mut connection).unwrap();
    Runner::new(MIGRATIONS).downgrade_to(&mut connection, "base").unwrap();
    let options = RunOptions { plan: Some((&rest, &hashes)), ..RunOptions::default() };
    let refused = autogen_runner::upgrade(&mut connection, &directory, &options);
    assert!(matches!(&refused, Err(RunError::OtherPlan { .. })), "{refused:?}");
    assert_eq!(Runner::new(MIGRATIONS).pending(&mut connection).unwrap().len(), 2);
    // One that was begun goes on, and one that is done is no error.
    let approved = Runner::new(MIGRATIONS).plan(&whole);
    approved.upgrade_to(&mut connection, "+1").unwrap_err();
    Runner::new(MIGRATIONS).upgrade_to(&mut connection, "+1").unwrap();
    assert_eq!(approved.upgrade(&mut connection).unwrap().ran.len(), 1);
    assert_eq!(approved.upgrade(&mut connection).unwrap().ran.len(), 0);
}

/// Upgrades block, so an async program gives them a thread that may.
#[tokio::test]
async fn an_async_program_upgrades_in_a_thread_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("app.db").display().to_string();
    let start = |file: String| {
        tokio::task::spawn_blocking(move || {
            let mut connection = SqliteConnection::establish(&file).unwrap();
            Runner::new(MIGRATIONS).upgrade(&mut connection).map(|report| report.ran.len())
        })
    };
    let (one, other) = tokio::join!(start(file.clone()), start(file));
    assert_eq!(one.unwrap().unwrap() + other.unwrap().unwrap(), 2);
}

/// Of files that begin with a byte order mark, which an editor put there.
const MARKED: EmbeddedMigrations = embed_migrations!("tests/marked");

#[test]
fn a_byte_order_mark_makes_no_difference_to_what_is_built_in() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/marked");
    let mut connection = SqliteConnection::establish(":memory:").unwrap();
    assert_eq!(Runner::new(folder).upgrade(&mut connection).unwrap().ran.len(), 1);
    assert_eq!(Runner::new(MARKED).upgrade(&mut connection).unwrap().ran.len(), 0);
}
