//! How fast a PostgreSQL server is, measured in a scratch database with a table of small rows and one of large rows, so that
//! what a row costs is told from what a byte costs.

use std::time::{Duration, Instant};

use autogen_diff_core::stats::{Rate, Rates};
use autogen_introspect::Scratch;

/// How many rows each table has.
const ROWS: u64 = 100_000;

/// How many bytes a row has besides its key, a number and a text.
const FILLERS: [(&str, usize); 2] = [("small", 0), ("large", 400)];

/// A table with rows.
struct Measured {
    name: &'static str,
    bytes: u64,
}

/// Measures all rates.
///
/// # Errors
/// What the server said.
pub(super) fn measure(scratch: &mut Scratch) -> Result<Rates, String> {
    let mut tables = Vec::new();
    for (name, filler) in FILLERS {
        tables.push(filled(scratch, name, filler)?);
    }
    let scan = fitted(&tables, |table| {
        let add = |i| format!("ALTER TABLE {table} ADD CONSTRAINT scan_{i} CHECK (n IS NOT NULL AND id > 0)");
        mean(scratch, &[1, 2, 3].map(add))
    })?;
    let rewrite = fitted(&tables, |table| {
        let retype = |name| format!("ALTER TABLE {table} ALTER COLUMN n TYPE {name}");
        mean(scratch, &["bigint", "integer"].map(retype))
    })?;
    let mut built = |column: &str| {
        fitted(&tables, |table| {
            let build = |i| format!("CREATE INDEX {table}_{column}_{i} ON {table} ({column})");
            let times = mean(scratch, &[1, 2].map(build))?;
            run(scratch, &format!("DROP INDEX {table}_{column}_1, {table}_{column}_2"))?;
            Ok(times)
        })
    };
    let (index, text_index) = (built("n")?, built("t")?);
    for table in &tables {
        run(scratch, &format!("ALTER TABLE {} ADD PRIMARY KEY (id)", table.name))?;
    }
    let foreign_key = fitted(&tables, |table| {
        let add =
            |i| format!("ALTER TABLE {table} ADD CONSTRAINT refers_{i} FOREIGN KEY (id) REFERENCES small");
        mean(scratch, &[1, 2].map(add))
    })?;
    let backfill = fitted(&tables, |table| backfill(scratch, table))?;
    let backfill_index = further_index(scratch, &tables[0], backfill)?;
    Ok(Rates { rows: ROWS, scan, rewrite, index, text_index, foreign_key, backfill, backfill_index })
}

/// Makes a table of rows in no order, as a vacuum leaves it.
fn filled(scratch: &mut Scratch, name: &'static str, filler: usize) -> Result<Measured, String> {
    run(
        scratch,
        &format!(
            "CREATE TABLE {name} (id bigint NOT NULL, n integer NOT NULL, t text NOT NULL, filler text NOT NULL, f uuid)"
        ),
    )?;
    run(
        scratch,
        &format!(
            "INSERT INTO {name} SELECT i, pg_catalog.hashint8(i), pg_catalog.md5(i::text), pg_catalog.repeat('x', {filler}) \
             FROM pg_catalog.generate_series(1, {ROWS}) i"
        ),
    )?;
    run(scratch, &format!("VACUUM ANALYZE {name}"))?;
    Ok(Measured { name, bytes: bytes(scratch, name)? })
}

fn bytes(scratch: &mut Scratch, name: &str) -> Result<u64, String> {
    let sql = format!("SELECT pg_catalog.pg_relation_size('public.{name}')::text AS value");
    let size = scratch.value(&sql).map_err(|error| error.to_string())?;
    size.parse().map_err(|_| format!("the size of a table is no number: {size}"))
}

/// The rate of something that took its time with both tables.
fn fitted(tables: &[Measured], mut time: impl FnMut(&str) -> Result<f64, String>) -> Result<Rate, String> {
    let mut taken = Vec::new();
    for table in tables {
        taken.push((ROWS, table.bytes, time(table.name)?));
    }
    let [small, large] = taken[..] else { return Err("there are two tables".to_owned()) };
    Ok(Rate::fitted(small, large))
}

/// Changes all rows in batches, as an online change does.
fn backfill(scratch: &mut Scratch, table: &str) -> Result<f64, String> {
    run(scratch, &format!("VACUUM {table}"))?;
    timed(
        scratch,
        &format!(
            "DO $$ BEGIN FOR first_key IN 1..{ROWS} BY 5000 LOOP \
             UPDATE {table} SET f = pg_catalog.gen_random_uuid() WHERE id BETWEEN first_key AND first_key + 4999; COMMIT; \
             END LOOP; END $$"
        ),
    )
    .map(|time| time.as_secs_f64())
}

/// What each index more costs while rows are changed.
fn further_index(scratch: &mut Scratch, table: &Measured, without: Rate) -> Result<Rate, String> {
    const FURTHER: [&str; 2] = ["n", "t"];
    for column in FURTHER {
        run(scratch, &format!("CREATE INDEX ON {} ({column})", table.name))?;
    }
    let with = backfill(scratch, table.name)?;
    let further = with - without.seconds(ROWS, table.bytes);
    let indexed_rows = f64::from(u32::try_from(ROWS).unwrap_or(u32::MAX)) * FURTHER.len() as f64;
    Ok(Rate::of_rows(further.max(0.0) / indexed_rows))
}

/// The usual time of several statements.
fn mean(scratch: &mut Scratch, statements: &[String]) -> Result<f64, String> {
    let mut all = 0.0;
    for sql in statements {
        all += timed(scratch, sql)?.as_secs_f64();
    }
    Ok(all / statements.len() as f64)
}

fn timed(scratch: &mut Scratch, sql: &str) -> Result<Duration, String> {
    let start = Instant::now();
    run(scratch, sql)?;
    Ok(start.elapsed())
}

fn run(scratch: &mut Scratch, sql: &str) -> Result<(), String> {
    scratch.execute(sql).map_err(|failure| failure.message)
}
