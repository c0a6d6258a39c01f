//! `autogen accept`: records the migration files as they are now.

use autogen_engine::Project;
use autogen_engine::report::counted;
use autogen_runner::SUM_FILE;

use crate::args::AcceptArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &AcceptArgs) -> Result<Exit, Failure> {
    let accepted = project.existing_migrations()?.accept(!args.no_verify)?;
    output::status("Recorded", &format!("{} in {SUM_FILE}", counted(accepted.in_folder)));
    if accepted.in_database > 0 {
        output::status("Recorded", &format!("{} anew in the database", counted(accepted.in_database)));
    }
    Ok(Exit::Success)
}
