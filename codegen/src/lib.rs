//! Turns the differences of two schemas into an ordered plan and the plan into
//! SQL. Pure: text in, text out; files are written elsewhere.
//!
//! `plan` decides what is done and in which order, with a graph of what needs
//! what; `postgres` and `sqlite` spell each operation. `draft` does both for the way there and the way back.

#![warn(clippy::wildcard_enum_match_arm)]

mod author;
mod casts;
pub mod design;
mod draft;
mod estimate;
mod file_texts;
pub mod hazards;
mod mysql;
mod online;
pub mod plan;
mod postgres;
pub mod quote;
mod render;
pub mod report;
pub mod script;
mod sqlite;
mod stages;

pub use author::AuthorWords;
pub use draft::{DraftError, DraftInput, DraftScripts, Part, draft};
pub use estimate::Estimator;
pub use file_texts::FileTexts;
pub use online::OnlineStep;
#[doc(hidden)]
pub use plan::TieBreak;
pub use plan::{
    Online, Operation, Plan, PlanError, PlanOptions, Refusal, plan, plan_with, with_columns_as_left,
};
pub use render::render;
pub use script::{RenderOptions, Script, Statement, TransactionMode};
pub use stages::stages;
