//! `autogen stamp`: marks migrations as applied without running them.

use autogen_engine::Project;
use autogen_engine::request::Access;

use crate::args::StampArgs;
use crate::command_error::CommandError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, escape};

pub(crate) fn run(project: &Project, args: &StampArgs) -> Result<Exit, Failure> {
    let migrations = project.migrations()?;
    if let Some(missing) = project.database_url()?.missing_file() {
        return Err(CommandError::NoFileToStamp(missing.to_owned()).into());
    }
    let newest = project.database(Access::Write)?.stamp(&migrations, &args.revision, args.purge)?;
    let place = newest.map_or("base", |migration| migration.name.as_str());
    output::status("Stamped", &escape(&format!("{place}; nothing was run")));
    Ok(Exit::Success)
}
