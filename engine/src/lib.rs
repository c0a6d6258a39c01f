//! What a project of autogen is and does: where schemas come from, what is managed, what differs, and the migrations.
//!
//! [`Project::discover`] finds a project; [`Project::check`], [`Project::compare`], [`Project::draft`], [`Project::migrations`]
//! and [`Project::database`] are what can be done with it. An application's own tests want [`testing::assert_in_sync`].
//!
//! Nothing here prints or asks: what goes on is told to an [`Observer`], and ends in a value or an [`Error`].

mod accept;
mod advice;
mod agreement;
mod branches;
mod check;
mod compare;
mod comparison;
mod connection;
mod database;
mod dotenv;
mod draft;
mod draft_request;
mod drift;
mod edited;
mod error;
mod hook_point;
mod hooks;
mod init;
mod known;
mod loss;
mod managed_scope;
mod merge;
mod migration_file;
mod migrations;
mod name_pattern;
mod observer;
mod other_tools;
mod overrides;
mod printed;
mod progress;
mod project;
mod proof;
mod ran;
mod rebase;
mod renames;
mod replay;
mod schema_rs;
mod schema_rs_model;
mod settings;
mod sources;
mod squash;
mod structs;
pub mod testing;
mod twins;
mod upgrade;
mod verify;

pub use accept::Accepted;
pub use advice::Advice;
pub use autogen_migration_files::{AGREEMENT_FILE, Proof};
pub use autogen_runner::Drift;
pub use check::{CheckReport, Difference};
pub use comparison::Comparison;
pub use connection::Access;
pub use database::{Database, DatabaseStatus};
pub use draft::Draft;
pub use draft_request::DraftRequest;
pub use error::Error;
pub use hook_point::HookPoint;
pub use init::{FirstStep, InitRequest};
pub use known::KNOWN_FILE;
pub use managed_scope::{ManagedScope, leave_out_other_tools};
pub use merge::{MergeRequest, Merged};
pub use migrations::{Migrations, counted};
pub use observer::{Activity, Event, Move, Observer, Question, Silence};
pub use overrides::Overrides;
pub use project::Project;
pub use ran::Ran;
pub use replay::{Finding, FindingKind};
pub use settings::ScratchChoice;
pub use squash::{SquashRequest, Squashed};
pub use upgrade::{DowngradeRequest, Guards, UpgradeRequest};
pub use verify::{Judged, Verification};
