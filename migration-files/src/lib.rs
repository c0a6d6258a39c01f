//! Migrations as files, in Diesel's layout or another tool's: the header, the folder, the checksums in `autogen.sum`, the agreements in `autogen.agreed`, the revision graph and
//! the words for a revision. Whatever reads or writes a migration's files does it here. No database is needed.
//!
//! The feature `write` adds what writes them: versions, folder names, atomic writes.

mod address;
mod agreement;
#[cfg(feature = "write")]
mod atomic;
mod checksum;
mod dangers;
mod direction;
mod directory;
mod environment_ref;
mod error;
#[cfg(feature = "write")]
mod exchange;
#[cfg(feature = "write")]
mod file_template;
mod files;
mod header;
mod header_block;
mod header_line;
mod header_text;
mod layout;
mod migration;
mod model_parts;
mod phase;
mod proof;
#[cfg(feature = "write")]
mod recording;
mod revision;
#[cfg(feature = "write")]
mod slug;
mod statements_hash;
mod sum;
mod takes;
mod target;
mod target_error;
mod version;
#[cfg(feature = "write")]
mod version_control;
#[cfg(feature = "write")]
mod versions;

pub use address::{Address, readdressed};
pub use agreement::{AGREEMENT_FILE, Agreed, Agreement, Agreements};
#[cfg(feature = "write")]
pub use atomic::{lock_folder, write_atomic};
pub use checksum::sha256_hex;
pub use dangers::{hazards_of, losses_of};
pub use direction::Direction;
pub use directory::{MigrationDirectory, has_migrations};
pub use environment_ref::{AppliedSet, EnvironmentRef, EnvironmentRefs, REFS_FILE, is_environment_name};
pub use error::FilesError;
#[cfg(feature = "write")]
pub use exchange::{exchange_folders, write_migrations};
#[cfg(feature = "write")]
pub use file_template::FileTemplate;
pub use files::MigrationFiles;
pub use header::{Header, is_as_planned};
pub use header_line::Fingerprints;
pub use layout::{
    HistoryPlace, Layout, RunnerTask, both_ways, name_of_file, place_of_file, runs_in_transaction,
};
pub use migration::Migration;
pub use model_parts::{ModelParts, PARTS_FILE};
pub use phase::Phase;
pub use proof::Proof;
#[cfg(feature = "write")]
pub use recording::{record, record_again};
pub use revision::RevisionGraph;
pub use statements_hash::{is_short_hash, short_hash};
pub use sum::{SUM_FILE, SumDifference, SumFile};
pub use takes::Takes;
pub use target::{Target, is_from_current, resolve};
pub use target_error::TargetError;
pub use version::{normalise_version, version_of};
#[cfg(feature = "write")]
pub use version_control::let_version_control_merge;
#[cfg(feature = "write")]
pub use versions::{next_version, next_versions};
