//! How fast a PostgreSQL server is, measured in a scratch database with a table of small rows and one of large rows, so that
//! what a row costs is told from what a byte costs. Each time is the median of several, since servers have other work too.

use std::time::Instant;

use autogen_diff_core::stats::{Rate, Rates};
use autogen_introspect::Scratch;

/// How many rows each table has.
const ROWS: u64 = 100_000;

/// The tables, and how many bytes a row has besides its key, a number and a text.
const TABLES: [(&str, usize); 2] = [("small", 0), ("large", 400)];

/// How often all is measured.
const PASSES: usize = 3;

/// How many indexes more a table has when it is filled once more.
const FURTHER_INDEXES: u32 = 2;

/// The seconds that each kind of work took with a table.
struct Times {
    scan: f64,
    rewrite: f64,
    index: f64,
    text_index: f64,
    foreign_key: f64,
    backfill: f64,
}

/// A table, and what each pass took.
struct Measured {
    bytes: u64,
    passes: Vec<Times>,
}

/// Measures all rates.
///
/// # Errors
/// What the server said.
pub(super) fn measure(scratch: &mut Scratch) -> Result<Rates, String> {
    let mut tables = Vec::new();
    for (table, filler) in TABLES {
        fill(scratch, table, filler)?;
        tables.push(Measured { bytes: bytes(scratch, table)?, passes: Vec::new() });
    }
    let mut further = Vec::new();
    for _ in 0..PASSES {
        for ((table, _), measured) in TABLES.iter().zip(&mut tables) {
            measured.passes.push(pass(scratch, table)?);
        }
        further.push(indexed_backfill(scratch, TABLES[0].0)?);
    }
    let [small, large] = &tables[..] else { return Err("there are two tables".to_owned()) };
    let fitted = |time: fn(&Times) -> f64| {
        let [small, large] = [small, large].map(|table| (ROWS, table.bytes, table.median(time)));
        Rate::fitted(small, large)
    };
    // The rows are read for it too.
    let beyond_scan = |time: fn(&Times) -> f64| {
        let beyond = |table: &Measured| table.median(|times| (time(times) - times.scan).max(0.0));
        Rate::of_rows((beyond(small) + beyond(large)) / (2 * ROWS) as f64)
    };
    let further = (median(further) - small.median(|times| times.backfill)).max(0.0);
    Ok(Rates {
        rows: ROWS,
        scan: fitted(|times| times.scan),
        rewrite: fitted(|times| times.rewrite),
        index: beyond_scan(|times| times.index),
        text_index: beyond_scan(|times| times.text_index),
        foreign_key: beyond_scan(|times| times.foreign_key),
        backfill: fitted(|times| times.backfill),
        backfill_index: Rate::of_rows(further / f64::from(FURTHER_INDEXES) / ROWS as f64),
    })
}

impl Measured {
    fn median(&self, time: impl Fn(&Times) -> f64) -> f64 {
        median(self.passes.iter().map(time).collect())
    }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// Makes a table of rows in no order.
fn fill(scratch: &mut Scratch, table: &str, filler: usize) -> Result<(), String> {
    run(
        scratch,
        &format!(
            "CREATE TABLE {table} (id bigint NOT NULL, n integer NOT NULL, t text NOT NULL, filler text NOT NULL, f uuid)"
        ),
    )?;
    run(
        scratch,
        &format!(
            "INSERT INTO {table} SELECT i, pg_catalog.hashint8(i), pg_catalog.md5(i::text), \
             pg_catalog.repeat('x', {filler}) FROM pg_catalog.generate_series(1, {ROWS}) i"
        ),
    )
}

fn bytes(scratch: &mut Scratch, table: &str) -> Result<u64, String> {
    let sql = format!("SELECT pg_catalog.pg_relation_size('public.{table}')::text AS value");
    let size = scratch.value(&sql).map_err(|error| error.to_string())?;
    size.parse().map_err(|_| format!("the size of a table is no number: {size}"))
}

/// Measures each kind of work once. What was just written anew and vacuumed is for the most part in none of the server's own
/// buffers, as it is with most of a large table.
fn pass(scratch: &mut Scratch, table: &str) -> Result<Times, String> {
    let retype = |name: &str| format!("ALTER TABLE {table} ALTER COLUMN n TYPE {name}");
    let vacuum = format!("VACUUM {table}");
    let there = timed(scratch, &retype("bigint"))?;
    run(scratch, &vacuum)?;
    let scan =
        timed(scratch, &format!("ALTER TABLE {table} ADD CONSTRAINT c CHECK (n IS NOT NULL AND id > 0)"))?;
    run(scratch, &format!("ALTER TABLE {table} DROP CONSTRAINT c"))?;
    let back = timed(scratch, &retype("integer"))?;
    run(scratch, &vacuum)?;
    let index = timed(scratch, &format!("CREATE INDEX i ON {table} (n)"))?;
    let text_index = timed(scratch, &format!("CREATE INDEX j ON {table} (t)"))?;
    run(scratch, "DROP INDEX i, j")?;
    run(scratch, &format!("ALTER TABLE {table} ADD CONSTRAINT k PRIMARY KEY (id)"))?;
    let foreign_key =
        timed(scratch, &format!("ALTER TABLE {table} ADD CONSTRAINT c FOREIGN KEY (id) REFERENCES {table}"))?;
    run(scratch, &format!("ALTER TABLE {table} DROP CONSTRAINT c"))?;
    let backfill = timed(scratch, &backfill(table))?;
    run(scratch, &format!("ALTER TABLE {table} DROP CONSTRAINT k"))?;
    run(scratch, &format!("VACUUM FULL {table}"))?;
    let rewrite = (there + back) / 2.0;
    Ok(Times { scan, rewrite, index, text_index, foreign_key, backfill })
}

/// Changes all rows in batches, with further indexes.
fn indexed_backfill(scratch: &mut Scratch, table: &str) -> Result<f64, String> {
    run(scratch, &format!("ALTER TABLE {table} ADD CONSTRAINT k PRIMARY KEY (id)"))?;
    run(scratch, &format!("CREATE INDEX i ON {table} (n)"))?;
    run(scratch, &format!("CREATE INDEX j ON {table} (t)"))?;
    let time = timed(scratch, &backfill(table))?;
    run(scratch, "DROP INDEX i, j")?;
    run(scratch, &format!("ALTER TABLE {table} DROP CONSTRAINT k"))?;
    run(scratch, &format!("VACUUM FULL {table}"))?;
    Ok(time)
}

/// Changes all rows in batches, as an online change does.
fn backfill(table: &str) -> String {
    format!(
        "DO $$ BEGIN FOR first_key IN 1..{ROWS} BY 5000 LOOP \
         UPDATE {table} SET f = pg_catalog.gen_random_uuid() WHERE id BETWEEN first_key AND first_key + 4999; COMMIT; \
         END LOOP; END $$"
    )
}

/// The seconds that a statement takes.
fn timed(scratch: &mut Scratch, sql: &str) -> Result<f64, String> {
    let start = Instant::now();
    run(scratch, sql)?;
    Ok(start.elapsed().as_secs_f64())
}

fn run(scratch: &mut Scratch, sql: &str) -> Result<(), String> {
    scratch.execute(sql).map_err(|failure| failure.message)
}
