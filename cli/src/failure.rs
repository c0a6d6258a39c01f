//! Whatever ends a command before its time.

use autogen_engine::Error;

use crate::command_error::CommandError;

/// Whatever ends a command before its time.
#[derive(Debug)]
pub(crate) enum Failure {
    /// What the command had done for it failed.
    Engine(Error),
    /// The command can't do what it is asked for.
    Command(CommandError),
}

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self::Engine(error.into())
    }
}

impl From<CommandError> for Failure {
    fn from(error: CommandError) -> Self {
        Self::Command(error)
    }
}
