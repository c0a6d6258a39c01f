//! `autogen -m`: compares, plans, proves, and writes a migration.

use autogen_codegen::migration_file::{Header, files};
use autogen_codegen::{Script, Statement, TransactionMode, report};
use autogen_diff_core::diff::rename::{Rename, tables_first};
use autogen_diff_core::{Change, Pair, Schema, diff};
use autogen_introspect::{ScratchOptions, Source};
use autogen_runner::MigrationDirectory;
use autogen_sql_text::RenameHint;
use jiff::Timestamp;

use super::diff::scratch_options;
use super::history::one_head;
use crate::args::GenerateArgs;
use crate::connection::{Access, open, with_connection};
use crate::draft::{self, Draft};
use crate::error::{CliError, STAMP_HINT};
use crate::exit::Exit;
use crate::folders::{next_version, next_versions, version_of, write_folders};
use crate::output::{self, escape};
use crate::project::Project;
use crate::{drift, overlay, prompt, renames};

pub(crate) fn run(project: &Project, args: &GenerateArgs) -> Result<Exit, CliError> {
    let message = match &args.message {
        Some(message) => message.clone(),
        None if args.dry_run => String::new(),
        None => return Err(CliError::usage("a migration needs a message", "autogen -m \"what changes\"")),
    };
    if args.empty {
        let directory = project.migrations()?;
        one_head(&directory)?;
        return empty(project, &directory, &message);
    }
    let sources = Pair::new(
        project.source(args.from.as_deref().unwrap_or("database"))?,
        project.source(args.to.as_deref().unwrap_or("model"))?,
    );
    let directory = project.migrations()?;
    one_head(&directory)?;
    must_be_at_head(project, &sources.from, &directory)?;
    let scratch = scratch_options(project, &sources)?;
    let Some(draft) = prepare(project, args, &sources, &directory, &scratch)? else {
        output::status("Nothing", "differs; no migration is needed");
        return Ok(Exit::Success);
    };
    if !args.no_verify {
        draft.prove(project, &scratch)?;
    }
    if args.dry_run {
        draft.scripts.iter().for_each(|scripts| output::answer_raw(&scripts.from.to_sql()));
        return Ok(Exit::Success);
    }
    write(project, &directory, &message, &draft, !args.no_verify)?;
    Ok(Exit::Success)
}

/// A pair of files to fill in by hand.
///
/// Each holds a statement that fails on every server until it is replaced: Diesel takes no file
/// without a statement, and one that did nothing would be recorded as done.
fn empty(project: &Project, directory: &MigrationDirectory, message: &str) -> Result<Exit, CliError> {
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
        replaces: Vec::new(),
        fingerprints: None,
        proven: false,
        planned: false,
    };
    let folder = project.settings.file_template.folder(&version, message);
    write_folders(&directory.path, &[(folder.clone(), files(&header, &script("up"), &script("down")))])?;
    output::status("Wrote", &directory.path.join(&folder).display().to_string());
    output::hint("put your statements into up.sql and down.sql, then run `autogen accept`");
    Ok(Exit::Success)
}

/// A database that lacks migrations would get their changes a second time.
fn must_be_at_head(project: &Project, from: &Source, directory: &MigrationDirectory) -> Result<(), CliError> {
    let (Some(url), true) = (&project.database, is_own_database(project, from)) else { return Ok(()) };
    let mut connection = open(url, Access::Read)?;
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    autogen_runner::check(directory, &history)?;
    let pending: Vec<&str> = history.pending(directory).iter().map(|m| m.name.as_str()).collect();
    if pending.is_empty() {
        return Ok(());
    }
    let mut hint = "`autogen upgrade` first, or compare with the migrations: --from migrations".to_owned();
    if history.applied.is_empty() && !drift::is_empty(project)? {
        hint = format!("{STAMP_HINT}; else {hint}");
    }
    Err(CliError::Refused {
        message: format!("the database is not at head; pending: {}", pending.join(", ")),
        hint,
    })
}

