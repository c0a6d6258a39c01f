//! stub
use crate::{error::CliError, exit::Exit, project::Project, args::InitArgs};
pub(crate) fn run(_: &Project, _: &InitArgs) -> Result<Exit, CliError> { Ok(Exit::Success) }
