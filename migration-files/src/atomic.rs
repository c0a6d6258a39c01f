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

/// Waits until nobody else writes in a folder, and gives the folder, which is locked until that is dropped. One that is not there is
/// made, so that of two who write its first file the second waits, too.
///
/// Where the system can't lock a folder (not on Unix, some network file systems), nobody is held off.
pub fn lock_folder(folder: &Path) -> Option<std::fs::File> {
    // What can't be made is told when something is written there.
    let _ = std::fs::create_dir_all(folder);
    let open = if cfg!(unix) { std::fs::File::open(folder).ok() } else { None };
    open.filter(|folder| fs4::FileExt::lock(folder).is_ok())
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
