//! A server that lets nobody in, or changes nothing: full of sessions, or a standby. Each is told, and nothing is written.

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{Attack, Outcome, server_name};
use autogen_introspect::DatabaseUrl;
use diesel::{Connection as _, PgConnection};

use super::steps::Undisturbed;
use crate::servers::PostgresServer;
use crate::support::{Ran, value_at};

/// As many sessions as a server lets in.
fn fill(url: &str) -> Vec<PgConnection> {
    std::iter::from_fn(|| PgConnection::establish(url).ok()).take(100).collect()
}

/// An upgrade while a number of sessions is left. Where it takes one that another part of it would have needed, it ends in the middle.
fn no_session(undisturbed: &Undisturbed, server: &PostgresServer, left: usize) -> Result<Outcome, String> {
    let place = undisturbed.copy_in(&server.url());
    let mut sessions = fill(&server.url());
    if sessions.len() < 5 {
        return Err(format!("the server lets only {} sessions in", sessions.len()));
    }
    sessions.truncate(sessions.len() - left);
    let ran = place.run(&["upgrade"]);
    drop(sessions);
    let is_told = ran.code == 3 && ran.err.contains("too many clients");
    let is_right = if left == 0 { is_told } else { is_told || ran.code == 0 };
    if !is_right {
        return Err(format!("with {left} sessions left it ended with {}: {}", ran.code, ran.err));
    }
    undisturbed.must_be_reached(&place, &format!("{left} sessions were left"))?;
    Ok(Outcome::Met(if is_told { vec!["refused by the server"] } else { Vec::new() }))
}

/// What changes something is refused on a standby, and what only reads is done there.
fn on_standby(
    undisturbed: &Undisturbed,
    server: &PostgresServer,
    standby: &PostgresServer,
) -> Result<Outcome, String> {
    let place = undisturbed.copy_in(&server.url());
    place.run(&["upgrade", "+1"]).exits(0);
    let url = standby.url_of(&DatabaseUrl::parse(&place.url).unwrap().database_name());
    follow(server, standby);
    for (arguments, codes) in [
        (&["upgrade"][..], [4, 4]),
        (&["downgrade", "base"], [4, 4]),
        (&["-m", "more"], [3, 4]),
        (&["status"], [0, 0]),
        (&["current"], [0, 0]),
    ] {
        let before = place.files.migrations();
        let ran = Ran::from(place.command(arguments).env("DATABASE_URL", &url).output().unwrap());
        let is_told = ran.code == 0 || !ran.err.trim().is_empty() || !ran.out.trim().is_empty();
        if !codes.contains(&ran.code) || !is_told || ran.err.contains("panicked") {
            return Err(format!("{arguments:?} ended with {}: {}{}", ran.code, ran.out, ran.err));
        }
        if place.files.migrations() != before {
            return Err(format!("{arguments:?} wrote a migration"));
        }
    }
    undisturbed.must_be_reached(&place, "on the standby")?;
    Ok(Outcome::Held)
}

/// Waits until a standby has all that its server has.
fn follow(server: &PostgresServer, standby: &PostgresServer) {
    let position = value_at(&server.url(), "pg_current_wal_lsn()");
    let has = format!("pg_last_wal_replay_lsn() >= '{position}'::pg_lsn");
    crate::servers::wait_until(|| value_at(&standby.url(), &has) == "true");
}

#[test]
fn outages_postgres() {
    let undisturbed = Undisturbed::new(Dialect::Postgres);
    let server = PostgresServer::with("-c max_connections=10 -c superuser_reserved_connections=0");
    server.start();
    let standby = server.standby();
    let on = server_name(Dialect::Postgres);
    Attack { name: "faults of the server", on, small: 5, at_once: 1 }.run(|seed| match seed % 5 {
        4 => on_standby(&undisturbed, &server, &standby),
        left => no_session(&undisturbed, &server, usize::try_from(left).expect("a small number")),
    });
}
