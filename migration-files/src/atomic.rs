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

/// The migrations folder, held against others that write in it until this is dropped.
#[derive(Debug)]
pub struct FolderLock(Option<std::fs::File>);

/// Waits until nobody else writes in a folder. Where folders can't be locked (not on Unix), nobody is held off.
///
/// # Errors
/// When the folder can't be opened or locked.
pub fn lock_folder(folder: &Path) -> Result<FolderLock, FilesError> {
    if !cfg!(unix) || !folder.is_dir() {
        return Ok(FolderLock(None));
    }
    let file = fs_err::File::open(folder)?.into_parts().0;
    fs4::FileExt::lock(&file).map_err(FilesError::NotWritten)?;
    Ok(FolderLock(Some(file)))
}

impl Drop for FolderLock {
    fn drop(&mut self) {
        // The system lets go of it with the file.
        drop(self.0.take());
    }
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
    sync_folder(folder)
}

/// Makes the names in a folder last through a crash.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), std::io::Error> {
    std::fs::File::open(folder)?.sync_all()
}

/// Other systems open no folders as files, and keep names by themselves.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> Result<(), std::io::Error> {
    Ok(())
}
