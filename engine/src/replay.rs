//! Runs a whole folder of migrations in a scratch database, as the runner does in a real one: up, down, and up again.

use std::path::PathBuf;

use autogen_codegen::report;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::text::normalized::normalized;
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::load::SourceFile;
use autogen_introspect::{FileTransaction, IntrospectError, Reach, Scratch, ScratchOptions, SqlFailure};
use autogen_migration_files::Layout;
use autogen_runner::{
    DatabaseCondition, Direction, Migration, MigrationDirectory, RevisionGraph, SETUP, bookkeeping,
    check_transactions,
};

use crate::error::Error;
use crate::observer::{Activity, Event};
use crate::progress::Progress;
use crate::project::Project;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// The way back.
    Down,
    /// The way there.
    Up,
    /// What the header says of them.
    Header,
}

/// What is wrong with a migration.
#[derive(Debug)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// The folder.
    pub migration: String,
    /// What, in lines.
    pub lines: Vec<String>,
    /// What tells it from others of the same migration, without what hangs on the server's words or on where the folder is.
    pub(crate) key: String,
}

impl Finding {
    fn of(kind: FindingKind, migration: &Migration, lines: Vec<String>) -> Self {
        let key = lines.join("\n");
        Self { kind, migration: migration.name.clone(), lines, key }
    }

    /// A way back that leads somewhere else, or nowhere.
    fn back(migration: &Migration, astray: Astray) -> Self {
        match astray {
            Astray::Fails { message, at } => {
                let down = migration.layout.way(Direction::Down);
                let lines = vec![format!("{down} fails: {message}")];
                Self { key: format!("fails at {at}"), ..Self::of(FindingKind::Down, migration, lines) }
            }
            Astray::Leads(lines) => Self::of(FindingKind::Down, migration, lines),
        }
    }

    /// The folder and, below it, what is wrong.
    pub fn text(&self) -> String {
        self.lines.iter().fold(self.migration.clone(), |text, line| format!("{text}\n    {line}"))
    }
}

/// How a step back is wrong.
enum Astray {
    /// A statement fails, the one at some words.
    Fails { message: String, at: String },
    /// It leads to another schema, or there is none.
    Leads(Vec<String>),
}

/// What a replay found.
pub(crate) struct Replay {
    pub(crate) findings: Vec<Finding>,
    /// Whether it went back and up again; the tool that the migrations are for may know no way back.
    pub(crate) has_way_back: bool,
}

impl Replay {
    /// Whether all went up again: they do so only where each of them led back.
    pub(crate) fn went_up_again(&self) -> bool {
        !self.findings.iter().any(|finding| finding.kind == FindingKind::Down)
    }
}

/// Replays the migrations from a place on, behind those before it.
///
/// A step whose up fails ends it, since nothing can be said of those that follow.
pub(crate) fn replay(
    project: &Project,
    directory: &MigrationDirectory,
    from: usize,
    options: &ScratchOptions,
) -> Result<Replay, Error> {
    let mut findings = Vec::new();
    let mut scratch = set_up(options)?;
    let mut headers = Headers::of(project, directory, &read(project, &mut scratch)?);
    let steps = &directory.migrations[from..];
    run_all(project, &mut scratch, &directory.migrations[..from])?;
    let mut schemas = vec![read(project, &mut scratch)?];
    let progress = Progress::of(project.observer(), Activity::RunningUp, steps.len());
    for migration in steps {
        progress.step(&migration.name);
        run(project, &mut scratch, migration, Direction::Up)?;
        schemas.push(read(project, &mut scratch)?);
        let [.., before, after] = schemas.as_slice() else { continue };
        findings.extend(headers.finding(migration, Pair::new(before, after)));
    }
    drop(progress);
    if !directory.layout.has_way_back() {
        return Ok(Replay { findings, has_way_back: false });
    }
    let wrong = back(project, directory, from, &mut scratch, &schemas, options)?;
    if let (true, Some(end), Some(head)) = (wrong.is_empty(), schemas.last(), steps.last()) {
        run_all(project, &mut scratch, steps)?;
        let left = differences(&read(project, &mut scratch)?, end);
        if !left.is_empty() {
            findings.push(Finding::of(FindingKind::Up, head, left));
        }
    }
    findings.extend(wrong);
    Ok(Replay { findings, has_way_back: true })
}

