//! Two schemas as a project sees them: what is unmanaged is equal, and so are
//! two spellings of which the server makes the same.

use autogen_codegen::RenderOptions;
use autogen_codegen::quote::Spelling;
use autogen_diff_core::text::deparse::{may_differ_in_spelling_only, reconcile_deparse};
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::{Scratch, ScratchOptions};

use crate::error::Error;
use crate::project::Project;
use crate::rebuilt;

/// Makes both sides comparable.
pub(crate) fn prepare(
    project: &Project,
    mut schemas: Pair<Schema>,
    scratch: &ScratchOptions,
) -> Result<Pair<Schema>, Error> {
    project.scope.adopt_unmanaged(&schemas.from, &mut schemas.to);
    settled(project, schemas, scratch)
}

/// Gives both sides one spelling where the server makes the same of both.
///
/// Where nothing looks like another spelling, this costs nothing.
fn settled(
    project: &Project,
    mut schemas: Pair<Schema>,
    scratch: &ScratchOptions,
) -> Result<Pair<Schema>, Error> {
    let may_differ = schemas.to.dialect == Dialect::Postgres && may_differ_in_spelling_only(schemas.as_ref());
    if !may_differ || diff(schemas.as_ref()).is_empty() {
        return Ok(schemas);
    }
    let from = read_again(project, &schemas.from, scratch)?;
    let to = read_again(project, &schemas.to, scratch)?;
    reconcile_deparse(&mut schemas.from, &schemas.to, Pair::new(&from, &to));
    Ok(schemas)
}

/// What the server makes of its own texts.
fn read_again(project: &Project, schema: &Schema, scratch: &ScratchOptions) -> Result<Schema, Error> {
    let options = RenderOptions { spelling: Spelling::AsDeparsed, ..RenderOptions::default() };
    let mut scratch: Scratch = rebuilt::build_with(project, schema, scratch, &options)?;
    Ok(scratch.introspect()?)
}
