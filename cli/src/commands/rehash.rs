//! `autogen rehash`: records the migration files as they are now.

use autogen_engine::Project;
use autogen_engine::report::counted;
use autogen_runner::SUM_FILE;

use crate::args::RehashArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &RehashArgs) -> Result<Exit, Failure> {
    let rehashed = project.existing_migrations()?.rehash(!args.no_verify)?;
    output::status("Recorded", &format!("{} in {SUM_FILE}", counted(rehashed.in_folder)));
    if rehashed.in_database > 0 {
        output::status("Recorded", &format!("{} anew in the database", counted(rehashed.in_database)));
    }
    Ok(Exit::Success)
}
