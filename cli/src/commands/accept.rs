//! `autogen accept`: records the migration files as they are now.

use autogen_runner::{MigrationDirectory, SUM_FILE, SumFile};

use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::project::Project;

pub(crate) fn run(project: &Project) -> Result<Exit, CliError> {
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    let all: Vec<_> = directory.migrations.iter().collect();
    fs_err::write(directory.path.join(SUM_FILE), SumFile::of(&all).to_text())?;
    output::status("Recorded", &format!("{} migrations in {SUM_FILE}", all.len()));
    if let Some(url) = &project.database {
        let mut connection = open(url, Access::Write)?;
        let changed = with_connection!(&mut connection, c => autogen_runner::accept(c, &directory)?);
        output::status("Recorded", &format!("{changed} applied migrations anew in the database"));
    }
    Ok(Exit::Success)
}
