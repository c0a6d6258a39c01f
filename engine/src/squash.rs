//! One migration in place of many, proven to lead to the same schema.

use std::path::PathBuf;

use autogen_codegen::{Online, PlanOptions, Script, Statement, TransactionMode};
use autogen_diff_core::{Dialect, Pair, Schema};
use autogen_introspect::ScratchOptions;
use autogen_migration_files::{Fingerprints, Header, MigrationFiles, Proof, exchange_folders, version_of};
use autogen_runner::{Direction, Migration, MigrationDirectory};
use autogen_sql_text::{Statement as SqlStatement, VerbClass, split};

use crate::advice::Advice;
use crate::draft::Draft;
use crate::error::Error;
use crate::migration_file::{files, planned_files};
use crate::migrations::Migrations;
use crate::observer::Event;
use crate::project::Project;
use crate::replay::{differences, schema_of, whole_schema_of};

/// What to squash.
#[derive(Clone, Debug, Default)]
pub struct SquashRequest {
    /// `A:B`, from the first to the last.
    pub range: String,
    /// Says what the migration is.
    pub message: Option<String>,
    /// Whether what the migrations do besides the schema is left out.
    pub schema_only: bool,
}

/// What a squash wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Squashed {
    /// How many migrations it stands in place of.
    pub count: usize,
    /// Its folder.
    pub path: PathBuf,
}

impl Migrations<'_> {
    /// Puts one migration in the place of many, proven to lead to the same schema.
    ///
    /// # Errors
    /// When it can't be one migration, or is not proven.
    pub fn squash(&self, request: &SquashRequest) -> Result<Squashed, Error> {
        let (project, directory) = (self.project, self.directory());
        project.must_be_in_own_layout("a squash", Advice::KeepMigrations)?;
        autogen_runner::check(directory, &autogen_runner::History::default())?;
        let range = self.range(Some(&request.range), 0)?;
        let [_, .., last] = range else {
            return Err(Error::usage(
                format!("{} is less than two migrations", request.range),
                Advice::GiveSquashRange,
            ));
        };
        must_not_be_half_applied(project, range)?;
        let start = directory.migrations.iter().position(|m| m == &range[0]).unwrap_or_default();
        let before: Vec<&Migration> = directory.migrations[..start].iter().collect();
        let options = self.scratch()?;
        let squashed = squash(project, &before, range, request, &options)?;
        let name = project.settings.file_template.folder(&version_of(&last.name), &message(request, range));
        let removed: Vec<&Migration> = range.iter().collect();
        exchange_folders(&directory.path, &removed, &[(name.clone(), squashed)])?;
        Ok(Squashed { count: range.len(), path: directory.path.join(name) })
    }
}

fn message(request: &SquashRequest, range: &[Migration]) -> String {
    request.message.clone().unwrap_or_else(|| format!("squash of {} migrations", range.len()))
}

/// A database in the middle of the range could go neither on nor back.
fn must_not_be_half_applied(project: &Project, range: &[Migration]) -> Result<(), Error> {
    if project.database.is_none() {
        return Ok(());
    }
    let history = project.history()?;
    let applied = range.iter().filter(|migration| history.has(migration)).count();
    if applied == 0 || applied == range.len() {
        return Ok(());
    }
    Err(Error::Refused {
        message: format!("{applied} of the {} migrations are applied to the database", range.len()),
        advice: Advice::Upgrade,
    })
}

/// The schema's difference as one migration, or the statements one after the other where some of them change rows.
fn squash(
    project: &Project,
    before: &[&Migration],
    range: &[Migration],
    request: &SquashRequest,
    options: &ScratchOptions,
) -> Result<MigrationFiles, Error> {
    let all: Vec<&Migration> = before.iter().copied().chain(range).collect();
    let schemas = Pair::new(schema_of(project, before, options)?, schema_of(project, &all, options)?);
    // It is for databases to come, where nobody waits.
    let plan = PlanOptions { online: Online::Off, ..project.plan_options };
    let mut draft = Draft::new(project, schemas.from.clone(), schemas, Vec::new(), plan, options)?;
    let header = Header {
        message: message(request, range),
        version: range.last().map(|last| version_of(&last.name)).unwrap_or_default(),
        parents: before.last().map(|migration| version_of(&migration.name)).into_iter().collect(),
        replaces: replaced(range),
        fingerprints: ends_of(&draft.fingerprints),
        proof: Proof::Whole,
        ..Header::default()
    };
    let with_more = range.iter().filter(|migration| does_more(options.dialect, migration));
    let with_more: Vec<&str> = with_more.map(|migration| migration.name.as_str()).collect();
    if !with_more.is_empty() && request.schema_only {
        project.tell(&Event::LeftOutOfSquash(&with_more));
    }
    if !with_more.is_empty() && !request.schema_only {
        project.tell(&Event::KeptInSquash(&with_more));
        let written = one_after_another(&header, range)?;
        proven(project, before, range, &written, options)?;
        project.tell(&Event::Proven(Proof::Whole));
        return Ok(written);
    }
    let [_] = &draft.scripts[..] else {
        return Err(Error::Refused {
            message: if draft.scripts.is_empty() {
                "together these migrations change nothing".to_owned()
            } else {
                "the changes can't share one transaction".to_owned()
            },
            advice: Advice::SquashAnotherRange,
        });
    };
    draft.prove(project, options)?;
    // The header says what was proven, which may be a part.
    let header = Header { proof: draft.proof, ..header };
    let scripts = draft.scripts.swap_remove(0);
    let written = planned_files(&header, &scripts.from, &scripts.to);
    same_whole(project, before, range, &written, options)?;
    Ok(written)
}

