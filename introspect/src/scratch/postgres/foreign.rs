//! The session that runs what is foreign, and who looks after it.

use diesel::PgConnection;

use super::super::limits::Limits;
use super::super::one_text;
use super::super::watchdog::{Session, Watchdog};
use super::database::Key;
use crate::error::IntrospectError;
use crate::postgres::connect;

/// Looks after the session of a scratch database from another one, which is opened when it is needed.
pub(super) fn watchdog(
    limits: Limits,
    foreign: &mut PgConnection,
    key: &Key,
) -> Result<Watchdog, IntrospectError> {
    let pid = one_text(foreign, "SELECT pg_catalog.pg_backend_pid()::text AS value")?;
    let (server, name) = (key.server.clone(), key.name.clone());
    Ok(Watchdog::new(limits, move || {
        let connection = connect(&server).ok()?;
        Some(Foreign { connection, name, pid })
    }))
}

/// The session that runs what is foreign, seen from another one.
pub(super) struct Foreign {
    connection: PgConnection,
    name: String,
    pid: String,
}

impl Session for Foreign {
    fn size(&mut self) -> Option<u64> {
        let sql = format!("SELECT pg_catalog.pg_database_size('{}')::text AS value", self.name);
        one_text(&mut self.connection, &sql).ok()?.parse().ok()
    }

    fn end(&mut self) {
        // When it has ended by itself there is nothing to do.
        let _ = one_text(
            &mut self.connection,
            &format!("SELECT pg_catalog.pg_terminate_backend({})::text AS value", self.pid),
        );
    }
}
