//! Runs an SQL file, if one is given, and prints how many rows each table holds.
//! The quickstart uses it, so that it needs no database client.
//!
//! `rows URL [FILE]`

#![expect(clippy::print_stdout, reason = "an example's answer")]

use autogen_runner::Backend;
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use diesel::Connection as _;

type Failure = Box<dyn std::error::Error>;

const SQLITE_TABLES: &str = "SELECT name FROM sqlite_schema \
    WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE '\\_\\_%' ESCAPE '\\' ORDER BY 1";

const POSTGRES_TABLES: &str = "SELECT relname::text FROM pg_class \
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_\\_%' ORDER BY 1";

const MYSQL_TABLES: &str = "SELECT CAST(TABLE_NAME AS CHAR) FROM information_schema.TABLES \
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE '\\_\\_%' ORDER BY 1";

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().ok_or("give a URL")?;
    let file = arguments.next();
    let sql = file.map(fs_err::read_to_string).transpose()?;
    let sql = sql.as_deref();
    match url.split(':').next().unwrap_or_default() {
        #[cfg(feature = "sqlite")]
        "sqlite" => run(diesel::SqliteConnection::establish(&url["sqlite:".len()..])?, sql, SQLITE_TABLES),
        #[cfg(feature = "postgres")]
        "postgres" => run(diesel::PgConnection::establish(&url)?, sql, POSTGRES_TABLES),
        #[cfg(feature = "mysql")]
        "mysql" => run(mysql::Conn::new(url.as_str())?, sql, MYSQL_TABLES),
        other => Err(format!(
            "built without support for {other}; tables are listed by {}",
            [SQLITE_TABLES, POSTGRES_TABLES, MYSQL_TABLES].join(", ")
        )
        .into()),
    }
}

fn run<C: Backend>(mut connection: C, sql: Option<&str>, tables: &str) -> Result<(), Failure> {
    if let Some(sql) = sql {
        connection.execute(sql)?;
    }
    let mut counts = Vec::new();
    for table in connection.texts(tables)? {
        let count = connection.text(&format!("SELECT CONCAT(count(*), '') FROM {table}"))?;
        counts.extend(count.map(|count| format!("{table} {count}")));
    }
    println!("rows: {}", counts.join(", "));
    Ok(())
}
