//! A file of SQL that is looked at, whoever runs it.

use autogen_introspect::Reach;
use autogen_introspect::load::SourceFile;
use autogen_runner::{Direction, Migration};
use autogen_sql_text::Dialect;

use crate::replay::ReplayedFile;

/// A file of SQL with what the report says of it.
pub(super) struct Script {
    /// The folder, or the file's own name.
    pub(super) name: String,
    pub(super) message: String,
    pub(super) up: ReplayedFile,
    pub(super) down: Option<String>,
}

impl Script {
    pub(super) fn of(dialect: Dialect, migration: &Migration) -> Self {
        Self {
            name: migration.name.clone(),
            message: migration.message(),
            up: ReplayedFile::of(dialect, migration, Direction::Up),
            down: migration.down.clone(),
        }
    }

    /// A file that no folder of migrations holds.
    pub(super) fn of_file(file: SourceFile, run_in_transaction: bool) -> Self {
        let name = file.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let up =
            ReplayedFile { file, reach: Reach::Refused, run_in_transaction, may_split: false, row: None };
        Self { message: name.clone(), name, up, down: None }
    }

    pub(super) fn text(&self) -> &str {
        &self.up.file.text
    }
}
