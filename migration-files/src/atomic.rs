//! Files that are there whole or not at all.

use std::path::Path;

use crate::error::FilesError;

/// Writes a file whole or not at all.
///
/// # Errors
/// When it can't be written.
pub fn write_atomic(path: &Path, text: &str) -> Result<(), FilesError> {
    written(path, text).map_err(FilesError::NotWritten)
}

fn written(path: &Path, text: &str) -> Result<(), std::io::Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    // As any other new file: what the umask takes away is taken away. Without it, nobody else could read it.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut file = builder.tempfile_in(folder)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}
