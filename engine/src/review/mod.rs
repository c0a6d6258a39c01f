//! What some migrations do, for those who review them. `lint` runs and judges them; a review asks besides whether they lead back.

mod judge;
mod layouts;
mod lint;
mod lock_lines;
mod merged;
mod model;
mod places;
mod script;
mod steps;
mod waiver;

use std::collections::BTreeSet;

use autogen_migration_files::name_of_file;
use autogen_report::{Finding, Place, Proof, Review, Reviewed, Severity};
use autogen_runner::{Direction, Migration};

use crate::error::Error;
use crate::git::folders_at;
use crate::migrations::Migrations;
use crate::model_places::shown;
use crate::replay::{self, FindingKind, Replay};

/// The code of a migration that does not run up, down and up again.
const NOT_PROVEN: &str = "not-proven";
/// The code of a header that says another schema than comes out.
const WRONG_HEADER: &str = "wrong-header";
/// The code of a statement that loses something by its words.
const LOSES_DATA: &str = "loses-data";

/// Which migrations a review is about.
#[derive(Debug)]
pub enum ReviewScope<'a> {
    /// All of them.
    All,
    /// From one to another, both included (`A:B`), or a single one.
    Range(&'a str),
    /// Those that a git revision has not.
    Since(&'a str),
}

impl Migrations<'_> {
    /// Says what migrations do: what changes, what a reviewer must know of it, and whether they run up, down and up again.
    ///
    /// # Errors
    /// When the scope names none, a migration fails on the way up, or there is no scratch database.
    pub fn review(&self, scope: &ReviewScope<'_>) -> Result<Review, Error> {
        let directory = self.directory();
        let options = self.scratch()?;
        let names = self.reviewed_names(scope)?;
        let Some(first) = directory.migrations.iter().position(|own| names.contains(own.name.as_str()))
        else {
            return Ok(Review::default());
        };
        let replay = replay::replay(self.project, directory, first, &options)?;
        let mut migrations = self.judged(&names)?;
        let all = directory.migrations.iter();
        for migration in all.filter(|migration| names.contains(migration.name.as_str())) {
            let own = migrations.iter_mut().find(|reviewed| reviewed.name == migration.name);
            if let Some(reviewed) = own {
                reviewed.hash = Some(migration.statements_hash(options.dialect));
                add_proof(reviewed, migration, &replay);
            }
        }
        Ok(Review { migrations })
    }

    /// The names of the migrations that are asked about.
    fn reviewed_names(&self, scope: &ReviewScope<'_>) -> Result<BTreeSet<&str>, Error> {
        let all = || self.directory().migrations.iter().map(|migration| migration.name.as_str());
        Ok(match scope {
            ReviewScope::All => all().collect(),
            ReviewScope::Range(range) => self.names_of_range(range)?,
            ReviewScope::Since(revision) => {
                let there = folders_at(&self.directory().path, revision)?;
                let there: BTreeSet<&str> = there.iter().map(|entry| name_of_file(entry)).collect();
                all().filter(|name| !there.contains(name)).collect()
            }
        })
    }

    fn names_of_range(&self, range: &str) -> Result<BTreeSet<&str>, Error> {
        let one = format!("{range}:{range}");
        let range = if range.contains(':') { range } else { one.as_str() };
        Ok(self.range(Some(range), 0)?.iter().map(|migration| migration.name.as_str()).collect())
    }
}

/// Says what running a migration showed.
fn add_proof(reviewed: &mut Reviewed, migration: &Migration, replay: &Replay) {
    let mut wrong = Vec::new();
    for finding in replay.findings.iter().filter(|finding| finding.migration == migration.name) {
        let (code, severity, message) = match finding.kind {
            FindingKind::Header => (WRONG_HEADER, Severity::Warning, "its header is not that of this change"),
            FindingKind::Up | FindingKind::Down => {
                wrong.extend(finding.lines.iter().cloned());
                (NOT_PROVEN, Severity::Error, "does not run up, down and up again")
            }
        };
        let file = shown(&migration.file(Direction::Up));
        let place = Place { file, line: 1, is_exact: true };
        let (name, lines) = (&migration.name, finding.lines.clone());
        reviewed.findings.push(Finding::of_migration(code, severity, name, place, message, lines));
    }
    reviewed.proof = match wrong.is_empty() {
        true if !replay.has_way_back => Proof::OnlyUp,
        true if replay.went_up_again() => Proof::Holds,
        true => Proof::NotRunAgain,
        false => Proof::Fails(wrong),
    };
}
