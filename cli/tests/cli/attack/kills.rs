//! Upgrades that are killed at random moments, and servers below them: the next one leads to what an upgrade that nobody disturbs
//! leads to. That a kill met an upgrade at work is counted, since one that comes too late shows nothing.

use std::sync::Mutex;
use std::time::Duration;

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{AT_ONCE, Attack, Outcome, Tally, server_name};
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::place::Place;
use super::steps::Undisturbed;
use crate::servers::PostgresServer;
use crate::support::Ran;

/// The upgrade had not ended when it was killed.
const RUNNING: &str = "killed while it ran";
/// Some migrations were recorded by then, and others were not.
const BETWEEN: &str = "killed between the first and the last migration";

/// What a kill met.
fn met(undisturbed: &Undisturbed, place: &Place, was_running: bool) -> Vec<&'static str> {
    let is_between = (1..undisturbed.migrations()).contains(&Undisturbed::recorded(place));
    let things = [(was_running, RUNNING), (was_running && is_between, BETWEEN)];
    things.into_iter().filter_map(|(is_met, thing)| is_met.then_some(thing)).collect()
}

/// A moment of an upgrade, or a little behind it.
fn moment(random: &mut StdRng, undisturbed: &Undisturbed) -> Duration {
    undisturbed.took.mul_f64(random.random_range(0.0..1.1))
}

fn client(undisturbed: &Undisturbed, seed: u64) -> Result<Outcome, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let place = undisturbed.copy();
    let mut delays = Vec::new();
    let mut things = Vec::new();
    for _ in 0..random.random_range(1..4) {
        let delay = moment(&mut random, undisturbed);
        delays.push(delay);
        let mut child = place.start(&place.url, &["upgrade"]);
        std::thread::sleep(delay);
        let was_running = child.try_wait().unwrap().is_none();
        child.kill().unwrap();
        child.wait().unwrap();
        things.extend(met(undisturbed, &place, was_running));
    }
    things.sort_unstable();
    things.dedup();
    undisturbed.must_be_reached(&place, &format!("killed after {delays:?}"))?;
    Ok(Outcome::Met(things))
}

/// As many kills tell whether they came at the right time; of a few, all may have come too late.
const ENOUGH: u64 = 20;

/// Kills that come too late prove nothing: of many, half must have met an upgrade.
fn must_have_met(tally: &Tally) {
    let running = tally.met.get(RUNNING).copied().unwrap_or_default();
    assert!(
        tally.count < ENOUGH || running * 2 >= tally.count,
        "{running} kills of {} met an upgrade",
        tally.count
    );
}

fn kills(dialect: Dialect, small: u64) {
    let undisturbed = Undisturbed::new(dialect);
    let attack = Attack { name: "kills", on: server_name(dialect), small, at_once: AT_ONCE };
    must_have_met(&attack.run(|seed| client(&undisturbed, seed)));
}

#[test]
fn kills_sqlite() {
    kills(Dialect::Sqlite, 6);
}

#[test]
fn kills_postgres() {
    kills(Dialect::Postgres, 6);
}

#[cfg(feature = "mysql")]
#[test]
fn kills_mysql() {
    kills(Dialect::Mysql, 4);
}

/// A server that can be killed.
trait Mortal: Send {
    /// The URL of a database that is always there.
    fn url(&self) -> String;
    /// Ends it in one of its ways: by a kill, by a crash, or with an end to all sessions.
    fn kill(&mut self, way: u8);
    fn start(&mut self);
}

impl Mortal for PostgresServer {
    fn url(&self) -> String {
        self.url()
    }

    fn kill(&mut self, way: u8) {
        match way {
            0 => Self::kill(self),
            1 => self.stop("immediate"),
            _ => self.stop("fast"),
        }
    }

    fn start(&mut self) {
        Self::start(self);
    }
}

#[cfg(feature = "mysql")]
impl Mortal for crate::servers::MariadbServer {
    fn url(&self) -> String {
        self.url()
    }

    fn kill(&mut self, _: u8) {
        Self::kill(self);
    }

    fn start(&mut self) {
        Self::start(self);
    }
}

fn server(undisturbed: &Undisturbed, server: &mut impl Mortal, seed: u64) -> Result<Outcome, String> {
    let mut random = StdRng::seed_from_u64(seed);
    let place = undisturbed.copy_in(&server.url());
    let delay = moment(&mut random, undisturbed);
    let what = format!("the server was killed after {delay:?}");
    let mut child = place.start(&place.url, &["upgrade"]);
    std::thread::sleep(delay);
    let was_running = child.try_wait().unwrap().is_none();
    server.kill(random.random_range(0..3));
    let ran = Ran::from(child.wait_with_output().unwrap());
    server.start();
    let is_told = ran.code == 3 && !ran.err.trim().is_empty();
    if !(ran.code == 0 || is_told) || ran.err.contains("panicked") {
        return Err(format!("{what}: it ended with {}: {}", ran.code, ran.err));
    }
    let things = met(undisturbed, &place, was_running);
    undisturbed.must_be_reached(&place, &what)?;
    Ok(Outcome::Met(things))
}

fn server_kills(undisturbed: &Undisturbed, on: String, small: u64, mut killed: impl Mortal) {
    killed.start();
    let killed = Mutex::new(killed);
    let attack = Attack { name: "kills of the server", on, small, at_once: 1 };
    let tally = attack.run(|seed| server(undisturbed, &mut *killed.lock().expect("a server"), seed));
    must_have_met(&tally);
}

#[test]
fn server_kills_postgres() {
    let undisturbed = Undisturbed::new(Dialect::Postgres);
    server_kills(&undisturbed, server_name(Dialect::Postgres), 2, PostgresServer::new());
}

/// MariaDB also where the test server is a MySQL.
#[cfg(feature = "mysql")]
#[test]
fn server_kills_mariadb() {
    let undisturbed = Undisturbed::new(Dialect::Mysql);
    server_kills(&undisturbed, "MariaDB".to_owned(), 2, crate::servers::MariadbServer::new());
}
