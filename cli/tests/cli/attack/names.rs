//! Hostile names and literals, one of them at a time for an object of every kind, through the whole flow: written, applied, checked,
//! changed, undone. A table beside them keeps its row.

use autogen_fixtures::attack::{Attack, Outcome};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::{must_succeed, server_name};
use crate::support::{On, Project};

/// What names are made of.
const PIECES: [&str; 44] = [
    "\"",
    "'",
    "`",
    ";",
    "--",
    "/*",
    "*/",
    "\\",
    "$$",
    "$1",
    "%",
    "%s",
    "{}",
    "{0}",
    "\n",
    "\r",
    "\t",
    "\u{1}",
    "\u{1b}[31m",
    "\u{202e}",
    "\u{200b}",
    "\u{feff}",
    "é",
    "e\u{301}",
    "🦀",
    " ",
    "  ",
    ".",
    "..",
    "/",
    ":",
    "@",
    "#",
    "select",
    "NULL",
    "a",
    "A",
    "; DROP TABLE canary; --",
    "' OR '1'='1",
    "-- autogen: renamed from a",
    "= 1",
    "(",
    "]]",
    "<b>",
];

/// Longer names are cut by PostgreSQL, and each kind adds a letter.
const LONGEST: usize = 60;

/// The names that are made by the first seeds; later ones are put together.
fn name(seed: u64) -> String {
    let mut random = StdRng::seed_from_u64(seed);
    let alone = usize::try_from(seed).ok().and_then(|at| PIECES.get(at.wrapping_sub(1)));
    let mut name = match alone {
        Some(piece) => (*piece).to_owned(),
        None => (0..random.random_range(1..6)).filter_map(|_| PIECES.choose(&mut random).copied()).collect(),
    };
    while name.len() > LONGEST {
        name.pop();
    }
    name
}

/// A name of a kind's object, quoted. Objects of several kinds share a namespace.
fn quoted(name: &str, kind: &str) -> String {
    format!("\"{}{kind}\"", name.replace('"', "\"\""))
}

fn literal(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// What stands in both models, and what only the later one has.
fn models(on: On, name: &str) -> [String; 2] {
    let q = |kind: &str| quoted(name, kind);
    let (text, canary) = (literal(name), "CREATE TABLE canary (a integer);");
    let (table, column, other) = (q("t"), q("c"), q("o"));
    let table_of = |more: &str| {
        format!(
            "CREATE TABLE {table} (id integer, {column} text DEFAULT {text}{more}, CONSTRAINT {} PRIMARY KEY (id), \
             CONSTRAINT {} CHECK ({column} <> {text}), CONSTRAINT {} UNIQUE ({column}));\n\
             CREATE TABLE {other} (id integer PRIMARY KEY, CONSTRAINT {} FOREIGN KEY (id) REFERENCES {table} (id));\n\
             CREATE INDEX {} ON {table} ({column}) WHERE {column} <> {text};",
            q("p"),
            q("k"),
            q("u"),
            q("f"),
            q("i"),
        )
    };
    let view =
        |more: &str| format!("CREATE VIEW {} AS SELECT {column} AS {}{more} FROM {table};", q("v"), q("a"));
    let later_column = format!(", {} text DEFAULT {text}", q("d"));
    let later_view = format!(", {} AS {}", q("d"), q("b"));
    match on {
        On::Sqlite => {
            let trigger = |then: &str| {
                format!("CREATE TRIGGER {} AFTER UPDATE ON {table} BEGIN SELECT {then}; END;", q("g"))
            };
            [
                [canary, &table_of(""), &view(""), &trigger("1")].join("\n"),
                [canary, &table_of(&later_column), &view(&later_view), &trigger(&text)].join("\n"),
            ]
        }
        On::Postgres => {
            let space = q("s");
            let beside = |later: bool| {
                let (value, option) =
                    if later { (format!(", {text}"), "STABLE") } else { (String::new(), "VOLATILE") };
                format!(
                    "CREATE SCHEMA {space};\nSET search_path = {space};\nCREATE TYPE {} AS ENUM ('a'{value});\n\
                     CREATE DOMAIN {} AS text DEFAULT {text} CONSTRAINT {} CHECK (VALUE <> {text});\n\
                     CREATE SEQUENCE {};\nCREATE FUNCTION {}({} text DEFAULT {text}) RETURNS integer LANGUAGE sql {option} AS 'SELECT 1';\n\
                     CREATE FUNCTION {}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';",
                    q("e"),
                    q("m"),
                    q("n"),
                    q("q"),
                    q("r"),
                    q("x"),
                    q("h"),
                )
            };
            let behind = |said: &str| {
                format!(
                    "CREATE TRIGGER {} BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {}();\n\
                     CREATE POLICY {} ON {table} USING ({column} <> {text});\n\
                     COMMENT ON COLUMN {table}.{column} IS {};\nCOMMENT ON SCHEMA {space} IS {text};\n\
                     CREATE TYPE {} AS ({} text);\nCREATE MATERIALIZED VIEW {} AS SELECT {text}::text AS {};",
                    q("g"),
                    q("h"),
                    q("l"),
                    literal(said),
                    q("y"),
                    q("z"),
                    q("w"),
                    q("j"),
                )
            };
            [
                [canary, &beside(false), &table_of(""), &view(""), &behind("first")].join("\n"),
                [canary, &beside(true), &table_of(&later_column), &view(&later_view), &behind(name)]
                    .join("\n"),
            ]
        }
    }
}

/// From nothing to both models and back to nothing.
fn flow(on: On, name: &str) -> Result<(), String> {
    let project = Project::new(on);
    project.write("autogen.toml", "model = \"schema.sql\"\nmigrations = \"migrations\"\n");
    let run = |arguments: &[&str]| must_succeed(project.run(arguments), &format!("{arguments:?}"));
    let message = format!("--message={name}");
    for (step, model) in models(on, name).iter().enumerate() {
        project.write("schema.sql", model);
        run(&["generate", &message])?;
        run(&["upgrade"])?;
        if step == 0 {
            project.sql("INSERT INTO canary VALUES (1)");
        }
        run(&["check"])?;
        run(&["diff", "database", "model", "--exit-code"])?;
        if project.value("SELECT count(*) FROM canary") != "1" {
            return Err("the canary lost its row".to_owned());
        }
    }
    let said = run(&["history"])?;
    let escapes = |text: &str| text.chars().any(|c| c == '\u{1b}' || c == '\u{202e}');
    if escapes(&said.out) || escapes(&said.err) {
        return Err(format!("history shows control characters: {:?}", said.out));
    }
    let schema = run(&["schema", "database"])?.out;
    project.write("printed.sql", &schema);
    run(&["diff", "database", "printed.sql", "--exit-code"])?;
    run(&["downgrade", "base"])?;
    let left = match on {
        On::Sqlite => {
            "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
        }
        On::Postgres => {
            "SELECT count(*) FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$|public$)'"
        }
    };
    if project.value(left) == "0" { Ok(()) } else { Err("something is left behind the way back".to_owned()) }
}

fn names(on: On, small: u64) {
    Attack { name: "names", on: server_name(on), small }.run(|seed| {
        let name = name(seed);
        flow(on, &name).map(|()| Outcome::Held).map_err(|error| format!("the name {name:?}: {error}"))
    });
}

#[test]
fn names_sqlite() {
    names(On::Sqlite, 16);
}

#[test]
fn names_postgres() {
    names(On::Postgres, 6);
}
