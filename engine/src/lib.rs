//! What a project of autogen is and does: where schemas come from, what is managed, what differs, and the migrations.
//!
//! An application's own tests want [`testing::assert_in_sync`]:
//!
//! ```no_run
//! autogen_engine::testing::assert_in_sync(env!("CARGO_MANIFEST_DIR"));
//! ```
//!
//! [`Project::discover`] finds a project; [`Project::check`], [`Project::compare`], [`Project::draft`], [`Project::migrations`],
//! [`Project::database`] and, for many databases, [`Project::fleet`] are what can be done with it. They take what [`request`] holds and give what [`report`] holds, a
//! [`Comparison`], a [`Draft`], the [`Migrations`] or the [`Database`].
//!
//! Nothing here prints or asks: an [`Observer`] is told of each [`event`], and all ends in a value or an [`Error`], whose [`Advice`]
//! names the way out.

mod advice;
mod agreement;
mod applied;
mod branches;
mod check;
mod compare;
mod comparison;
mod completion;
mod connection;
mod database;
mod database_names;
mod dotenv;
mod draft;
mod draft_request;
mod drift;
mod edited;
mod environment_ref;
mod error;
mod flavor;
mod fleet;
mod fleet_settings;
pub mod git;
mod hook_point;
mod hooks;
mod idle_session;
mod init;
mod joined;
mod known;
mod listing;
mod live_schema;
mod lock_findings;
mod loss;
mod managed_scope;
mod merge;
mod migration_file;
mod migrations;
mod model_places;
mod name_pattern;
mod observer;
mod other_tools;
mod overrides;
#[cfg(feature = "postgres")]
mod pooler;
mod printed;
mod progress;
mod project;
mod proof;
mod ran;
mod reading;
mod rebase;
mod rebuilt;
mod rehash;
mod renames;
mod replay;
mod review;
mod schema_rs;
mod schema_rs_model;
mod scratch_ahead;
mod script_run;
mod settings;
mod shared_server;
mod sources;
mod squash;
#[cfg(feature = "postgres")]
mod statement_watch;
mod stats;
mod stats_file;
mod status;
mod structs;
pub mod testing;
mod twins;
mod upgrade;
mod upgrade_plan;
mod verify;

pub use advice::Advice;
pub use comparison::Comparison;
pub use completion::Candidate;
pub use database::Database;
pub use draft::Draft;
pub use error::Error;
pub use fleet::Fleet;
pub use managed_scope::{ManagedScope, leave_out_other_tools};
pub use migrations::Migrations;
pub use observer::{Observer, Silence};
pub use project::Project;

/// What is asked of a project, with the options that the command line has flags for.
pub mod request {
    pub use autogen_migration_files::{Layout, RunnerTask};

    pub use crate::connection::Access;
    pub use crate::draft_request::DraftRequest;
    pub use crate::fleet::{Canary, Pace, Selection, Shard};
    pub use crate::init::{FirstStep, InitRequest};
    pub use crate::merge::MergeRequest;
    pub use crate::overrides::Overrides;
    pub use crate::review::ReviewScope;
    pub use crate::settings::ScratchChoice;
    pub use crate::squash::SquashRequest;
    pub use crate::stats::StatsRequest;
    pub use crate::upgrade::{DowngradeRequest, Guards, UpgradeRequest};
}

/// What comes out.
pub mod report {
    pub use autogen_migration_files::Proof;
    pub use autogen_runner::Drift;

    pub use crate::database::DatabaseStatus;
    pub use crate::fleet::{FleetReport, MemberReport, Outcome, Standing, Stop};
    pub use crate::merge::Merged;
    pub use crate::migrations::counted;
    pub use crate::ran::Ran;
    pub use crate::rehash::Rehashed;
    pub use crate::replay::{Finding, FindingKind};
    pub use crate::squash::Squashed;
    pub use crate::upgrade_plan::UpgradePlan;
    pub use crate::verify::{Judged, Verification};
    pub use autogen_report::{Check, Difference};
}

/// What an [`Observer`] is told and asked while it goes on.
pub mod event {
    pub use autogen_introspect::progress::{ProgressWork, StatementProgress};

    pub use crate::hook_point::HookPoint;
    pub use crate::lock_findings::LockMismatch;
    pub use crate::observer::{Activity, Event, Move, Question};
    pub use crate::stats_file::StatsNote;
}

/// The names of what is kept beside the migrations.
pub mod files {
    pub use autogen_migration_files::{AGREEMENT_FILE, PARTS_FILE};

    pub use crate::known::KNOWN_FILE;
    pub use crate::stats_file::{STATS_FILE, to_text, write_stats};
}
