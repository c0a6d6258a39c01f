//! Records the migration files as they are now.

use autogen_migration_files::{FilesError, name_of_file, record};
use autogen_runner::{Migration, MigrationDirectory, RunError, RunOptions, SumDifference};

use crate::advice::Advice;
use crate::connection::{Access, with_connection};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::observer::Event;
use crate::project::Project;
use crate::replay::{FindingKind, prove_some};

/// What was recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rehashed {
    /// How many migrations the sum file has now.
    pub in_folder: usize,
    /// How many of the database's records are another than before.
    pub in_database: usize,
}

impl Migrations<'_> {
    /// Records the files as they are now, once they ran up, down and up.
    ///
    /// # Errors
    /// When they do not, or an applied migration has no folder any more.
    pub fn rehash(&self, verify: bool) -> Result<Rehashed, Error> {
        let (project, directory) = (self.project, self.directory());
        must_not_forget_applied(project, directory)?;
        if verify {
            prove(self)?;
        }
        // A pooler, or a file that takes no changes, is told before the folder has them.
        let connection = project.database.as_ref().map(|_| project.open(Access::Write)).transpose()?;
        let all: Vec<_> = directory.migrations.iter().collect();
        record(&directory.path, &all)?;
        let in_database = match connection {
            Some(mut connection) => {
                with_connection!(&mut connection, c => autogen_runner::rehash(c, &all, RunOptions::default().lock_budget)?)
            }
            None => 0,
        };
        Ok(Rehashed { in_folder: all.len(), in_database })
    }

    /// Records one edited migration as it is; edits of others stay errors. Gives whether the database's record is another now.
    ///
    /// # Errors
    /// When others are edited, or the revision names no migration.
    pub fn record(&self, revision: &str) -> Result<(&Migration, bool), Error> {
        let (project, directory) = (self.project, self.directory());
        let place = autogen_runner::resolve(revision, directory, directory.migrations.len())?;
        let Some(migration) = place.0.checked_sub(1).map(|at| &directory.migrations[at]) else {
            return Err(Error::usage("base has no files", Advice::NameEditedMigration));
        };
        must_be_the_only_one(directory, migration)?;
        let connection = project.database.as_ref().map(|_| project.open(Access::Write)).transpose()?;
        let covered = directory.sum.folders();
        let covered: Vec<&Migration> =
            directory.migrations.iter().filter(|m| covered.contains(&m.name.as_str())).collect();
        record(&directory.path, &covered)?;
        let Some(mut connection) = connection else { return Ok((migration, false)) };
        let changed = with_connection!(&mut connection, c => autogen_runner::rehash(c, &[migration], RunOptions::default().lock_budget)?);
        Ok((migration, changed > 0))
    }
}

/// Edits of other migrations stay errors.
fn must_be_the_only_one(directory: &MigrationDirectory, migration: &Migration) -> Result<(), Error> {
    match directory.check_sum() {
        Err(FilesError::Edited(files) | FilesError::FileDeleted(files)) => {
            let is_other = |file: &String| name_of_file(file) != migration.name;
            let others: Vec<String> = files.into_iter().filter(is_other).collect();
            if others.is_empty() { Ok(()) } else { Err(FilesError::Edited(others).into()) }
        }
        checked => Ok(checked?),
    }
}

/// A folder that is gone may be forgotten only where it is not applied.
fn must_not_forget_applied(project: &Project, directory: &MigrationDirectory) -> Result<(), Error> {
    let gone: Vec<String> = directory
        .sum_differences()
        .into_iter()
        .filter_map(|difference| match difference {
            SumDifference::FolderDeleted(folder) => Some(folder),
            SumDifference::Edited(_) | SumDifference::FileDeleted(_) => None,
        })
        .collect();
    if gone.is_empty() || project.database.is_none() {
        return Ok(());
    }
    let missing = project.history()?.missing(directory);
    let applied: Vec<String> = gone.into_iter().filter(|folder| missing.contains(folder)).collect();
    if applied.is_empty() { Ok(()) } else { Err(RunError::Missing(applied).into()) }
}

/// What was edited has to run, up, down and up again. That a header tells another schema than
/// comes out is only told: the header is a comment.
fn prove(migrations: &Migrations<'_>) -> Result<(), Error> {
    let (project, directory) = (migrations.project, migrations.directory());
    if project.database.is_none() {
        project.tell(&Event::RehashedUnproven);
        return Ok(());
    }
    let asked = edited_or_new(directory);
    if asked.is_empty() {
        return Ok(());
    }
    let options = migrations.scratch()?;
    for finding in prove_some(project, directory, |migration| asked.contains(&migration.name), &options)? {
        let text = finding.text();
        match finding.kind {
            FindingKind::Header => project.tell(&Event::OtherHeader(&text)),
            FindingKind::Up | FindingKind::Down => {
                return Err(Error::Refused { message: text, advice: Advice::CorrectFileOrRecordUnproven });
            }
        }
    }
    project.tell(&Event::ProvenFiles { names: &asked, layout: directory.layout });
    Ok(())
}

/// The migrations that are not as the sum file has them. What was there before there was a sum file is taken as it is.
fn edited_or_new(directory: &MigrationDirectory) -> Vec<String> {
    let covered = directory.sum.folders();
    if covered.is_empty() {
        return Vec::new();
    }
    let edited: Vec<String> = directory
        .sum_differences()
        .into_iter()
        .filter_map(|difference| match difference {
            SumDifference::Edited(file) | SumDifference::FileDeleted(file) => Some(file),
            SumDifference::FolderDeleted(_) => None,
        })
        .collect();
    let is_edited = |name: &str| edited.iter().any(|file| name_of_file(file) == name);
    let names = directory.migrations.iter().map(|migration| &migration.name);
    names.filter(|name| is_edited(name) || !covered.contains(&name.as_str())).cloned().collect()
}
