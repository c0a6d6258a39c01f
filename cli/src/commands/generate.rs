//! `autogen -m`: compares, plans, proves, and writes a migration.

use autogen_codegen::migration_file::{Header, files, slug};
use autogen_codegen::{RenderOptions, Script, Statement, TransactionMode, plan, render, report, stages};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::fingerprint::fingerprint;
use autogen_diff_core::{Change, Pair, Schema, diff};
use autogen_introspect::{ScratchOptions, Source};
use autogen_runner::MigrationDirectory;
use jiff::Timestamp;

use super::diff::scratch_options;
use crate::args::GenerateArgs;
use crate::compare;
use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders::{next_version, next_versions, version_of, write_folders};
use crate::output::{self, escape};
use crate::project::{Project, capabilities};
use crate::{proof, renames};

/// What a migration is made of, before it has a name.
struct Work {
    /// The current schema with all that the project leaves unmanaged.
    current: Schema,
    /// Both sides as far as they are managed.
    schemas: Pair<Schema>,
    renames: Vec<Rename>,
    /// Up and down of each stage.
    scripts: Vec<Pair<Script>>,
    /// The fingerprints between the stages, the ends included.
    fingerprints: Vec<String>,
}

pub(crate) fn run(project: &Project, args: &GenerateArgs) -> Result<Exit, CliError> {
    let message = match &args.message {
        Some(message) => message.clone(),
        None if args.dry_run => String::new(),
        None => return Err(CliError::usage("a migration needs a message", "autogen -m \"what changes\"")),
    };
    if args.empty {
        return empty(&project.migrations()?, &message);
    }
    let sources = Pair::new(
        project.source(args.from.as_deref().unwrap_or("database"))?,
        project.source(args.to.as_deref().unwrap_or("model"))?,
    );
    let directory = project.migrations()?;
    must_be_at_head(project, &sources.from, &directory)?;
    let scratch = scratch_options(project, &sources)?;
    let Some(work) = prepare(project, args, &sources, &scratch)? else {
        output::status("Nothing", "differs; no migration is needed");
        return Ok(Exit::Success);
    };
    if !args.no_verify {
        prove(project, &work, &scratch)?;
    }
    if args.dry_run {
        work.scripts.iter().for_each(|scripts| output::answer_raw(&scripts.from.to_sql()));
        return Ok(Exit::Success);
    }
    write(&directory, &message, &work, !args.no_verify)?;
    Ok(Exit::Success)
}

/// A pair of files to fill in by hand.
///
/// Each holds a statement that fails on every server until it is replaced: Diesel takes no file
/// without a statement, and one that did nothing would be recorded as done.
fn empty(directory: &MigrationDirectory, message: &str) -> Result<Exit, CliError> {
    let todo = |file: &str| Statement {
        sql: format!("SELECT autogen_migration_{file}_is_still_to_be_written"),
        hazards: Vec::new(),
    };
    let script = |file: &str| Script {
        statements: vec![todo(file)],
        transaction: TransactionMode::Transaction,
        notes: vec!["write the statements here, then run `autogen accept`"],
    };
    let version = next_version(directory);
    let header = Header {
        message: message.to_owned(),
        version: version.clone(),
        parent: directory.head().map(|migration| version_of(&migration.name)),
        fingerprints: None,
        proven: false,
    };
    let folder = format!("{version}_{}", slug(message));
    write_folders(&directory.path, &[(folder.clone(), files(&header, &script("up"), &script("down")))])?;
    output::status("Wrote", &directory.path.join(&folder).display().to_string());
    output::hint("put your statements into up.sql and down.sql, then run `autogen accept`");
    Ok(Exit::Success)
}

/// A database that lacks migrations would get their changes a second time.
fn must_be_at_head(project: &Project, from: &Source, directory: &MigrationDirectory) -> Result<(), CliError> {
    let Source::Database(url) = from else { return Ok(()) };
    if project.database.as_ref() != Some(url) {
        return Ok(());
    }
    let mut connection = open(url, Access::Read)?;
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    autogen_runner::check(directory, &history)?;
    let pending: Vec<&str> = history.pending(directory).iter().map(|m| m.name.as_str()).collect();
    if pending.is_empty() {
        return Ok(());
    }
    Err(CliError::Refused {
        message: format!("the database is not at head; pending: {}", pending.join(", ")),
        hint: "`autogen upgrade` first, or compare with the migrations: --from migrations".to_owned(),
    })
}

