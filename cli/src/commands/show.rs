//! `autogen show`, `autogen heads` and `autogen branches`: what the folder says by itself.

use autogen_diff_core::hazard::HazardCode;
use autogen_engine::Project;
use autogen_runner::{Migration, resolve};

use crate::args::{BranchesArgs, HeadsArgs, ListFormat, ShowArgs};
use crate::details;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn show(project: &Project, args: &ShowArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    let place = resolve(&args.revision, directory, directory.migrations.len())?;
    let Some(migration) = place.0.checked_sub(1).and_then(|i| directory.migrations.get(i)) else {
        output::answer("base: before the first migration");
        return Ok(Exit::Success);
    };
    if args.format == ListFormat::Json {
        output::json(&migrations.listing(&[migration], None))?;
        return Ok(Exit::Success);
    }
    details::print(directory, project.dialect().ok(), migration, None);
    output::answer("");
    output::answer_raw(&migration.up);
    Ok(Exit::Success)
}

/// What a hazard means.
pub(crate) fn explain(code: HazardCode) -> Exit {
    output::answer_raw(&autogen_codegen::hazards::page(code));
    Exit::Success
}

pub(crate) fn heads(project: &Project, args: &HeadsArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    if args.format == ListFormat::Json {
        output::json(&migrations.listing(&directory.heads(), None))?;
        return Ok(Exit::Success);
    }
    for head in directory.heads() {
        output::answer(&escape(&format!("{} (head), {}", head.name, head.message())));
    }
    Ok(Exit::Success)
}

pub(crate) fn branches(project: &Project, args: &BranchesArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    if args.format == ListFormat::Json {
        let points: Vec<&Migration> = directory.branch_points().into_iter().map(|(point, _)| point).collect();
        output::json(&migrations.listing(&points, None))?;
        return Ok(Exit::Success);
    }
    for (point, children) in directory.branch_points() {
        output::answer(&escape(&format!("{} (branch point), {}", point.name, point.message())));
        for child in children {
            output::answer(&escape(&format!("    -> {}, {}", child.name, child.message())));
        }
    }
    Ok(Exit::Success)
}
