//! A migration in lines, for people.

use autogen_diff_core::Dialect;
use autogen_runner::{Migration, MigrationDirectory, Timing};

use crate::output::{self, escape};

/// What is known of a migration without a database, and how long it took where one tells.
pub(crate) fn print(
    directory: &MigrationDirectory,
    dialect: Option<Dialect>,
    migration: &Migration,
    timing: Option<&Timing>,
) {
    let names = |list: Vec<&Migration>| list.iter().map(|m| m.name.as_str()).collect::<Vec<_>>().join(", ");
    let line = |label: &str, text: &str| output::answer(&escape(&format!("{label:<12}{text}")));
    line("revision", &migration.name);
    line("message", &migration.message());
    let or = |list: Vec<&Migration>, none: &str| if list.is_empty() { none.to_owned() } else { names(list) };
    line("after", &or(directory.parents(migration), "nothing"));
    line("before", &or(directory.children(migration), "nothing (head)"));
    if let Some((from, to)) = migration.header_fingerprints() {
        line("schema", &format!("{from} -> {to}"));
    }
    if let Some(dialect) = dialect {
        line("hash", &migration.statements_hash(dialect));
    }
    line("transaction", if migration.run_in_transaction { "one" } else { "its own, or none" });
    line("down", if migration.down.is_some() { "down.sql" } else { "none" });
    match (timing, migration.takes()) {
        (Some(Timing { took, estimate }), _) => {
            let estimate = estimate.map(|takes| format!(", estimated at {takes}")).unwrap_or_default();
            line("took", &format!("{:.3} s{estimate}", took.as_secs_f64()));
        }
        (None, Some(takes)) => line("takes", &takes.to_string()),
        (None, None) => {}
    }
    line("path", &migration.path.display().to_string());
}
