//! Runs a whole folder of migrations in a scratch database: up, down, and up again.

use autogen_codegen::report;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::text::loosen::loosened;
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::load::SourceFile;
use autogen_introspect::{Reach, Scratch, ScratchOptions};
use autogen_runner::{Direction, Migration, MigrationDirectory};

use crate::error::CliError;
use crate::project::Project;

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FindingKind {
    /// The statements.
    Migration,
    /// What the header says of them.
    Header,
}

/// What is wrong with a migration.
pub(crate) struct Finding {
    pub(crate) kind: FindingKind,
    /// The folder.
    pub(crate) migration: String,
    /// What, in lines.
    pub(crate) lines: Vec<String>,
}

impl Finding {
    fn of(migration: &Migration, lines: Vec<String>) -> Self {
        Self { kind: FindingKind::Migration, migration: migration.name.clone(), lines }
    }

    /// The folder and, below it, what is wrong.
    pub(crate) fn text(&self) -> String {
        self.lines.iter().fold(self.migration.clone(), |text, line| format!("{text}\n    {line}"))
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
) -> Result<Vec<Finding>, CliError> {
    let mut findings = Vec::new();
    let mut scratch = Scratch::create(options)?;
    let steps = &directory.migrations[from..];
    run_all(&mut scratch, &directory.migrations[..from])?;
    let mut schemas = vec![read(project, &mut scratch)?];
    for migration in steps {
        run(&mut scratch, migration, Direction::Up)?;
        schemas.push(read(project, &mut scratch)?);
        let [.., before, after] = schemas.as_slice() else { continue };
        // What was written on another branch was written for another schema than the line of versions has there.
        if directory.ancestors(migration).len() == from + schemas.len() - 1 {
            findings.extend(other_fingerprints(migration, Pair::new(before, after)));
        }
    }
    let wrong = back(project, directory, from, &mut scratch, &schemas, options)?;
    if let (true, Some(end), Some(head)) = (wrong.is_empty(), schemas.last(), steps.last()) {
        run_all(&mut scratch, steps)?;
        let left = differences(&read(project, &mut scratch)?, end);
        if !left.is_empty() {
            findings.push(Finding::of(head, left));
        }
    }
    findings.extend(wrong);
    Ok(findings)
}

/// The schema that some migrations lead to, in the order given, as far as it is managed.
pub(crate) fn schema_of(
    project: &Project,
    migrations: &[&Migration],
    options: &ScratchOptions,
) -> Result<Schema, CliError> {
    let mut schema = whole_schema_of(migrations, options)?;
    project.narrow(&mut schema);
    Ok(schema)
}

/// The same with what is left unmanaged.
pub(crate) fn whole_schema_of(
    migrations: &[&Migration],
    options: &ScratchOptions,
) -> Result<Schema, CliError> {
    let mut scratch = Scratch::create(options)?;
    migrations.iter().try_for_each(|migration| run(&mut scratch, migration, Direction::Up))?;
    Ok(scratch.introspect()?)
}

/// The schemas before, between and behind some migrations that follow others.
pub(crate) fn schemas_along(
    project: &Project,
    before: &[&Migration],
    along: &[&Migration],
    options: &ScratchOptions,
) -> Result<Vec<Schema>, CliError> {
    let mut scratch = Scratch::create(options)?;
    before.iter().try_for_each(|migration| run(&mut scratch, migration, Direction::Up))?;
    let mut schemas = vec![read(project, &mut scratch)?];
    for migration in along {
        run(&mut scratch, migration, Direction::Up)?;
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
) -> Result<Vec<Finding>, CliError> {
    let mut findings = Vec::new();
    for (place, migration) in directory.migrations.iter().enumerate().skip(from).rev() {
        let lines = undone(project, scratch, migration, &schemas[place - from])?;
        if !lines.is_empty() {
            findings.push(Finding::of(migration, lines));
            *scratch = Scratch::create(options)?;
            run_all(scratch, &directory.migrations[..place])?;
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
) -> Result<Vec<String>, CliError> {
    if migration.down.is_none() {
        return Ok(vec!["has no down.sql".to_owned()]);
    }
    if let Err(error) = run(scratch, migration, Direction::Down) {
        return Ok(vec![format!("down.sql fails: {error}")]);
    }
    let mut lines = differences(&read(project, scratch)?, wanted);
    if !lines.is_empty() {
        lines.insert(0, "down.sql does not lead back to where up.sql began; what is left:".to_owned());
    }
    Ok(lines)
}

fn run_all(scratch: &mut Scratch, migrations: &[Migration]) -> Result<(), CliError> {
    migrations.iter().try_for_each(|migration| run(scratch, migration, Direction::Up))
}

fn read(project: &Project, scratch: &mut Scratch) -> Result<Schema, CliError> {
    let mut schema = scratch.introspect()?;
    project.narrow(&mut schema);
    Ok(schema)
}

fn run(scratch: &mut Scratch, migration: &Migration, direction: Direction) -> Result<(), CliError> {
    let text = match direction {
        Direction::Up => migration.up.clone(),
        Direction::Down => migration.down.clone().unwrap_or_default(),
    };
    let file = SourceFile::new(migration.path.join(direction.file()), text);
    Ok(scratch.run_file(&file, Reach::of_metadata(migration.metadata.as_deref()))?)
}

/// The header's fingerprints, where they are not those of the schemas that came out.
fn other_fingerprints(migration: &Migration, schemas: Pair<&Schema>) -> Option<Finding> {
    let (from, to) = migration.stated_fingerprints()?;
    let found = schemas.map(fingerprint);
    let other = |place: &str, stated: &str, found: &str| {
        (stated != found).then(|| format!("the schema {place} is {found}, and the header says {stated}"))
    };
    let lines: Vec<String> =
        [other("before", from, &found.from), other("after", to, &found.to)].into_iter().flatten().collect();
    (!lines.is_empty()).then(|| Finding { kind: FindingKind::Header, ..Finding::of(migration, lines) })
}

/// What has to be done to the one to get the other, in lines.
pub(crate) fn differences(got: &Schema, wanted: &Schema) -> Vec<String> {
    let changes = changes(got, wanted);
    changes.iter().flat_map(|change| change.lines()).map(str::to_owned).collect()
}

/// The same as one text for each object.
pub(crate) fn changes(got: &Schema, wanted: &Schema) -> Vec<String> {
    let left = diff(loosened(Pair::new(got, wanted)).as_ref());
    let entries = report::entries(&[], &left).into_iter();
    entries
        .map(|entry| {
            let head = format!("{} {}", entry.verb, entry.object);
            entry.lines.iter().fold(head, |text, line| format!("{text}\n  {line}"))
        })
        .collect()
}
