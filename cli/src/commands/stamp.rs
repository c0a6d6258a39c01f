//! `autogen stamp`: marks migrations as applied without running them.

use crate::args::StampArgs;
use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output;
use crate::project::Project;

pub(crate) fn run(project: &Project, args: &StampArgs) -> Result<Exit, CliError> {
    let directory = project.migrations()?;
    let url = project.database()?;
    if let Some(missing) = url.sqlite_path().filter(|path| !path.exists()) {
        return Err(CliError::usage(
            format!("there is no database file {} to stamp", missing.display()),
            "`autogen upgrade` creates it; DATABASE_URL or --database-url names another one",
        ));
    }
    let mut connection = open(url, Access::Write)?;
    let history = with_connection!(&mut connection, c => autogen_runner::applied(c)?);
    let target = autogen_runner::resolve(&args.revision, &directory, history.applied.len())?;
    let wanted: Vec<_> = directory.migrations[..target.0].iter().collect();
    let unknown = history.unknown(&directory);
    if !unknown.is_empty() && !args.purge {
        return Err(CliError::Refused {
            message: format!(
                "applied, and without a folder: {}; a stamp would forget that they are applied",
                unknown.join(", ")
            ),
            hint: "bring the folders back from version control, or forget them with --purge".to_owned(),
        });
    }
    with_connection!(&mut connection, c => autogen_runner::stamp(c, &wanted)?);
    let place = wanted.last().map_or("base", |migration| migration.name.as_str());
    output::status("Stamped", &format!("{place}; nothing was run"));
    Ok(Exit::Success)
}
