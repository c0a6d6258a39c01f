//! What some migrations do: replayed one after the other, compared, and judged by what the plan of the same change says.

mod base;
mod places;

use std::collections::BTreeSet;

use autogen_codegen::{RenderOptions, Statement, plan_with, render, report};
use autogen_diff_core::{Pair, Schema, diff, lock};
use autogen_report::{Finding, Place, Proof, Review, Reviewed, Severity};
use autogen_runner::Migration;
use autogen_sql_text::{Dialect, Loss, LossKind, Statement as Classified, VerbClass, losses, renamings};

use crate::draft;
use crate::error::Error;
use crate::migrations::Migrations;
use crate::project::capabilities;
use crate::renames::{self, DeclaredRenames};
use crate::replay::{self, FindingKind, Replay};
use base::folders_at;
use places::{OwnStatement, Places, is_statement};

/// The code of a migration that does not run up, down and up again.
const NOT_PROVEN: &str = "not-proven";
/// The code of a header that says another schema than comes out.
const WRONG_HEADER: &str = "wrong-header";
/// The code of what nothing is known of.
const NOT_JUDGED: &str = "not-judged";
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
        let mut migrations = Vec::new();
        for (migration, pair) in directory.migrations[first..].iter().zip(replay.schemas.windows(2)) {
            if names.contains(migration.name.as_str()) {
                let mut reviewed = self.reviewed(migration, Pair::new(&pair[0], &pair[1]))?;
                add_proof(&mut reviewed, migration, &replay);
                migrations.push(reviewed);
            }
        }
        Ok(Review { migrations })
    }

    /// The names of the migrations that are asked about.
    fn reviewed_names(&self, scope: &ReviewScope<'_>) -> Result<BTreeSet<&str>, Error> {
        let directory = self.directory();
        let all = directory.migrations.iter();
        Ok(match scope {
            ReviewScope::All => all.map(|migration| migration.name.as_str()).collect(),
            ReviewScope::Range(range) => {
                let one = format!("{range}:{range}");
                let range = if range.contains(':') { range } else { one.as_str() };
                self.range(Some(range), 0)?.iter().map(|migration| migration.name.as_str()).collect()
            }
            ReviewScope::Since(revision) => {
                let there = folders_at(&directory.path, revision)?;
                all.map(|migration| migration.name.as_str()).filter(|name| !there.contains(*name)).collect()
            }
        })
    }

    fn reviewed(&self, migration: &Migration, schemas: Pair<&Schema>) -> Result<Reviewed, Error> {
        let project = self.project;
        let places = Places::of(schemas.from.dialect, migration);
        let flags = renamings(schemas.from.dialect, &migration.up);
        let declared = DeclaredRenames { flags: &flags, hints: &[] };
        // What can't be resolved is a rename of something that came with the same migration.
        let renames = renames::resolve(schemas, &declared).unwrap_or_default();
        let renamed = draft::renamed(project, schemas.from, &renames, &self.scratch()?)?;
        let schemas = Pair::new(&renamed, schemas.to);
        let differences = diff(schemas);
        let facts = capabilities(schemas.from);
        let spelling = RenderOptions {
            default_namespace: schemas.from.default_namespace.clone(),
            ..RenderOptions::default()
        };
        let planned = plan_with(&differences, schemas, &renames, &facts, project.plan_options);
        let scripts = planned.and_then(|plan| render(&plan, schemas, &spelling));
        let (statements, refused): (Vec<Statement>, Option<String>) = match scripts {
            Ok(scripts) => (scripts.into_iter().flat_map(|script| script.statements).collect(), None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        let judged = statements.iter().flat_map(|statement| {
            let place = places.of_statement(&statement.sql);
            statement.hazards.iter().map(move |hazard| Finding::of(hazard, place.clone()))
        });
        let mut findings: Vec<Finding> = judged.collect();
        findings.extend(refused.map(|message| no_plan(migration, places.first(), message)));
        let losses = losses(schemas.from.dialect, &migration.up);
        findings.extend(losses.iter().filter_map(|loss| lost(loss, &findings, &places)).collect::<Vec<_>>());
        let is_planned = |text: &str| statements.iter().any(|statement| is_statement(text, &statement.sql));
        let others = places.statements.iter().filter(|own| !is_planned(&own.text));
        let others = others.filter(|own| !losses.iter().any(|loss| loss.line == own.line));
        findings.extend(others.filter_map(|own| not_judged(schemas.from.dialect, own, &places)));
        Ok(Reviewed {
            name: migration.name.clone(),
            message: migration.message(),
            changes: report::entries(schemas.to.dialect, &renames, &differences),
            locks: lock_lines(&statements),
            findings,
            proof: Proof::Holds,
            up: migration.up.clone(),
            down: migration.down.clone(),
        })
    }
}

/// What others wait for, each line once, in the order of the statements.
fn lock_lines(statements: &[Statement]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for line in statements.iter().flat_map(|statement| lock::lines(&statement.locks)) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    lines
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
        let place = Places::of(Dialect::Postgres, migration).at(1);
        let (name, lines) = (&migration.name, finding.lines.clone());
        reviewed.findings.push(Finding::of_migration(code, severity, name, place, message, lines));
    }
    reviewed.proof = match wrong.is_empty() {
        true if replay.went_up_again() => Proof::Holds,
        true => Proof::NotRunAgain,
        false => Proof::Fails(wrong),
    };
}

/// What is said where no plan makes the change, so that nothing is known of its hazards.
fn no_plan(migration: &Migration, place: Place, message: String) -> Finding {
    let what = "its hazards are not judged, since no plan makes this change; read the SQL";
    Finding::of_migration(NOT_JUDGED, Severity::Warning, &migration.name, place, what, vec![message])
}

/// What a statement loses by its words, where no hazard says so: rows that are deleted are no difference of schemas.
fn lost(loss: &Loss, known: &[Finding], places: &Places) -> Option<Finding> {
    let is_known = |finding: &Finding| finding.place.is_exact && finding.place.line == loss.line;
    match loss.kind {
        // Types are in the schema, and judged by the plan.
        LossKind::Retyped => None,
        LossKind::Gone if known.iter().any(is_known) => None,
        LossKind::Gone => {
            let what = "loses rows, columns or values, or runs code that may";
            let place = places.at(loss.line);
            Some(Finding::of_migration(LOSES_DATA, Severity::Error, &loss.statement, place, what, Vec::new()))
        }
    }
}

/// What is said of a statement whose effect no comparison of schemas shows.
fn not_judged(dialect: Dialect, statement: &OwnStatement, places: &Places) -> Option<Finding> {
    let what = match Classified::of(dialect, &statement.text).class {
        VerbClass::ChangesRows | VerbClass::MovesRows => "changes rows, which is not judged; read it",
        VerbClass::RunsCode => "runs code, which is not judged; read it",
        VerbClass::ControlsServer(_) | VerbClass::Unknown => "is not judged; read it",
        VerbClass::Create
        | VerbClass::Alter
        | VerbClass::Drop
        | VerbClass::Rename
        | VerbClass::Describes
        | VerbClass::Grants
        | VerbClass::SetsSession
        | VerbClass::BeginsTransaction
        | VerbClass::EndsTransaction
        | VerbClass::WithinTransaction
        | VerbClass::Locks
        | VerbClass::Maintains
        | VerbClass::Notifies => return None,
    };
    let place = places.at(statement.line);
    Some(Finding::of_migration(NOT_JUDGED, Severity::Note, &statement.words, place, what, Vec::new()))
}