/// Reads, compares and plans; `None` when nothing differs.
fn prepare(
    project: &Project,
    args: &GenerateArgs,
    sources: &Pair<Source>,
    scratch: &ScratchOptions,
) -> Result<Option<Work>, CliError> {
    let current = sources.from.read(scratch)?.schema;
    output::status("Reading", &escape(&reading(sources, &current)));
    let declared = sources.to.read(scratch)?;
    declared.loaded.diagnostics.iter().for_each(output::diagnostic);
    tell_unmanaged(project, Pair::new(&current, &declared.schema));
    let mut managed = current.clone();
    project.leave_out(&mut managed);
    let mut to = declared.schema.clone();
    project.leave_out(&mut to);
    to.default_namespace.clone_from(&managed.default_namespace);
    let sides = Pair::new(&managed, &to);
    let told = renames::Stated { flags: &args.renames, hints: &declared.loaded.hints };
    let mut stated = renames::stated(sides, &told)?;
    let renamed = renamed(project, &current, &stated, scratch)?;
    project.align(&renamed, &mut to);
    let asked = renames::ask(Pair::new(&renamed, &to));
    stated.extend(asked);
    stated.sort();
    let schemas = Pair::new(managed, to);
    let work = plan_all(project, current, schemas, stated, scratch)?;
    if work.scripts.is_empty() {
        return Ok(None);
    }
    tell(&work);
    Ok(Some(work))
}

/// What differs but is not managed is counted, so that nobody takes it for equal.
fn tell_unmanaged(project: &Project, all: Pair<&Schema>) {
    let narrowed = |schema: &Schema| {
        let mut schema = schema.clone();
        project.narrow(&mut schema);
        schema
    };
    let managed = all.map(narrowed);
    // Whoever reads a model owns it, so owners tell nothing unless they are managed.
    let differences = |schemas: Pair<&Schema>| {
        let changes = diff(schemas).changes;
        changes.iter().filter(|change| !matches!(change, Change::Owner(_))).count()
    };
    let count = differences(all).saturating_sub(differences(managed.as_ref()));
    if count > 0 {
        let what = if count == 1 { "difference is" } else { "differences are" };
        output::status(
            "Unmanaged",
            &format!("{count} {what} left alone: privileges, ignored names, other schemas"),
        );
    }
}

/// The managed objects of a schema after renames.
fn renamed(
    project: &Project,
    schema: &Schema,
    stated: &[Rename],
    scratch: &ScratchOptions,
) -> Result<Schema, CliError> {
    let mut renamed = renames::applied(project, schema, stated, scratch)?;
    project.leave_out(&mut renamed);
    Ok(renamed)
}

