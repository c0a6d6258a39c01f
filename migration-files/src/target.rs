//! Alembic's words for a place in the history: `head`, `base`, `+2`, `-1`,
//! `abc+1`, a unique prefix, a folder's name, a slug.

use crate::directory::MigrationDirectory;
use crate::migration::Migration;
use crate::target_error::TargetError;

/// A place in the history: how many migrations are applied there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(pub usize);

/// Finds the place that a text names, seen from where `current` migrations are applied.
///
/// # Errors
/// When it names none, several, or one beyond the ends.
pub fn resolve(text: &str, directory: &MigrationDirectory, current: usize) -> Result<Target, TargetError> {
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
    let count = directory.migrations.len();
    let place = place.filter(|place| *place <= count).map(Target);
    place.ok_or_else(|| TargetError::BeyondHistory { text: text.to_owned(), start, count })
}

/// Whether a target is seen from where a database is, so that it is another one once it is reached: `-1`, `+2`, `current-1`.
pub fn is_from_current(text: &str) -> bool {
    split_steps(text).is_ok_and(|(symbol, _)| matches!(symbol, "" | "current"))
}

/// Splits `abc+2` into the symbol and the signed number.
///
/// A dash also stands inside versions, so only a short number at the very end counts
/// behind a symbol, and only when the whole is no version.
fn split_steps(text: &str) -> Result<(&str, isize), TargetError> {
    let bad = || TargetError::NoRevision(text.to_owned());
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

fn position(name: &str, directory: &MigrationDirectory) -> Result<usize, TargetError> {
    let migrations = &directory.migrations;
    if let Some(exact) = migrations.iter().position(|m| m.name == name || m.version == m.layout.version(name))
    {
        return Ok(exact);
    }
    let prefix = name.replace('-', "");
    // The first reading that finds anything counts: letters of a version, a slug, letters of a slug.
    let readings: [&dyn Fn(&Migration) -> bool; 3] =
        [&|m| m.version.starts_with(&prefix) || m.name.starts_with(name), &|m| m.slug() == name, &|m| {
            m.slug().starts_with(name)
        }];
    let find = |reading: &dyn Fn(&Migration) -> bool| -> Vec<usize> {
        (0..migrations.len()).filter(|i| reading(&migrations[*i])).collect()
    };
    let found = readings.into_iter().map(find).find(|found| !found.is_empty()).unwrap_or_default();
    match found[..] {
        [only] => Ok(only),
        [] => Err(TargetError::Unknown { name: name.to_owned(), nearest: most_like(name, directory) }),
        _ => {
            let found = found.iter().map(|i| migrations[*i].name.clone()).collect();
            Err(TargetError::Ambiguous { name: name.to_owned(), found })
        }
    }
}

/// How much alike two words must be to be named.
const LIKENESS: f64 = 0.8;

/// The revisions that are most like one that is not there.
fn most_like(name: &str, directory: &MigrationDirectory) -> Vec<String> {
    let like = |migration: &Migration| {
        let version = migration.name.split('_').next().unwrap_or_default();
        let words = [migration.slug(), version, &migration.version, &migration.name];
        words.iter().map(|word| strsim::jaro_winkler(name, word)).fold(0.0, f64::max)
    };
    let mut near: Vec<(f64, &str)> =
        directory.migrations.iter().map(|migration| (like(migration), migration.name.as_str())).collect();
    near.retain(|(likeness, _)| *likeness >= LIKENESS);
    near.sort_by(|a, b| b.0.total_cmp(&a.0));
    near.iter().take(3).map(|(_, name)| (*name).to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::Layout;
    use crate::version::normalise_version;

    fn directory() -> MigrationDirectory {
        named(&["2026-01-01-000000-0000_a", "2026-01-02-000000-0000_b", "2026-02-01-000000-0000_c"])
    }

    fn named(names: &[&str]) -> MigrationDirectory {
        let migration = |name: &&str| Migration {
            layout: Layout::Diesel,
            name: (*name).to_owned(),
            version: normalise_version(name),
            path: name.into(),
            up: String::new(),
            down: None,
            run_in_transaction: true,
            metadata: None,
        };
        MigrationDirectory {
            migrations: names.iter().map(migration).collect(),
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

    #[test]
    fn slugs_are_targets_and_the_nearest_are_named() {
        let directory = named(&[
            "2026-01-01-0_users",
            "2026-01-02-0_add_email",
            "2026-01-03-0_add_email_index",
            "2026-01-04-0_orgs",
            "2026-01-05-0_orgs",
        ]);
        let at = |text: &str| resolve(text, &directory, 0).map(|target| target.0);
        let error = |text: &str| at(text).unwrap_err().to_string();
        assert_eq!(at("add_email").unwrap(), 2);
        assert_eq!(at("add_email+1").unwrap(), 3);
        assert_eq!(at("use").unwrap(), 1);
        assert!(error("orgs").contains("any of: 2026-01-04-0_orgs, 2026-01-05-0_orgs"), "{}", error("orgs"));
        assert!(
            error("add").contains("2026-01-02-0_add_email, 2026-01-03-0_add_email_index"),
            "{}",
            error("add")
        );
        assert!(error("add_emial").contains("the nearest: 2026-01-02-0_add_email"), "{}", error("add_emial"));
        assert_eq!(error("zzz"), "there is no revision \"zzz\"");
    }
}
