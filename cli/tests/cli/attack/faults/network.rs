//! A network that fails: behind any message or byte of an upgrade all its connections are cut, for good or for a moment.

use std::time::{Duration, Instant};

use autogen_diff_core::Dialect;
use autogen_fixtures::attack::{AT_ONCE, Attack, Outcome, server_name};
use url::Url;

use super::place::Place;
use super::steps::Undisturbed;
use crate::servers::{Cut, Proxy, Unit};
use crate::support::Ran;

/// Nobody waits for longer than a server may take to answer.
const LIMIT: Duration = Duration::from_secs(60);

/// How many messages or bytes an upgrade takes that is not cut.
struct Length {
    unit: Unit,
    count: u64,
}

impl Length {
    fn of(undisturbed: &Undisturbed, unit: Unit) -> Self {
        let place = undisturbed.copy();
        let (proxy, url) = proxy(&place, Cut { unit, behind: u64::MAX, comes_back: false });
        upgrade(&place, &url).exits(0);
        Self { unit, count: proxy.passed() }
    }
}

/// A proxy before a place's database, and its URL.
fn proxy(place: &Place, cut: Cut) -> (Proxy, String) {
    let mut url = Url::parse(&place.url).unwrap();
    let server = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
    let proxy = Proxy::start(&server, cut);
    url.set_port(Some(proxy.port())).unwrap();
    let encryption = if place.dialect == Dialect::Postgres { "sslmode=disable" } else { "ssl_mode=disabled" };
    url.set_query(Some(encryption));
    (proxy, url.into())
}

fn upgrade(place: &Place, url: &str) -> Ran {
    Ran::from(place.start(url, &["upgrade"]).wait_with_output().unwrap())
}

fn attempt(undisturbed: &Undisturbed, lengths: &[Length], seed: u64) -> Result<Outcome, String> {
    let mut rest = seed;
    let mut pick = |count: u64| {
        let picked = rest % count;
        rest /= count;
        picked
    };
    let length = &lengths[usize::try_from(pick(lengths.len() as u64)).unwrap()];
    let comes_back = pick(2) == 1;
    // Seeds in a row fall far from each other, and come to all places in the end.
    let behind = pick(length.count).wrapping_mul(999_983) % length.count;
    let cut = Cut { unit: length.unit, behind, comes_back };
    let place = undisturbed.copy();
    let (proxy, url) = proxy(&place, cut);
    let start = Instant::now();
    let ran = upgrade(&place, &url);
    let what = format!("{cut:?}");
    let is_told = ran.code == 3 && ran.err.contains("error: ");
    if !(ran.code == 0 || is_told) || ran.err.contains("panicked") || start.elapsed() > LIMIT {
        return Err(format!("{what}: it ended with {} after {:?}: {}", ran.code, start.elapsed(), ran.err));
    }
    let recorded = Undisturbed::recorded(&place);
    if ran.code == 0 && recorded != undisturbed.migrations() {
        return Err(format!("{what}: it ended with 0, and {recorded} migrations are recorded"));
    }
    let is_between = proxy.is_cut() && (1..undisturbed.migrations()).contains(&recorded);
    undisturbed.must_be_reached(&place, &what)?;
    let things = [(proxy.is_cut(), "cut"), (is_between, "cut between the first and the last migration")];
    Ok(Outcome::Met(things.into_iter().filter_map(|(is_met, thing)| is_met.then_some(thing)).collect()))
}

fn cut(dialect: Dialect, units: &[Unit], small: u64) {
    let undisturbed = Undisturbed::new(dialect);
    let lengths: Vec<Length> = units.iter().map(|unit| Length::of(&undisturbed, *unit)).collect();
    let attack = Attack { name: "faults of the network", on: server_name(dialect), small, at_once: AT_ONCE };
    let tally = attack.run(|seed| attempt(&undisturbed, &lengths, seed));
    let cut = tally.met.get("cut").copied().unwrap_or_default();
    assert!(cut * 2 >= tally.count, "{cut} of {} upgrades were cut", tally.count);
}

#[test]
fn network_postgres() {
    cut(Dialect::Postgres, &[Unit::Message, Unit::Byte], 5);
}

#[cfg(feature = "mysql")]
#[test]
fn network_mysql() {
    cut(Dialect::Mysql, &[Unit::Byte], 3);
}