/// Whether a source is the database that the migrations are for.
fn is_own_database(project: &Project, source: &Source) -> bool {
    match source {
        Source::Database(url) => project.database.as_ref() == Some(url),
        Source::Model(_) | Source::Program(..) | Source::Migrations(_) | Source::Snapshot(..) => false,
    }
}

/// Reads, compares and plans; `None` when nothing differs.
fn prepare(
    project: &Project,
    args: &GenerateArgs,
    sources: &Pair<Source>,
    directory: &MigrationDirectory,
    scratch: &ScratchOptions,
) -> Result<Option<Draft>, CliError> {
    // The first migration of a SQLite project is written before there is a file.
    let current = if is_own_database(project, &sources.from) {
        sources.from.read(scratch)?
    } else {
        project.read_whole(&sources.from, scratch)?
    };
    output::status("Reading", &escape(&reading(sources, &current.schema)));
    current.loaded.diagnostics.iter().for_each(output::diagnostic);
    let mut current = current.schema;
    if is_own_database(project, &sources.from)
        && let Some(made) = drift::start(project, directory, &current, scratch)?
    {
        current = made;
    }
    let (declared, hints) = declared(project, &sources.to, &current, scratch)?;
    tell_unmanaged(project, Pair::new(&current, &declared));
    let mut managed = current.clone();
    project.retain_objects(&mut managed);
    let mut to = declared;
    project.retain_objects(&mut to);
    to.default_namespace.clone_from(&managed.default_namespace);
    must_not_drop_all(Pair::new(&managed, &to), &sources.to, args.drop_all || args.dry_run)?;
    let told = renames::Stated { flags: &args.renames, hints: &hints };
    let mut stated = renames::stated(Pair::new(&managed, &to), &told)?;
    let mut renamed = draft::renamed(project, &current, &stated, scratch)?;
    lay_over_again(project, sources, &current, &stated, scratch, &mut to)?;
    project.scope.adopt_unmanaged(&renamed, &mut to);
    let asked = renames::ask(Pair::new(&renamed, &to));
    if !asked.is_empty() {
        stated.extend(asked);
        tables_first(&mut stated);
        renamed = draft::renamed(project, &current, &stated, scratch)?;
        lay_over_again(project, sources, &current, &stated, scratch, &mut to)?;
        project.scope.adopt_unmanaged(&renamed, &mut to);
    }
    if let Some(model) = overlay::model_of(&sources.to) {
        model.must_stand(&renamed, &to)?;
    }
    let schemas = Pair::new(managed, to);
    let draft = Draft::new(project, current, schemas, stated, scratch)?;
    if draft.scripts.is_empty() {
        return Ok(None);
    }
    if is_own_database(project, &sources.from) {
        drift::must_come_from_migrations(project, directory, &draft.current)?;
    }
    tell(&draft);
    Ok(Some(draft))
}

/// An empty model over a full database is a mistake more often than a wish.
fn must_not_drop_all(schemas: Pair<&Schema>, model: &Source, is_meant: bool) -> Result<(), CliError> {
    let holds_nothing = |schema: &Schema| diff(Pair::new(&schema.emptied(), schema)).is_empty();
    if is_meant || holds_nothing(schemas.from) || !holds_nothing(schemas.to) {
        return Ok(());
    }
    let count = schemas.from.tables.len();
    let tables = if count == 1 { "1 table".to_owned() } else { format!("{count} tables") };
    let question = format!("The {model} declares nothing. Drop {tables} and all else?");
    if prompt::is_possible() && prompt::is_confirmed(&question) {
        return Ok(());
    }
    Err(CliError::Refused {
        message: format!("the {model} declares nothing, so the migration would drop {tables} and all else"),
        hint: "is `model` in autogen.toml the right file? `autogen schema > schema.sql` writes what the database has; when it \
               is meant, pass --drop-all"
            .to_owned(),
    })
}

