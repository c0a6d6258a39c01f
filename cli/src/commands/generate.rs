//! stub
use crate::{error::CliError, exit::Exit, project::Project, args::GenerateArgs};
pub(crate) fn run(_: &Project, _: &GenerateArgs) -> Result<Exit, CliError> { Ok(Exit::Success) }
