//! What environments are expected to have, as `autogen.refs` records it: written from a database, and held against the folder and
//! the database that is named.

use std::path::PathBuf;

use autogen_migration_files::{
    AppliedSet, EnvironmentRef, EnvironmentRefs, REFS_FILE, is_environment_name, short_hash,
};
use autogen_report::{Environment, EnvironmentProblem, EnvironmentProblemKind, Place};
use autogen_runner::{History, MigrationDirectory, RunError};

use crate::advice::Advice;
use crate::connection::{Access, with_connection};
use crate::error::Error;
use crate::migrations::Migrations;
use crate::model_places::shown;
use crate::project::Project;

impl Project {
    /// Where environments are expected to be.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn environment_refs(&self) -> Result<EnvironmentRefs, Error> {
        Ok(EnvironmentRefs::read(&self.migrations_path())?)
    }

    /// Records where the project's database is as what an environment has; gives the file.
    ///
    /// # Errors
    /// When the database is marked as another environment, its history is not what it should be, or it can't be read.
    pub fn record_environment(&self, environment: &str) -> Result<PathBuf, Error> {
        if !is_environment_name(environment) {
            let message = format!("{environment:?} can't name an environment");
            return Err(Error::usage(message, Advice::NameEnvironment));
        }
        let migrations = self.existing_migrations()?;
        self.existing_database()?;
        let mut database = self.database(Access::Read)?;
        if let Some(part) = database.unfinished()?.first() {
            let (version, file) = (part.version.clone(), part.direction.file());
            return Err(RunError::Unfinished { version, file }.into());
        }
        let found = self.now(environment, &migrations)?;
        if let Some(marked) = found.marked.filter(|marked| marked != environment) {
            return Err(RunError::OtherEnvironment { marked, declared: environment.to_owned() }.into());
        }
        autogen_runner::check(migrations.directory(), &found.history)?;
        let folder = self.migrations_path();
        self.environment_refs()?.record(&folder, found.state)?;
        Ok(folder.join(REFS_FILE))
    }

    /// Where the project's database is now.
    fn now(&self, environment: &str, migrations: &Migrations<'_>) -> Result<Now, Error> {
        let marked = self.marked_environment()?;
        let history = self.history()?;
        let (schema, directory) = (self.schema_state()?, migrations.directory());
        let state = EnvironmentRef {
            environment: environment.to_owned(),
            revision: history.current(directory).map(|current| current.name.clone()),
            applied: AppliedSet::of(directory.migrations.iter().filter(|own| history.has(own))),
            schema: schema.fingerprint,
            basis: short_hash(&schema.basis)[..BASIS_DIGITS].to_owned(),
        };
        Ok(Now { marked, history, state })
    }

    /// What the project's database is marked as, where one is named and there.
    fn marked_environment(&self) -> Result<Option<String>, Error> {
        match &self.database {
            Some(url) if url.missing_file().is_none() => {
                self.ask(|connection| Ok(with_connection!(connection, c => autogen_runner::environment(c)?)))
            }
            Some(_) | None => Ok(None),
        }
    }
}

/// How many digits of what a fingerprint depends on stand in a line.
const BASIS_DIGITS: usize = 12;

/// Where a database is.
struct Now {
    /// What it is marked as.
    marked: Option<String>,
    history: History,
    state: EnvironmentRef,
}

impl Migrations<'_> {
    /// What the folder has that environments have not, and where they are not what is recorded of them. Of databases, the
    /// project's own is looked at, if it is marked as one of the environments.
    ///
    /// # Errors
    /// When the file or the database can't be read.
    pub fn environments(&self) -> Result<Vec<Environment>, Error> {
        let refs = self.project.environment_refs()?;
        if refs.is_empty() {
            return Ok(Vec::new());
        }
        let marked = self.project.marked_environment()?;
        let mut found = Vec::new();
        for own in refs.iter() {
            let mut environment = self.by_folder(&refs, own);
            if marked.as_ref() == Some(&own.environment) {
                self.hold_against(own, &mut environment)?;
            }
            found.push(environment);
        }
        Ok(found)
    }

    /// The same of each environment by the folder alone, for which no database is needed.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn environments_by_folder(&self) -> Result<Vec<Environment>, Error> {
        let refs = self.project.environment_refs()?;
        Ok(refs.iter().map(|own| self.by_folder(&refs, own)).collect())
    }

    fn by_folder(&self, refs: &EnvironmentRefs, own: &EnvironmentRef) -> Environment {
        let directory = self.directory();
        let place = own.place(directory);
        let file = shown(&self.project.migrations_path().join(REFS_FILE));
        Environment {
            name: own.environment.clone(),
            revision: own.revision.clone(),
            schema: own.schema.clone(),
            not_yet: place.map_or_else(Vec::new, |place| names_from(directory, place)),
            schema_not_compared: false,
            problems: problem_of_folder(own, place, directory).into_iter().collect(),
            place: Place { file, line: refs.line(&own.environment), is_exact: true },
        }
    }

    /// Adds how the environment's own database is not what is recorded.
    fn hold_against(&self, own: &EnvironmentRef, found: &mut Environment) -> Result<(), Error> {
        let now = self.project.now(&own.environment, self)?.state;
        let at = |revision: &Option<String>| revision.clone().unwrap_or_else(|| "base".to_owned());
        if (&now.revision, &now.applied) != (&own.revision, &own.applied) {
            let message = format!(
                "its database is at {}, with {} applied, and the record says {}, with {}",
                at(&now.revision),
                now.applied.count,
                at(&own.revision),
                own.applied.count
            );
            found
                .problems
                .push(EnvironmentProblem { kind: EnvironmentProblemKind::DatabaseElsewhere, message });
        } else if now.basis != own.basis {
            found.schema_not_compared = true;
        } else if now.schema != own.schema {
            let message =
                format!("the schema of its database is {}, and the record says {}", now.schema, own.schema);
            found.problems.push(EnvironmentProblem { kind: EnvironmentProblemKind::OtherSchema, message });
        }
        Ok(())
    }
}

/// How the folder does not have what an environment has.
fn problem_of_folder(
    own: &EnvironmentRef,
    place: Option<usize>,
    directory: &MigrationDirectory,
) -> Option<EnvironmentProblem> {
    let revision = own.revision.as_deref().unwrap_or("base");
    let Some(place) = place else {
        let message = format!("it has {revision}, which this folder lacks");
        return Some(EnvironmentProblem { kind: EnvironmentProblemKind::MigrationMissing, message });
    };
    let here = AppliedSet::of(directory.migrations[..place].iter());
    (here != own.applied).then(|| EnvironmentProblem {
        kind: EnvironmentProblemKind::OtherHistory,
        message: format!(
            "the {} up to {revision} in this folder are not the {} that it has",
            here.count, own.applied.count
        ),
    })
}

fn names_from(directory: &MigrationDirectory, place: usize) -> Vec<String> {
    directory.migrations[place..].iter().map(|migration| migration.name.clone()).collect()
}