/// The declared schema, and the hints about renames beside it.
fn declared(
    project: &Project,
    source: &Source,
    current: &Schema,
    scratch: &ScratchOptions,
) -> Result<(Schema, Vec<RenameHint>), CliError> {
    let (schema, loaded) = match overlay::model_of(source) {
        Some(model) => model.declared(project, current, scratch)?,
        None => {
            let declared = project.read_whole(source, scratch)?;
            (declared.schema, declared.loaded)
        }
    };
    loaded.diagnostics.iter().for_each(output::diagnostic);
    Ok((schema, loaded.hints))
}

/// What a schema.rs can't state of a renamed object is what it had under its old name.
fn lay_over_again(
    project: &Project,
    sources: &Pair<Source>,
    current: &Schema,
    stated: &[Rename],
    scratch: &ScratchOptions,
    to: &mut Schema,
) -> Result<(), CliError> {
    let (Some(model), false) = (overlay::model_of(&sources.to), stated.is_empty()) else { return Ok(()) };
    let renamed = renames::applied(project, current, stated, scratch)?;
    (*to, _) = model.declared(project, &renamed, scratch)?;
    project.retain_objects(to);
    Ok(())
}

/// What differs but is not managed is counted, so that nobody takes it for equal.
fn tell_unmanaged(project: &Project, all: Pair<&Schema>) {
    let narrowed = |schema: &Schema| {
        let mut schema = schema.clone();
        project.scope.retain_own(&mut schema);
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

fn reading(sources: &Pair<Source>, current: &Schema) -> String {
    let server = match &sources.from {
        Source::Database(_) => format!(" ({} {})", current.flavor.name(), current.version),
        Source::Model(_) | Source::Program(..) | Source::Migrations(_) | Source::Snapshot(..) => {
            String::new()
        }
    };
    format!("{}{server} and {}", sources.from, sources.to)
}

/// What was found, and what is dangerous about it.
fn tell(draft: &Draft) {
    for rename in &draft.renames {
        let flag = rename.flag();
        let (old, new) = flag.split_once('=').unwrap_or((&flag, ""));
        output::status("Renamed", &escape(&format!("{old} to {new}")));
    }
    let found = report::entries(&[], &diff(Pair::new(&draft.renamed, &draft.schemas.to)));
    for entry in found {
        output::status("Detected", &escape(&format!("{} {}", entry.verb, entry.object)));
        entry.lines.iter().for_each(|line| output::detail(&escape(&format!("  {line}"))));
    }
    let hazards = draft.scripts.iter().flat_map(|scripts| scripts.from.hazards());
    hazards.for_each(|hazard| output::hazard(&escape(&hazard.to_string())));
}

/// Writes all folders and the sum file, or nothing.
fn write(
    project: &Project,
    directory: &MigrationDirectory,
    message: &str,
    draft: &Draft,
    proven: bool,
) -> Result<(), CliError> {
    let template = &project.settings.file_template;
    let mut parent = directory.head().map(|migration| version_of(&migration.name));
    let mut folders = Vec::new();
    let count = draft.scripts.len();
    let newest = directory.head().map(|migration| migration.version.as_str()).unwrap_or_default();
    let versions = next_versions(newest, Timestamp::now(), count);
    for (i, scripts) in draft.scripts.iter().enumerate() {
        let message =
            if count > 1 { format!("{message} ({} of {count})", i + 1) } else { message.to_owned() };
        let version = versions[i].clone();
        let header = Header {
            message: message.clone(),
            version: version.clone(),
            parent: parent.replace(version.clone()),
            replaces: Vec::new(),
            fingerprints: Some((draft.fingerprints[i].clone(), draft.fingerprints[i + 1].clone())),
            proven,
            planned: true,
        };
        folders.push((template.folder(&version, &message), files(&header, &scripts.from, &scripts.to)));
    }
    write_folders(&directory.path, &folders)?;
    for (name, _) in &folders {
        output::status("Wrote", &directory.path.join(name).display().to_string());
    }
    Ok(())
}