/// The schema that some migrations lead to, in the order given, as far as it is managed.
pub(crate) fn schema_of(
    project: &Project,
    migrations: &[&Migration],
    options: &ScratchOptions,
) -> Result<Schema, Error> {
    let mut schema = whole_schema_of(project, migrations, options)?;
    project.scope.retain_managed(&mut schema);
    Ok(schema)
}

/// The same with what is left unmanaged.
pub(crate) fn whole_schema_of(
    project: &Project,
    migrations: &[&Migration],
    options: &ScratchOptions,
) -> Result<Schema, Error> {
    let mut scratch = set_up(options)?;
    up_all(project, &mut scratch, migrations.iter().copied())?;
    Ok(scratch.introspect()?)
}

/// The schemas before, between and behind some migrations that follow others.
pub(crate) fn schemas_along(
    project: &Project,
    before: &[&Migration],
    along: &[&Migration],
    options: &ScratchOptions,
) -> Result<Vec<Schema>, Error> {
    let mut scratch = set_up(options)?;
    up_all(project, &mut scratch, before.iter().copied())?;
    let mut schemas = vec![read(project, &mut scratch)?];
    for migration in along {
        run(project, &mut scratch, migration, Direction::Up)?;
        schemas.push(read(project, &mut scratch)?);
    }
    Ok(schemas)
}

/// Goes all the way back; gives the steps that do not lead to where they began. Behind such a
/// step a new scratch database takes the place of the one that went astray.
fn back(
    project: &Project,
    directory: &MigrationDirectory,
    from: usize,
    scratch: &mut Scratch,
    schemas: &[Schema],
    options: &ScratchOptions,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let progress = Progress::of(project.observer(), Activity::RunningDown, directory.migrations.len() - from);
    for (place, migration) in directory.migrations.iter().enumerate().skip(from).rev() {
        progress.step(&migration.name);
        if let Some(astray) = undone(project, scratch, migration, &schemas[place - from])? {
            findings.push(Finding::back(migration, astray));
            *scratch = set_up(options)?;
            run_all(project, scratch, &directory.migrations[..place])?;
        }
    }
    Ok(findings)
}

/// What is wrong with a step back.
fn undone(
    project: &Project,
    scratch: &mut Scratch,
    migration: &Migration,
    wanted: &Schema,
) -> Result<Option<Astray>, Error> {
    let way = |direction: Direction| migration.layout.way(direction);
    if migration.down.is_none() {
        let missing = match migration.layout {
            Layout::Diesel => "has no down.sql",
            Layout::Sqlx
            | Layout::Dbmate
            | Layout::GolangMigrate
            | Layout::Refinery
            | Layout::RusqliteMigration => "has no way down",
        };
        return Ok(Some(Astray::Leads(vec![missing.to_owned()])));
    }
    match run(project, scratch, migration, Direction::Down) {
        Ok(()) => {}
        Err(error @ Error::Replay(_)) => {
            let Error::Replay(failure) = &error else { return Err(error) };
            return Ok(Some(Astray::Fails { at: line_of(failure), message: error.to_string() }));
        }
        // The file is not to blame for what else there is.
        Err(error) => return Err(error),
    }
    let mut lines = differences(&read(project, scratch)?, wanted);
    if !lines.is_empty() {
        let (up, down) = (way(Direction::Up), way(Direction::Down));
        lines.insert(0, format!("{down} does not lead back to where {up} began; what is left:"));
    }
    Ok((!lines.is_empty()).then_some(Astray::Leads(lines)))
}

/// The line of a file that a failure points at.
fn line_of(failure: &SqlFailure) -> String {
    let start = failure.text[..failure.span.start].rfind('\n').map_or(0, |newline| newline + 1);
    failure.text[start..].lines().next().unwrap_or_default().trim().to_owned()
}

pub(crate) fn run_all(
    project: &Project,
    scratch: &mut Scratch,
    migrations: &[Migration],
) -> Result<(), Error> {
    up_all(project, scratch, migrations.iter())
}

