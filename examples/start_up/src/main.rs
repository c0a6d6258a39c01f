//! An application that upgrades its own database when it starts, and then does its work. Start it on as
//! many machines at once as you like.
//!
//! `start_up URL`

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "an example's answer")]

use std::time::Duration;

use autogen_runner::{Backend, Event, Runner};
use diesel::Connection;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = std::env::args().nth(1).ok_or("give a URL")?;
    match url.split(':').next().unwrap_or_default() {
        #[cfg(feature = "sqlite")]
        "sqlite" => work(diesel::SqliteConnection::establish(&url["sqlite:".len()..])?),
        #[cfg(feature = "postgres")]
        "postgres" => work(diesel::PgConnection::establish(&url)?),
        #[cfg(feature = "mysql")]
        "mysql" => work(diesel::MysqlConnection::establish(&url)?),
        other => Err(format!("built without support for {other}").into()),
    }
}

fn work<C: Backend>(mut connection: C) -> Result<(), Box<dyn std::error::Error>> {
    let mut runner = Runner::new(MIGRATIONS).lock_timeout(Duration::from_secs(30)).on_event(|event| {
        if let Event::Finished(migration, took) = event {
            eprintln!("applied {} in {} ms", migration.name, took.as_millis());
        }
    });
    // On a database that is marked production, a migration that loses data is refused.
    if let Ok(environment) = std::env::var("AUTOGEN_ENVIRONMENT") {
        runner = runner.environment(environment);
    }
    let report = runner.upgrade(&mut connection)?;
    // Here the application's own work begins.
    let process = std::process::id() % 1_000_000;
    connection.execute(&format!("INSERT INTO starts (process, host) VALUES ({process}, 'here')"))?;
    println!("{} migrations applied by process {process}", report.ran.len());
    Ok(())
}
