//! stub
use crate::{error::CliError, exit::Exit, project::Project, args::*};
pub(crate) fn up(_: &Project, _: &UpgradeArgs) -> Result<Exit, CliError> { Ok(Exit::Success) }
pub(crate) fn down(_: &Project, _: &DowngradeArgs) -> Result<Exit, CliError> { Ok(Exit::Success) }
