//! What some migrations do.

use autogen_codegen::report::Entry;
use autogen_diff_core::estimate::Estimate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Severity};
use crate::picture::Picture;

/// The code of what nothing is known of.
pub const NOT_JUDGED: &str = "not-judged";

/// What some migrations do, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Review {
    /// The migrations.
    pub migrations: Vec<Reviewed>,
}

/// What one migration does.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Reviewed {
    /// The folder.
    pub name: String,
    /// Its message.
    pub message: String,
    /// The hash of what its statements do, which a plan is made of; none where it is no migration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    /// What differs behind it, one entry an object.
    pub changes: Vec<Entry>,
    /// What is locked so that others wait, a line each.
    pub locks: Vec<String>,
    /// How long those last that are not held for an instant, where sizes are known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub estimates: Vec<LockEstimate>,
    /// What a reviewer must know.
    pub findings: Vec<Finding>,
    /// Whether it runs up, down and up again.
    pub proof: Proof,
    /// The touched tables and their neighbours.
    #[serde(skip)]
    pub picture: Picture,
    /// `up.sql`.
    pub up: String,
    /// `down.sql`, where there is one.
    pub down: Option<String>,
}

/// How long something is locked.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct LockEstimate {
    /// What is locked.
    pub relation: String,
    /// For how long.
    #[serde(flatten)]
    pub estimate: Estimate,
}

/// What running a migration up, down and up again showed.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Nobody asked.
    NotAsked,
    /// Each way leads where it should.
    Holds,
    /// It does up and down. It was not run up again, since another migration does not lead back.
    NotRunAgain,
    /// It does up. The tool that it is for knows no way back.
    OnlyUp,
    /// It does not; what is wrong, a line each.
    Fails(Vec<String>),
}

impl Reviewed {
    /// Whether nothing weighs more than what is good to know.
    pub fn is_clean(&self) -> bool {
        self.findings.iter().all(|finding| finding.severity == Severity::Note)
    }
}

impl Review {
    /// All findings, in the order of the migrations.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.migrations.iter().flat_map(|migration| &migration.findings)
    }

    /// Whether every migration is known to run up, down and up again.
    pub fn is_proven(&self) -> bool {
        self.migrations.iter().all(|migration| matches!(migration.proof, Proof::Holds | Proof::OnlyUp))
    }

    /// Whether nothing weighs more than what is good to know.
    pub fn is_clean(&self) -> bool {
        self.migrations.iter().all(Reviewed::is_clean)
    }

    /// A sentence about all of it: `2 migrations: 1 error, 3 warnings, 2 notes; 2 statements not judged`.
    pub fn summary(&self) -> String {
        let count = |severity| self.findings().filter(|finding| finding.severity == severity).count();
        let words =
            |number: usize, one: &str| format!("{number} {one}{}", if number == 1 { "" } else { "s" });
        let unjudged = self.findings().filter(|finding| finding.code == NOT_JUDGED).count();
        let unjudged = match unjudged {
            0 => String::new(),
            _ => format!("; {} not judged", words(unjudged, "statement")),
        };
        format!(
            "{}: {}, {}, {}{unjudged}",
            words(self.migrations.len(), "migration"),
            words(count(Severity::Error), "error"),
            words(count(Severity::Warning), "warning"),
            words(count(Severity::Note), "note"),
        )
    }
}