fn plan_all(
    project: &Project,
    current: Schema,
    schemas: Pair<Schema>,
    stated: Vec<Rename>,
    scratch: &ScratchOptions,
) -> Result<Work, CliError> {
    let facts = capabilities(&current);
    let options = RenderOptions {
        default_namespace: schemas.from.default_namespace.clone(),
        ..RenderOptions::default()
    };
    let start = renamed(project, &current, &stated, scratch)?;
    let Pair { from: start, to } = compare::prepare(project, Pair::new(start, schemas.to), scratch)?;
    let schemas = Pair::new(if stated.is_empty() { start.clone() } else { schemas.from }, to);
    let mut path = vec![start];
    path.extend(stages(Pair::new(&path[0], &schemas.to), &facts));
    path.push(schemas.to.clone());
    let last = path.len() - 2;
    let mut scripts = Vec::new();
    for (i, pair) in path.windows(2).enumerate() {
        let forward = Pair::new(&pair[0], &pair[1]);
        let renames: &[Rename] = if i == 0 { &stated } else { &[] };
        let up = render(&plan(&diff(forward), forward, renames, &facts)?, forward, &options);
        let back = if i == 0 { renames::reversed(&stated) } else { Vec::new() };
        let from = renamed(project, &pair[1], &back, scratch)?;
        let target = if i == 0 { &schemas.from } else { &pair[0] };
        let backward = Pair::new(&from, target);
        let down = render(&plan(&diff(backward), backward, &back, &facts)?, backward, &options);
        match (join(up), join(down)) {
            (Some(up), Some(down)) => scripts.push(Pair::new(up, down)),
            (None, None) => debug_assert!(last == 0, "a stage between has changes"),
            (Some(_), None) | (None, Some(_)) => {
                return Err(CliError::NotProven(
                    "one direction has changes and the other has none".to_owned(),
                ));
            }
        }
    }
    let managed = |schema: &Schema| {
        let mut schema = schema.clone();
        project.narrow(&mut schema);
        fingerprint(&schema)
    };
    let mut fingerprints = vec![managed(&schemas.from)];
    fingerprints.extend(path[1..].iter().map(managed));
    Ok(Work { current, schemas, renames: stated, scripts, fingerprints })
}

/// One stage is one file; values of an enum type come apart only with other
/// changes, and those make a stage of their own.
fn join(scripts: Vec<Script>) -> Option<Script> {
    scripts.into_iter().reduce(|mut first, second| {
        first.statements.extend(second.statements);
        first.notes.extend(second.notes);
        first.notes.dedup();
        first
    })
}

fn reading(sources: &Pair<Source>, current: &Schema) -> String {
    let server = match &sources.from {
        Source::Database(_) => format!(" ({} {})", current.flavor.name(), current.version),
        Source::Model(_) | Source::Migrations(_) => String::new(),
    };
    format!("{}{server} and {}", sources.from, sources.to)
}

/// What was found, and what is dangerous about it.
fn tell(work: &Work) {
    for rename in &work.renames {
        let flag = rename.flag();
        let (old, new) = flag.split_once('=').unwrap_or((&flag, ""));
        output::status("Renamed", &escape(&format!("{old} to {new}")));
    }
    let found = report::entries(&diff(work.schemas.as_ref()));
    for entry in found {
        output::status("Detected", &escape(&format!("{} {}", entry.verb, entry.object)));
        entry.lines.iter().for_each(|line| output::detail(&escape(&format!("  {line}"))));
    }
    let hazards = work.scripts.iter().flat_map(|scripts| scripts.from.hazards());
    hazards.for_each(|hazard| output::hazard(&escape(&hazard.to_string())));
}

fn prove(project: &Project, work: &Work, scratch: &ScratchOptions) -> Result<(), CliError> {
    let claim = proof::Claim { current: &work.current, declared: &work.schemas.to, stages: &work.scripts };
    proof::prove(project, &claim, scratch)?;
    output::status("Proven", "up, down, up in a scratch database");
    Ok(())
}

/// Writes all folders and the sum file, or nothing.
fn write(directory: &MigrationDirectory, message: &str, work: &Work, proven: bool) -> Result<(), CliError> {
    let mut parent = directory.head().map(|migration| version_of(&migration.name));
    let mut folders = Vec::new();
    let count = work.scripts.len();
    let newest = directory.head().map(|migration| migration.version.as_str()).unwrap_or_default();
    let versions = next_versions(newest, Timestamp::now(), count);
    for (i, scripts) in work.scripts.iter().enumerate() {
        let message =
            if count > 1 { format!("{message} ({} of {count})", i + 1) } else { message.to_owned() };
        let version = versions[i].clone();
        let header = Header {
            message: message.clone(),
            version: version.clone(),
            parent: parent.replace(version.clone()),
            fingerprints: Some((work.fingerprints[i].clone(), work.fingerprints[i + 1].clone())),
            proven,
        };
        folders.push((format!("{version}_{}", slug(&message)), files(&header, &scripts.from, &scripts.to)));
    }
    write_folders(&directory.path, &folders)?;
    for (name, _) in &folders {
        output::status("Wrote", &directory.path.join(name).display().to_string());
    }
    Ok(())
}