/// On the way to the schema behind them: a long file may run in several transactions.
fn up_all<'a>(
    project: &Project,
    scratch: &mut Scratch,
    migrations: impl ExactSizeIterator<Item = &'a Migration>,
) -> Result<(), Error> {
    let progress = Progress::of(project.observer(), Activity::Replaying, migrations.len());
    for migration in migrations {
        progress.step(&migration.name);
        check_transactions(scratch.dialect(), migration, Direction::Up)?;
        let own = ReplayedFile::of(scratch.dialect(), migration, Direction::Up);
        run_file(project, scratch, &ReplayedFile { may_split: true, ..own })?;
    }
    Ok(())
}

/// Proves some migrations where they stand, up, down and up, and that all others still run; what the others' way back
/// does is not asked.
///
/// A step whose up fails ends it, and so does the first that does not lead back.
pub(crate) fn prove_some(
    project: &Project,
    directory: &MigrationDirectory,
    is_asked: impl Fn(&Migration) -> bool,
    options: &ScratchOptions,
) -> Result<Vec<Finding>, Error> {
    let mut findings = Vec::new();
    let mut scratch = set_up(options)?;
    let progress = Progress::of(project.observer(), Activity::Replaying, directory.migrations.len());
    let mut headers = Headers::of(project, directory, &read(project, &mut scratch)?);
    for migration in &directory.migrations {
        progress.step(&migration.name);
        if !is_asked(migration) || !migration.layout.has_way_back() {
            run(project, &mut scratch, migration, Direction::Up)?;
            continue;
        }
        let before = read(project, &mut scratch)?;
        run(project, &mut scratch, migration, Direction::Up)?;
        let after = read(project, &mut scratch)?;
        findings.extend(headers.finding(migration, Pair::new(&before, &after)));
        if let Some(astray) = undone(project, &mut scratch, migration, &before)? {
            findings.push(Finding::back(migration, astray));
            return Ok(findings);
        }
        run(project, &mut scratch, migration, Direction::Up)?;
        let left = differences(&read(project, &mut scratch)?, &after);
        findings.extend((!left.is_empty()).then(|| Finding::of(FindingKind::Up, migration, left)));
    }
    Ok(findings)
}

/// The schema of a scratch database, as far as it is managed.
pub(crate) fn read(project: &Project, scratch: &mut Scratch) -> Result<Schema, Error> {
    let mut schema = scratch.introspect()?;
    project.scope.retain_managed(&mut schema);
    Ok(schema)
}

/// A scratch database with what the runner makes before the first migration.
pub(crate) fn set_up(options: &ScratchOptions) -> Result<Scratch, Error> {
    let mut scratch = Scratch::create(options)?;
    scratch
        .execute(SETUP)
        .map_err(|failure| prepared("making the tables of applied migrations", failure.message))?;
    Ok(scratch)
}

/// Runs a file under the rules of the runner: its transaction, and the row that says that it is applied.
fn run(
    project: &Project,
    scratch: &mut Scratch,
    migration: &Migration,
    direction: Direction,
) -> Result<(), Error> {
    check_transactions(scratch.dialect(), migration, direction)?;
    run_file(project, scratch, &ReplayedFile::of(scratch.dialect(), migration, direction))
}

/// A file that is run as the runner runs it.
pub(crate) struct ReplayedFile {
    pub(crate) file: SourceFile,
    pub(crate) reach: Reach,
    pub(crate) run_in_transaction: bool,
    /// Whether its transaction may be several, since only what comes out counts.
    pub(crate) may_split: bool,
    /// The statement that notes it as applied.
    pub(crate) row: Option<String>,
}

impl ReplayedFile {
    pub(crate) fn of(dialect: Dialect, migration: &Migration, direction: Direction) -> Self {
        // Lines keep the numbers that they have in a file of both ways.
        let above = "\n".repeat(migration.lines_above(direction));
        let text = above + migration.text(direction).unwrap_or_default();
        Self {
            file: SourceFile::new(migration.file(direction), text),
            reach: Reach::of_metadata(migration.metadata.as_deref()),
            run_in_transaction: migration.run_in_transaction,
            may_split: false,
            row: (migration.layout == Layout::Diesel).then(|| bookkeeping(dialect, migration, direction)),
        }
    }
}

