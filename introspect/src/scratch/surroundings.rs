//! What exists around a scratch database, as it was before something ran there and as it is afterwards.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Databases, roles, settings and files with what tells a change of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings(BTreeMap<String, String>);

impl Surroundings {
    /// Notes something: what it is, for people (`role alice`), and what changes when it does.
    pub fn note(&mut self, what: impl Into<String>, state: impl Into<String>) {
        self.0.insert(what.into(), state.into());
    }

    /// What is not as it was, a line each.
    pub fn changes(&self, later: &Self) -> Vec<String> {
        let gone = self.0.keys().filter(|what| !later.0.contains_key(*what));
        let mut lines: Vec<String> = gone.map(|what| format!("{what} is gone")).collect();
        for (what, state) in &later.0 {
            match self.0.get(what) {
                None => lines.push(format!("{what} is new")),
                Some(before) if before != state => lines.push(format!("{what} has changed")),
                Some(_) => {}
            }
        }
        lines
    }
}

/// What a server lets no confined role or account change, while others make, change and drop it at any time:
/// whole databases and what only a membership or a privilege of the server gives; on MySQL also what is in the
/// other schemas.
const OF_OTHERS: [&str; 7] =
    ["database ", "replication slot ", "table ", "function ", "procedure ", "trigger ", "event "];

/// Whether a change around a confined scratch database can only be somebody else's.
pub(super) fn is_of_others(change: &str) -> bool {
    let is_setting_of_database = change.starts_with("settings of ") && change.contains(" in database ");
    is_setting_of_database || OF_OTHERS.iter().any(|kind| change.starts_with(kind))
}

/// What was found changed when a scratch database was given up, where nobody could be told at once.
static DISTURBED: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps what was found for [`disturbances`].
pub(super) fn report(lines: Vec<String>) {
    let mut all = DISTURBED.lock().unwrap_or_else(PoisonError::into_inner);
    lines.into_iter().for_each(|line| {
        if !all.contains(&line) {
            all.push(line);
        }
    });
}

/// What has changed around the scratch databases of this process while they were there.
pub fn disturbances() -> Vec<String> {
    DISTURBED.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

#[cfg(test)]
mod tests {
    use super::{Surroundings, is_of_others};

    #[test]
    fn others_make_databases_and_no_powers() {
        for change in [
            "database shop is gone",
            "settings of all roles in database shop has changed",
            "table a.b is new",
        ] {
            assert!(is_of_others(change), "{change}");
        }
        for change in [
            "role somebody is new",
            "settings of role a has changed",
            "setting port has changed",
            "account 'a'@'%' has changed",
        ] {
            assert!(!is_of_others(change), "{change}");
        }
    }

    #[test]
    fn what_comes_goes_and_changes_is_told() {
        let of = |all: &[(&str, &str)]| {
            let mut found = Surroundings::default();
            all.iter().for_each(|(what, state)| found.note(*what, *state));
            found
        };
        let before = of(&[("role a", "1"), ("role b", "1"), ("role c", "1")]);
        let after = of(&[("role b", "2"), ("role c", "1"), ("role d", "1")]);
        assert_eq!(before.changes(&after), ["role a is gone", "role b has changed", "role d is new"]);
        assert!(before.changes(&before).is_empty());
    }
}
