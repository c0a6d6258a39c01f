//! `autogen squash A:B`: one migration in place of many, proven to lead to the same schema.

use autogen_engine::Project;
use autogen_engine::request::SquashRequest;

use crate::args::SquashArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn run(project: &Project, args: &SquashArgs) -> Result<Exit, Failure> {
    let SquashArgs { range, message, schema_only } = args.clone();
    let squashed = project.migrations()?.squash(&SquashRequest { range, message, schema_only })?;
    output::status("Squashed", &format!("{} migrations", squashed.count));
    output::status("Wrote", &squashed.path.display().to_string());
    output::hint(
        "databases that have applied all of them go on as they are; one that has applied some must be \
                  upgraded with the folders from before",
    );
    Ok(Exit::Success)
}
