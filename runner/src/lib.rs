//! Applies migrations in Diesel's layout: checked, locked, one transaction each.
//!
//! The state is Diesel's own table, so that `diesel migration run` and this
//! crate can take turns. An application runs a [`Runner`] when it starts; of
//! many that start at once, one applies each migration and all go on.
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use diesel::Connection;
//! let mut connection = diesel::SqliteConnection::establish("shop.db")?;
//! // A folder; or what `diesel_migrations::embed_migrations!()` has built into the program.
//! let runner = autogen_runner::Runner::new("migrations").lock_timeout(Duration::from_secs(30));
//! let report = runner.upgrade(&mut connection)?;
//! println!("{} migrations applied", report.ran.len());
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "sqlite"))]
//! # fn main() {}
//! ```
//!
//! On PostgreSQL give it a session of its own: behind a pooler that shares sessions (pgbouncer in
//! transaction mode) the lock is somebody else's, and the upgrade ends with [`RunError::LockLost`].
//!
//! # Async programs
//!
//! Upgrades block. Give them a thread that may, and wait for it:
//!
//! ```no_run
//! # #[cfg(feature = "sqlite")]
//! # async fn start() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
//! use diesel::Connection;
//! tokio::task::spawn_blocking(|| {
//!     let mut connection = diesel::SqliteConnection::establish("shop.db")?;
//!     autogen_runner::Runner::new("migrations").upgrade(&mut connection)?;
//!     Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
//! })
//! .await??;
//! # Ok(())
//! # }
//! ```

mod backend;
mod bookkeeping;
mod bound_statement;
mod change;
mod commit;
#[cfg(feature = "postgres")]
mod concurrent_index;
mod condition;
mod confirmation;
mod database_error;
mod drift;
mod environment;
mod environment_guard;
mod error;
mod event;
mod failure;
mod glance;
mod history;
mod journal;
mod lock;
mod non_transactional;
mod offline;
mod options;
mod own_transaction;
mod plan;
mod retry;
mod run;
mod runner;
mod schema_mark;
mod source;
mod tables;
mod timing;
mod transaction_fault;
mod transactions;

pub use autogen_migration_files::{
    Direction, FilesError, Migration, MigrationDirectory, Phase, RevisionGraph, SUM_FILE, SumDifference,
    SumFile, Takes, Target, TargetError, hazards_of, is_short_hash, losses_of, normalise_version, resolve,
};
#[cfg(feature = "postgres")]
pub use backend::NAMESPACE_SETTING;
pub use backend::{Backend, Session};
pub use bookkeeping::bookkeeping;
pub use condition::DatabaseCondition;
pub use confirmation::Confirmation;
pub use database_error::{DatabaseError, DatabaseErrorKind};
pub use drift::{Drift, SchemaState, drift, make_up_for_record, record_schema};
pub use environment::{environment, name_environment};
pub use environment_guard::EnvironmentGuard;
pub use error::RunError;
pub use event::Event;
#[cfg(feature = "postgres")]
pub use glance::glance_at_namespaces;
pub use glance::{Glance, glance};
pub use history::{Applied, History, SETUP, applied, check, rehash, stamp};
pub use journal::{JournalEntry, StatementState, Unfinished, end, unfinished};
pub use non_transactional::{probe, statement_at};
pub use offline::{OfflineServer, offline_script};
pub use options::{RunOptions, Split};
pub use plan::PlanHashes;
pub use run::{RunReport, Step, downgrade, downgrade_steps, upgrade, upgrade_steps};
pub use runner::Runner;
pub use source::Source;
pub use timing::{Timing, timings};
pub use transaction_fault::TransactionFault;
pub use transactions::check_transactions;
