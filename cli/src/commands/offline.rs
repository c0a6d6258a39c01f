//! `autogen upgrade --sql` and `autogen downgrade --sql`: the script for an operator.

use autogen_diff_core::Dialect;
use autogen_runner::{Direction, Migration, MigrationDirectory, OfflineServer, offline_script, resolve};

use crate::args::{DowngradeArgs, UpgradeArgs};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::project::Project;

pub(crate) fn up(project: &Project, args: &UpgradeArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let target = args.target.as_deref().unwrap_or("head");
    let (from, to) = target.split_once(':').unwrap_or(("base", target));
    let (from, to) = (place(from, "base", &directory)?, place(to, "head", &directory)?);
    let steps: Vec<&Migration> = directory.migrations.get(from..to).unwrap_or_default().iter().collect();
    print(project, &steps, Direction::Up)
}

pub(crate) fn down(project: &Project, args: &DowngradeArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let Some((from, to)) = args.target.split_once(':') else {
        return Err(CliError::usage(
            "without a database, a downgrade has to be told where it begins",
            "autogen downgrade --sql head:base, or A:B with two revisions",
        ));
    };
    let (from, to) = (place(from, "head", &directory)?, place(to, "base", &directory)?);
    let steps: Vec<&Migration> =
        directory.migrations.get(to..from).unwrap_or_default().iter().rev().collect();
    print(project, &steps, Direction::Down)
}

/// How many migrations come before a place; an empty word is the usual one.
fn place(text: &str, usual: &str, directory: &MigrationDirectory) -> Result<usize, CliError> {
    let text = if text.is_empty() { usual } else { text };
    Ok(resolve(text, directory, 0)?.0)
}

fn print(project: &Project, steps: &[&Migration], direction: Direction) -> Result<Exit, CliError> {
    let server = match project.database.as_ref().map(autogen_introspect::DatabaseUrl::dialect) {
        Some(Dialect::Mysql) => OfflineServer::Mysql,
        Some(Dialect::Postgres | Dialect::Sqlite) => OfflineServer::Transactional,
        None => {
            output::warning("no database is named, so the script is one for PostgreSQL or SQLite");
            output::hint("for MySQL and MariaDB set DATABASE_URL; nothing connects to it");
            OfflineServer::Transactional
        }
    };
    output::answer_raw(&offline_script(steps, direction, server)?);
    Ok(Exit::Success)
}
