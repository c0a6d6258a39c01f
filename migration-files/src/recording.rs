//! Writes `autogen.sum`.

use std::path::Path;

use crate::atomic::write_atomic;
use crate::directory::MigrationDirectory;
use crate::error::FilesError;
use crate::layout::Layout;
use crate::migration::Migration;
use crate::sum::{SUM_FILE, SumFile};
use crate::version_control::let_version_control_merge;

/// Writes the sum file of some migrations.
///
/// # Errors
/// When it can't be read or written.
pub fn record(path: &Path, migrations: &[&Migration]) -> Result<(), FilesError> {
    let_version_control_merge(path, SUM_FILE)?;
    write_atomic(&path.join(SUM_FILE), &SumFile::of(migrations).to_text())
}

/// Writes the sum file anew, for the same folders.
///
/// # Errors
/// When it can't be read or written.
pub fn record_again(directory: &MigrationDirectory) -> Result<(), FilesError> {
    record_with(directory.layout, &directory.path, &[])
}

/// Writes the sum file anew, for the folders that it has and for new ones.
pub(crate) fn record_with(layout: Layout, path: &Path, new: &[&str]) -> Result<(), FilesError> {
    let directory = layout.read_with_twins(path)?;
    let known = directory.sum.folders();
    let is_covered = |name: &str| known.contains(&name) || new.contains(&name);
    let covered: Vec<_> = directory.migrations.iter().filter(|m| is_covered(&m.name)).collect();
    record(path, &covered)
}
