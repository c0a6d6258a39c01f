//! What migrations lose, asked before it is lost.

use autogen_runner::{Direction, Migration, losses_of};

use crate::advice::Advice;
use crate::error::Error;
use crate::observer::Question;
use crate::project::Project;

/// Asks on a terminal before a way back loses data; a confirmed name, and `--yes`, are the answer already.
pub(crate) fn ask_before(project: &Project, steps: &[&Migration], is_confirmed: bool) -> Result<(), Error> {
    let dialect = project.database_url()?.dialect();
    let losses = |migration: &&Migration| losses_of(dialect, migration, Direction::Down);
    let found: Vec<String> = steps.iter().flat_map(losses).collect();
    if found.is_empty() || is_confirmed {
        return Ok(());
    }
    let database = project.database_url()?.to_string();
    let question = Question::LoseData { database: &database, places: &found };
    if project.observer().ask(&question) != Some(false) {
        return Ok(());
    }
    Err(Error::Refused { message: "nothing was undone".to_owned(), advice: Advice::AnswerYesOrLook })
}
