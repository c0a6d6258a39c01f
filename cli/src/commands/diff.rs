//! `autogen diff`: what differs between two schemas.

use std::mem::ManuallyDrop;

use autogen_codegen::Statement;
use autogen_codegen::report::Entry;
use autogen_diff_core::Pair;
use autogen_engine::{Error, Project};
use serde::Serialize;

use crate::args::{DiffArgs, DiffFormat};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &DiffArgs) -> Result<Exit, Failure> {
    let sources = Pair::new(project.source(&args.from)?, project.source(&args.to)?);
    // The process ends behind this, which is faster than taking two large schemas apart.
    let found = ManuallyDrop::new(project.compare(&sources, &args.renames)?);
    match args.format {
        DiffFormat::Text => output::entries(&found.entries()),
        DiffFormat::Json => print_json(found.entries(), found.statements(project))?,
        DiffFormat::Sql => output::answer_raw(&found.to_sql(project)?),
    }
    let differs = args.exit_code && !found.is_empty();
    Ok(if differs { Exit::Findings } else { Exit::Success })
}

/// `autogen diff --format json`.
#[derive(Serialize)]
struct JsonDiff {
    version: u32,
    changes: Vec<Entry>,
    /// What changes them, with locks and hazards; none where there is no plan.
    statements: Vec<Statement>,
    /// Why there is no plan.
    refused: Option<String>,
}

fn print_json(changes: Vec<Entry>, statements: Result<Vec<Statement>, Error>) -> Result<(), Failure> {
    let refused = statements.as_ref().err().map(Error::to_string);
    let json = JsonDiff { version: 1, changes, statements: statements.unwrap_or_default(), refused };
    Ok(output::json(&json)?)
}
