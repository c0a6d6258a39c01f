//! One migration: a folder in Diesel's layout, or files in another tool's.

use std::path::{Path, PathBuf};

use autogen_sql_text::strip_bom;
use serde::Deserialize;

use crate::checksum::sha256_hex;
use crate::direction::Direction;
use crate::error::FilesError;
use crate::files::MigrationFiles;
use crate::header::Header;
use crate::header_block::title;
use crate::layout::{Layout, both_ways_of_dbmate, is_message, name_of_file};
use crate::phase::Phase;
use crate::takes::Takes;
use crate::version::normalise_version;

/// One migration, with its texts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// How its files are laid out.
    pub layout: Layout,
    /// The folder's name; in other layouts than Diesel's, that of its files without their ends.
    pub name: String,
    /// What Diesel's table holds: the name before the first `_`, without dashes; in another layout see [`Layout::version`].
    pub version: String,
    /// The folder; in another layout the file of the way there.
    pub path: PathBuf,
    /// The way there: `up.sql`.
    pub up: String,
    /// The way back: `down.sql`, which Diesel does not demand.
    pub down: Option<String>,
    /// `run_in_transaction` of `metadata.toml`, which is true without that file, or what the marks of another tool say.
    pub run_in_transaction: bool,
    /// `metadata.toml`, as it is.
    pub metadata: Option<String>,
}

/// `metadata.toml`. The key may be missing, and then means *false*
/// (`migrations_internals::TomlMetadata`).
#[derive(Default, Deserialize)]
struct Metadata {
    #[serde(default)]
    run_in_transaction: bool,
}

impl Migration {
    /// Reads a migration's folder.
    ///
    /// # Errors
    /// When a file can't be read.
    pub fn read(folder: &Path) -> Result<Self, FilesError> {
        let metadata = read_optional(&folder.join("metadata.toml"))?;
        let up = fs_err::read_to_string(folder.join("up.sql"))?;
        let down = read_optional(&folder.join("down.sql"))?;
        Self::of_files(folder.to_owned(), &up, down.as_deref(), metadata)
    }

    /// The same as one of another layout whose migrations are folders.
    pub(crate) fn in_layout(self, layout: Layout) -> Self {
        Self { layout, version: layout.version(&self.name), ..self }
    }

    /// Reads a migration of another layout than Diesel's, by the file of its way there.
    ///
    /// # Errors
    /// When a file can't be read.
    pub(crate) fn read_file(layout: Layout, name: &str, path: &Path) -> Result<Self, FilesError> {
        let up = fs_err::read_to_string(path)?;
        let down = layout.down_file(name).map(|file| read_optional(&path.with_file_name(file)));
        Ok(Self::of_file(layout, path.to_owned(), &up, down.transpose()?.flatten().as_deref()))
    }

    /// A migration of the texts of such files, which need not stand in their folder.
    pub fn of_file(layout: Layout, path: PathBuf, text: &str, down: Option<&str>) -> Self {
        let file = path.file_name().unwrap_or_default().to_string_lossy();
        let name = name_of_file(&file).to_owned();
        let text = strip_bom(text);
        let (up, down) = if layout.has_one_file() { both_ways_of_dbmate(text) } else { (text, down) };
        let version = layout.version(&name);
        Self {
            layout,
            version,
            ..Self::of_texts(name, path.clone(), up, down, layout.runs_in_transaction(text))
        }
    }

    /// A migration of the texts of its files, which need not stand in its folder.
    ///
    /// # Errors
    /// When `metadata.toml` can't be read.
    pub fn of_files(
        folder: PathBuf,
        up: &str,
        down: Option<&str>,
        metadata: Option<String>,
    ) -> Result<Self, FilesError> {
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let run_in_transaction = match &metadata {
            None => true,
            Some(text) => {
                let parsed: Result<Metadata, _> = toml::from_str(text);
                let failed = |error: toml::de::Error| FilesError::BadMetadata {
                    path: folder.join("metadata.toml"),
                    message: error.message().to_owned(),
                };
                parsed.map_err(failed)?.run_in_transaction
            }
        };
        let read = Self::of_texts(name, folder, up, down, run_in_transaction);
        Ok(Self { metadata, ..read })
    }

    /// A migration of texts, wherever they are from; byte order marks are no part of them.
    pub fn of_texts(
        name: String,
        path: PathBuf,
        up: &str,
        down: Option<&str>,
        run_in_transaction: bool,
    ) -> Self {
        Self {
            layout: Layout::Diesel,
            version: normalise_version(&name),
            name,
            path,
            up: strip_bom(up).to_owned(),
            down: down.map(|text| strip_bom(text).to_owned()),
            run_in_transaction,
            metadata: None,
        }
    }

