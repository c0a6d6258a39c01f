//! What a review of migrations found, as a value, and in the formats that people and CI read.
//!
//! Pure: a review in, a text out. Each format is a file, with the limits of whoever reads it.
#![warn(clippy::wildcard_enum_match_arm)]

mod finding;
mod format;
mod github;
mod gitlab;
mod json;
mod junit;
mod markdown;
mod printable;
mod review;
mod sarif;
mod text;

pub use finding::{Finding, Place, Severity};
pub use format::{Format, RenderError, render};
pub use printable::printable;
pub use review::{LockEstimate, NOT_JUDGED, Proof, Review, Reviewed};
