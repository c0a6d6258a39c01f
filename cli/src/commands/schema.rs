//! stub
use crate::{error::CliError, exit::Exit, project::Project, args::SchemaArgs};
pub(crate) fn run(_: &Project, _: &SchemaArgs) -> Result<Exit, CliError> { Ok(Exit::Success) }
