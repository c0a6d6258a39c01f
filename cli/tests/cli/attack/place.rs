//! A folder with a project, and a database of its own on any server.

use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use assert_cmd::Command;
use autogen_diff_core::Dialect;
use autogen_fixtures::dump::dump_at;
use autogen_fixtures::server::{mysql_url, postgres_url};
use autogen_introspect::DatabaseUrl;
use diesel::connection::SimpleConnection as _;
use diesel::sql_types::Text;
use diesel::{Connection as _, MysqlConnection, PgConnection, QueryableByName, RunQueryDsl as _, sql_query};

use crate::support::{On, Project, Ran, value_at};

/// A project; its database goes with it.
pub(super) struct Place {
    pub(super) files: Project,
    pub(super) url: String,
    pub(super) dialect: Dialect,
    /// The server in which the database was made.
    server: Option<String>,
}

#[derive(QueryableByName)]
struct One {
    #[diesel(sql_type = Text)]
    value: String,
}

/// Migrations and what belongs to them; each of its files is copied as it is.
const FILES: [&str; 3] = ["autogen.toml", "schema.sql", "migrations/autogen.sum"];

impl Place {
    /// With a database on a test server.
    pub(super) fn new(dialect: Dialect) -> Self {
        match dialect {
            Dialect::Sqlite => {
                let files = Project::new(On::Sqlite);
                let url = files.url.clone();
                Self { files, url, dialect, server: None }
            }
            Dialect::Postgres => Self::in_server(dialect, postgres_url()),
            Dialect::Mysql => Self::in_server(dialect, &mysql_url()),
        }
    }

    /// With a database in a server, by the URL of another database there.
    pub(super) fn in_server(dialect: Dialect, server: &str) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("autogen_attack_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let encoding = if dialect == Dialect::Mysql { " CHARACTER SET utf8mb4" } else { "" };
        execute(dialect, server, &format!("CREATE DATABASE {name}{encoding}"));
        let url = DatabaseUrl::parse(server).unwrap().with_database(&name).unwrap().secret().to_owned();
        Self { files: Project::new(On::Sqlite), url, dialect, server: Some(server.to_owned()) }
    }

    /// The migrations of another place.
    pub(super) fn take_migrations(&self, from: &Self) {
        for file in FILES {
            self.files.write(file, &from.files.read(file));
        }
        for folder in from.files.migrations() {
            let path = from.files.path().join("migrations").join(&folder);
            for file in std::fs::read_dir(path).unwrap().flatten() {
                let file = format!("migrations/{folder}/{}", file.file_name().to_string_lossy());
                self.files.write(&file, &from.files.read(&file));
            }
        }
    }

    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.files.command(arguments);
        command.env("DATABASE_URL", &self.url);
        command
    }

    pub(super) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::from(self.command(arguments).output().unwrap())
    }

    /// Starts autogen with a URL that leads to the database in some way.
    pub(super) fn start(&self, url: &str, arguments: &[&str]) -> Child {
        let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin!("autogen"));
        command.current_dir(self.files.path()).env("DATABASE_URL", url).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    }

    pub(super) fn sql(&self, sql: &str) {
        match self.dialect {
            Dialect::Sqlite => self.files.sql(sql),
            Dialect::Postgres | Dialect::Mysql => execute(self.dialect, &self.url, sql),
        }
    }

    /// The one value that a query gives, as text.
    pub(super) fn value(&self, expression: &str) -> String {
        match self.dialect {
            Dialect::Sqlite => self.files.value(expression),
            Dialect::Postgres => value_at(&self.url, expression),
            Dialect::Mysql => {
                let query = sql_query(format!("SELECT CAST(({expression}) AS CHAR) AS value"));
                query.get_result::<One>(&mut MysqlConnection::establish(&self.url).unwrap()).unwrap().value
            }
        }
    }

    /// The value of each of some queries; the first that is not as wanted is a failure.
    pub(super) fn must_have(&self, wanted: &[(&str, String)], what: &str) -> Result<(), String> {
        for (expression, wanted) in wanted {
            let found = self.value(expression);
            if found != *wanted {
                return Err(format!("{what}: {expression} gives {found} rather than {wanted}"));
            }
        }
        Ok(())
    }

    /// The schema as others than autogen read it; nothing on MySQL 9, whose program is not at hand.
    pub(super) fn schema(&self) -> Vec<String> {
        let all = "SELECT group_concat(sql, '\n') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name)";
        match self.dialect {
            Dialect::Sqlite => vec![self.value(all)],
            Dialect::Postgres | Dialect::Mysql => {
                dump_at(&DatabaseUrl::parse(&self.url).unwrap()).unwrap_or_default()
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some(server) = &self.server else { return };
        let name = DatabaseUrl::parse(&self.url).unwrap().database_name();
        // A server that a test has stopped is no harm, nor is a database that stays: the servers go with the tests.
        match self.dialect {
            Dialect::Sqlite => {}
            Dialect::Postgres => {
                let admin = PgConnection::establish(server);
                let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
                let _ = admin.map(|mut admin| admin.batch_execute(&drop));
            }
            Dialect::Mysql => {
                let admin = MysqlConnection::establish(server);
                let _ =
                    admin.map(|mut admin| admin.batch_execute(&format!("DROP DATABASE IF EXISTS {name}")));
            }
        }
    }
}

fn execute(dialect: Dialect, url: &str, sql: &str) {
    match dialect {
        Dialect::Sqlite => unreachable!("SQLite has no server"),
        Dialect::Postgres => PgConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
        Dialect::Mysql => MysqlConnection::establish(url).unwrap().batch_execute(sql).unwrap(),
    }
}
