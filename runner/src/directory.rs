//! A folder of migrations in Diesel's layout.

use std::path::{Path, PathBuf};

use autogen_sql_text::strip_bom;
use serde::Deserialize;

use crate::error::RunError;
use crate::run::Direction;
use crate::sum::SumFile;

/// One migration, with its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The folder's name.
    pub name: String,
    /// What Diesel's table holds: the name before the first `_`, without dashes.
    pub version: String,
    /// The folder.
    pub path: PathBuf,
    /// `up.sql`.
    pub up: String,
    /// `down.sql`, which Diesel does not demand.
    pub down: Option<String>,
    /// `run_in_transaction` of `metadata.toml`; true without that file.
    pub run_in_transaction: bool,
    /// `metadata.toml`, as it is.
    pub metadata: Option<String>,
}

/// All migrations of a folder, by version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationDirectory {
    /// The folder; empty for migrations that are built into a program.
    pub path: PathBuf,
    /// The migrations in the order in which they run.
    pub migrations: Vec<Migration>,
    /// What `autogen.sum` says of them; empty without that file.
    pub sum: SumFile,
}

/// Diesel's version of a folder name.
pub fn normalise_version(name: &str) -> String {
    name.split('_').next().unwrap_or_default().replace('-', "")
}

impl MigrationDirectory {
    /// Reads a folder. Files and hidden folders in it are left alone, as Diesel does.
    ///
    /// # Errors
    /// When it is not there, a file can't be read, or two folders share a version.
    pub fn read(path: &Path) -> Result<Self, RunError> {
        Self::read_with_twins(path)?.without_twins()
    }

    /// The same of a folder in which two may have one version, as two branches bring them together.
    ///
    /// # Errors
    /// When it is not there, or a file can't be read.
    pub fn read_with_twins(path: &Path) -> Result<Self, RunError> {
        if !path.is_dir() {
            return Err(RunError::NoDirectory(path.to_owned()));
        }
        let mut migrations = Vec::new();
        for entry in fs_err::read_dir(path)? {
            let folder = entry?.path();
            let hidden = folder.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if folder.is_dir() && !hidden && folder.join("up.sql").is_file() {
                migrations.push(Migration::read(&folder)?);
            }
        }
        Ok(Self::sorted(path.to_owned(), migrations, SumFile::read(path)?))
    }

    /// Migrations from wherever they are.
    pub(crate) fn sorted(path: PathBuf, mut migrations: Vec<Migration>, sum: SumFile) -> Self {
        migrations.sort_by(|a, b| (&a.version, &a.name).cmp(&(&b.version, &b.name)));
        Self { path, migrations, sum }
    }

    /// Two migrations of one version, if there are.
    pub fn twins(&self) -> Option<(&Migration, &Migration)> {
        let mut pairs = self.migrations.windows(2);
        pairs.find(|pair| pair[0].version == pair[1].version).map(|pair| (&pair[0], &pair[1]))
    }

    /// Itself, unless two migrations have one version.
    ///
    /// # Errors
    /// When two of them share a version.
    pub(crate) fn without_twins(self) -> Result<Self, RunError> {
        match self.twins() {
            None => Ok(self),
            Some((first, second)) => {
                let (first, second) = (first.name.clone(), second.name.clone());
                Err(RunError::DuplicateVersion { first, second })
            }
        }
    }

    /// A folder that is not there yet.
    pub fn empty(path: PathBuf) -> Self {
        Self { path, migrations: Vec::new(), sum: SumFile::default() }
    }

    /// The newest migration.
    pub fn head(&self) -> Option<&Migration> {
        self.migrations.last()
    }

    /// A migration by version.
    pub fn get(&self, version: &str) -> Option<&Migration> {
        self.migrations.iter().find(|migration| migration.version == version)
    }
}

/// `metadata.toml`. The key may be missing, and then means *false*
/// (`migrations_internals::TomlMetadata`).
#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    run_in_transaction: bool,
}

impl Migration {
    fn read(folder: &Path) -> Result<Self, RunError> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let metadata = read_optional(&folder.join("metadata.toml"))?;
        let run_in_transaction = match &metadata {
            None => true,
            Some(text) => {
                let parsed: Result<Metadata, _> = toml::from_str(text);
                let failed = |error: toml::de::Error| RunError::BadMetadata {
                    path: folder.join("metadata.toml"),
                    message: error.message().to_owned(),
                };
                parsed.map_err(failed)?.run_in_transaction
            }
        };
        Ok(Self {
            version: normalise_version(&name),
            name,
            path: folder.to_owned(),
            up: strip_bom(&fs_err::read_to_string(folder.join("up.sql"))?).to_owned(),
            down: read_optional(&folder.join("down.sql"))?.map(|text| strip_bom(&text).to_owned()),
            run_in_transaction,
            metadata,
        })
    }

    /// The text of one of its files.
    pub fn text(&self, direction: Direction) -> Option<&str> {
        match direction {
            Direction::Up => Some(&self.up),
            Direction::Down => self.down.as_deref(),
        }
    }

    /// The first line of the header, or else the folder's name after the version.
    pub fn message(&self) -> String {
        let first = self.up.lines().next().and_then(|line| line.strip_prefix("-- "));
        let named = || self.name.split_once('_').map_or("", |(_, rest)| rest).replace('_', " ");
        first.map_or_else(named, str::to_owned)
    }
}

fn read_optional(path: &Path) -> Result<Option<String>, RunError> {
    if path.is_file() { Ok(Some(fs_err::read_to_string(path)?)) } else { Ok(None) }
}
