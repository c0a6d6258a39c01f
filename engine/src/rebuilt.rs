//! A schema that is made again in a scratch database.

use autogen_codegen::{RenderOptions, Script, plan, render};
use autogen_diff_core::{Dialect, Pair, Schema, diff};
use autogen_introspect::{Scratch, ScratchOptions};

use crate::error::Error;
use crate::project::{Project, capabilities};
use crate::proof;

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
    for script in render(&plan, pair, spelling)? {
        match dialect_takes_batches(schema.dialect) {
            true => run_in_batches(project, &mut scratch, &script)?,
            false => proof::run(project, &mut scratch, &script, FILE)?,
        }
    }
    Ok(scratch)
}

/// What messages call the statements that make a schema.
const FILE: &str = "the current schema";

/// Statements that share a round trip and a transaction. PostgreSQL goes through all locks of a transaction at the end of each
/// statement, so that one transaction for all takes a time that grows with the square of the schema.
const AT_ONCE: usize = 200;

/// Whether a batch that fails leaves nothing behind, so that its statements can be run again one by one.
const fn dialect_takes_batches(dialect: Dialect) -> bool {
    match dialect {
        Dialect::Postgres => true,
        Dialect::Mysql | Dialect::Sqlite => false,
    }
}

fn run_in_batches(project: &Project, scratch: &mut Scratch, script: &Script) -> Result<(), Error> {
    if let Some(setting) = project.session(scratch.dialect()) {
        proof::execute(scratch, setting, FILE)?;
    }
    let texts: Vec<&str> = script.statements.iter().map(|statement| statement.sql.as_str()).collect();
    for batch in texts.chunks(AT_ONCE) {
        if scratch.execute(&batch.join(";\n")).is_err() {
            batch.iter().try_for_each(|sql| proof::execute(scratch, sql, FILE))?;
        }
    }
    Ok(scratch.reset_session()?)
}

/// A schema without the objects that autogen sees but can't make.
///
/// A migration never touches them: a difference in one of them is refused before.
pub(crate) fn writable(schema: &Schema) -> Schema {
    let mut writable = schema.clone();
    writable.take_unwritable();
    writable
}
