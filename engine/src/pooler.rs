//! Recognizes a pooler that shares sessions between its clients (pgbouncer in transaction mode): a lock of a session would be
//! anybody's there.

use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use autogen_introspect::postgres::connect;
use autogen_introspect::{DatabaseUrl, IntrospectError};
use autogen_runner::{RunError, Session as _};
use diesel::PgConnection;

use crate::advice::Advice;
use crate::error::Error;

/// How often clients are asked for their sessions, in turn. Where others are at work at the same time, a pooler gives each the session that
/// it had before by chance, which it does not do often in a row.
const SESSION_LOOKS: u32 = 6;

/// How long a second client waits for a session. A pool that keeps a session for each client may have none left.
const FREE_SESSION: Duration = Duration::from_secs(2);

/// How long the second client has for each step of connecting while the first one is asked.
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Refuses a pooler that shares sessions. Gives whether two sessions were seen: where only one was free, nobody knows.
pub(crate) fn must_be_direct(url: &DatabaseUrl, connection: &mut PgConnection) -> Result<bool, Error> {
    if let Some(is_seen) = own_sessions(url, connection)? {
        return Ok(is_seen);
    }
    Err(Error::Refused {
        message: format!("{url} is a pooler that shares sessions, so a lock holds nobody off there"),
        advice: Advice::NameServerItself,
    })
}

/// Whether each of two clients was seen to keep a session of its own; nothing where they share.
///
/// Two clients of a server never have one session. A pool that keeps a session for each client may have none left for a second
/// one; then the first is looked at alone, since in a pool that shares sessions its questions would wait behind the second.
fn own_sessions(url: &DatabaseUrl, connection: &mut PgConnection) -> Result<Option<bool>, Error> {
    let mine = session(connection)?;
    let beside = connect_beside(url);
    let mut another = match beside.recv_timeout(FREE_SESSION) {
        Ok(another) => another?,
        Err(_) => match while_asked(connection, &mine, &beside)? {
            Asked::Another(another) => *another,
            Asked::Moved => return Ok(None),
            Asked::Stayed => return Ok(Some(false)),
        },
    };
    let theirs = session(&mut another)?;
    let mut is_shared = mine == theirs;
    for _ in 0..SESSION_LOOKS {
        is_shared = is_shared || session(connection)? != mine || session(&mut another)? != theirs;
    }
    Ok((!is_shared).then_some(true))
}

/// What came of asking the first client alone.
enum Asked {
    /// The second one has come.
    Another(Box<PgConnection>),
    /// The first one went to another session.
    Moved,
    /// It kept its own, and the second one had no chance.
    Stayed,
}

/// Asks the first client while the second one waits, which has time between the questions for each step of its own.
fn while_asked(
    connection: &mut PgConnection,
    mine: &str,
    beside: &Receiver<Result<PgConnection, IntrospectError>>,
) -> Result<Asked, Error> {
    for _ in 0..SESSION_LOOKS {
        if session(connection)? != mine {
            return Ok(Asked::Moved);
        }
        if let Ok(another) = beside.recv_timeout(BETWEEN_LOOKS) {
            return Ok(Asked::Another(Box::new(another?)));
        }
    }
    Ok(Asked::Stayed)
}

/// Connects in a thread, which stays behind where nobody waits for it any more.
fn connect_beside(url: &DatabaseUrl) -> Receiver<Result<PgConnection, IntrospectError>> {
    let (done, connected) = channel();
    let url = url.clone();
    std::thread::spawn(move || {
        let _ = done.send(connect(&url));
    });
    connected
}

/// The server's process that a client speaks with.
fn session(connection: &mut PgConnection) -> Result<String, Error> {
    let pid =
        connection.text("SELECT pg_catalog.pg_backend_pid()::pg_catalog.text").map_err(RunError::from)?;
    Ok(pid.unwrap_or_default())
}
