//! What some migrations do: replayed one after the other, compared, and judged by what the plan of the same change says.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use autogen_codegen::{RenderOptions, Statement, plan_with, render, report};
use autogen_diff_core::{Pair, Schema, diff, lock};
use autogen_report::{Finding, Place, Proof, Review, Reviewed, Severity};
use autogen_runner::Migration;
use autogen_sql_text::{Dialect, renamings, split};

use crate::advice::Advice;
use crate::draft;
use crate::error::Error;
use crate::migrations::Migrations;
use crate::project::{Project, capabilities};
use crate::renames::{self, DeclaredRenames};
use crate::replay::{self, FindingKind};

/// The code of a migration that does not run up, down and up again.
const NOT_PROVEN: &str = "not-proven";
/// The code of a change that no plan makes, so that its hazards are not known.
const NOT_JUDGED: &str = "not-judged";

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
        let is_asked = |migration: &Migration| names.contains(migration.name.as_str());
        let (along, before): (Vec<&Migration>, Vec<&Migration>) =
            directory.migrations.iter().partition(|migration| is_asked(migration));
        let schemas = replay::schemas_along(self.project, &before, &along, &options)?;
        let wrong = replay::prove_some(self.project, directory, is_asked, &options)?;
        let mut migrations = Vec::new();
        for (migration, pair) in along.iter().zip(schemas.windows(2)) {
            let mut reviewed = self.reviewed(migration, Pair::new(&pair[0], &pair[1]))?;
            let lines: Vec<String> = wrong
                .iter()
                .filter(|finding| finding.migration == migration.name)
                .filter(|finding| finding.kind != FindingKind::Header)
                .flat_map(|finding| finding.lines.clone())
                .collect();
            if !lines.is_empty() {
                let place = Places::of(self.project, migration).first();
                reviewed.findings.push(Finding::of_migration(
                    NOT_PROVEN,
                    Severity::Error,
                    &migration.name,
                    place,
                    "does not run up, down and up again",
                    lines.clone(),
                ));
                reviewed.proof = Proof::Fails(lines);
            }
            migrations.push(reviewed);
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
        let places = Places::of(project, migration);
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
        findings.extend(refused.map(|message| not_judged(migration, places.first(), message)));
        Ok(Reviewed {
            name: migration.name.clone(),
            message: migration.message(),
            changes: report::entries(&renames, &differences),
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

/// What is said where no plan makes the change, so that nothing is known of its hazards.
fn not_judged(migration: &Migration, place: Place, message: String) -> Finding {
    Finding::of_migration(
        NOT_JUDGED,
        Severity::Warning,
        &migration.name,
        place,
        "its hazards are not judged, since no plan makes this change; read the SQL",
        vec![message],
    )
}

/// Where the statements of an `up.sql` stand.
struct Places {
    file: String,
    /// The statements without white space at the ends, with their lines.
    statements: Vec<(String, usize)>,
}

impl Places {
    fn of(project: &Project, migration: &Migration) -> Self {
        let dialect = project.dialect().unwrap_or(Dialect::Postgres);
        let statements = split(dialect, &migration.up).unwrap_or_default();
        let statements = statements.into_iter().map(|found| (found.text.trim().to_owned(), found.line));
        Self { file: shown(&migration.path.join("up.sql")), statements: statements.collect() }
    }

    /// The line of a statement; of the first one where a person wrote it otherwise.
    fn of_statement(&self, sql: &str) -> Place {
        // What is planned as one statement may be written as several.
        let is_it = |text: &str| text == sql || (!text.is_empty() && sql.starts_with(text));
        let found = self.statements.iter().find(|(text, _)| is_it(text)).map(|(_, line)| *line);
        found.map_or_else(|| self.first(), |line| Place { file: self.file.clone(), line, is_exact: true })
    }

    fn first(&self) -> Place {
        let line = self.statements.first().map_or(1, |(_, line)| *line);
        Place { file: self.file.clone(), line, is_exact: false }
    }
}

/// A path as CI takes it: from the folder that the command runs in, with `/` between folders.
fn shown(path: &Path) -> String {
    let here = std::env::current_dir().unwrap_or_default();
    let path = path.strip_prefix(".").unwrap_or(path);
    let path = path.strip_prefix(&here).unwrap_or(path);
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

/// The names of the folders that a git revision has in a folder.
fn folders_at(folder: &Path, revision: &str) -> Result<BTreeSet<String>, Error> {
    let wrong = |message: String| Error::usage(message, Advice::NameGitRevision);
    // `--end-of-options` keeps a revision from being taken for an option.
    let listed = Command::new("git")
        .current_dir(folder)
        .args(["ls-tree", "-z", "--name-only", "--end-of-options", revision, "./"])
        .output()
        .map_err(|error| wrong(format!("git can't be run: {error}")))?;
    if !listed.status.success() {
        let said = String::from_utf8_lossy(&listed.stderr);
        return Err(wrong(format!("git does not know what {revision} has: {}", said.trim())));
    }
    let names = listed.stdout.split(|byte| *byte == 0).filter(|name| !name.is_empty());
    Ok(names.map(|name| String::from_utf8_lossy(name).into_owned()).collect())
}
