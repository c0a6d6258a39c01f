//! A schema that is made again in a scratch database.

use autogen_codegen::{RenderOptions, Script, plan, render};
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::parts::AT_ONCE;
use autogen_introspect::{Scratch, ScratchOptions};

use crate::error::Error;
use crate::project::{Project, capabilities};
use crate::script_run;

/// A scratch database that holds a schema, as far as autogen can make it.
pub(crate) fn build(project: &Project, schema: &Schema, options: &ScratchOptions) -> Result<Scratch, Error> {
    build_with(project, schema, options, &RenderOptions::default())
}

/// The same with a spelling of one's own.
pub(crate) fn build_with(
    project: &Project,
    schema: &Schema,
    options: &ScratchOptions,
    spelling: &RenderOptions,
) -> Result<Scratch, Error> {
    let schema = &project.scope.without_unmanaged_rights(&writable(schema));
    let mut scratch = project.new_scratch(options)?;
    let empty = scratch.introspect()?;
    let pair = Pair::new(&empty, schema);
    let plan = plan(&diff(pair), pair, &[], &capabilities(schema))?;
    let scripts = render(&plan, pair, spelling)?;
    if schema.dialect == Dialect::Postgres {
        if run_in_batches(project, &mut scratch, &scripts).is_some() {
            return Ok(scratch);
        }
        // A batch that fails may leave a part of it behind, and does not tell which statement failed.
        scratch = project.new_scratch(options)?;
    }
    for script in &scripts {
        script_run::run(project, &mut scratch, script, "the current schema")?;
    }
    Ok(scratch)
}

/// Many statements in each round trip and transaction; nothing where one fails.
fn run_in_batches(project: &Project, scratch: &mut Scratch, scripts: &[Script]) -> Option<()> {
    for script in scripts {
        if let Some(setting) = project.session(scratch.dialect()) {
            scratch.execute(setting).ok()?;
        }
        let texts: Vec<&str> = script.statements.iter().map(|statement| statement.sql.as_str()).collect();
        for batch in texts.chunks(AT_ONCE) {
            scratch.execute(&batch.join(";\n")).ok()?;
        }
        scratch.reset_session().ok()?;
    }
    Some(())
}

/// A schema without the objects that autogen sees but can't make.
///
/// A migration never touches them: a difference in one of them is refused before.
pub(crate) fn writable(schema: &Schema) -> Schema {
    let mut writable = schema.clone();
    writable.take_unwritable();
    writable
}
