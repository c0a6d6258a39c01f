//! What may be done to a database that is marked `production`.

use autogen_migration_files::{Direction, Migration, losses_of};

use crate::backend::Backend;
use crate::confirmation::Confirmation;
use crate::environment::{environment, name_environment};
use crate::error::RunError;

/// The environment whose rows nobody can bring back.
const GUARDED: &str = "production";

/// What the caller says of the database before anything is applied or taken back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EnvironmentGuard {
    /// The environment that it is for. A database that has none gets this one; one that has another is refused.
    pub environment: Option<String>,
    /// The name of the database, which confirms what loses data on production.
    pub confirmed_database: Option<String>,
}

impl EnvironmentGuard {
    /// Names a database that has no name yet.
    ///
    /// # Errors
    /// [`RunError::OtherEnvironment`] where it has another name, [`RunError::Unconfirmed`] where steps are dangerous on
    /// production and nobody confirmed them, and when the database can't be read or written.
    pub fn check<C: Backend>(
        &self,
        connection: &mut C,
        steps: &[&Migration],
        direction: Direction,
    ) -> Result<(), RunError> {
        let marked = environment(connection)?;
        self.must_be(marked.as_deref())?;
        let declared = self.environment.as_deref();
        if let (Some(GUARDED), Some(danger)) =
            (marked.as_deref().or(declared), danger_of::<C>(steps, direction))
        {
            self.confirm(connection, danger)?;
        }
        if let (None, Some(name)) = (&marked, declared) {
            let marked = name_environment(connection, name)?;
            self.must_be(Some(&marked))?;
        }
        Ok(())
    }

    /// A database is marked once.
    fn must_be(&self, marked: Option<&str>) -> Result<(), RunError> {
        match (marked, &self.environment) {
            (Some(marked), Some(declared)) if marked != declared => {
                Err(RunError::OtherEnvironment { marked: marked.to_owned(), declared: declared.clone() })
            }
            (Some(_) | None, _) => Ok(()),
        }
    }

    fn confirm<C: Backend>(&self, connection: &mut C, danger: Confirmation) -> Result<(), RunError> {
        let database = connection.database_name()?;
        if self.confirmed_database.as_ref() == Some(&database) {
            return Ok(());
        }
        Err(RunError::Unconfirmed { environment: GUARDED.to_owned(), database, danger })
    }
}

/// What is dangerous about running steps. What they lose is what autogen wrote of its own statements (`DL…` hazards), and
/// what the words of statements by hand tell.
fn danger_of<C: Backend>(steps: &[&Migration], direction: Direction) -> Option<Confirmation> {
    match direction {
        Direction::Up => {
            let losses = |migration: &&Migration| losses_of(C::DIALECT, migration, direction);
            let found: Vec<String> = steps.iter().flat_map(losses).collect();
            (!found.is_empty()).then_some(Confirmation::DataLoss(found))
        }
        Direction::Down => (!steps.is_empty()).then_some(Confirmation::Downgrade),
    }
}
