//! An application that upgrades its own database has the guards of the command line, and both see each other's records.
#![cfg(feature = "sqlite")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use autogen_engine::request::{Overrides, UpgradeRequest};
use autogen_engine::{Error, Project, Silence};
use autogen_runner::{Confirmation, RunError, Runner, Session as _};
use diesel::{Connection as _, SqliteConnection};

/// A folder with a database, a model and migrations.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("autogen.toml"), "model = \"schema.sql\"\n").expect("settings");
        Self(folder)
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn write(&self, version: usize, up: &str) {
        let folder = self.path().join(format!("migrations/2026-01-0{version}-000000-0000_step"));
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join("up.sql"), up).expect("a file");
        std::fs::write(folder.join("down.sql"), "SELECT 1;\n").expect("a file");
    }

    fn connect(&self) -> SqliteConnection {
        let file = self.path().join("shop.db");
        SqliteConnection::establish(&file.display().to_string()).expect("a database")
    }

    fn project(&self) -> Project {
        let url = format!("sqlite:{}", self.path().join("shop.db").display());
        let overrides = Overrides { database_url: Some(url), ..Overrides::default() };
        Project::discover(self.path(), &overrides, Arc::new(Silence)).expect("a project")
    }

    /// As an application has it.
    fn runner(&self) -> Runner<PathBuf> {
        let project = self.project();
        Runner::new(self.path().join("migrations")).guard_drift(move || project.schema_state())
    }
}

fn upgraded(runner: &Runner<PathBuf>, folder: &Folder) -> Result<usize, RunError> {
    runner.upgrade(&mut folder.connect()).map(|report| report.ran.len())
}

#[test]
fn an_application_and_the_command_line_see_the_same_drift() {
    let folder = Folder::new();
    folder.write(1, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    assert_eq!(upgraded(&folder.runner(), &folder).expect("nothing has drifted"), 1);
    folder.connect().execute("CREATE TABLE by_hand (id integer)").expect("a change by hand");
    folder.write(2, "CREATE TABLE u (id integer PRIMARY KEY);\n");

    let refused = upgraded(&folder.runner(), &folder);
    assert!(matches!(refused, Err(RunError::Drift)), "{refused:?}");
    let project = folder.project();
    let migrations = project.migrations().expect("migrations");
    let refused = migrations.upgrade(&UpgradeRequest::default()).err();
    assert!(matches!(refused, Some(Error::Run(RunError::Drift))), "{refused:?}");

    assert_eq!(upgraded(&folder.runner().allow_drift(), &folder).expect("drift is allowed"), 1);
    folder.write(3, "CREATE TABLE v (id integer PRIMARY KEY);\n");
    let ran = project.migrations().expect("migrations").upgrade(&UpgradeRequest::default());
    assert_eq!(ran.expect("the schema is what the application left behind").report.ran.len(), 1);
}

#[test]
fn a_table_that_is_dropped_by_hand_on_production_needs_the_databases_name() {
    let folder = Folder::new();
    folder.write(1, "CREATE TABLE t (id integer PRIMARY KEY);\n");
    assert_eq!(upgraded(&folder.runner().environment("production"), &folder).expect("nothing is lost"), 1);
    folder.write(2, "DROP TABLE t;\n");

    // The database says what it is for, whoever upgrades it.
    let refused = upgraded(&folder.runner(), &folder);
    let Err(RunError::Unconfirmed { database, danger: Confirmation::DataLoss(places), .. }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!(database, "shop.db");
    assert_eq!(places, ["2026-01-02-000000-0000_step/up.sql:1: DROP TABLE t"]);
    let other = upgraded(&folder.runner().environment("staging"), &folder);
    assert!(matches!(other, Err(RunError::OtherEnvironment { .. })), "{other:?}");
    let wrong = upgraded(&folder.runner().confirm_database("other.db"), &folder);
    assert!(matches!(wrong, Err(RunError::Unconfirmed { .. })), "{wrong:?}");

    assert_eq!(upgraded(&folder.runner().confirm_database("shop.db"), &folder).expect("confirmed"), 1);
    let back = folder.runner().downgrade_to(&mut folder.connect(), "-1");
    assert!(matches!(back, Err(RunError::Unconfirmed { danger: Confirmation::Downgrade, .. })), "{back:?}");
}
