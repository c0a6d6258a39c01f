//! What can be wrong with migration files.

use std::path::PathBuf;

use crate::target_error::TargetError;

/// An error of this crate.
#[derive(Debug, thiserror::Error)]
pub enum FilesError {
    /// A file can't be read.
    #[error("{0}")]
    NotRead(#[from] std::io::Error),
    /// A file can't be written.
    #[error("{0}")]
    NotWritten(std::io::Error),
    /// The migrations folder is not there.
    #[error("there is no migrations folder at {}", .0.display())]
    NoDirectory(PathBuf),
    /// Two folders have the same version.
    #[error("{first} and {second} have the same version; only one of them would ever run")]
    DuplicateVersion {
        /// One folder.
        first: String,
        /// The other folder.
        second: String,
    },
    /// A folder's metadata.toml can't be read.
    #[error("{}: {message}", .path.display())]
    BadMetadata {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// Files that are not what they were when they were written.
    #[error("edited since it was written: {}", .0.join(", "))]
    Edited(Vec<String>),
    /// Deleted files of migrations whose folders are still there.
    #[error("deleted since it was written: {}", .0.join(", "))]
    FileDeleted(Vec<String>),
    /// Deleted folders of migrations that are not applied.
    #[error("in autogen.sum, but the folder was deleted: {} (not applied to this database)", .0.join(", "))]
    FolderDeleted(Vec<String>),
    /// Version control left conflict markers in the sum file.
    #[error("{} contains merge conflict markers", .0.display())]
    ConflictMarkers(PathBuf),
    /// A target that is no revision.
    #[error(transparent)]
    BadTarget(#[from] TargetError),
}
