//! `autogen current`, `autogen history` and `autogen status`.

use autogen_runner::{History, MigrationDirectory};

use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::Project;

pub(crate) fn current(project: &Project) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let history = read(project)?;
    if let Some(current) = history.current(&directory) {
        let head = if directory.head() == Some(current) { " (head)" } else { "" };
        output::answer(&escape(&format!("{}{head}", current.name)));
    } else {
        output::status("Base", "no migration is applied");
    }
    Ok(Exit::Success)
}

pub(crate) fn history(project: &Project) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    // Without a database the list is still worth having.
    let history = match &project.database {
        Some(_) => Some(read(project)?),
        None => None,
    };
    let current = history.as_ref().and_then(|history| history.current(&directory));
    for migration in directory.migrations.iter().rev() {
        let mut marks = String::new();
        if directory.head() == Some(migration) {
            marks.push_str(" (head)");
        }
        if current == Some(migration) {
            marks.push_str(" (current)");
        }
        let state = match &history {
            Some(history) if history.has(migration) => "applied  ",
            Some(_) => "pending  ",
            None => "",
        };
        output::answer(&escape(&format!("{state}{}{marks}, {}", migration.name, migration.message())));
    }
    Ok(Exit::Success)
}

pub(crate) fn status(project: &Project) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let history = read(project)?;
    output::answer(&escape(&format!("database    {}", project.database()?)));
    output::answer(&format!("migrations  {} in {}", directory.migrations.len(), directory.path.display()));
    let current = history.current(&directory).map_or("none", |migration| migration.name.as_str());
    output::answer(&escape(&format!("current     {current}")));
    output::answer(&format!("pending     {}", history.pending(&directory).len()));
    for migration in history.pending(&directory) {
        output::answer(&escape(&format!("            {}", migration.name)));
    }
    autogen_runner::check(&directory, &history)?;
    output::answer("files       as they were written");
    Ok(Exit::Success)
}

fn read(project: &Project) -> Result<History, CliError> {
    let mut connection = open(project.database()?, Access::Read)?;
    Ok(with_connection!(&mut connection, c => autogen_runner::applied(c)?))
}

/// How many migrations of a folder a database lacks, by name.
pub(super) fn pending(project: &Project, directory: &MigrationDirectory) -> Result<Vec<String>, CliError> {
    let history = read(project)?;
    autogen_runner::check(directory, &history)?;
    Ok(history.pending(directory).iter().map(|migration| migration.name.clone()).collect())
}
