//! A project in a temporary folder with a database of its own.

use std::path::Path;
use std::process::Output;

use assert_cmd::Command;
use autogen_introspect::DatabaseUrl;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, PgConnection, QueryableByName, RunQueryDsl as _, SqliteConnection, sql_query};
use tempfile::TempDir;

/// A dialect to run a test on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum On {
    Sqlite,
    Postgres,
}

pub(crate) const BOTH: [On; 2] = [On::Sqlite, On::Postgres];

/// A project.
pub(crate) struct Project {
    pub(crate) folder: TempDir,
    pub(crate) url: String,
    on: On,
}

/// How a run ended.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Ran {
    /// Fails the test unless the exit code is the wanted one.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.out, self.err);
        self
    }

    /// Fails the test unless stderr holds a text.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.err.contains(text), "stderr lacks {text:?}:\n{}", self.err);
        self
    }

    /// Fails the test unless stdout holds a text.
    #[track_caller]
    pub(crate) fn answers(self, text: &str) -> Self {
        assert!(self.out.contains(text), "stdout lacks {text:?}:\n{}", self.out);
        self
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self {
            code: output.status.code().unwrap_or(-1),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Text)]
    value: String,
}

impl Project {
    /// A new project with a database that is empty (PostgreSQL) or not there yet (SQLite).
    pub(crate) fn new(on: On) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = match on {
            On::Sqlite => format!("sqlite://{}", folder.path().join("shop.db").display()),
            On::Postgres => new_database(),
        };
        Self { folder, url, on }
    }

    /// A project that is set up, with a model.
    pub(crate) fn with_model(on: On, model: &str) -> Self {
        let project = Self::new(on);
        project.write("schema.sql", model);
        project.run(&["init"]).exits(0);
        project
    }

    /// The database's URL.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Runs autogen in the project.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.command(arguments).output().unwrap().into()
    }

    /// Autogen in the project, not started yet.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::cargo_bin("autogen").unwrap();
        command.current_dir(self.folder.path()).env("DATABASE_URL", &self.url).args(arguments);
        command
    }

    /// Writes a file of the project.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Reads a file of the project.
    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// The migration folders, sorted.
    pub(crate) fn migrations(&self) -> Vec<String> {
        let folder = self.folder.path().join("migrations");
        let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
        let entries = entries.flatten().filter(|entry| entry.path().is_dir());
        let mut names: Vec<String> = entries.map(|e| e.file_name().to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// Runs SQL in the project's database.
    pub(crate) fn sql(&self, sql: &str) {
        match self.on {
            On::Sqlite => self.sqlite().batch_execute(sql).unwrap(),
            On::Postgres => PgConnection::establish(&self.url).unwrap().batch_execute(sql).unwrap(),
        }
    }

    /// The one value that a query gives, as text.
    pub(crate) fn value(&self, expression: &str) -> String {
        match self.on {
            On::Sqlite => {
                let query = sql_query(format!("SELECT CAST(({expression}) AS TEXT) AS value"));
                query.get_result::<One>(&mut self.sqlite()).unwrap().value
            }
            On::Postgres => value_at(&self.url, expression),
        }
    }

    pub(crate) fn sqlite(&self) -> SqliteConnection {
        SqliteConnection::establish(self.url.strip_prefix("sqlite://").unwrap()).unwrap()
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if self.on == On::Postgres {
            let name = DatabaseUrl::parse(&self.url).unwrap().database_name();
            let mut admin = PgConnection::establish(autogen_fixtures::server::postgres_url()).unwrap();
            // The server goes with the tests; a database that stays is no harm.
            let _ = admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
        }
    }
}

/// The one value that a query gives on a PostgreSQL server, as text.
pub(crate) fn value_at(url: &str, expression: &str) -> String {
    let query = sql_query(format!("SELECT CAST(({expression}) AS TEXT) AS value"));
    query.get_result::<One>(&mut PgConnection::establish(url).unwrap()).unwrap().value
}

/// Makes a database on the test server; gives its URL.
fn new_database() -> String {
    use std::sync::atomic::{AtomicU32, Ordering};
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let name = format!("autogen_cli_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    let server = autogen_fixtures::server::postgres_url();
    PgConnection::establish(server).unwrap().batch_execute(&format!("CREATE DATABASE {name}")).unwrap();
    DatabaseUrl::parse(server).unwrap().with_database(&name).unwrap().secret().to_owned()
}
