//! What may be done to a database that is marked `production`.

use autogen_diff_core::Dialect;
use autogen_runner::{Direction, Migration};

use crate::connection::{AnyConnection, with_connection};
use crate::dangers;
use crate::error::Error;
use crate::observer::Question;
use crate::project::Project;

/// The environment whose rows nobody can bring back.
const GUARDED: &str = "production";

/// What the command line says of the environment.
pub(crate) struct Stated<'a> {
    /// `--environment`.
    pub(crate) name: Option<&'a str>,
    /// `--confirm-database`.
    pub(crate) confirmed: Option<&'a str>,
}

/// Why steps need to be confirmed on production.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Danger {
    /// They lose rows or values: where, and by which statements.
    DataLoss(Vec<String>),
    /// They go back.
    Downgrade,
}

/// What steps lose: what autogen wrote of its own statements (`DL…` hazards), and what the words of statements by hand tell.
pub(crate) fn loses_data(dialect: Dialect, steps: &[&Migration]) -> Option<Danger> {
    let losses = |migration: &&Migration| dangers::losses_of(dialect, migration, Direction::Up);
    let found: Vec<String> = steps.iter().flat_map(losses).collect();
    (!found.is_empty()).then_some(Danger::DataLoss(found))
}

/// Names a database that has no name yet; refuses another name, and danger that is not confirmed.
pub(crate) fn check(
    project: &Project,
    connection: &mut AnyConnection,
    stated: &Stated<'_>,
    danger: Option<Danger>,
) -> Result<(), Error> {
    let marked = with_connection!(connection, c => autogen_runner::environment(c)?);
    must_be(marked.as_deref(), stated)?;
    let environment = marked.as_deref().or(stated.name);
    if let (Some(GUARDED), Some(danger)) = (environment, danger) {
        confirm(project, stated, &danger)?;
    }
    if let (None, Some(name)) = (&marked, stated.name) {
        let marked = with_connection!(connection, c => autogen_runner::name_environment(c, name)?);
        must_be(Some(&marked), stated)?;
    }
    Ok(())
}

/// Asks on a terminal before a way back loses data; a confirmed name, and `--yes`, are the answer already.
pub(crate) fn ask_before_loss(
    project: &Project,
    steps: &[&Migration],
    is_confirmed: bool,
) -> Result<(), Error> {
    let dialect = project.database_url()?.dialect();
    let losses = |migration: &&Migration| dangers::losses_of(dialect, migration, Direction::Down);
    let found: Vec<String> = steps.iter().flat_map(losses).collect();
    if found.is_empty() || is_confirmed {
        return Ok(());
    }
    let database = project.database_url()?.to_string();
    let question = Question::LoseData { database: &database, places: &found };
    if project.observer().ask(&question) != Some(false) {
        return Ok(());
    }
    Err(Error::Refused {
        message: "nothing was undone".to_owned(),
        hint: "--yes answers the question; --dry-run shows what would run".to_owned(),
    })
}

/// A database is marked once.
fn must_be(marked: Option<&str>, stated: &Stated<'_>) -> Result<(), Error> {
    match (marked, stated.name) {
        (Some(marked), Some(name)) if marked != name => Err(Error::Refused {
            message: format!("the database is marked {marked}, not {name}"),
            hint: "is DATABASE_URL the right one?".to_owned(),
        }),
        (Some(_) | None, _) => Ok(()),
    }
}

fn confirm(project: &Project, stated: &Stated<'_>, danger: &Danger) -> Result<(), Error> {
    let name = project.database_url()?.database_name();
    if stated.confirmed == Some(name.as_str()) {
        return Ok(());
    }
    let (what, where_) = match danger {
        Danger::DataLoss(places) => {
            let places = places.iter().map(|place| format!("\n    {place}"));
            ("what is pending loses data", places.collect())
        }
        Danger::Downgrade => ("a downgrade loses what was added since", String::new()),
    };
    Err(Error::Refused {
        message: format!("{what}, and the database is marked {GUARDED}{where_}"),
        hint: format!("read the files; when it is meant, add --confirm-database {name}"),
    })
}
