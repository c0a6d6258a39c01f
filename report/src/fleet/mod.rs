//! What became of many databases, as a value, and in the formats that people and CI read.

mod groups;
mod html;
mod json;
mod junit;
mod markdown;
mod text;

use std::str::FromStr;

use serde::Serialize;

use crate::format::RenderError;

/// What became of a fleet.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FleetReview {
    /// The fleet's name.
    pub fleet: String,
    /// What was done, as the command is called.
    pub command: String,
    /// Its databases.
    pub databases: Vec<FleetDatabase>,
    /// Why no more databases were begun, if that is so.
    pub stopped: Option<String>,
}

/// What became of one database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FleetDatabase {
    /// What it is called, without secrets.
    pub name: String,
    /// What became of it.
    pub state: DatabaseState,
    /// The newest applied migration, where that is known.
    pub current: Option<String>,
    /// How many are pending, where that is known.
    pub pending: Option<usize>,
    /// The hash of what an upgrade would do, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// The migrations that ran.
    pub ran: Vec<String>,
    /// The fingerprint of its schema, where that was read.
    pub fingerprint: Option<String>,
    /// What is wrong.
    pub message: Option<String>,
    /// What to do about it.
    pub help: Option<String>,
}

/// What became of one database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DatabaseState {
    /// There was nothing to do.
    Unchanged,
    /// Something ran.
    Changed,
    /// Something is pending.
    Behind,
    /// Something was to be done, and was not begun.
    NotBegun,
    /// Something else has changed its schema since the last upgrade.
    Drifted,
    /// Its schema is another than most databases have at the same migration.
    Differs,
    /// It does not answer.
    Unreachable,
    /// It failed.
    Failed,
}

impl DatabaseState {
    pub(crate) const fn words(self) -> &'static str {
        match self {
            Self::Unchanged => "unchanged",
            Self::Changed => "changed",
            Self::Behind => "behind",
            Self::NotBegun => "not begun",
            Self::Drifted => "drifted",
            Self::Differs => "other schema than most",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
        }
    }
}

/// What a fleet's report is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FleetFormat {
    /// Lines for a terminal.
    Text,
    /// JSON with the version of its layout.
    Json,
    /// JUnit XML: a test case for each database.
    Junit,
    /// Markdown that fits a comment on GitHub or GitLab.
    Markdown,
    /// A page by itself.
    Html,
}

impl FleetFormat {
    /// All of them, with the names that the command line takes.
    pub const ALL: [(&'static str, Self); 5] = [
        ("text", Self::Text),
        ("json", Self::Json),
        ("junit", Self::Junit),
        ("markdown", Self::Markdown),
        ("html", Self::Html),
    ];
}

impl FromStr for FleetFormat {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(name, _)| *name == text);
        let names = || Self::ALL.map(|(name, _)| name).join(", ");
        found.map(|(_, format)| *format).ok_or_else(|| format!("no such format; there are {}", names()))
    }
}

/// Writes a fleet's report in a format.
///
/// # Errors
/// When a serializer fails.
pub fn render_fleet(review: &FleetReview, format: FleetFormat) -> Result<String, RenderError> {
    Ok(match format {
        FleetFormat::Text => text::render(review),
        FleetFormat::Json => json::render(review)?,
        FleetFormat::Junit => junit::render(review)?,
        FleetFormat::Markdown => markdown::render(review),
        FleetFormat::Html => html::render(review)?,
    })
}