    /// The text of one of its files.
    pub fn text(&self, direction: Direction) -> Option<&str> {
        match direction {
            Direction::Up => Some(&self.up),
            Direction::Down => self.down.as_deref(),
        }
    }

    /// One of its files.
    pub fn file(&self, direction: Direction) -> PathBuf {
        self.layout.file(&self.path, &self.name, direction)
    }

    /// The name of one of its files below the folder of migrations.
    pub fn file_name(&self, direction: Direction) -> String {
        if self.layout.has_folders() {
            return format!("{}/{}", self.name, direction.file());
        }
        let file = self.file(direction);
        file.file_name().unwrap_or_default().to_string_lossy().into_owned()
    }

    /// How many lines of its file stand above the text of a direction.
    pub fn lines_above(&self, direction: Direction) -> usize {
        match direction {
            Direction::Down if self.layout.has_one_file() => self.up.matches('\n').count(),
            Direction::Up | Direction::Down => 0,
        }
    }

    /// The names of its files below the folder of migrations, and their texts.
    pub fn files(&self) -> Vec<(String, String)> {
        let down = self.down.as_deref();
        if self.layout.has_one_file() {
            return vec![(self.file_name(Direction::Up), self.up.clone() + down.unwrap_or_default())];
        }
        let mut files = vec![(self.file_name(Direction::Up), self.up.clone())];
        files.extend(down.map(|down| (self.file_name(Direction::Down), down.to_owned())));
        let metadata = self.metadata.iter();
        files.extend(metadata.map(|text| (format!("{}/metadata.toml", self.name), text.clone())));
        files
    }

    /// The version as it stands in its name.
    pub fn number(&self) -> &str {
        self.layout.number(&self.name)
    }

    /// The header of `up.sql`, if it has one.
    pub fn header(&self) -> Option<Header> {
        Header::parse(&self.up)
    }

    /// The migrations before it by its header: `None` without a header, else their versions, without dashes; none for the
    /// first, several for a merge. Other tools than Diesel know no order but that of versions, whatever a header says.
    pub fn header_parents(&self) -> Option<Vec<String>> {
        if self.layout != Layout::Diesel {
            return None;
        }
        let parents = self.header()?.parents;
        Some(parents.iter().map(|parent| normalise_version(parent)).collect())
    }

    /// The fingerprints of the schema before and after by its header.
    pub fn header_fingerprints(&self) -> Option<(String, String)> {
        let fingerprints = self.header()?.fingerprints?;
        Some((fingerprints.before, fingerprints.after))
    }

    /// Which part of an online change it is, if its header says so.
    pub fn phase(&self) -> Option<Phase> {
        self.header()?.phase
    }

    /// How long it was estimated to take, if its header says so.
    pub fn takes(&self) -> Option<Takes> {
        self.header()?.takes
    }

    /// Whether a file's statements may run again after they were stopped anywhere, as its header says.
    pub fn is_restartable(&self, direction: Direction) -> bool {
        self.text(direction).and_then(Header::parse).is_some_and(|header| header.restartable)
    }

    /// The versions in whose place it stands, without dashes and without its own: of a squash.
    pub fn replaces(&self) -> Vec<String> {
        let replaces = self.header().map(|header| header.replaces).unwrap_or_default();
        replaces.iter().map(|version| normalise_version(version)).collect()
    }

    /// What its name says behind the version, where there is anything.
    pub fn slug(&self) -> &str {
        self.layout.words(&self.name)
    }

    /// The first line of the header or else of the file, as it is written there, or else the folder's name after the version.
    pub fn message(&self) -> String {
        let named = || self.slug().replace('_', " ").trim().to_owned();
        title(&self.up).filter(|title| is_message(title)).map_or_else(named, str::to_owned)
    }

    /// Its own hash, for the database's history: up, down, and whether it runs in a transaction. It is the same for a folder
    /// and for what a program has built in of it.
    pub fn hash(&self) -> String {
        let mut texts = vec![self.up.as_str()];
        texts.extend(self.down.as_deref());
        texts.extend((!self.run_in_transaction).then_some("run_in_transaction = false\n"));
        sha256_hex(&texts.join("\u{0}").replace("\r\n", "\n"))
    }
}

impl From<&Migration> for MigrationFiles {
    fn from(migration: &Migration) -> Self {
        Self { up: migration.up.clone(), down: migration.down.clone(), metadata: migration.metadata.clone() }
    }
}

fn read_optional(path: &Path) -> Result<Option<String>, FilesError> {
    if path.is_file() { Ok(Some(fs_err::read_to_string(path)?)) } else { Ok(None) }
}
