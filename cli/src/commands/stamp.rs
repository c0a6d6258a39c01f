//! `autogen stamp`: marks migrations as applied without running them.

use autogen_engine::{Access, Error, Project};

use crate::args::StampArgs;
use crate::exit::Exit;
use crate::output::{self, escape};

pub(crate) fn run(project: &Project, args: &StampArgs) -> Result<Exit, Error> {
    let migrations = project.migrations()?;
    if let Some(missing) = project.database_url()?.missing_file() {
        return Err(Error::usage(
            format!("there is no database file {} to stamp", missing.display()),
            "`autogen upgrade` creates it; DATABASE_URL or --database-url names another one",
        ));
    }
    let newest = project.database(Access::Write)?.stamp(&migrations, &args.revision, args.purge)?;
    let place = newest.map_or("base", |migration| migration.name.as_str());
    output::status("Stamped", &escape(&format!("{place}; nothing was run")));
    Ok(Exit::Success)
}
