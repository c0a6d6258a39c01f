//! `autogen accept`: records the migration files as they are now.

use autogen_runner::{MigrationDirectory, SUM_FILE, SumFile};

use super::verify;
use crate::args::AcceptArgs;
use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::output::{self, escape};
use crate::project::Project;
use crate::replay::{FindingKind, replay};

pub(crate) fn run(project: &Project, args: &AcceptArgs) -> Result<Exit, CliError> {
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    if !args.no_verify {
        prove(project, &directory)?;
    }
    let all: Vec<_> = directory.migrations.iter().collect();
    fs_err::write(directory.path.join(SUM_FILE), SumFile::of(&all).to_text())?;
    output::status("Recorded", &format!("{} migrations in {SUM_FILE}", all.len()));
    if let Some(url) = &project.database {
        let mut connection = open(url, Access::Write)?;
        let changed = with_connection!(&mut connection, c => autogen_runner::accept(c, &all)?);
        output::status("Recorded", &format!("{changed} applied migrations anew in the database"));
    }
    Ok(Exit::Success)
}

/// What was edited has to run, up, down and up again. That a header tells another schema than
/// comes out is only told: the header is a comment.
fn prove(project: &Project, directory: &MigrationDirectory) -> Result<(), CliError> {
    if project.database.is_none() {
        output::warning(
            "no database is named, so nothing tells the dialect; the files are recorded unproven",
        );
        return Ok(());
    }
    let options = verify::scratch_options(project, directory)?;
    for finding in replay(project, directory, first_edited(directory), &options)? {
        let text = finding.text();
        match finding.kind {
            FindingKind::Header => output::warning(&escape(&text)),
            FindingKind::Migration => {
                return Err(CliError::Refused {
                    message: text,
                    hint: "mend the file, or record it as it is with --no-verify".to_owned(),
                });
            }
        }
    }
    output::status("Proven", "up, down, up in a scratch database");
    Ok(())
}

/// The place of the first migration that is not as the sum file has it. What was there before there was
/// a sum file is taken as it is.
fn first_edited(directory: &MigrationDirectory) -> usize {
    let sum = &directory.sum;
    let covered = sum.folders();
    if covered.is_empty() {
        return directory.migrations.len();
    }
    let edited = sum.differences(directory);
    let is_edited = |name: &str| edited.iter().any(|file| file.split('/').next() == Some(name));
    let is_other = |name: &str| is_edited(name) || !covered.contains(&name);
    let place = directory.migrations.iter().position(|migration| is_other(&migration.name));
    place.unwrap_or(directory.migrations.len())
}
