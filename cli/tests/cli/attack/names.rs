//! Hostile names and literals, one of them at a time for an object of every kind, through the whole flow: written, applied, checked,
//! changed, undone. A table beside them keeps its row.

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{AT_ONCE, Attack, Outcome, server_name};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{Rng as _, SeedableRng as _};

use super::hostile_models::models;
use super::must_succeed;
use super::place::Place;

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

/// Longer names are cut by PostgreSQL and refused by MariaDB, and each kind adds a letter.
const LONGEST: usize = 60;

/// The names that are made by the first seeds; later ones are put together.
fn name(dialect: Dialect, seed: u64) -> String {
    let mut random = StdRng::seed_from_u64(seed);
    let alone = usize::try_from(seed).ok().and_then(|at| PIECES.get(at.wrapping_sub(1)));
    let mut name = match alone {
        Some(piece) => (*piece).to_owned(),
        None => (0..random.random_range(1..6)).filter_map(|_| PIECES.choose(&mut random).copied()).collect(),
    };
    while name.len() > LONGEST {
        name.pop();
    }
    if dialect == Dialect::Mysql {
        // Names of MySQL's are of the Basic Multilingual Plane.
        name.retain(|character| character < '\u{10000}');
    }
    name
}

/// From nothing to both models and back to nothing.
fn flow(dialect: Dialect, name: &str) -> Result<(), String> {
    let place = Place::new(dialect);
    place.files.write("autogen.toml", "model = \"schema.sql\"\nmigrations = \"migrations\"\n");
    let run = |arguments: &[&str]| must_succeed(place.run(arguments), &format!("{arguments:?}"));
    let message = format!("--message={name}");
    let none = place.value(objects(dialect));
    for (step, model) in models(dialect, name).iter().enumerate() {
        place.files.write("schema.sql", model);
        run(&["generate", &message])?;
        run(&["upgrade"])?;
        if step == 0 {
            place.sql("INSERT INTO canary VALUES (1)");
        }
        run(&["check"])?;
        run(&["diff", "database", "model", "--exit-code"])?;
        place.must_have(&[("SELECT count(*) FROM canary", "1".to_owned())], "the canary keeps its row")?;
    }
    let said = run(&["history"])?;
    let escapes = |text: &str| text.chars().any(|c| c == '\u{1b}' || c == '\u{202e}');
    if escapes(&said.out) || escapes(&said.err) {
        return Err(format!("history shows control characters: {:?}", said.out));
    }
    let schema = run(&["schema", "database"])?.out;
    place.files.write("printed.sql", &schema);
    run(&["diff", "database", "printed.sql", "--exit-code"])?;
    if place.value(objects(dialect)) == none {
        return Err("nothing is counted".to_owned());
    }
    run(&["downgrade", "base"])?;
    place.must_have(&[(objects(dialect), none)], "nothing is left behind the way back")
}

/// How many objects of any kind there are beside our own tables.
const fn objects(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => {
            "SELECT count(*) FROM sqlite_schema WHERE tbl_name NOT LIKE '\\_\\_%' ESCAPE '\\' AND name NOT LIKE 'sqlite%'"
        }
        Dialect::Postgres => {
            "WITH own AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^(pg_|information_schema$)'), \
             ours AS (SELECT oid FROM pg_class WHERE relname ~ '^__') \
             SELECT (SELECT count(*) FROM own) \
             + (SELECT count(*) FROM pg_class c LEFT JOIN pg_index i ON i.indexrelid = c.oid \
               WHERE c.relnamespace IN (TABLE own) AND c.oid NOT IN (TABLE ours) AND COALESCE(i.indrelid, 0) NOT IN (TABLE ours)) \
             + (SELECT count(*) FROM pg_proc WHERE pronamespace IN (TABLE own)) \
             + (SELECT count(*) FROM pg_type WHERE typnamespace IN (TABLE own) AND typrelid NOT IN (TABLE ours) \
               AND typname !~ '^___') \
             + (SELECT count(*) FROM pg_trigger) + (SELECT count(*) FROM pg_policy)"
        }
        Dialect::Mysql => {
            "SELECT (SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME NOT LIKE '\\_\\_%') \
             + (SELECT COUNT(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE()) \
             + (SELECT COUNT(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE()) \
             + (SELECT COUNT(*) FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE())"
        }
    }
}

fn names(dialect: Dialect, small: u64) {
    let attack = Attack { name: "names", on: server_name(dialect), small, at_once: AT_ONCE };
    attack.run(|seed| {
        let name = name(dialect, seed);
        let held = flow(dialect, &name).map(|()| Outcome::Held);
        held.map_err(|error| format!("the name {name:?}: {error}"))
    });
}

#[test]
fn names_sqlite() {
    names(Dialect::Sqlite, 16);
}

#[test]
fn names_postgres() {
    names(Dialect::Postgres, 6);
}

#[cfg(feature = "mysql")]
#[test]
fn names_mysql() {
    names(Dialect::Mysql, 3);
}
