//! What a review of migrations or a check found, as a value, and in the formats that people and CI read.
//!
//! Pure: a report in, a text out. Each format is a file, with the limits of whoever reads it.
#![warn(clippy::wildcard_enum_match_arm)]

mod check;
mod environment;
mod finding;
mod fleet;
mod format;
mod github;
mod gitlab;
mod html;
mod json;
mod junit;
mod listing;
mod markdown;
pub mod picture;
mod planned;
mod printable;
mod review;
mod sarif;
mod status;
mod text;

pub use check::{Check, ComparedSide, Difference, DifferingObject, Pending};
pub use environment::{Environment, EnvironmentProblem, EnvironmentProblemKind};
pub use finding::{Finding, Place, Severity};
pub use fleet::{DatabaseState, FleetDatabase, FleetFormat, FleetReview, render_fleet};
pub use format::{Format, RenderError, Report, render};
pub use json::json_schemas;
pub use listing::{ListedMigration, Listing};
pub use planned::{Generated, Planned, PlannedMigration, Written};
pub use printable::printable;
pub use review::{LockEstimate, NOT_JUDGED, Proof, Review, Reviewed};
pub use status::{SchemaState, Status, UnfinishedFile};
