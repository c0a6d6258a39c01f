//! Whether the account sees all of the database. `information_schema` leaves out what an
//! account has no privilege on, and what is left out would look as if it had been dropped.

use std::collections::BTreeSet;

use mysql::Conn;

use super::{Context, rows};
use crate::error::IntrospectError;

/// An error when some part of the database could be hidden.
pub(super) fn check(connection: &mut Conn, context: &Context) -> Result<(), IntrospectError> {
    let grants: Vec<String> = rows(connection, "the account's privileges", "SHOW GRANTS")?;
    let missing = missing(&grants, &context.database);
    if missing.is_empty() {
        return Ok(());
    }
    Err(IntrospectError::Hidden {
        account: context.account.clone(),
        database: context.database.clone(),
        missing: missing.join(", "),
    })
}

/// What shows a kind of object, and the privilege to ask for. Any of a list is enough.
const NEEDED: [(&[&str], &str); 4] = [
    (&["SELECT"], "SELECT"),
    (&["SHOW VIEW"], "SHOW VIEW"),
    (&["TRIGGER"], "TRIGGER"),
    (&["EVENT"], "EVENT"),
];

/// A routine is listed to whoever may run, alter or show it.
const ROUTINES: [&str; 5] =
    ["EXECUTE", "ALTER ROUTINE", "CREATE ROUTINE", "SHOW_ROUTINE", "SHOW CREATE ROUTINE"];

/// The privileges on the whole database that are not among those granted.
fn missing(grants: &[String], database: &str) -> Vec<&'static str> {
    let mut held: BTreeSet<String> = BTreeSet::new();
    for grant in grants {
        let Some((privileges, rest)) = grant.strip_prefix("GRANT ").and_then(|g| g.split_once(" ON ")) else {
            continue;
        };
        let scope = rest.split(" TO ").next().unwrap_or_default();
        if covers(scope, database) {
            held.extend(privileges.split(',').map(|privilege| privilege.trim().to_uppercase()));
        }
    }
    if held.contains("ALL PRIVILEGES") || held.contains("ALL") {
        return Vec::new();
    }
    let holds = |any: &[&str]| any.iter().any(|privilege| held.contains(*privilege));
    let mut missing: Vec<&'static str> =
        NEEDED.iter().filter(|(any, _)| !holds(any)).map(|(_, name)| *name).collect();
    if !holds(&ROUTINES) {
        missing.push("EXECUTE");
    }
    missing
}

/// Whether `*.*` or `` `shop%`.* `` is all of a database.
fn covers(scope: &str, database: &str) -> bool {
    if scope == "*.*" {
        return true;
    }
    let Some(pattern) = scope.strip_suffix(".*") else { return false };
    let pattern = pattern.trim_matches('`').replace("``", "`");
    matches(&pattern.chars().collect::<Vec<_>>(), &database.chars().collect::<Vec<_>>())
}

/// `LIKE`: `%` is anything, `_` one character, a backslash takes the next as it is.
fn matches(pattern: &[char], text: &[char]) -> bool {
    match (pattern, text) {
        ([], []) => true,
        (['%', rest @ ..], _) => (0..=text.len()).any(|n| matches(rest, &text[n..])),
        (['\\', wanted, rest @ ..], [found, others @ ..]) => wanted == found && matches(rest, others),
        (['_', rest @ ..], [_, others @ ..]) => matches(rest, others),
        ([wanted, rest @ ..], [found, others @ ..]) => wanted == found && matches(rest, others),
        ([], [_, ..]) | ([_, ..], []) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::missing;

    fn of(grants: &[&str]) -> Vec<&'static str> {
        missing(&grants.iter().map(|grant| (*grant).to_owned()).collect::<Vec<_>>(), "my_shop")
    }

    #[test]
    fn only_grants_on_the_whole_database_count() {
        assert!(of(&["GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION"]).is_empty());
        assert!(
            of(&["GRANT USAGE ON *.* TO `a`@`%`", "GRANT ALL PRIVILEGES ON `my\\_shop`.* TO `a`@`%`"])
                .is_empty()
        );
        assert!(of(&["GRANT SELECT, EXECUTE, SHOW VIEW, TRIGGER, EVENT ON `my%`.* TO `a`@`%`"]).is_empty());
        assert_eq!(
            of(&["GRANT SELECT, SHOW VIEW ON `my_shop`.* TO `a`@`%`"]),
            ["TRIGGER", "EVENT", "EXECUTE"]
        );
        let all = ["SELECT", "SHOW VIEW", "TRIGGER", "EVENT", "EXECUTE"];
        assert_eq!(of(&["GRANT SELECT ON `my_shop`.`t` TO `a`@`%`"]), all);
        assert_eq!(of(&["GRANT ALL PRIVILEGES ON `other`.* TO `a`@`%`", "GRANT `role` TO `a`@`%`"]), all);
    }
}
