//! Where a schema comes from: a database, SQL files, or a folder of migrations.

use std::fmt;
use std::path::{Path, PathBuf};

use autogen_diff_core::{Dialect, Schema};
use autogen_sql_text::redact_connection;

use crate::error::IntrospectError;
use crate::load::{self, Loaded, SourceFile};
use crate::program;
use crate::scratch::{Scratch, ScratchOptions};
use crate::snapshot;
use crate::url::DatabaseUrl;

/// A place that a schema can be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaSource {
    /// A live database.
    Database(DatabaseUrl),
    /// SQL files, or folders of them, in order.
    Model(Vec<PathBuf>),
    /// A program that prints SQL, and the folder that it runs in.
    Program(Vec<String>, PathBuf),
    /// A folder of migrations in Diesel's layout.
    Migrations(PathBuf),
    /// A schema in a JSON file.
    Snapshot(PathBuf, Dialect),
}

/// A schema together with what was noticed while reading it.
#[derive(Debug)]
pub struct Origin {
    /// The schema.
    pub schema: Schema,
    /// Statements that were passed over, hints found in the text, and what was noticed in the catalog.
    pub loaded: Loaded,
}

impl Origin {
    /// Puts what was noticed in the catalog behind what was noticed in the text.
    #[must_use]
    pub fn new(mut schema: Schema, mut loaded: Loaded) -> Self {
        loaded.diagnostics.append(&mut schema.notes);
        Self { schema, loaded }
    }
}

impl SchemaSource {
    /// Takes a URL or a path.
    ///
    /// # Errors
    /// When the text is neither.
    pub fn parse(text: &str) -> Result<Self, IntrospectError> {
        if DatabaseUrl::looks_like_one(text) {
            return DatabaseUrl::parse(text).map(Self::Database);
        }
        let path = PathBuf::from(text);
        if path.is_dir() {
            let is_migrations = autogen_migration_files::has_migrations(&path)?;
            return Ok(if is_migrations { Self::Migrations(path) } else { Self::Model(vec![path]) });
        }
        if !path.is_file() {
            return Err(IntrospectError::NoSuchSource(redact_connection(text)));
        }
        let start = fs_err::read(&path)?;
        if start.starts_with(b"SQLite format 3\0") {
            return Ok(Self::Database(DatabaseUrl::of_sqlite_file(text)));
        }
        if path.extension().is_some_and(|extension| extension == "json") {
            let dialect = snapshot::read(&path)?.dialect;
            return Ok(Self::Snapshot(path, dialect));
        }
        Ok(Self::Model(vec![path]))
    }

    /// The dialect, when the source itself tells.
    pub const fn dialect(&self) -> Option<Dialect> {
        match self {
            Self::Database(url) => Some(url.dialect()),
            Self::Snapshot(_, dialect) => Some(*dialect),
            Self::Model(_) | Self::Program(..) | Self::Migrations(_) => None,
        }
    }

    /// Reads the schema; SQL goes through a scratch database that is gone afterwards.
    ///
    /// # Errors
    /// When the database can't be read, or the SQL does not run; and for migrations, which are not read but replayed.
    pub fn read(&self, options: &ScratchOptions) -> Result<Origin, IntrospectError> {
        match self {
            Self::Database(url) => Ok(Origin::new(introspect(url)?, Loaded::default())),
            Self::Model(paths) => {
                let files: Result<Vec<_>, _> = paths.iter().map(|path| load::sql_files(path)).collect();
                declared(Scratch::create(options)?, &files?.concat())
            }
            Self::Snapshot(path, _) => {
                Ok(Origin { schema: snapshot::read(path)?, loaded: Loaded::default() })
            }
            Self::Program(words, folder) => {
                declared(Scratch::create(options)?, &[program::printed(words, folder)?])
            }
            Self::Migrations(path) => Err(IntrospectError::NeedsReplay(path.clone())),
        }
    }
}

/// Runs declared SQL in an empty scratch database and reads what it makes.
///
/// # Errors
/// When the SQL does not run.
pub fn declared(mut scratch: Scratch, files: &[SourceFile]) -> Result<Origin, IntrospectError> {
    let loaded = load::load(&mut scratch, files)?;
    Ok(Origin::new(scratch.introspect()?, loaded))
}

/// Reads a live database.
///
/// # Errors
/// When there is no connection or the catalog can't be read.
pub fn introspect(url: &DatabaseUrl) -> Result<Schema, IntrospectError> {
    match url.dialect() {
        #[cfg(feature = "postgres")]
        Dialect::Postgres => crate::postgres::introspect(&mut crate::postgres::connect(url)?),
        #[cfg(feature = "sqlite")]
        Dialect::Sqlite => {
            let mode = crate::sqlite::OpenMode::ReadOnly;
            crate::sqlite::introspect(&mut crate::sqlite::connect(url, mode)?)
        }
        #[cfg(feature = "mysql")]
        Dialect::Mysql => crate::mysql::introspect(&mut crate::mysql::connect_to_read(url)?),
        #[cfg(not(all(feature = "postgres", feature = "sqlite", feature = "mysql")))]
        other => Err(IntrospectError::NoSupport(other)),
    }
}

impl fmt::Display for SchemaSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = |path: &Path| path.display().to_string();
        match self {
            Self::Database(url) => write!(f, "database {}", url.database_name()),
            Self::Model(files) => {
                let names: Vec<String> = files.iter().map(|file| path(file)).collect();
                write!(f, "model {}", names.join(", "))
            }
            Self::Program(words, _) => write!(f, "what {} prints", words.join(" ")),
            Self::Snapshot(file, _) => write!(f, "snapshot {}", path(file)),
            Self::Migrations(folder) => write!(f, "migrations {}", path(folder)),
        }
    }
}
