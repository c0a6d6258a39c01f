//! One thing that a reviewer must know, with its place.

use autogen_diff_core::hazard::{Hazard, HazardClass, Instead, Step};
use schemars::JsonSchema;
use serde::Serialize;
use sha2::{Digest, Sha256};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, JsonSchema, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Rows are lost, or the migration does not do what it says.
    Error,
    /// It may fail, or programs that run wait or break.
    Warning,
    /// Good to know.
    Note,
}

/// Where a finding stands.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Place {
    /// The file, from the folder that the command was run in, with `/` between folders.
    pub file: String,
    /// The line of the statement, from 1.
    pub line: usize,
    /// Whether the statement was found in the file; otherwise the line is the first of what the file does.
    pub is_exact: bool,
}

/// One thing that a reviewer must know.
#[derive(Clone, Debug, PartialEq, Eq, JsonSchema, Serialize)]
pub struct Finding {
    /// The stable code of a hazard, or of what the proof found.
    pub code: String,
    /// How much it matters.
    pub severity: Severity,
    /// What it is about, by name.
    pub subject: String,
    /// Where it stands.
    pub place: Place,
    /// One sentence, without the subject.
    pub message: String,
    /// More of it, a line each.
    pub notes: Vec<String>,
    /// Why it is no danger here, as a comment above the statement says.
    pub waived: Option<String>,
    /// The next thing to do.
    pub help: Option<String>,
}

impl Finding {
    /// What a hazard says.
    pub fn of(hazard: &Hazard, place: Place) -> Self {
        let Hazard { code, subject, message, look_first, instead, afterwards } = hazard;
        let mut notes = Vec::new();
        notes.extend(look_first.iter().map(|query| format!("look first: {query}")));
        notes.extend(afterwards.iter().map(|text| format!("afterwards: {text}")));
        let help = instead.as_ref().map(|instead| match instead {
            Instead::Migrations { steps } => {
                let note = |step: &Step| step.note.map_or_else(String::new, |note| format!(" ({note})"));
                let steps = steps.iter().map(|step| format!("{};{}", step.sql, note(step)));
                format!("instead, each a migration of its own: {}", steps.collect::<Vec<_>>().join(" "))
            }
            Instead::Programs { commands } => format!("instead, one of: {}", commands.join("; ")),
        });
        Self {
            code: code.code().to_owned(),
            severity: severity(code.class()),
            subject: subject.clone(),
            place,
            message: message.clone(),
            notes,
            waived: None,
            help,
        }
    }

    /// What a proof or a plan says of a migration.
    pub fn of_migration(
        code: &str,
        severity: Severity,
        name: &str,
        place: Place,
        message: &str,
        notes: Vec<String>,
    ) -> Self {
        let (code, subject, message) = (code.to_owned(), name.to_owned(), message.to_owned());
        Self { code, severity, subject, place, message, notes, waived: None, help: None }
    }

    /// The subject and the sentence.
    pub fn sentence(&self) -> String {
        format!("{}: {}", self.subject, self.message)
    }

    /// What stands behind the sentence, a line each.
    pub fn details(&self) -> impl Iterator<Item = String> {
        let waived = self.waived.as_ref().map(|reason| format!("waived: {reason}"));
        self.notes.iter().cloned().chain(waived).chain(self.help.clone())
    }

    /// What tells it from other findings, in whichever line it stands: 16 hexadecimal digits.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        for part in [&self.code, &self.subject, &self.place.file, &self.message] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
        hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

const fn severity(class: HazardClass) -> Severity {
    match class {
        HazardClass::DataLoss | HazardClass::Secret => Severity::Error,
        HazardClass::MayFail
        | HazardClass::Locks
        | HazardClass::Rewrite
        | HazardClass::BreaksCompatibility
        | HazardClass::Irreversible
        | HazardClass::Design => Severity::Warning,
        HazardClass::Behavior | HazardClass::Access => Severity::Note,
    }
}
