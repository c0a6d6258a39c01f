//! Migrations that were written from one model after another, and what an upgrade that nobody disturbs makes of them.

use std::time::{Duration, Instant};

use autogen_diff_core::Dialect;

use super::must_succeed;
use super::place::Place;

/// A model after each migration; `{text}` is a text of any length, as far as the database lets it have a default.
const MODELS: [&str; 5] = [
    "CREATE TABLE a (id integer PRIMARY KEY, n integer);",
    "CREATE TABLE a (id integer PRIMARY KEY, n integer, t varchar(20));\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));",
    "CREATE TABLE a (id integer PRIMARY KEY, n integer, t varchar(20));\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));\n\
     CREATE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id FROM a;",
    "CREATE TABLE a (id integer PRIMARY KEY, n bigint NOT NULL, t {text});\nCREATE TABLE b (id integer PRIMARY KEY REFERENCES a (id));\n\
     CREATE UNIQUE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id FROM a;",
    "CREATE TABLE a (id integer PRIMARY KEY, n bigint NOT NULL, t {text} DEFAULT 'x');\nCREATE TABLE c (id integer PRIMARY KEY);\n\
     CREATE UNIQUE INDEX a_n ON a (n);\nCREATE VIEW v AS SELECT id, n FROM a;",
];

/// The one whose index PostgreSQL builds concurrently.
const ONLINE: usize = 2;

/// What somebody adds to a migration, by its step.
const ROWS: [(usize, &str); 2] =
    [(0, "INSERT INTO a VALUES (1, 1), (2, 2);\n"), (1, "UPDATE a SET n = n + 10, t = 'x';\n")];

/// What the rows come to when each of these statements ran once.
const SUM: (&str, &str) = ("SELECT sum(n) FROM a", "23");

/// A project with these migrations, whose database has them all.
pub(super) struct Undisturbed {
    pub(super) place: Place,
    schema: Vec<String>,
    pub(super) took: Duration,
}

impl Undisturbed {
    /// On a test server.
    pub(super) fn new(dialect: Dialect) -> Self {
        let place = Place::new(dialect);
        place.files.write("autogen.toml", "model = \"schema.sql\"\n");
        let text = if dialect == Dialect::Mysql { "varchar(30)" } else { "text" };
        for (step, model) in MODELS.iter().enumerate() {
            place.files.write("schema.sql", &model.replace("{text}", text));
            let is_online = step == ONLINE && dialect == Dialect::Postgres;
            let online: &[&str] = if is_online { &["--online"] } else { &[] };
            place.run(&[&["-m", "step"], online].concat()).exits(0);
            for (_, rows) in ROWS.iter().filter(|(at, _)| *at == step) {
                add_to_last(&place, rows);
            }
            place.run(&["upgrade"]).exits(0);
        }
        let schema = place.schema();
        let copy = Place::new(dialect);
        copy.take_migrations(&place);
        let start = Instant::now();
        copy.run(&["upgrade"]).exits(0);
        Self { place, schema, took: start.elapsed() }
    }

    /// Another database with the same migrations before it.
    pub(super) fn copy(&self) -> Place {
        self.copied(Place::new(self.place.dialect))
    }

    /// The same in a server.
    pub(super) fn copy_in(&self, server: &str) -> Place {
        self.copied(Place::in_server(self.place.dialect, server))
    }

    fn copied(&self, place: Place) -> Place {
        place.take_migrations(&self.place);
        place
    }

    /// How many migrations a database has recorded: none where there is no history yet.
    pub(super) fn recorded(place: &Place) -> usize {
        let table = match place.dialect {
            Dialect::Sqlite => "SELECT count(*) FROM sqlite_schema WHERE name = '__diesel_schema_migrations'",
            Dialect::Postgres => "SELECT count(*) FROM pg_class WHERE relname = '__diesel_schema_migrations'",
            Dialect::Mysql => {
                "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_NAME = '__diesel_schema_migrations' AND TABLE_SCHEMA = DATABASE()"
            }
        };
        if place.value(table) == "0" {
            return 0;
        }
        place.value("SELECT count(*) FROM __diesel_schema_migrations").parse().unwrap()
    }

    pub(super) fn migrations(&self) -> usize {
        self.place.files.migrations().len()
    }

    /// Upgrades what was disturbed: it ends with the same schema, each migration is recorded once, nothing is done in part, and
    /// the fingerprint is there.
    pub(super) fn must_be_reached(&self, place: &Place, what: &str) -> Result<(), String> {
        must_succeed(place.run(&["upgrade"]), &format!("{what}: upgrade"))?;
        must_succeed(place.run(&["repair"]), &format!("{what}: repair"))?;
        must_succeed(place.run(&["check"]), &format!("{what}: check"))?;
        let found = place.schema();
        if found != self.schema {
            return Err(format!("{what}: another schema:\n{found:#?}\nrather than\n{:#?}", self.schema));
        }
        let all = self.migrations().to_string();
        place.must_have(
            &[
                ("SELECT count(*) FROM __diesel_schema_migrations", all.clone()),
                ("SELECT count(DISTINCT version) FROM __diesel_schema_migrations", all),
                ("SELECT count(*) FROM __autogen_schema", "1".to_owned()),
                (SUM.0, SUM.1.to_owned()),
            ],
            what,
        )
    }
}

/// Adds statements to the newest migration.
fn add_to_last(place: &Place, sql: &str) {
    let file = format!("migrations/{}/up.sql", place.files.migrations().last().unwrap());
    place.files.write(&file, &format!("{}{sql}", place.files.read(&file)));
    place.run(&["rehash", "--no-verify"]).exits(0);
}
