//! Renames: from hints in the model, from `--rename`, or from an answer.

use autogen_codegen::{Plan, RenderOptions, render};
use autogen_diff_core::diff::rename::{Rename, candidates};
use autogen_diff_core::diff::rename_resolution;
use autogen_diff_core::{Pair, Schema, diff};
use autogen_introspect::ScratchOptions;
use autogen_sql_text::{HintTarget, RenameHint};

use crate::advice::Advice;
use crate::error::Error;
use crate::observer::{Event, Question};
use crate::project::Project;
use crate::{rebuilt, script_run};

/// Renames as people declare them.
pub(crate) struct DeclaredRenames<'a> {
    /// `--rename` flags.
    pub(crate) flags: &'a [String],
    /// Hints in the model.
    pub(crate) hints: &'a [RenameHint],
}

/// All renames that are declared and not made yet, tables first.
pub(crate) fn resolve(schemas: Pair<&Schema>, declared: &DeclaredRenames<'_>) -> Result<Vec<Rename>, Error> {
    rename_resolution::resolve(schemas, declared.hints, declared.flags)
        .map_err(|wrong| Error::usage(wrong.message, Advice::StateRename))
}

/// The same with those of PostgreSQL's schemas before all others: what is in a schema is named by its new name then.
pub(crate) fn declared(
    project: &Project,
    schemas: Pair<&Schema>,
    told: &DeclaredRenames<'_>,
    options: &ScratchOptions,
) -> Result<Vec<Rename>, Error> {
    let (flags, other_flags): (Vec<String>, Vec<String>) =
        told.flags.iter().cloned().partition(|flag| flag.starts_with("schema "));
    let (hints, other_hints): (Vec<RenameHint>, Vec<RenameHint>) = told
        .hints
        .iter()
        .cloned()
        .partition(|hint| matches!(&hint.target, HintTarget::Object(kind, _) if kind == "schema"));
    let mut renames = resolve(schemas, &DeclaredRenames { flags: &flags, hints: &hints })?;
    if renames.is_empty() {
        return resolve(schemas, told);
    }
    let mut moved = applied(project, schemas.from, &renames, options)?;
    project.retain_objects(&mut moved);
    let others = DeclaredRenames { flags: &other_flags, hints: &other_hints };
    renames.extend(resolve(Pair::new(&moved, schemas.to), &others)?);
    Ok(renames)
}

/// Likely renames that nobody declared: asked about, or told where nobody answers.
pub(crate) fn ask(project: &Project, schemas: Pair<&Schema>) -> Vec<Rename> {
    let is_rename = |rename: &Rename| {
        let answer = project.observer().ask(&Question::IsRename(rename));
        if answer.is_none() {
            project.tell(&Event::LikelyRename(rename));
        }
        answer == Some(true)
    };
    candidates(&diff(schemas)).into_iter().filter(is_rename).collect()
}

/// The schema after the renames, as the server has it then.
pub(crate) fn applied(
    project: &Project,
    schema: &Schema,
    renames: &[Rename],
    options: &ScratchOptions,
) -> Result<Schema, Error> {
    if renames.is_empty() {
        return Ok(schema.clone());
    }
    let mut scratch = rebuilt::build(project, schema, options)?;
    let operations = renames.iter().cloned().map(autogen_codegen::Operation::Rename).collect();
    for script in render(&Plan { operations }, Pair::new(schema, schema), &RenderOptions::default())? {
        script_run::run(project, &mut scratch, &script, "the rename")?;
    }
    let mut renamed = scratch.introspect()?;
    // What is unmanaged was not made there, and is as it was.
    project.scope.adopt_unmanaged(schema, &mut renamed);
    renamed.default_namespace.clone_from(&schema.default_namespace);
    Ok(renamed)
}
