//! The real binary on real databases: what a user types, and what comes of it.

#![expect(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod adopt;
mod adopted;
mod agreed;
mod attack;
mod authored;
mod boundary;
mod branches;
mod by_hand;
mod check_reports;
mod concurrency;
mod diesel;
mod dumps;
mod errors;
mod examples;
mod extensions;
mod field;
mod flavors;
mod fleet;
mod fleet_workers;
mod flow;
mod folders;
mod git_branches;
mod guard;
mod guides;
mod kill;
mod known;
mod life;
mod lint;
mod locks;
mod manual;
#[cfg(feature = "mysql")]
mod messages;
mod model_rs;
#[cfg(feature = "mysql")]
mod mysql;
mod online;
mod pictures;
mod plans;
mod program;
mod recipes;
mod review;
mod schema_rs;
mod scratch;
mod servers;
mod stats;
mod structs;
mod support;
mod takeover;
mod texts;
mod trouble;
mod urls;
mod watch;
mod words;
