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
    /// Folders could be neither exchanged nor all put back.
    #[error("{error}; what could not be put back is in {}", .kept.display())]
    NotPutBack {
        /// What went wrong first.
        error: Box<Self>,
        /// The hidden folder that it is in.
        kept: PathBuf,
    },
    /// Two of the folders that one takes the place of have different files of one name.
    #[error("{} would take the place of another file in {name}: rename one of them", .file.display())]
    FileInTheWay {
        /// The file that can't go over.
        file: PathBuf,
        /// The new folder.
        name: String,
    },
    /// A program that put folders in the place of others was killed meanwhile.
    #[error("moving {} was interrupted; they are in {}", .folders.join(", "), .kept.display())]
    Interrupted {
        /// The folders that are missing.
        folders: Vec<String>,
        /// The hidden folder that they are in.
        kept: PathBuf,
    },
    /// A line of the environments' file that is none of an environment, or a second one.
    #[error("{} line {line}: this is no record of an environment, or a second one", .path.display())]
    BadRef {
        /// The file.
        path: PathBuf,
        /// The line, from 1.
        line: usize,
    },
    /// A folder of a migration without its `up.sql`.
    #[error("{} is missing", .0.join("up.sql").display())]
    NoUp(PathBuf),
    /// A migration whose header says that it comes after one that would run later.
    #[error(
        "the header of {name} says that it comes after {parent}, which has a newer version and would run later"
    )]
    ParentIsNewer {
        /// The migration's folder.
        name: String,
        /// The folder of the one that it names.
        parent: String,
    },
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
    /// A migration that is no SQL, which nobody but its own tool can run.
    #[error("{} is a program, and only SQL can be replayed", .0.display())]
    NotSql(PathBuf),
    /// A way back that no way there has the name of.
    #[error("{} belongs to no migration: there is no way up with its name", .0.display())]
    DownWithoutUp(PathBuf),
    /// Migrations in a subfolder, which their tool runs too.
    #[error("{tool} runs the migrations in {} too, which autogen does not read", .folder.display())]
    InSubfolder {
        /// The tool.
        tool: &'static str,
        /// The subfolder.
        folder: PathBuf,
    },
    /// Statements that run in no transaction, for a tool that always opens one.
    #[error("{name} has to run outside of a transaction, and {tool} runs each migration in one")]
    AlwaysInTransaction {
        /// The tool.
        tool: &'static str,
        /// The migration.
        name: String,
    },
    /// A folder whose number does not come next, for a tool that takes no gaps.
    #[error(
        "{name}: {tool} numbers its folders from 1 without a gap, and {expected} comes next (`{expected:02}-words`)"
    )]
    NumberMissing {
        /// The tool.
        tool: &'static str,
        /// The migration.
        name: String,
        /// The number that it should have.
        expected: usize,
    },
    /// A line of a statement that a tool would take for its own.
    #[error("{name}: dbmate would take a line of a statement for its mark: {line}")]
    MarkInStatement {
        /// The migration.
        name: String,
        /// The line.
        line: String,
    },
    /// A target that is no revision.
    #[error(transparent)]
    BadTarget(#[from] TargetError),
}
