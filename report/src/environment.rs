//! What environments are expected to have, held against the folder and a database.

use schemars::JsonSchema;
use serde::Serialize;

use crate::finding::{Finding, Place, Severity};

/// An environment, as `autogen.refs` records it.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Environment {
    /// What it is called.
    pub name: String,
    /// The newest migration that it has; none where it has none.
    pub revision: Option<String>,
    /// The fingerprint of its schema.
    pub schema: String,
    /// The migrations of the folder that it has not yet.
    pub not_yet: Vec<String>,
    /// Whether its database was looked at and its schema could not be compared, since another release or other settings recorded it.
    pub schema_not_compared: bool,
    /// How it is not what is recorded.
    pub problems: Vec<EnvironmentProblem>,
    /// Its line in the file.
    pub place: Place,
}

/// How an environment is not what is recorded.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct EnvironmentProblem {
    /// In which way.
    pub kind: EnvironmentProblemKind,
    /// The same in words.
    pub message: String,
}

/// In which way an environment is not what is recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EnvironmentProblemKind {
    /// The folder lacks the migration that it is at.
    MigrationMissing,
    /// The folder has other migrations up to there.
    OtherHistory,
    /// Its database is at another place.
    DatabaseElsewhere,
    /// The schema of its database is another one.
    OtherSchema,
}

impl EnvironmentProblemKind {
    /// The code of a finding.
    const fn code(self) -> &'static str {
        match self {
            Self::MigrationMissing => "environment-migration-missing",
            Self::OtherHistory => "environment-other-history",
            Self::DatabaseElsewhere => "environment-elsewhere",
            Self::OtherSchema => "environment-other-schema",
        }
    }

    fn help(self, environment: &str) -> String {
        match self {
            Self::MigrationMissing => {
                format!(
                    "merge the branch that has it; if it is gone there too, `autogen ref {environment}` records it"
                )
            }
            Self::OtherHistory => {
                "some were added before it or removed since: `autogen status` with its database names them"
                    .to_owned()
            }
            Self::DatabaseElsewhere => {
                format!(
                    "`autogen ref {environment}` records it, if that upgrade was meant; commit autogen.refs"
                )
            }
            Self::OtherSchema => format!(
                "somebody changed it by hand: take it back, or into the model; `autogen ref {environment}` records it"
            ),
        }
    }
}

impl Environment {
    /// Where it is expected to be, and what it has not yet, in words.
    pub fn summary(&self) -> String {
        let at = self.revision.as_deref().unwrap_or("base");
        let not_yet = match &self.not_yet[..] {
            [] => String::new(),
            [one] => format!("; not yet there: {one}"),
            [first, .., last] => format!("; not yet there: {}, from {first} to {last}", self.not_yet.len()),
        };
        let not_compared = match self.schema_not_compared {
            true => "; its schema was recorded by another release or with other settings, and not compared",
            false => "",
        };
        format!("{} is expected at {at}{not_yet}{not_compared}", self.name)
    }

    /// What is wrong with it, a line each.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.problems.iter().map(|problem| format!("environment {}: {}", self.name, problem.message))
    }

    pub(crate) fn findings(&self) -> impl Iterator<Item = Finding> {
        self.problems.iter().map(|problem| Finding {
            code: problem.kind.code().to_owned(),
            severity: Severity::Error,
            subject: self.name.clone(),
            place: self.place.clone(),
            message: problem.message.clone(),
            notes: Vec::new(),
            waived: None,
            help: Some(problem.kind.help(&self.name)),
        })
    }
}
