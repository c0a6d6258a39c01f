//! The texts of one migration's files.

/// The files of one migration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MigrationFiles {
    /// `up.sql`.
    pub up: String,
    /// `down.sql`; a migration without a way back has no such file, since an empty one would be a way that does nothing.
    pub down: Option<String>,
    /// `metadata.toml`, only when it is needed.
    pub metadata: Option<String>,
}
