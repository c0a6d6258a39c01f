//! Scratch databases of SQLite, in memory.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use autogen_diff_core::Schema;

use super::{Boundary, ScratchOptions, ServerFailure, Surroundings};
use crate::error::IntrospectError;
use crate::sqlite::Confined;

/// A database in memory.
pub struct SqliteScratch {
    confined: Confined,
    /// The target's file.
    target: Option<PathBuf>,
}

impl SqliteScratch {
    pub(super) fn create(options: &ScratchOptions) -> Result<Self, IntrospectError> {
        let target = options.target.as_ref().and_then(|url| url.sqlite_path());
        Ok(Self { confined: Confined::new(options.limits)?, target })
    }

    pub(super) const fn boundary(&self) -> &Boundary {
        &Boundary::Confined
    }

    /// Runs one statement or many, until one fails.
    pub(super) fn execute(&mut self, sql: &str) -> Result<(), ServerFailure> {
        self.confined.execute(sql)
    }

    pub(super) fn introspect(&mut self) -> Result<Schema, IntrospectError> {
        crate::sqlite::introspect(&mut self.confined.copy()?)
    }

    /// The one text that a query gives.
    pub(super) fn value(&mut self, sql: &str) -> Result<String, IntrospectError> {
        self.confined.value(sql)
    }

    pub(super) fn write_table_texts(
        &mut self,
        texts: &BTreeMap<String, String>,
    ) -> Result<(), ServerFailure> {
        self.confined.write_table_texts(texts)
    }

    /// The target's file and its write-ahead log.
    pub(super) fn surroundings(&mut self) -> Result<Surroundings, IntrospectError> {
        let mut found = Surroundings::default();
        if let Some(target) = &self.target {
            let mut log = target.clone().into_os_string();
            log.push("-wal");
            note_file(&mut found, target)?;
            note_file(&mut found, Path::new(&log))?;
        }
        Ok(found)
    }
}

/// Notes the size of a file and when it was written; an empty one is as good as none, since reading makes a log.
fn note_file(found: &mut Surroundings, path: &Path) -> Result<(), IntrospectError> {
    let metadata = match fs_err::metadata(path) {
        Ok(metadata) if metadata.len() > 0 => metadata,
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let written = metadata.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
    found.note(format!("the file {}", path.display()), format!("{} {}", metadata.len(), written.as_nanos()));
    Ok(())
}
