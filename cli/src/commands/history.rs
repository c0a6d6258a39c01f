//! stub
use crate::{error::CliError, exit::Exit, project::Project};
pub(crate) fn current(_: &Project) -> Result<Exit, CliError> { Ok(Exit::Success) }
pub(crate) fn history(_: &Project) -> Result<Exit, CliError> { Ok(Exit::Success) }
pub(crate) fn status(_: &Project) -> Result<Exit, CliError> { Ok(Exit::Success) }
