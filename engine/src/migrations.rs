//! The migrations of a project: what the folder holds, and what is done with it.

use std::borrow::Cow;

use autogen_diff_core::Pair;
use autogen_introspect::{SchemaSource, ScratchOptions};
use autogen_runner::{History, Migration, MigrationDirectory, RunError};

use crate::advice::Advice;
use crate::applied;
use crate::error::Error;
use crate::observer::Event;
use crate::project::Project;

/// A project's migrations folder, as it was read.
#[derive(Debug)]
pub struct Migrations<'a> {
    pub(crate) project: &'a Project,
    directory: Cow<'a, MigrationDirectory>,
}

impl Project {
    /// The migrations; a folder that is not there yet has none.
    ///
    /// # Errors
    /// When the folder can't be read.
    pub fn migrations(&self) -> Result<Migrations<'_>, Error> {
        let directory = MigrationDirectory::read_or_empty(self.layout(), &self.migrations_path())?;
        Ok(Migrations { project: self, directory: Cow::Owned(directory) })
    }

    /// The migrations of a folder that has to be there.
    ///
    /// # Errors
    /// When it is not there, or can't be read.
    pub fn existing_migrations(&self) -> Result<Migrations<'_>, Error> {
        let directory = self.layout().read(&self.migrations_path())?;
        Ok(Migrations { project: self, directory: Cow::Owned(directory) })
    }

    /// What is applied to the database.
    ///
    /// # Errors
    /// When no database is named, or it can't be read.
    pub fn history(&self) -> Result<History, Error> {
        self.ask(|connection| applied::of(self, connection))
    }
}

impl<'a> Migrations<'a> {
    /// The same folder, as it was read, for another database.
    pub(crate) const fn of(project: &'a Project, directory: &'a MigrationDirectory) -> Self {
        Self { project, directory: Cow::Borrowed(directory) }
    }
}

impl Migrations<'_> {
    /// Tells of migrations whose edits nobody would see.
    pub(crate) fn tell_not_covered(&self) {
        let names = self.directory.not_covered();
        if !names.is_empty() {
            self.project.tell(&Event::NotCovered(&names));
        }
    }

    /// The folder's contents.
    pub fn directory(&self) -> &MigrationDirectory {
        &self.directory
    }

    /// The one head, or none.
    ///
    /// # Errors
    /// When there are several.
    pub fn one_head(&self) -> Result<Option<&Migration>, Error> {
        let heads = self.directory.heads();
        match heads[..] {
            [] => Ok(None),
            [one] => Ok(Some(one)),
            [_, _, ..] => {
                Err(RunError::SeveralHeads(heads.iter().map(|head| head.name.clone()).collect()).into())
            }
        }
    }

    /// The migrations from one place to another, both included: `A:B`, where either may be left out.
    ///
    /// # Errors
    /// When it is no range, or names no migration.
    pub fn range(&self, range: Option<&str>, applied: usize) -> Result<&[Migration], Error> {
        let Some(range) = range else { return Ok(&self.directory.migrations) };
        let (from, to) = range
            .split_once(':')
            .ok_or_else(|| Error::usage(format!("{range:?} is no range"), Advice::GiveRange))?;
        let place = |text: &str, usual: &str| {
            autogen_runner::resolve(if text.is_empty() { usual } else { text }, &self.directory, applied)
        };
        let (from, to) = (place(from, "base")?.0.saturating_sub(1), place(to, "head")?.0);
        Ok(self.directory.migrations.get(from..to).unwrap_or_default())
    }

    /// The migrations that the database lacks, by name.
    ///
    /// # Errors
    /// When the database can't be read, or its history does not fit the folder.
    pub fn pending(&self) -> Result<Vec<String>, Error> {
        let history = self.project.history()?;
        autogen_runner::check(&self.directory, &history)?;
        Ok(history.pending(&self.directory).iter().map(|migration| migration.name.clone()).collect())
    }

    /// Where the folder's migrations are replayed.
    pub(crate) fn scratch(&self) -> Result<ScratchOptions, Error> {
        let folder = SchemaSource::Migrations(self.directory.path.clone());
        self.project.scratch_for(&Pair::new(folder.clone(), folder))
    }
}

/// How many migrations, in words.
pub fn counted(migrations: usize) -> String {
    if migrations == 1 { "1 migration".to_owned() } else { format!("{migrations} migrations") }
}
