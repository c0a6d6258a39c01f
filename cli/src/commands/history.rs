//! `autogen current`, `autogen history` and `autogen status`.

use autogen_runner::{History, Migration, MigrationDirectory, Unfinished};

use super::{listing, show};
use crate::args::{CurrentArgs, HistoryArgs, ListFormat};
use crate::connection::{Access, open, with_connection};
use crate::drift::{self, Drift};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::Project;

pub(crate) fn current(project: &Project, args: &CurrentArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let history = read(project)?;
    if args.format == ListFormat::Json {
        let current: Vec<&Migration> = history.current(&directory).into_iter().collect();
        listing::print(&directory, Some(&history), &current)?;
    } else if let Some(current) = history.current(&directory) {
        let head = if directory.head() == Some(current) { " (head)" } else { "" };
        output::answer(&escape(&format!("{}{head}", current.name)));
        if args.verbose {
            show::print(&directory, current);
        }
    } else {
        output::status("Base", "no migration is applied");
    }
    let pending = history.pending(&directory);
    if args.check_heads && !pending.is_empty() {
        let names: Vec<&str> = pending.iter().map(|migration| migration.name.as_str()).collect();
        return Err(CliError::NotAtHead(names.join(", ")));
    }
    Ok(Exit::Success)
}

pub(crate) fn history(project: &Project, args: &HistoryArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    // Without a database the list is still worth having.
    let history = match &project.database {
        Some(_) => Some(read(project)?),
        None => None,
    };
    let current = history.as_ref().and_then(|history| history.current(&directory));
    let applied = history.as_ref().map_or(0, |history| history.place(&directory));
    let wanted = range(&directory, args.range.as_deref(), applied)?;
    if args.format == ListFormat::Json {
        listing::print(&directory, history.as_ref(), &wanted.iter().rev().collect::<Vec<_>>())?;
        return Ok(Exit::Success);
    }
    for migration in wanted.iter().rev() {
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
        if args.verbose {
            show::print(&directory, migration);
            output::answer("");
        }
    }
    Ok(Exit::Success)
}

/// The migrations from one place to another, both included.
fn range<'a>(
    directory: &'a MigrationDirectory,
    range: Option<&str>,
    applied: usize,
) -> Result<&'a [Migration], CliError> {
    let Some(range) = range else { return Ok(&directory.migrations) };
    let (from, to) = range.split_once(':').ok_or_else(|| {
        CliError::usage(format!("{range:?} is no range"), "--range A:B, where A or B may be left out")
    })?;
    let place = |text: &str, usual: &str| {
        autogen_runner::resolve(if text.is_empty() { usual } else { text }, directory, applied)
    };
    let (from, to) = (place(from, "base")?.0.saturating_sub(1), place(to, "head")?.0);
    Ok(directory.migrations.get(from..to).unwrap_or_default())
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
    for unfinished in read_unfinished(project)? {
        let (version, file) = (&unfinished.version, unfinished.direction.file());
        output::answer(&escape(&format!("unfinished  {file} of {version}; see `autogen repair`")));
    }
    let mut connection = open(project.database()?, Access::Read)?;
    match drift::look(project, &mut connection, None)? {
        Drift::Absent => output::answer("schema      as the last upgrade left it"),
        Drift::Found => output::answer(
            "schema      changed since the last upgrade; see `autogen diff migrations database`",
        ),
        Drift::Unknown => {}
    }
    autogen_runner::check(&directory, &history)?;
    output::answer("files       as they were written");
    Ok(Exit::Success)
}

fn read(project: &Project) -> Result<History, CliError> {
    let mut connection = open(project.database()?, Access::Read)?;
    Ok(with_connection!(&mut connection, c => autogen_runner::applied(c)?))
}

fn read_unfinished(project: &Project) -> Result<Vec<Unfinished>, CliError> {
    let mut connection = open(project.database()?, Access::Read)?;
    Ok(with_connection!(&mut connection, c => autogen_runner::unfinished(c)?))
}

/// How many migrations of a folder a database lacks, by name.
pub(super) fn pending(project: &Project, directory: &MigrationDirectory) -> Result<Vec<String>, CliError> {
    let history = read(project)?;
    autogen_runner::check(directory, &history)?;
    Ok(history.pending(directory).iter().map(|migration| migration.name.clone()).collect())
}
