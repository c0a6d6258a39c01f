//! `schema.rs` as `diesel print-schema` 2.3.14 writes it, byte for byte.
//!
//! `cli/tests/schema_rs/<case>/` holds a `diesel.toml`, an SQL file for each database and what Diesel printed of it. With
//! `AUTOGEN_TEST_DIESEL` naming Diesel's command line that is asked again, and written with `AUTOGEN_UPDATE=1`.

use std::path::{Path, PathBuf};

use diesel::Connection as _;
use diesel::connection::SimpleConnection as _;

use crate::support::{On, Project, Ran};

/// What a case is made of.
struct Case {
    folder: PathBuf,
    name: String,
}

fn cases(dialect: &str) -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schema_rs");
    let mut folders: Vec<PathBuf> = std::fs::read_dir(root).unwrap().flatten().map(|e| e.path()).collect();
    folders.sort();
    folders.retain(|folder| folder.join(format!("{dialect}.sql")).is_file());
    assert!(!folders.is_empty(), "there are cases for {dialect}");
    let name = |folder: &Path| folder.file_name().unwrap().to_string_lossy().into_owned();
    folders.into_iter().map(|folder| Case { name: name(&folder), folder }).collect()
}

impl Case {
    /// Compares what autogen prints of a database that was made from the case's SQL.
    fn check(&self, dialect: &str, project: &Project, url: &str, diesel_url: &str) {
        for file in ["diesel.toml", "schema.patch"] {
            if let Ok(text) = std::fs::read_to_string(self.folder.join(file)) {
                project.write(file, &text);
            }
        }
        let expected = self.folder.join(format!("{dialect}.rs"));
        if let Some(program) = std::env::var_os("AUTOGEN_TEST_DIESEL") {
            let mut diesel = std::process::Command::new(program);
            diesel.arg("print-schema").current_dir(project.path()).env("DATABASE_URL", diesel_url);
            let printed = Ran::from(diesel.output().unwrap()).exits(0).out;
            if std::env::var_os("AUTOGEN_UPDATE").is_some() {
                std::fs::write(&expected, &printed).unwrap();
            }
            assert_eq!(printed, std::fs::read_to_string(&expected).unwrap(), "{}: Diesel's own", self.name);
        }
        let mut command = project.command(&["schema", "--format", "rust"]);
        let ran = Ran::from(command.env("DATABASE_URL", url).output().unwrap()).exits(0);
        assert_eq!(ran.out, std::fs::read_to_string(&expected).unwrap(), "{} on {dialect}", self.name);
        // What is printed says of its own database that nothing differs.
        project.write("printed.rs", &ran.out);
        let mut command = project.command(&["diff", "database", "printed.rs", "--exit-code"]);
        Ran::from(command.env("DATABASE_URL", url).output().unwrap()).exits(0);
    }

    fn sql(&self, dialect: &str) -> String {
        std::fs::read_to_string(self.folder.join(format!("{dialect}.sql"))).unwrap()
    }
}

#[test]
fn schema_rs_is_as_diesel_writes_it_for_postgres() {
    for case in cases("postgres") {
        let project = Project::new(On::Postgres);
        project.sql(&case.sql("postgres"));
        case.check("postgres", &project, project.url(), project.url());
    }
}

#[test]
fn schema_rs_is_as_diesel_writes_it_for_sqlite() {
    for case in cases("sqlite") {
        let project = Project::new(On::Sqlite);
        project.sql(&case.sql("sqlite"));
        case.check("sqlite", &project, project.url(), project.url().strip_prefix("sqlite://").unwrap());
    }
}

/// What MariaDB prints; MySQL has other types.
#[cfg(feature = "mysql")]
#[test]
fn mysql_schema_rs_is_as_diesel_writes_it() {
    if autogen_fixtures::server::flavor() != autogen_diff_core::Flavor::Mariadb {
        return;
    }
    let server = autogen_fixtures::server::mysql_url();
    for case in cases("mysql") {
        let name = format!("autogen_schema_rs_{}_{}", case.name, std::process::id());
        let mut admin = diesel::MysqlConnection::establish(&server).unwrap();
        admin.batch_execute(&format!("CREATE DATABASE {name}; USE {name}; {}", case.sql("mysql"))).unwrap();
        let url = format!("{}/{name}", server.rsplit_once('/').unwrap().0);
        case.check("mysql", &Project::new(On::Sqlite), &url, &url);
        admin.batch_execute(&format!("DROP DATABASE {name}")).unwrap();
    }
}

#[test]
fn upgrades_write_schema_rs_and_check_tells_a_stale_one() {
    for on in [On::Sqlite, On::Postgres] {
        let project =
            Project::with_model(on, "CREATE TABLE users (id integer NOT NULL PRIMARY KEY, name text);\n");
        project.write("diesel.toml", "[print_schema]\nfile = \"src/schema.rs\"\n");
        project.run(&["-m", "first"]).exits(0);
        project.run(&["upgrade"]).exits(0).says("Wrote  src/schema.rs");
        let written = project.read("src/schema.rs");
        assert!(written.contains("users (id) {"), "{written}");
        project.run(&["check"]).exits(0);
        project.write("src/schema.rs", &written.replace("name ->", "title ->"));
        project.run(&["check"]).exits(1).answers("stale src/schema.rs").says("autogen schema --format rust");
        project.run(&["downgrade", "base"]).exits(0).says("Wrote  src/schema.rs");
        assert!(!project.read("src/schema.rs").contains("users"));
        project.write("diesel.toml", "[print_schema]\nfiel = \"src/schema.rs\"\n");
        project.run(&["schema", "--format", "rust"]).exits(2).says("print_schema.file?");
    }
}
