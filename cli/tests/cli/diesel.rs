//! Diesel runs what autogen writes, and autogen goes on where Diesel stopped.

use diesel::Connection as _;
use diesel_migrations::{FileBasedMigrations, MigrationHarness as _};

use crate::support::{BOTH, On, Project};

const FIRST: &str = "CREATE TABLE p (id integer PRIMARY KEY, name text);\n\
    CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p (id) ON DELETE CASCADE);\n";

/// NOT NULL is a rebuild on SQLite.
const SECOND: &str = "CREATE TABLE p (id integer PRIMARY KEY, name text NOT NULL);\n\
    CREATE TABLE c (id integer PRIMARY KEY, p_id integer REFERENCES p (id) ON DELETE CASCADE);\n";

fn diesel_run(project: &Project, on: On, work: Work) {
    let source = FileBasedMigrations::from_path(project.path().join("migrations")).unwrap();
    match on {
        On::Sqlite => {
            let mut connection = project.sqlite();
            match work {
                Work::Run => drop(connection.run_pending_migrations(source).unwrap()),
                Work::Revert => drop(connection.revert_last_migration(source).unwrap()),
            }
        }
        On::Postgres => {
            let mut connection = diesel::PgConnection::establish(&project.url).unwrap();
            match work {
                Work::Run => drop(connection.run_pending_migrations(source).unwrap()),
                Work::Revert => drop(connection.revert_last_migration(source).unwrap()),
            }
        }
    }
}

#[derive(Clone, Copy)]
enum Work {
    Run,
    Revert,
}

#[test]
fn diesel_and_autogen_take_turns() {
    for on in BOTH {
        let project = Project::with_model(on, FIRST);
        project.run(&["-m", "first"]).exits(0);
        diesel_run(&project, on, Work::Run);
        project.sql("INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO c VALUES (1, 1), (2, 2)");
        project.run(&["check"]).exits(0);
        project.write("schema.sql", SECOND);
        project.run(&["-m", "second"]).exits(0);
        diesel_run(&project, on, Work::Run);
        project.run(&["check"]).exits(0);
        assert_eq!(project.value("SELECT count(*) FROM c"), "2", "{on:?}");
        diesel_run(&project, on, Work::Revert);
        project.run(&["current"]).exits(0).answers("_first");
        project.run(&["upgrade"]).exits(0);
        diesel_run(&project, on, Work::Revert);
        assert_eq!(project.value("SELECT count(*) FROM c"), "2", "{on:?}");
        assert_eq!(project.value("SELECT count(*) FROM __diesel_schema_migrations"), "1", "{on:?}");
    }
}
