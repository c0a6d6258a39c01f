//! Migrations as one script, for an operator who runs it by hand: bookkeeping included, no database needed.

use autogen_migration_files::{Direction, Migration};
use autogen_sql_text::{Dialect, unused_delimiter};

use crate::bookkeeping::bookkeeping;
use crate::error::RunError;
use crate::history::SETUP;
use crate::transactions;

/// How long a transaction waits for a lock (PostgreSQL): whoever comes behind it waits as long.
pub(crate) const LOCK_TIMEOUT: &str = "SET LOCAL lock_timeout = '1s'";

/// What kind of server the script is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfflineServer {
    /// PostgreSQL, which takes changes of a schema back with their transaction.
    Postgres,
    /// SQLite, which does too.
    Sqlite,
    /// One of the two.
    Transactional,
    /// Takes none back, and its client cuts bodies at semicolons (MySQL, MariaDB).
    Mysql,
}

impl OfflineServer {
    /// How its SQL is read, if that is known.
    const fn dialect(self) -> Option<Dialect> {
        match self {
            Self::Postgres => Some(Dialect::Postgres),
            Self::Sqlite => Some(Dialect::Sqlite),
            Self::Transactional => None,
            Self::Mysql => Some(Dialect::Mysql),
        }
    }

    /// How its literals are read.
    const fn literals(self) -> Dialect {
        match self {
            // SQLite reads literals as PostgreSQL does.
            Self::Postgres | Self::Sqlite | Self::Transactional => Dialect::Postgres,
            Self::Mysql => Dialect::Mysql,
        }
    }
}

/// The script that runs some migrations, in order.
///
/// # Errors
/// When one of them has no way back and back it should go, or its transactions would end the script's.
pub fn offline_script(
    steps: &[&Migration],
    direction: Direction,
    server: OfflineServer,
) -> Result<String, RunError> {
    let mut text =
        "-- Run it so that it stops at the first error: psql -v ON_ERROR_STOP=1, sqlite3 -bail, mysql.\n"
            .to_owned();
    if server == OfflineServer::Postgres {
        // As the migrations were proven, and as autogen's own sessions are.
        text.push_str("SET standard_conforming_strings = on;\nSET TimeZone = 'UTC';\n");
    }
    if direction == Direction::Up {
        let setup = SETUP.replace(';', ";\n").replace("    ", " ");
        text.push_str(&format!("\n-- what is applied\n{setup};\n"));
    }
    for migration in steps {
        server
            .dialect()
            .map_or(Ok(()), |dialect| transactions::check_transactions(dialect, migration, direction))?;
        text.push_str(&format!("\n-- {}/{}\n", migration.name, direction.file()));
        text.push_str(&step(migration, direction, server)?);
    }
    Ok(text)
}

fn step(migration: &Migration, direction: Direction, server: OfflineServer) -> Result<String, RunError> {
    let sql = migration.text(direction).ok_or_else(|| RunError::NoDown(migration.name.clone()))?;
    let books = bookkeeping(server.literals(), migration, direction);
    let sql = sql.trim_end();
    let end = if sql.ends_with(';') { "" } else { ";" };
    Ok(match server {
        OfflineServer::Mysql => {
            let mark = unused_delimiter(sql);
            format!("DELIMITER {mark}\n{sql}\n{mark}\nDELIMITER ;\n{books}")
        }
        OfflineServer::Postgres | OfflineServer::Sqlite | OfflineServer::Transactional
            if migration.run_in_transaction =>
        {
            let waits = server == OfflineServer::Postgres;
            let timeout = if waits { format!("{LOCK_TIMEOUT};\n") } else { String::new() };
            format!("BEGIN;\n{timeout}{books}\n{sql}{end}\nCOMMIT;\n")
        }
        // It brings its own transaction, or can't have one.
        OfflineServer::Postgres | OfflineServer::Sqlite | OfflineServer::Transactional => {
            format!("{sql}{end}\n{books}")
        }
    })
}