pub(crate) fn run_file(project: &Project, scratch: &mut Scratch, own: &ReplayedFile) -> Result<(), Error> {
    let ReplayedFile { file, reach, run_in_transaction, may_split, row } = own;
    if *run_in_transaction && scratch.dialect() != Dialect::Mysql {
        let first = row.as_deref().unwrap_or("SELECT 1");
        return scratch
            .run_file(file, *reach, FileTransaction::Around { first, may_split: *may_split })
            .map_err(in_replay);
    }
    if let Some(session) = project.session(scratch.dialect()) {
        scratch.execute(session).map_err(|failure| prepared(session, failure.message))?;
    }
    scratch.run_file(file, *reach, FileTransaction::Own).map_err(in_replay)?;
    let Some(row) = row else { return Ok(()) };
    scratch.execute(row).map_err(|failure| bookkeeping_failed(&file.path, failure.message))
}

fn in_replay(error: IntrospectError) -> Error {
    match error {
        IntrospectError::Sql(failure)
            if DatabaseCondition::in_message(&failure.message) == Some(DatabaseCondition::ConnectionLost) =>
        {
            prepared(&format!("replaying {}", failure.file.display()), failure.message)
        }
        IntrospectError::Sql(failure) => Error::Replay(failure),
        other => other.into(),
    }
}

/// What goes before migrations failed.
fn prepared(what: &str, message: String) -> Error {
    IntrospectError::Query { what: what.to_owned(), message }.into()
}

fn bookkeeping_failed(file: impl Into<PathBuf>, message: String) -> Error {
    IntrospectError::BookkeepingFailed { file: file.into(), message }.into()
}

/// Whose fingerprints the headers of a folder have.
struct Headers<'a> {
    graph: RevisionGraph<'a>,
    /// Another release's, which computed them otherwise: none of the first ones is right.
    is_of_other_release: bool,
}

impl<'a> Headers<'a> {
    /// The first header tells by what it says of an empty database.
    fn of(project: &Project, directory: &'a MigrationDirectory, empty: &Schema) -> Self {
        let first = directory.migrations.first().and_then(Migration::header_fingerprints);
        let is_of_other_release = first.is_some_and(|(before, _)| before != fingerprint(empty));
        if is_of_other_release {
            project.tell(&Event::OtherFingerprints);
        }
        Self { graph: directory.graph(), is_of_other_release }
    }

    /// What is wrong with the header of the next migration.
    fn finding(&mut self, migration: &Migration, schemas: Pair<&Schema>) -> Option<Finding> {
        let found = other_fingerprints(&self.graph, migration, schemas);
        self.is_of_other_release &= found.as_ref().is_some_and(|finding| finding.lines.len() == 2);
        found.filter(|_| !self.is_of_other_release)
    }
}

/// The header's fingerprints, where they are not those of the schemas that came out.
fn other_fingerprints(
    graph: &RevisionGraph<'_>,
    migration: &Migration,
    schemas: Pair<&Schema>,
) -> Option<Finding> {
    let (from, to) = migration.header_fingerprints()?;
    // What was written on another branch was written for another schema than the line of versions has there.
    if !graph.is_in_line(migration) {
        return None;
    }
    let found = schemas.map(fingerprint);
    let other = |place: &str, stated: &str, found: &str| {
        (stated != found).then(|| format!("the schema {place} is {found}, and the header says {stated}"))
    };
    let lines: Vec<String> =
        [other("before", &from, &found.from), other("after", &to, &found.to)].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| Finding::of(FindingKind::Header, migration, lines))
}

/// What has to be done to the one to get the other, in lines.
pub(crate) fn differences(got: &Schema, wanted: &Schema) -> Vec<String> {
    let changes = changes(got, wanted);
    changes.iter().flat_map(|change| change.lines()).map(str::to_owned).collect()
}

/// The same as one text for each object.
pub(crate) fn changes(got: &Schema, wanted: &Schema) -> Vec<String> {
    let left = diff(normalized(Pair::new(got, wanted)).as_ref());
    let entries = report::entries(got.dialect, &[], &left).into_iter();
    entries
        .map(|entry| {
            let head = format!("{} {}", entry.verb, entry.object);
            entry.details().fold(head, |text, line| format!("{text}\n  {line}"))
        })
        .collect()
}
