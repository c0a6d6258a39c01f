//! `autogen schema`: prints a schema as SQL, or as Diesel's `schema.rs`.

use autogen_codegen::{RenderOptions, plan, render};
use autogen_diff_core::{Pair, Schema, diff};

use super::diff::scratch_options;
use crate::args::{SchemaArgs, SchemaFormat};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::project::{Project, capabilities, leave_out_unwritable};
use crate::schema_rs;

pub(crate) fn run(project: &Project, args: &SchemaArgs) -> Result<Exit, CliError> {
    let source = project.source(&args.source)?;
    let scratch = scratch_options(project, &Pair::new(source.clone(), source.clone()))?;
    if args.format == SchemaFormat::Rust {
        let origin = project.read_whole(&source, &scratch)?;
        origin.loaded.diagnostics.iter().for_each(output::diagnostic);
        output::answer_raw(&schema_rs::first(project, &origin.schema)?);
        return Ok(Exit::Success);
    }
    if args.format == SchemaFormat::Json {
        let schema = project.read_whole(&source, &scratch)?.schema;
        output::answer_raw(&autogen_introspect::snapshot::to_text(&schema)?);
        return Ok(Exit::Success);
    }
    let mut schema = project.read(&source, &scratch)?.schema;
    if project.is_set_up {
        project.scope.retain_own(&mut schema);
    } else {
        schema.owners.clear();
    }
    leave_out_unwritable(&mut schema);
    output::answer_raw(&to_sql(&schema)?);
    Ok(Exit::Success)
}

/// The statements that make a schema in an empty database.
pub(super) fn to_sql(schema: &Schema) -> Result<String, CliError> {
    let empty = schema.emptied_as_new();
    let pair = Pair::new(&empty, schema);
    let plan = plan(&diff(pair), pair, &[], &capabilities(schema))?;
    let options =
        RenderOptions { default_namespace: schema.default_namespace.clone(), ..RenderOptions::default() };
    let texts: Vec<String> =
        render(&plan, pair, &options).iter().map(autogen_codegen::Script::to_sql).collect();
    Ok(texts.join("\n"))
}
