//! Runs an SQL file, if one is given, and prints how many rows each table holds.
//! The quickstart uses it, so that it needs no database client.
//!
//! `rows URL [FILE]`

#![expect(clippy::print_stdout, reason = "an example's answer")]

use autogen_runner::Backend;
use diesel::Connection;

type Failure = Box<dyn std::error::Error>;

const SQLITE_TABLES: &str = "SELECT name AS a, NULL AS b FROM sqlite_schema \
    WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1";

const POSTGRES_TABLES: &str = "SELECT relname::text AS a, NULL AS b FROM pg_class \
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_%' ORDER BY 1";

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("give a URL")?;
    let file = arguments.next();
    let sql = file.map(fs_err::read_to_string).transpose()?;
    match url.strip_prefix("sqlite:") {
        #[cfg(feature = "sqlite")]
        Some(path) => run(diesel::SqliteConnection::establish(path)?, sql.as_deref(), SQLITE_TABLES),
        #[cfg(feature = "postgres")]
        None => run(diesel::PgConnection::establish(&url)?, sql.as_deref(), POSTGRES_TABLES),
        #[cfg(not(all(feature = "sqlite", feature = "postgres")))]
        _ => Err(format!(
            "built without support for this URL: {} or {}",
            SQLITE_TABLES.len(),
            POSTGRES_TABLES.len()
        )
        .into()),
    }
}

fn run<C: Backend>(mut connection: C, sql: Option<&str>, tables: &str) -> Result<(), Failure> {
    if let Some(sql) = sql {
        connection.batch_execute(sql)?;
    }
    let mut counts = Vec::new();
    for (table, _) in connection.texts(tables)? {
        let rows =
            connection.texts(&format!("SELECT CAST(count(*) AS TEXT) AS a, NULL AS b FROM {table}"))?;
        counts.extend(rows.first().map(|(count, _)| format!("{table} {count}")));
    }
    println!("rows: {}", counts.join(", "));
    Ok(())
}
