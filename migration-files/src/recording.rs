//! Writes `autogen.sum`.

use std::path::Path;

use crate::agreement::AGREEMENT_FILE;
use crate::atomic::write_atomic;
use crate::directory::MigrationDirectory;
use crate::error::FilesError;
use crate::migration::Migration;
use crate::sum::{SUM_FILE, SumFile};

/// Writes the sum file of some migrations.
///
/// # Errors
/// When it can't be read or written.
pub fn record(path: &Path, migrations: &[&Migration]) -> Result<(), FilesError> {
    let_version_control_merge(path)?;
    write_atomic(&path.join(SUM_FILE), &SumFile::of(migrations).to_text())
}

/// Writes the sum file anew, for the same folders.
///
/// # Errors
/// When it can't be read or written.
pub fn record_again(directory: &MigrationDirectory) -> Result<(), FilesError> {
    record_with(&directory.path, &[])
}

/// Tells git that both sides of a conflict are right in the files that have a line for each thing.
///
/// # Errors
/// When it can't be read or written.
pub fn let_version_control_merge(path: &Path) -> Result<(), FilesError> {
    let file = path.join(".gitattributes");
    let mut text = if file.is_file() { fs_err::read_to_string(&file)? } else { String::new() };
    let is_told = |name: &str| text.lines().any(|line| line.starts_with(name) && line.contains("merge"));
    let missing: Vec<&str> = [SUM_FILE, AGREEMENT_FILE].into_iter().filter(|name| !is_told(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text.extend(missing.iter().map(|name| format!("{name} merge=union\n")));
    write_atomic(&file, &text)
}

/// Writes the sum file anew, for the folders that it has and for new ones.
pub(crate) fn record_with(path: &Path, new: &[&str]) -> Result<(), FilesError> {
    let directory = MigrationDirectory::read_with_twins(path)?;
    let known = directory.sum.folders();
    let is_covered = |name: &str| known.contains(&name) || new.contains(&name);
    let covered: Vec<_> = directory.migrations.iter().filter(|m| is_covered(&m.name)).collect();
    record(path, &covered)
}
