//! Where the database is, as a report. What the folder says by itself is worth having where the database does not answer.

use autogen_report::{SchemaState, Status, UnfinishedFile};
use autogen_runner::{Drift, Unfinished};

use crate::connection::Access;
use crate::database::DatabaseStatus;
use crate::error::Error;
use crate::migrations::Migrations;

impl Migrations<'_> {
    /// Where the project's database is, and what is wrong with it: with its history, or that it does not answer.
    ///
    /// # Errors
    /// When none is named, or it answers and can't be read.
    pub fn status(&self) -> Result<(Status, Result<(), Error>), Error> {
        match self.look() {
            Ok(found) => Ok((self.reached(&found)?, found.into_result())),
            Err(error) if error.is_unreachable() => {
                let status = Status { problem: Some(error.to_string()), ..self.status_of_folder()? };
                Ok((status, Err(error)))
            }
            Err(error) => Err(error),
        }
    }

    fn look(&self) -> Result<DatabaseStatus, Error> {
        self.project.existing_database()?;
        self.project.database(Access::Read)?.status(self)
    }

    fn status_of_folder(&self) -> Result<Status, Error> {
        let directory = self.directory();
        Ok(Status {
            version: 1,
            database: self.project.database_url()?.to_string(),
            migrations: directory.migrations.len(),
            path: directory.path.display().to_string(),
            heads: directory.heads().iter().map(|head| head.name.clone()).collect(),
            environments: self.environments_by_folder()?,
            ..Status::default()
        })
    }

    fn reached(&self, found: &DatabaseStatus) -> Result<Status, Error> {
        let (directory, history) = (self.directory(), &found.history);
        let pending = history.pending(directory).into_iter();
        Ok(Status {
            reachable: true,
            current: history.current(directory).map(|migration| migration.name.clone()),
            pending: Some(pending.map(|migration| migration.name.clone()).collect()),
            plan: found.plan.clone(),
            contract: found.contract(directory),
            hazards: found.hazards.clone(),
            missing: history.missing(directory),
            unfinished: found.unfinished.iter().map(file).collect(),
            schema: match found.drift {
                Drift::Absent => SchemaState::Unchanged,
                Drift::Found => SchemaState::Changed,
                Drift::Unknown => SchemaState::Unknown,
            },
            problem: found.checked.as_ref().err().map(ToString::to_string),
            ..self.status_of_folder()?
        })
    }
}

fn file(unfinished: &Unfinished) -> UnfinishedFile {
    UnfinishedFile { migration: unfinished.version.clone(), file: unfinished.direction.file() }
}
