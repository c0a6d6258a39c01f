//! Applies migrations in Diesel's layout: checked, locked, one transaction each.
//!
//! The state is Diesel's own table, so that `diesel migration run` and this
//! crate can take turns. An application calls [`upgrade`] when it starts; of
//! many that start at once, one applies each migration and all go on.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use diesel::Connection;
//! let mut connection = diesel::SqliteConnection::establish("shop.db")?;
//! let migrations = autogen_runner::MigrationDirectory::read("migrations".as_ref())?;
//! let options = autogen_runner::RunOptions::default();
//! let report = autogen_runner::upgrade(&mut connection, &migrations, &options)?;
//! println!("{} migrations applied", report.ran.len());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```

mod backend;
#[cfg(feature = "postgres")]
mod concurrent_index;
mod directory;
mod environment;
mod error;
mod history;
mod journal;
mod offline;
mod revision;
mod run;
mod statement;
mod stepwise;
mod sum;
mod target;

pub use backend::Backend;
pub use directory::{Migration, MigrationDirectory, normalise_version};
pub use environment::{environment, name_environment};
pub use error::RunError;
pub use history::{Applied, History, accept, applied, check, stamp};
pub use journal::{JournalEntry, StatementState, Unfinished, note, unfinished};
pub use offline::{OfflineServer, offline_script};
pub use run::{
    Direction, Event, RunOptions, RunReport, Step, downgrade, downgrade_steps, upgrade, upgrade_steps,
};
pub use sum::{SUM_FILE, SumFile};
pub use target::{Target, resolve};
