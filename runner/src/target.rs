//! Alembic's words for a place in the history: `head`, `base`, `+2`, `-1`,
//! `abc+1`, a unique prefix, a folder's name.

use crate::directory::{MigrationDirectory, normalise_version};
use crate::error::RunError;

/// A place in the history: how many migrations are applied there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(pub usize);

/// Finds the place that a text names, seen from where `current` migrations are applied.
///
/// # Errors
/// When it names none, several, or one beyond the ends.
pub fn resolve(text: &str, directory: &MigrationDirectory, current: usize) -> Result<Target, RunError> {
    let (symbol, steps) = split_steps(text)?;
    let start = match symbol {
        "" if steps != 0 => current,
        "head" | "heads" => directory.migrations.len(),
        "base" => 0,
        "current" => current,
        name => position(name, directory)? + 1,
    };
    let place = isize::try_from(start).ok().and_then(|start| start.checked_add(steps));
    let place = place.and_then(|place| usize::try_from(place).ok());
    place.filter(|place| *place <= directory.migrations.len()).map(Target).ok_or_else(|| {
        RunError::BadTarget(format!(
            "{text:?} leads beyond the history: {start} of {} migrations come before it",
            directory.migrations.len()
        ))
    })
}

/// Splits `abc+2` into the symbol and the signed number.
///
/// A dash also stands inside versions, so only a short number at the very end counts
/// behind a symbol, and only when the whole is no version.
fn split_steps(text: &str) -> Result<(&str, isize), RunError> {
    let bad = || RunError::BadTarget(format!("{text:?} is no revision: use head, base, +1, -1 or a version"));
    if text.is_empty() {
        return Err(bad());
    }
    let relative = text.rfind('+').or_else(|| match text.rfind('-') {
        Some(at) if at == 0 || matches!(&text[..at], "head" | "base" | "current") => Some(at),
        Some(_) | None => None,
    });
    match relative {
        None => Ok((text, 0)),
        Some(at) => text[at..].parse().map(|steps| (&text[..at], steps)).map_err(|_| bad()),
    }
}

fn position(name: &str, directory: &MigrationDirectory) -> Result<usize, RunError> {
    let migrations = &directory.migrations;
    if let Some(exact) =
        migrations.iter().position(|m| m.name == name || m.version == normalise_version(name))
    {
        return Ok(exact);
    }
    let prefix = name.replace('-', "");
    let found: Vec<usize> = (0..migrations.len())
        .filter(|i| migrations[*i].version.starts_with(&prefix) || migrations[*i].name.starts_with(name))
        .collect();
    match found[..] {
        [only] => Ok(only),
        [] => Err(RunError::BadTarget(format!("there is no revision {name:?}"))),
        _ => {
            let names: Vec<&str> = found.iter().map(|i| migrations[*i].name.as_str()).collect();
            Err(RunError::BadTarget(format!("{name:?} could be any of: {}", names.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Migration;

    fn directory() -> MigrationDirectory {
        let migration = |name: &str| Migration {
            name: name.to_owned(),
            version: normalise_version(name),
            path: name.into(),
            up: String::new(),
            down: None,
            run_in_transaction: true,
            metadata: None,
        };
        let names = ["2026-01-01-000000-0000_a", "2026-01-02-000000-0000_b", "2026-02-01-000000-0000_c"];
        MigrationDirectory {
            migrations: names.map(migration).to_vec(),
            ..MigrationDirectory::empty("m".into())
        }
    }

    #[test]
    fn alembics_words_are_understood() {
        let at = |text: &str| resolve(text, &directory(), 2).map(|target| target.0).ok();
        assert_eq!(at("head"), Some(3));
        assert_eq!(at("base"), Some(0));
        assert_eq!(at("+1"), Some(3));
        assert_eq!(at("-1"), Some(1));
        assert_eq!(at("base+2"), Some(2));
        assert_eq!(at("head-1"), Some(2));
        assert_eq!(at("2026-02"), Some(3));
        assert_eq!(at("2026-01-02-000000-0000_b"), Some(2));
        assert_eq!(at("20260101"), Some(1));
        assert_eq!(at("2026-01-01+1"), Some(2));
        assert_eq!(at("2026-01"), None);
        assert_eq!(at("+2"), None);
        assert_eq!(at("nope"), None);
    }
}
