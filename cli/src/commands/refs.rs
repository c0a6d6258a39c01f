//! `autogen ref`: where environments are expected to be.

use autogen_engine::Project;
use autogen_report::Environment;
use serde::Serialize;

use crate::args::{ListFormat, RefArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

/// The answer for machines; `version` tells the layout.
#[derive(Serialize)]
struct Environments {
    version: u32,
    environments: Vec<Environment>,
}

pub(crate) fn run(project: &Project, args: &RefArgs) -> Result<Exit, Failure> {
    if let Some(environment) = &args.environment {
        let written = project.record_environment(environment)?;
        output::status("Wrote", &escape(&written.display().to_string()));
    }
    let environments = project.migrations()?.environments_by_folder()?;
    match args.format {
        ListFormat::Text => environments.iter().for_each(print),
        ListFormat::Json => {
            let answer = Environments { version: 1, environments };
            output::json(&answer)?;
        }
    }
    Ok(Exit::Success)
}

/// Where an environment is expected to be, and what is wrong with that.
pub(crate) fn print(environment: &Environment) {
    output::answer(&escape(&environment.summary()));
    environment.lines().for_each(|line| output::answer(&escape(&line)));
}
