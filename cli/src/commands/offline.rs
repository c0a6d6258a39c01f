//! `autogen upgrade --sql` and `autogen downgrade --sql`: the script for an operator.

use autogen_diff_core::Dialect;
use autogen_engine::Project;
use autogen_engine::request::RunnerTask;
use autogen_runner::{
    Direction, Migration, MigrationDirectory, OfflineServer, Phase, offline_script, resolve,
};

use crate::args::{DowngradeArgs, UntilPhase, UpgradeArgs};
use crate::command_error::CommandError;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, Failure> {
    project.must_run_migrations(RunnerTask::Upgrade)?;
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    let target = args.target.as_deref().unwrap_or("head");
    let (from, to) = target.split_once(':').unwrap_or(("base", target));
    let from = start(project, from, "base", directory)?;
    let to = end(project, to, "head", directory, from)?;
    if from > to {
        return Err(CommandError::LeadsBack(target.to_owned()).into());
    }
    let steps = directory.migrations.get(from..to).unwrap_or_default().iter();
    let contracts =
        |step: &&Migration| args.until == Some(UntilPhase::Expand) && step.phase() == Some(Phase::Contract);
    let steps: Vec<&Migration> = steps.take_while(|step| !contracts(step)).collect();
    print(project, &steps, Direction::Up)
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, Failure> {
    project.must_run_migrations(RunnerTask::Downgrade)?;
    let migrations = project.migrations()?;
    let directory = migrations.directory();
    let target = args.target()?;
    let Some((from, to)) = target.split_once(':') else {
        return Err(CommandError::DowngradeFromNowhere.into());
    };
    let from = start(project, from, "head", directory)?;
    let to = end(project, to, "base", directory, from)?;
    if from < to {
        return Err(CommandError::LeadsForward(target.to_owned()).into());
    }
    let steps: Vec<&Migration> =
        directory.migrations.get(to..from).unwrap_or_default().iter().rev().collect();
    print(project, &steps, Direction::Down)
}

/// How many migrations come before the place where a script begins; an empty word is the usual one. Only what is said from
/// where the database is needs the database.
fn start(
    project: &Project,
    text: &str,
    usual: &str,
    directory: &MigrationDirectory,
) -> Result<usize, Failure> {
    let text = if text.is_empty() { usual } else { text };
    let is_from_here = is_current(text) || text.starts_with(['+', '-']);
    let current = match (is_from_here, project.has_database()) {
        (false, _) => 0,
        (true, true) => project.history()?.place(directory),
        (true, false) => return Err(CommandError::RelativeToNoDatabase(text.to_owned()).into()),
    };
    Ok(resolve(text, directory, current)?.0)
}

/// The same of the place where it ends, which may be told in steps from where it begins.
fn end(
    project: &Project,
    text: &str,
    usual: &str,
    directory: &MigrationDirectory,
    start: usize,
) -> Result<usize, Failure> {
    let text = if text.is_empty() { usual } else { text };
    if is_current(text) {
        return self::start(project, text, usual, directory);
    }
    Ok(resolve(text, directory, start)?.0)
}

/// Whether a word begins with the place where the database is.
fn is_current(text: &str) -> bool {
    text.strip_prefix("current").is_some_and(|steps| steps.is_empty() || steps.starts_with(['+', '-']))
}

fn print(project: &Project, steps: &[&Migration], direction: Direction) -> Result<Exit, Failure> {
    let server = match project.dialect() {
        Ok(Dialect::Mysql) => OfflineServer::Mysql,
        Ok(Dialect::Postgres) => OfflineServer::Postgres,
        Ok(Dialect::Sqlite) => OfflineServer::Sqlite,
        Err(_) => {
            output::warning("no database is named, so the script is one for PostgreSQL or SQLite");
            output::hint("for MySQL and MariaDB put `dialect = \"mysql\"` into autogen.toml");
            OfflineServer::Transactional
        }
    };
    let script = offline_script(steps, direction, server)?;
    let session = project.dialect().ok().and_then(|dialect| project.session(dialect));
    output::answer_raw(&session.map_or_else(|| script.clone(), |setting| format!("{setting};\n\n{script}")));
    Ok(Exit::Success)
}
