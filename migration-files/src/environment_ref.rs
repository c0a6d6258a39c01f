//! `autogen.refs`: where each environment is expected to be, a line each, so that whoever has the repository knows what production
//! has. Nobody writes it by hand: `autogen ref` reads the environment's database.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::directory::MigrationDirectory;
use crate::error::FilesError;
use crate::migration::Migration;
use crate::statements_hash::{is_short_hash, short_hash};

/// The file's name inside the migrations folder. Diesel ignores plain files there.
pub const REFS_FILE: &str = "autogen.refs";

const HEADER: &str = "# Written by `autogen ref ENVIRONMENT`: the newest migration that each environment has, how many it has, a hash of which,\n\
    # and its schema. `autogen check` holds migrations and databases against it. A line can be taken out by hand.\n";

/// What stands in the place of a migration where none is applied.
const BASE: &str = "base";

/// Where an environment is expected to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EnvironmentRef {
    /// What it is called, as `--environment` marks its databases.
    pub environment: String,
    /// The newest migration that it has, by name; none where it has none.
    pub revision: Option<String>,
    /// Which migrations it has.
    pub applied: AppliedSet,
    /// The fingerprint of its schema.
    pub schema: String,
    /// A hash of what the fingerprint depends on besides; fingerprints with another one are not comparable.
    pub basis: String,
}

/// Which migrations are applied, by a hash. It is the same for a squash as for the migrations in whose place that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AppliedSet {
    /// How many versions.
    pub count: usize,
    /// A hash of them.
    pub hash: String,
}

impl AppliedSet {
    /// That of some migrations.
    pub fn of<'m>(migrations: impl Iterator<Item = &'m Migration>) -> Self {
        let own = |migration: &Migration| {
            let mut versions = migration.replaces();
            versions.push(migration.version.clone());
            versions
        };
        let mut versions: Vec<String> = migrations.flat_map(own).collect();
        versions.sort();
        versions.dedup();
        Self { count: versions.len(), hash: short_hash(&versions.join("\n")) }
    }
}

impl EnvironmentRef {
    /// How many migrations of a folder come up to the one that the environment is at; none where the folder lacks it.
    pub fn place(&self, directory: &MigrationDirectory) -> Option<usize> {
        let Some(name) = &self.revision else { return Some(0) };
        let version = directory.layout.version(name);
        let is_own = |own: &Migration| own.version == version || own.replaces().contains(&version);
        directory.migrations.iter().position(is_own).map(|place| place + 1)
    }

    /// Reads a line.
    fn parse(line: &str) -> Option<Self> {
        let (environment, rest) = line.split_once(" at ")?;
        // A folder's name may hold spaces; what stands behind it holds none.
        let (rest, basis) = rest.rsplit_once(" as ")?;
        let (rest, schema) = rest.rsplit_once(" schema ")?;
        let (rest, hash) = rest.rsplit_once(' ')?;
        let (revision, count) = rest.rsplit_once(" applied ")?;
        let applied = AppliedSet { count: count.parse().ok()?, hash: hash.to_owned() };
        let is_whole = is_environment_name(environment) && is_short_hash(hash);
        is_whole.then(|| Self {
            environment: environment.to_owned(),
            revision: Some(revision.to_owned()).filter(|revision| revision != BASE),
            applied,
            schema: schema.to_owned(),
            basis: basis.to_owned(),
        })
    }
}

impl fmt::Display for EnvironmentRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { environment, revision, applied: AppliedSet { count, hash }, schema, basis } = self;
        let revision = revision.as_deref().unwrap_or(BASE);
        write!(f, "{environment} at {revision} applied {count} {hash} schema {schema} as {basis}")
    }
}

/// Whether a text can name an environment in a line.
pub fn is_environment_name(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    !text.is_empty() && text.chars().all(is_part)
}

/// Where the environments are expected to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentRefs {
    by_name: BTreeMap<String, EnvironmentRef>,
    /// The lines of the file at which they stand, from 1.
    lines: BTreeMap<String, usize>,
}

