//! `autogen status`: where the database is, and whether anything is wrong with it.

use autogen_engine::Project;

use crate::args::{ListFormat, StatusArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn run(project: &Project, args: &StatusArgs) -> Result<Exit, Failure> {
    let (status, result) = project.migrations()?.status()?;
    match args.format {
        ListFormat::Text => status.lines().iter().for_each(|line| output::answer(&escape(line))),
        ListFormat::Json => output::json(&status)?,
    }
    result?;
    Ok(Exit::Success)
}
