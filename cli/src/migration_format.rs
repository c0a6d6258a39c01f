//! The tool that migrations are for, as the command line names it.

use autogen_engine::request::Layout;
use clap::ValueEnum;

/// The tool that migrations are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MigrationFormat {
    /// Diesel's layout, which `autogen upgrade` runs
    Diesel,
    /// sqlx
    Sqlx,
    /// dbmate
    Dbmate,
    /// golang-migrate
    GolangMigrate,
    /// refinery
    Refinery,
    /// rusqlite_migration (SQLite)
    RusqliteMigration,
}

impl From<MigrationFormat> for Layout {
    fn from(format: MigrationFormat) -> Self {
        match format {
            MigrationFormat::Diesel => Self::Diesel,
            MigrationFormat::Sqlx => Self::Sqlx,
            MigrationFormat::Dbmate => Self::Dbmate,
            MigrationFormat::GolangMigrate => Self::GolangMigrate,
            MigrationFormat::Refinery => Self::Refinery,
            MigrationFormat::RusqliteMigration => Self::RusqliteMigration,
        }
    }
}