impl EnvironmentRefs {
    /// Reads the file of a migrations folder; one that is not there is empty.
    ///
    /// # Errors
    /// When it can't be read, or a line is none of an environment: left out, it would be an environment that nobody asks about.
    pub fn read(directory: &Path) -> Result<Self, FilesError> {
        let path = directory.join(REFS_FILE);
        let mut refs = Self::default();
        if !path.is_file() {
            return Ok(refs);
        }
        for (line, text) in (1..).zip(fs_err::read_to_string(&path)?.lines()) {
            if text.starts_with('#') || text.trim().is_empty() {
                continue;
            }
            let bad = || FilesError::BadRef { path: path.clone(), line };
            let found = EnvironmentRef::parse(text).ok_or_else(bad)?;
            refs.lines.insert(found.environment.clone(), line);
            if refs.by_name.insert(found.environment.clone(), found).is_some() {
                return Err(bad());
            }
        }
        Ok(refs)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.by_name.is_empty()
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &EnvironmentRef> {
        self.by_name.values()
    }

    /// That of an environment.
    pub fn get(&self, environment: &str) -> Option<&EnvironmentRef> {
        self.by_name.get(environment)
    }

    /// The line of the file at which an environment stands, from 1.
    pub fn line(&self, environment: &str) -> usize {
        self.lines.get(environment).copied().unwrap_or(1)
    }

    /// Writes the file with one environment where it is now.
    ///
    /// # Errors
    /// When it can't be written.
    #[cfg(feature = "write")]
    pub fn record(mut self, directory: &Path, new: EnvironmentRef) -> Result<(), FilesError> {
        self.by_name.insert(new.environment.clone(), new);
        crate::atomic::write_atomic(&directory.join(REFS_FILE), &self.to_string())
    }
}

impl fmt::Display for EnvironmentRefs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HEADER)?;
        self.by_name.values().try_for_each(|own| writeln!(f, "{own}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn migration(name: &str, replaces: &str) -> Migration {
        let up = format!("-- m\n--\n-- revision {name}, the first\n{replaces}SELECT 1;\n");
        Migration::of_texts(format!("{name}_m"), name.into(), &up, None, true)
    }

    fn at(revision: Option<&str>, migrations: &[Migration]) -> EnvironmentRef {
        EnvironmentRef {
            environment: "production".to_owned(),
            revision: revision.map(str::to_owned),
            applied: AppliedSet::of(migrations.iter()),
            schema: "5be0c2a94410".to_owned(),
            basis: "c1d7a0e25b44".to_owned(),
        }
    }

    #[test]
    fn what_is_recorded_is_read_and_what_is_no_line_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let production = at(Some("2026-01-01 a applied 3 schema x as y"), &[migration("1", "")]);
        let staging = EnvironmentRef { environment: "staging-2".to_owned(), ..at(None, &[]) };
        EnvironmentRefs::default().record(folder.path(), production.clone()).unwrap();
        EnvironmentRefs::read(folder.path()).unwrap().record(folder.path(), staging.clone()).unwrap();
        let read = EnvironmentRefs::read(folder.path()).unwrap();
        assert_eq!(read.iter().collect::<Vec<_>>(), [&production, &staging]);
        assert_eq!((read.line("production"), read.line("staging-2")), (3, 4));
        let text = read.to_string();
        for wrong in ["<<<<<<< ours\n", &format!("{production}\n"), "production at x\n"] {
            std::fs::write(folder.path().join(REFS_FILE), format!("{text}{wrong}")).unwrap();
            let read = EnvironmentRefs::read(folder.path());
            assert!(matches!(read, Err(FilesError::BadRef { line: 5, .. })), "{wrong}: {read:?}");
        }
    }

    #[test]
    fn a_squash_is_what_it_stands_for() {
        let apart = [migration("1", ""), migration("2", ""), migration("3", "")];
        let squashed = [migration("2", "-- replaces 1\n"), migration("3", "")];
        assert_eq!(AppliedSet::of(apart.iter()), AppliedSet::of(squashed.iter()));
        assert_ne!(AppliedSet::of(apart.iter()), AppliedSet::of(apart[1..].iter()));
        let directory =
            MigrationDirectory { migrations: squashed.to_vec(), ..MigrationDirectory::empty("m".into()) };
        let place = |name| at(Some(name), &apart).place(&directory);
        assert_eq!(
            (place("1_m"), place("2_m"), place("3_m"), place("4_m")),
            (Some(1), Some(1), Some(2), None)
        );
    }
}
