//! What version control is told of the files that autogen keeps beside migrations.

use std::path::Path;

use crate::atomic::write_atomic;
use crate::error::FilesError;

/// Tells git that both sides of a conflict are right in a file that has a line for each thing.
///
/// # Errors
/// When `.gitattributes` can't be read or written.
pub fn let_version_control_merge(path: &Path, name: &str) -> Result<(), FilesError> {
    let file = path.join(".gitattributes");
    let mut text = if file.is_file() { fs_err::read_to_string(&file)? } else { String::new() };
    if text.lines().any(|line| line.starts_with(name) && line.contains("merge")) {
        return Ok(());
    }
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    write_atomic(&file, &format!("{text}{name} merge=union\n"))
}
