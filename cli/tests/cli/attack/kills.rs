//! Upgrades that are killed at random moments, once or several times: the next one leads to what an upgrade that nobody disturbs leads to.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{Attack, Outcome};
use autogen_fixtures::dump::dump_of;
use autogen_introspect::DatabaseUrl;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::{must_succeed, server_name};
use crate::kill::kill_upgrade;
use crate::support::{On, Project};

/// A model after each migration.
const MODELS: [&str; 5] = [
    "CREATE TABLE a (id integer PRIMARY KEY, n integer);",
    "CREATE TABLE a (id integer PRIMARY KEY, n integer, t varchar(20));\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));",
    "CREATE TABLE a (id integer PRIMARY KEY, n integer, t varchar(20));\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));\n\
     CREATE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id FROM a;",
    "CREATE TABLE a (id integer PRIMARY KEY, n bigint NOT NULL, t text);\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));\n\
     CREATE UNIQUE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id FROM a;",
    "CREATE TABLE a (id integer PRIMARY KEY, n bigint NOT NULL, t text DEFAULT 'x');\nCREATE TABLE c (id integer PRIMARY KEY);\n\
     CREATE UNIQUE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id, n FROM a;",
];

/// What an upgrade that nobody disturbs leads to.
struct Undisturbed {
    project: Project,
    schema: Vec<String>,
    took: Duration,
}

impl Undisturbed {
    fn new(on: On) -> Self {
        let project = Project::new(on);
        project.write("autogen.toml", "model = \"schema.sql\"\n");
        for model in MODELS {
            project.write("schema.sql", model);
            project.run(&["-m", "step"]).exits(0);
            project.run(&["upgrade"]).exits(0);
        }
        let schema = schema(&project, on);
        let copy = copy(&project, on);
        let start = Instant::now();
        copy.run(&["upgrade"]).exits(0);
        Self { project, schema, took: start.elapsed() }
    }
}

/// A project with the same files and a database of its own.
fn copy(project: &Project, on: On) -> Project {
    let copy = Project::new(on);
    for file in ["autogen.toml", "schema.sql", "migrations/autogen.sum"] {
        copy.write(file, &project.read(file));
    }
    for folder in project.migrations() {
        for file in std::fs::read_dir(project.path().join("migrations").join(&folder)).unwrap().flatten() {
            let file = format!("migrations/{folder}/{}", file.file_name().to_string_lossy());
            copy.write(&file, &project.read(&file));
        }
    }
    copy
}

/// The schema as others than autogen read it.
fn schema(project: &Project, on: On) -> Vec<String> {
    match on {
        On::Postgres => {
            let database = DatabaseUrl::parse(project.url()).unwrap().database_name();
            dump_of(Dialect::Postgres, &database).unwrap()
        }
        On::Sqlite => {
            let all = "SELECT group_concat(sql, '\n') FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type, name)";
            vec![project.value(all)]
        }
    }
}

fn attempt(on: On, undisturbed: &Undisturbed, seed: u64) -> Result<Outcome, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let project = copy(&undisturbed.project, on);
    let mut delays = Vec::new();
    for _ in 0..random.random_range(1..4) {
        let delay = undisturbed.took.mul_f64(random.random_range(0.0..1.2));
        delays.push(delay);
        kill_upgrade(&project, project.url(), delay);
    }
    let what = format!("killed after {delays:?}");
    must_succeed(project.run(&["upgrade"]), &format!("{what}: upgrade"))?;
    must_succeed(project.run(&["check"]), &format!("{what}: check"))?;
    let found = schema(&project, on);
    if found != undisturbed.schema {
        return Err(format!("{what}: another schema:\n{found:#?}\nrather than\n{:#?}", undisturbed.schema));
    }
    let wanted = MODELS.len();
    for (expression, wanted) in [
        ("SELECT count(*) FROM __diesel_schema_migrations", wanted),
        ("SELECT count(DISTINCT version) FROM __diesel_schema_migrations", wanted),
        ("SELECT count(*) FROM __autogen_schema", 1),
    ] {
        let found = project.value(expression);
        if found != wanted.to_string() {
            return Err(format!("{what}: {expression} gives {found} rather than {wanted}"));
        }
    }
    Ok(Outcome::Held)
}

fn kills(on: On, small: u64) {
    let undisturbed = OnceLock::new();
    Attack { name: "kills", on: server_name(on), small }
        .run(|seed| attempt(on, undisturbed.get_or_init(|| Undisturbed::new(on)), seed));
}

#[test]
fn kills_sqlite() {
    kills(On::Sqlite, 6);
}

#[test]
fn kills_postgres() {
    kills(On::Postgres, 6);
}
