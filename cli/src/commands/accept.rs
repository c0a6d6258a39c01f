//! `autogen accept`: records the migration files as they are now.

use autogen_runner::{MigrationDirectory, RunError, SUM_FILE, SumDifference};

use super::{history, verify};
use crate::args::AcceptArgs;
use crate::connection::{Access, open, with_connection};
use crate::error::CliError;
use crate::exit::Exit;
use crate::folders::record;
use crate::output::{self, escape};
use crate::project::Project;
use crate::replay::{FindingKind, prove_some};

pub(crate) fn run(project: &Project, args: &AcceptArgs) -> Result<Exit, CliError> {
    let directory = MigrationDirectory::read(&project.migrations_path())?;
    must_not_forget_applied(project, &directory)?;
    if !args.no_verify {
        prove(project, &directory)?;
    }
    let all: Vec<_> = directory.migrations.iter().collect();
    record(&directory.path, &all)?;
    output::status("Recorded", &format!("{} in {SUM_FILE}", output::migrations(all.len())));
    if let Some(url) = &project.database {
        let mut connection = open(url, Access::Write)?;
        let changed = with_connection!(&mut connection, c => autogen_runner::accept(c, &all)?);
        if changed > 0 {
            output::status("Recorded", &format!("{} anew in the database", output::migrations(changed)));
        }
    }
    Ok(Exit::Success)
}

/// A folder that is gone may be forgotten only where it is not applied.
fn must_not_forget_applied(project: &Project, directory: &MigrationDirectory) -> Result<(), CliError> {
    let gone: Vec<String> = directory
        .sum
        .differences(directory)
        .into_iter()
        .filter_map(|difference| match difference {
            SumDifference::FolderDeleted(folder) => Some(folder),
            SumDifference::Edited(_) | SumDifference::FileDeleted(_) => None,
        })
        .collect();
    if gone.is_empty() || project.database.is_none() {
        return Ok(());
    }
    let missing = history::read(project)?.missing(directory);
    let applied: Vec<String> = gone.into_iter().filter(|folder| missing.contains(folder)).collect();
    if applied.is_empty() { Ok(()) } else { Err(RunError::Missing(applied).into()) }
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
    let asked = edited_or_new(directory);
    if asked.is_empty() {
        return Ok(());
    }
    let options = verify::scratch_options(project, directory)?;
    for finding in prove_some(project, directory, |migration| asked.contains(&migration.name), &options)? {
        let text = finding.text();
        match finding.kind {
            FindingKind::Header => output::warning(&escape(&text)),
            FindingKind::Up | FindingKind::Down => {
                return Err(CliError::Refused {
                    message: text,
                    hint: "mend the file, or record it as it is with --no-verify".to_owned(),
                });
            }
        }
    }
    output::status("Proven", &format!("{}: up, down, up in a scratch database", asked.join(", ")));
    Ok(())
}

/// The migrations that are not as the sum file has them. What was there before there was a sum file is taken as it is.
fn edited_or_new(directory: &MigrationDirectory) -> Vec<String> {
    let sum = &directory.sum;
    let covered = sum.folders();
    if covered.is_empty() {
        return Vec::new();
    }
    let edited: Vec<String> = sum
        .differences(directory)
        .into_iter()
        .filter_map(|difference| match difference {
            SumDifference::Edited(file) | SumDifference::FileDeleted(file) => Some(file),
            SumDifference::FolderDeleted(_) => None,
        })
        .collect();
    let is_edited = |name: &str| edited.iter().any(|file| file.split('/').next() == Some(name));
    let names = directory.migrations.iter().map(|migration| &migration.name);
    names.filter(|name| is_edited(name) || !covered.contains(&name.as_str())).cloned().collect()
}