/// The schema before and after all steps.
fn ends_of(fingerprints: &[String]) -> Option<Fingerprints> {
    let (before, after) = (fingerprints.first()?.clone(), fingerprints.last()?.clone());
    Some(Fingerprints { before, after })
}

/// What one migration leaves to be done of what many do, in lines.
fn left_by_one(
    before: &[&Migration],
    one: &Migration,
    range: &[Migration],
    schema_of: impl Fn(&[&Migration]) -> Result<Schema, Error>,
) -> Result<Vec<String>, Error> {
    let many: Vec<&Migration> = before.iter().copied().chain(range).collect();
    Ok(differences(&schema_of(&[before, &[one]].concat())?, &schema_of(&many)?))
}

/// What the project leaves unmanaged must not get lost either.
fn same_whole(
    project: &Project,
    before: &[&Migration],
    range: &[Migration],
    written: &MigrationFiles,
    options: &ScratchOptions,
) -> Result<(), Error> {
    let Some(last) = range.last() else { return Ok(()) };
    let one = Migration { up: written.up.clone(), ..last.clone() };
    let left = left_by_one(before, &one, range, |steps| whole_schema_of(project, steps, options))?;
    if left.is_empty() {
        return Ok(());
    }
    Err(Error::Refused {
        message: format!("it would lose what autogen.toml leaves unmanaged:\n    {}", left.join("\n    ")),
        advice: Advice::ManageOrSquashAnotherRange,
    })
}

/// The versions in whose place it stands, those of earlier squashes included.
fn replaced(range: &[Migration]) -> Vec<String> {
    let Some((last, others)) = range.split_last() else { return Vec::new() };
    let earlier = others
        .iter()
        .flat_map(|migration| migration.replaces().into_iter().chain([version_of(&migration.name)]));
    earlier.chain(last.replaces()).collect()
}

/// Whether a migration does more than change the schema as far as it is managed: rows, privileges, roles, settings.
fn does_more(dialect: Dialect, migration: &Migration) -> bool {
    let Ok(statements) = split(dialect, &migration.up) else { return true };
    statements.iter().any(|statement| {
        // The rows of a rebuilt table are the same ones.
        let is_rebuild = statement.text.contains("__autogen_") || statement.text.contains("sqlite_sequence");
        !is_rebuild && !is_of_schema(&statement.classify(dialect))
    })
}

/// Whether a statement is a part of what a schema's migration is made of.
fn is_of_schema(statement: &SqlStatement) -> bool {
    let is_default_privilege =
        || statement.object.as_ref().is_some_and(|object| object.kind == "DEFAULT PRIVILEGES");
    match statement.class {
        VerbClass::Create | VerbClass::Alter | VerbClass::Drop => {
            !statement.reaches_beyond_schema && !statement.fills_table && !is_default_privilege()
        }
        VerbClass::BeginsTransaction => true,
        // Security labels are in no model, so nobody would see that one got lost.
        VerbClass::Describes => statement.is("COMMENT"),
        VerbClass::EndsTransaction => statement.is("COMMIT"),
        VerbClass::SetsSession => matches!(statement.verb.as_str(), "SET" | "RESET" | "PRAGMA"),
        VerbClass::Rename
        | VerbClass::Grants
        | VerbClass::ChangesRows
        | VerbClass::MovesRows
        | VerbClass::RunsCode
        | VerbClass::WithinTransaction
        | VerbClass::Locks
        | VerbClass::Maintains
        | VerbClass::ControlsServer(_)
        | VerbClass::Notifies
        | VerbClass::Unknown => false,
    }
}

fn one_after_another(header: &Header, range: &[Migration]) -> Result<MigrationFiles, Error> {
    if let Some(outside) = range.iter().find(|migration| !migration.run_in_transaction) {
        return Err(Error::Refused {
            message: format!(
                "{} does not run in a transaction, so it can't be one with others",
                outside.name
            ),
            advice: Advice::SquashAroundOrSchemaOnly,
        });
    }
    let script = |direction: Direction, order: Vec<&Migration>| {
        let text = |migration: &&Migration| {
            let text = migration.text(direction).unwrap_or_default();
            Statement::plain(format!("-- from {}\n{}", migration.name, text.trim_end().trim_end_matches(';')))
        };
        Script {
            statements: order.iter().map(text).collect(),
            transaction: TransactionMode::Transaction,
            notes: vec!["the statements of several migrations, one after the other".into()],
        }
    };
    let up = script(Direction::Up, range.iter().collect());
    let down = script(Direction::Down, range.iter().rev().collect());
    Ok(files(header, &up, &down))
}

/// Runs the file instead of those in whose place it stands.
fn proven(
    project: &Project,
    before: &[&Migration],
    range: &[Migration],
    written: &MigrationFiles,
    options: &ScratchOptions,
) -> Result<(), Error> {
    let Some(last) = range.last() else { return Ok(()) };
    let one = Migration { up: written.up.clone(), down: written.down.clone(), ..last.clone() };
    let left = left_by_one(before, &one, range, |steps| schema_of(project, steps, options))?;
    if !left.is_empty() {
        return Err(Error::NotProven(format!("it leads to another schema:\n    {}", left.join("\n    "))));
    }
    let migrations: Vec<Migration> = before.iter().map(|m| (*m).clone()).chain([one]).collect();
    let directory = MigrationDirectory { migrations, ..MigrationDirectory::empty(last.path.clone()) };
    match crate::replay::replay(project, &directory, before.len(), options)?.findings.first() {
        Some(finding) => Err(Error::NotProven(finding.text())),
        None => Ok(()),
    }
}
