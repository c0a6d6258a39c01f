//! `autogen diff`: what differs between two schemas.

use autogen_codegen::report::Entry;
use autogen_codegen::{RenderOptions, plan_with, render, report};
use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::{Change, ObjectChange, Pair, Schema, SchemaDiff, diff};
use autogen_introspect::{ScratchOptions, Source};
use autogen_sql_text::RenameHint;
use serde::Serialize;

use crate::args::{DiffArgs, DiffFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::{Project, capabilities};
use crate::{compare, draft, overlay, renames};

pub(crate) fn run(project: &Project, args: &DiffArgs) -> Result<Exit, CliError> {
    let sources = Pair::new(project.source(&args.from)?, project.source(&args.to)?);
    let scratch = scratch_options(project, &sources)?;
    let sides = read_sides(project, &sources, &scratch)?;
    let Compared { schemas, renames } = behind_renames(project, &sources, sides, &args.renames, &scratch)?;
    let schemas = schemas.as_ref();
    let mut differences = diff(schemas);
    if !project.is_set_up {
        leave_out_versions(&mut differences);
    }
    match args.format {
        DiffFormat::Text => print_entries(report::entries(&renames, &differences)),
        DiffFormat::Json => print_json(report::entries(&renames, &differences))?,
        DiffFormat::Sql => {
            let facts = capabilities(schemas.from);
            let plan = plan_with(&differences, schemas, &renames, &facts, project.plan_options)?;
            for script in render(&plan, schemas, &RenderOptions::default()) {
                output::answer_raw(&script.to_sql());
            }
        }
    }
    let differs = args.exit_code && !(differences.is_empty() && renames.is_empty());
    Ok(if differs { Exit::Findings } else { Exit::Success })
}

/// Outside of a project only what a dump would show is compared, and no dump names the
/// versions of extensions: they are told instead.
fn leave_out_versions(differences: &mut SchemaDiff) {
    differences.changes.retain(|change| match change {
        Change::Extension(ObjectChange::Alter(pair)) if pair.from.namespace == pair.to.namespace => {
            let Pair { from, to } = pair;
            let text = format!(
                "extension {}: version {} here, {} there, not compared",
                to.name, from.version, to.version
            );
            output::status("Unmanaged", &escape(&text));
            false
        }
        _ => true,
    });
}

/// Two sides that can be compared, the first one after the renames.
pub(crate) struct Compared {
    pub(crate) schemas: Pair<Schema>,
    /// The renames that are declared and not made yet.
    pub(crate) renames: Vec<Rename>,
}

/// Renames what flags and hints say, and makes the sides comparable.
fn behind_renames(
    project: &Project,
    sources: &Pair<Source>,
    sides: Sides,
    flags: &[String],
    scratch: &ScratchOptions,
) -> Result<Compared, CliError> {
    let Sides { schemas, hints } = sides;
    let told = renames::Stated { flags, hints: &hints };
    let renames = renames::stated(schemas.as_ref(), &told)?;
    let Pair { from, mut to } = schemas;
    let from = draft::renamed(project, &from, &renames, scratch)?;
    if let (Some(model), false) = (overlay::model_of(&sources.to), renames.is_empty()) {
        (to, _) = model.declared(project, &from, scratch)?;
    }
    Ok(Compared { schemas: compare::prepare(project, Pair::new(from, to), scratch)?, renames })
}

/// Reads both sides, at the same time, and makes them comparable.
pub(crate) fn read_both(
    project: &Project,
    sources: &Pair<Source>,
    scratch: &ScratchOptions,
) -> Result<Compared, CliError> {
    behind_renames(project, sources, read_sides(project, sources, scratch)?, &[], scratch)
}

/// Two sides as they were read, and the hints about renames on the second one.
struct Sides {
    schemas: Pair<Schema>,
    hints: Vec<RenameHint>,
}

fn read_sides(
    project: &Project,
    sources: &Pair<Source>,
    scratch: &ScratchOptions,
) -> Result<Sides, CliError> {
    // What a schema.rs declares hangs on what the other side is.
    if let Some(model) = overlay::model_of(&sources.to) {
        let from = project.read(&sources.from, scratch)?.schema;
        let (to, loaded) = model.declared(project, &from, scratch)?;
        loaded.diagnostics.iter().for_each(output::diagnostic);
        model.must_stand(&from, &to)?;
        return Ok(Sides { schemas: Pair::new(from, to), hints: loaded.hints });
    }
    if let Some(model) = overlay::model_of(&sources.from) {
        let to = project.read(&sources.to, scratch)?;
        let (from, loaded) = model.declared(project, &to.schema, scratch)?;
        loaded.diagnostics.iter().for_each(output::diagnostic);
        return Ok(Sides { schemas: Pair::new(from, to.schema), hints: to.loaded.hints });
    }
    std::thread::scope(|scope| {
        let from = scope.spawn(|| project.read(&sources.from, scratch));
        let to = project.read(&sources.to, scratch);
        let from = from.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        // A model that is wrong is told before a database that is not there.
        let (to, from) = (to?, from?);
        Ok(Sides { schemas: Pair::new(from.schema, to.schema), hints: to.loaded.hints })
    })
}

/// Scratch databases are made on the server of whichever side is a database.
pub(crate) fn scratch_options(project: &Project, sources: &Pair<Source>) -> Result<ScratchOptions, CliError> {
    let url = |source: &Source| match source {
        Source::Database(url) => Some(url.clone()),
        Source::Model(_) | Source::Program(..) | Source::Migrations(_) | Source::Snapshot(..) => None,
    };
    let named = url(&sources.from).or_else(|| url(&sources.to));
    let dialects = sources.as_ref().map(Source::dialect);
    if let (Some(from), Some(to)) = (dialects.from, dialects.to)
        && from != to
    {
        return Err(CliError::usage(
            format!("{} can't be compared with {}", from.name(), to.name()),
            "give two databases of the same kind",
        ));
    }
    let dialect = dialects.from.or(dialects.to);
    let dialect = dialect.map_or_else(|| project.dialect(), Ok)?;
    Ok(project.scratch(dialect, named.as_ref()))
}

/// The list of differences on stdout.
pub(crate) fn print_entries(entries: Vec<Entry>) {
    for entry in entries {
        output::answer(&escape(&format!("{} {}", entry.verb, entry.object)));
        for line in entry.lines {
            output::answer(&escape(&format!("    {line}")));
        }
    }
}

/// `autogen diff --format json`.
#[derive(Serialize)]
struct JsonDiff {
    version: u32,
    changes: Vec<JsonChange>,
}

#[derive(Serialize)]
struct JsonChange {
    verb: &'static str,
    object: String,
    details: Vec<String>,
}

fn print_json(entries: Vec<Entry>) -> Result<(), CliError> {
    let changes = entries.into_iter().map(|entry| JsonChange {
        verb: entry.verb,
        object: entry.object,
        details: entry.lines,
    });
    let json = JsonDiff { version: 1, changes: changes.collect() };
    output::answer(&serde_json::to_string_pretty(&json).map_err(std::io::Error::from)?);
    Ok(())
}
