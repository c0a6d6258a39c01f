//! Databases that are alike: nobody reads a thousand lines.

use std::collections::BTreeMap;

use super::{DatabaseState, FleetDatabase, FleetReview};

/// How many databases of a group are named.
const NAMED: usize = 10;

/// Databases in the same state at the same place.
pub(super) struct Group {
    pub(super) count: usize,
    /// Their state and place, in words.
    pub(super) words: String,
}

/// Databases that failed in the same way.
pub(super) struct Failure<'a> {
    /// What it is called.
    pub(super) state: DatabaseState,
    pub(super) message: &'a str,
    pub(super) help: Option<&'a str>,
    /// The first of their names, and how many more there are.
    pub(super) names: String,
}

/// `1 database`, `300 databases`.
pub(super) fn counted(count: usize) -> String {
    if count == 1 { "1 database".to_owned() } else { format!("{count} databases") }
}

/// The groups, the largest of each state first.
pub(super) fn groups(review: &FleetReview) -> Vec<Group> {
    let mut counts: BTreeMap<(DatabaseState, String), usize> = BTreeMap::new();
    for database in &review.databases {
        *counts.entry((database.state, words(database))).or_default() += 1;
    }
    let mut groups: Vec<((DatabaseState, String), usize)> = counts.into_iter().collect();
    groups.sort_by_key(|((state, _), count)| (*state, usize::MAX - count));
    groups.into_iter().map(|((_, words), count)| Group { count, words }).collect()
}

fn words(database: &FleetDatabase) -> String {
    let mut words = database.state.words().to_owned();
    match (&database.current, database.pending) {
        (Some(current), _) => words.push_str(&format!(", at {current}")),
        (None, Some(_)) => words.push_str(", at base"),
        (None, None) => {}
    }
    if let Some(pending) = database.pending.filter(|pending| *pending > 0) {
        words.push_str(&format!(", {pending} pending"));
    }
    if let Some(plan) = &database.plan {
        words.push_str(&format!(", plan {plan}"));
    }
    if let Some(fingerprint) = &database.fingerprint {
        words.push_str(&format!(", schema {fingerprint}"));
    }
    words
}

/// What is wrong, with the names of the databases where it is.
pub(super) fn failures(review: &FleetReview) -> Vec<Failure<'_>> {
    let mut names: BTreeMap<(DatabaseState, &str, Option<&str>), Vec<&str>> = BTreeMap::new();
    for database in &review.databases {
        if let Some(message) = &database.message {
            let key = (database.state, message.as_str(), database.help.as_deref());
            names.entry(key).or_default().push(&database.name);
        }
    }
    let failure = |((state, message, help), names): ((_, _, _), Vec<&str>)| Failure {
        state,
        message,
        help,
        names: named(&names),
    };
    names.into_iter().map(failure).collect()
}

/// The databases that somebody has to look at, by name, though nothing failed there.
pub(super) fn remarkable(review: &FleetReview) -> Vec<(DatabaseState, String)> {
    let of = |state: DatabaseState| {
        let found = review.databases.iter().filter(move |database| database.state == state);
        found.map(|database| database.name.as_str()).collect::<Vec<_>>()
    };
    let states = [DatabaseState::Drifted, DatabaseState::Differs];
    let found = states.into_iter().map(|state| (state, of(state))).filter(|(_, names)| !names.is_empty());
    found.map(|(state, names)| (state, named(&names))).collect()
}

fn named(names: &[&str]) -> String {
    let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
