//! `autogen diff`: what differs between two schemas.

use autogen_codegen::{RenderOptions, plan, render, report};
use autogen_diff_core::{Change, ObjectChange, Pair, Schema, SchemaDiff, diff};
use autogen_introspect::{ScratchOptions, Source};
use serde::Serialize;

use crate::args::{DiffArgs, DiffFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::{Project, capabilities};
use crate::{compare, overlay};

pub(crate) fn run(project: &Project, args: &DiffArgs) -> Result<Exit, CliError> {
    let sources = Pair::new(project.source(&args.from)?, project.source(&args.to)?);
    let scratch = scratch_options(project, &sources)?;
    let schemas = read_both(project, &sources, &scratch)?;
    let schemas = schemas.as_ref();
    let mut differences = diff(schemas);
    if !project.is_set_up {
        leave_out_versions(&mut differences);
    }
    match args.format {
        DiffFormat::Text => print_text(&differences),
        DiffFormat::Json => print_json(&differences)?,
        DiffFormat::Sql => {
            let plan = plan(&differences, schemas, &[], &capabilities(schemas.from))?;
            for script in render(&plan, schemas, &RenderOptions::default()) {
                output::answer_raw(&script.to_sql());
            }
        }
    }
    let differs = args.exit_code && !differences.is_empty();
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

/// Reads both sides, at the same time, and makes them comparable.
pub(crate) fn read_both(
    project: &Project,
    sources: &Pair<Source>,
    scratch: &ScratchOptions,
) -> Result<Pair<Schema>, CliError> {
    // What a schema.rs declares hangs on what the other side is.
    if let Some(model) = overlay::model_of(&sources.to) {
        let from = project.read(&sources.from, scratch)?.schema;
        let (to, loaded) = model.declared(project, &from, scratch)?;
        loaded.diagnostics.iter().for_each(output::diagnostic);
        model.must_stand(&from, &to)?;
        return compare::prepare(project, Pair::new(from, to), scratch);
    }
    if let Some(model) = overlay::model_of(&sources.from) {
        let to = project.read(&sources.to, scratch)?.schema;
        let (from, loaded) = model.declared(project, &to, scratch)?;
        loaded.diagnostics.iter().for_each(output::diagnostic);
        return compare::prepare(project, Pair::new(from, to), scratch);
    }
    let schemas = std::thread::scope(|scope| {
        let from = scope.spawn(|| project.read(&sources.from, scratch));
        let to = project.read(&sources.to, scratch);
        let from = from.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok::<_, CliError>(Pair::new(from.schema, to?.schema))
    })?;
    compare::prepare(project, schemas, scratch)
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
pub(crate) fn print_text(differences: &SchemaDiff) {
    for entry in report::entries(differences) {
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

fn print_json(differences: &SchemaDiff) -> Result<(), CliError> {
    let changes = report::entries(differences).into_iter().map(|entry| JsonChange {
        verb: entry.verb,
        object: entry.object,
        details: entry.lines,
    });
    let json = JsonDiff { version: 1, changes: changes.collect() };
    output::answer(&serde_json::to_string_pretty(&json).map_err(std::io::Error::from)?);
    Ok(())
}
