//! `autogen check`: for CI. Are the model, the migrations and the database the same?

use autogen_codegen::report;
use autogen_diff_core::{Pair, diff};
use autogen_introspect::{DatabaseUrl, Source};

use super::diff::{Compared, print_entries, read_both, scratch_options};
use super::history;
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::overlay;
use crate::project::Project;
use crate::schema_rs::{self, FileState};

pub(crate) fn run(project: &Project) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    directory.sum.check(&directory)?;
    history::one_head(&directory)?;
    let model = project.source("model")?;
    let mut same = true;
    let mut places = Vec::new();
    if let Some(url) = &project.database {
        must_be_there(project, url, &model)?;
        let pending = history::pending(project, &directory)?;
        for name in &pending {
            output::answer(&escape(&format!("pending {name}")));
        }
        same &= pending.is_empty();
        if pending.is_empty() {
            let database = Source::Database(url.clone());
            places.push(database.to_string());
            same &= compare(project, database, model.clone())?;
            same &= schema_rs_is_current(project, url)?;
        }
    }
    // Without a database, migrations are what there is to compare with, be it none.
    if !directory.migrations.is_empty() || project.database.is_none() {
        places.push(output::migrations(directory.migrations.len()));
        same &= compare(project, Source::Migrations(directory.path.clone()), model.clone())?;
    }
    if same {
        output::status(
            "Same",
            &escape(&format!("nothing differs: {}, compared with {model}", places.join(" and "))),
        );
        if project.database.is_none() {
            output::status("Note", "no database is named, so none was looked at");
        }
        return Ok(Exit::Success);
    }
    Ok(Exit::Findings)
}

/// A database file that is not there is told behind what is wrong with the model.
fn must_be_there(project: &Project, url: &DatabaseUrl, model: &Source) -> Result<(), CliError> {
    if url.missing_file().is_some() && overlay::model_of(model).is_none() {
        project.read(model, &project.scratch(url.dialect(), None))?;
    }
    Ok(url.must_be_there()?)
}

/// Whether Diesel's files are what they would be written as now.
fn schema_rs_is_current(project: &Project, url: &DatabaseUrl) -> Result<bool, CliError> {
    if !schema_rs::is_wanted(project)? {
        return Ok(true);
    }
    let scratch = project.scratch(url.dialect(), Some(url));
    let schema = Source::Database(url.clone()).read(&scratch)?.schema;
    let mut same = true;
    for file in schema_rs::files(project, &schema)? {
        match schema_rs::state(&file)? {
            // What a person wrote is compared when it is the model.
            FileState::Current | FileState::WrittenByHand => {}
            FileState::Stale => {
                output::answer(&escape(&format!("stale {}", schema_rs::shown(&file.path))));
                output::hint(
                    "the next `autogen upgrade` that applies a migration writes it; `autogen schema --format rust` prints it now",
                );
                same = false;
            }
        }
    }
    Ok(same)
}

/// Prints what differs between a place and the model.
fn compare(project: &Project, from: Source, model: Source) -> Result<bool, CliError> {
    let sources = Pair::new(from, model);
    let scratch = scratch_options(project, &sources)?;
    let Compared { schemas, renames } = read_both(project, &sources, &scratch)?;
    let differences = diff(schemas.as_ref());
    if differences.is_empty() && renames.is_empty() {
        return Ok(true);
    }
    output::status("Differs", &escape(&format!("{} from {}", sources.from, sources.to)));
    print_entries(report::entries(&renames, &differences));
    Ok(false)
}
