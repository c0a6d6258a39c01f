//! What a comparison of the model with the migrations and the database found.

use std::fmt;

use autogen_codegen::report::Entry;
use schemars::JsonSchema;
use serde::Serialize;

use crate::environment::Environment;
use crate::finding::{Finding, Place, Severity};

/// The code of a migration that is not applied.
pub(crate) const PENDING: &str = "pending-migration";
/// The code of a file that would be written otherwise.
pub(crate) const STALE: &str = "stale-file";

/// What a check found. Shown, it is the list of what differs, one line each.
#[derive(Clone, Debug, Default, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Check {
    /// The model, in words.
    pub model: String,
    /// What was compared with the model, in words.
    pub compared: Vec<String>,
    /// Whether no database is named, so that none was looked at.
    pub without_database: bool,
    /// The migrations that the database lacks.
    pub pending: Vec<Pending>,
    /// Where something differs from the model, each difference once.
    pub differences: Vec<Difference>,
    /// The files of Diesel's tables that an upgrade would write otherwise.
    pub stale_files: Vec<String>,
    /// Where environments are expected to be, as the repository records it.
    pub environments: Vec<Environment>,
}

/// A migration that the database lacks.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Pending {
    /// The folder.
    pub name: String,
    /// Its `up.sql`.
    pub place: Place,
}

/// What differs from the model in some place.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Difference {
    /// Which place.
    pub side: ComparedSide,
    /// The same in words.
    pub words: String,
    /// What would have to be done there, one entry an object.
    pub entries: Vec<DifferingObject>,
}

/// An object that differs.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct DifferingObject {
    /// What would have to be done.
    #[serde(flatten)]
    pub entry: Entry,
    /// Where the model declares it.
    pub place: Place,
}

/// What is compared with the model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ComparedSide {
    /// The database.
    Database,
    /// What the migrations lead to.
    Migrations,
    /// Both, in the same way.
    Both,
}

impl ComparedSide {
    /// The code of a difference there.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Database => "database-differs",
            Self::Migrations => "migrations-differ",
            Self::Both => "no-migration",
        }
    }

    /// What a difference there means.
    const fn meaning(self) -> &'static str {
        match self {
            Self::Database => "the database is not what the model and the migrations say",
            Self::Migrations => "the migrations do not lead to what the model says",
            Self::Both => "the model says it, and no migration does",
        }
    }

    const fn help(self) -> &'static str {
        match self {
            Self::Database => "somebody changed the database by hand: take it back there, or into the model",
            Self::Migrations | Self::Both => "`autogen -m \"what changed\"` writes a migration",
        }
    }
}

impl Check {
    /// Whether all of it is the same.
    pub fn is_clean(&self) -> bool {
        let is_as_expected = |own: &Environment| own.problems.is_empty();
        self.pending.is_empty()
            && self.differences.is_empty()
            && self.stale_files.is_empty()
            && self.environments.iter().all(is_as_expected)
    }

    /// A sentence about all of it.
    pub fn summary(&self) -> String {
        if self.is_clean() {
            return format!("nothing differs: {}, compared with {}", self.compared.join(" and "), self.model);
        }
        let count = |number: usize, one: &str, many: &str| match number {
            0 => None,
            1 => Some(format!("1 {one}")),
            _ => Some(format!("{number} {many}")),
        };
        let objects = self.differences.iter().map(|found| found.entries.len()).sum();
        let unexpected = self.environments.iter().filter(|own| !own.problems.is_empty()).count();
        let parts = [
            count(self.pending.len(), "migration is pending", "migrations are pending"),
            count(objects, "object differs", "objects differ"),
            count(self.stale_files.len(), "file is stale", "files are stale"),
            count(unexpected, "environment is not as recorded", "environments are not as recorded"),
        ];
        parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
    }

    /// All that was found.
    pub fn findings(&self) -> Vec<Finding> {
        let pending = self.pending.iter().map(|pending| Finding {
            code: PENDING.to_owned(),
            severity: Severity::Error,
            subject: pending.name.clone(),
            place: pending.place.clone(),
            message: "is not applied to the database".to_owned(),
            notes: Vec::new(),
            waived: None,
            help: Some("`autogen upgrade` applies it".to_owned()),
        });
        let differences = self.differences.iter().flat_map(|found| {
            found.entries.iter().map(move |own| Finding {
                code: found.side.code().to_owned(),
                severity: Severity::Error,
                subject: own.entry.object.clone(),
                place: own.place.clone(),
                message: format!("{} ({})", found.side.meaning(), own.entry.verb),
                notes: own.entry.details().collect(),
                waived: None,
                help: Some(found.side.help().to_owned()),
            })
        });
        let stale = self.stale_files.iter().map(|path| Finding {
            code: STALE.to_owned(),
            severity: Severity::Error,
            subject: path.clone(),
            place: Place { file: path.clone(), line: 1, is_exact: false },
            message: "is not what the database's schema is written as".to_owned(),
            notes: Vec::new(),
            waived: None,
            help: Some("`autogen schema --format rust` prints it now".to_owned()),
        });
        let environments = self.environments.iter().flat_map(Environment::findings);
        pending.chain(differences).chain(stale).chain(environments).collect()
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_clean() {
            return f.write_str(&self.summary());
        }
        let pending = self.pending.iter().map(|pending| format!("pending {}", pending.name));
        let differs = self.differences.iter().flat_map(|found| {
            let head = format!("{} differs from {}", found.words, self.model);
            std::iter::once(head).chain(found.entries.iter().flat_map(|own| entry_lines(&own.entry)))
        });
        let stale = self.stale_files.iter().map(|path| format!("stale {path}"));
        let environments = self.environments.iter().flat_map(Environment::lines);
        let lines: Vec<String> = pending.chain(differs).chain(stale).chain(environments).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// What an entry says, the details below its object.
fn entry_lines(entry: &Entry) -> Vec<String> {
    let head = format!("{} {}", entry.verb, entry.object);
    std::iter::once(head).chain(entry.details().map(|line| format!("    {line}"))).collect()
}
