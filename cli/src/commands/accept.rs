//! stub
use crate::{error::CliError, exit::Exit, project::Project};
pub(crate) fn run(_: &Project) -> Result<Exit, CliError> { Ok(Exit::Success) }
