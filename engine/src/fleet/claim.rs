//! Who works on which database, where several workers share a fleet: a lock in the control database for each, held by the
//! worker's session. Whoever dies loses his session, and with it what he had claimed.

use std::sync::Mutex;
#[cfg(feature = "postgres")]
use std::sync::PoisonError;

use autogen_introspect::DatabaseUrl;
#[cfg(feature = "postgres")]
use autogen_runner::{RunError, Session as _};

use crate::connection::{self, Access, AnyConnection};
use crate::error::Error;
use crate::project::Project;

/// Takes databases, so that no other worker begins with them.
#[cfg_attr(not(feature = "postgres"), expect(dead_code, reason = "only PostgreSQL has such locks"))]
pub(super) struct Claims {
    fleet: String,
    /// The session that holds them; none where there is one worker.
    session: Option<Mutex<AnyConnection>>,
}

/// A database that is taken, until this goes.
pub(super) struct Claim<'a> {
    claims: &'a Claims,
    name: &'a str,
}

impl Claims {
    /// For a single worker, or for one of several that have a control database.
    pub(super) fn of(project: &Project, fleet: &str, control: Option<&DatabaseUrl>) -> Result<Self, Error> {
        let session = match control {
            None => None,
            Some(url) => {
                let mut session = connection::open(project.observer(), url, Access::Write)?;
                connection::must_be_direct(url, &mut session)?;
                Some(Mutex::new(session))
            }
        };
        Ok(Self { fleet: fleet.to_owned(), session })
    }

    /// Takes a database; none when another worker has it.
    pub(super) fn take<'a>(&'a self, name: &'a str) -> Result<Option<Claim<'a>>, Error> {
        let is_taken = self.ask("pg_try_advisory_lock", name)?;
        Ok(is_taken.then_some(Claim { claims: self, name }))
    }

    #[cfg(feature = "postgres")]
    fn ask(&self, function: &str, name: &str) -> Result<bool, Error> {
        let Some(session) = &self.session else { return Ok(true) };
        let key = format!("autogen fleet {} {name}", self.fleet).replace('\'', "''");
        match &mut *session.lock().unwrap_or_else(PoisonError::into_inner) {
            AnyConnection::Postgres(session) => {
                let taken = session.is_true(&format!(
                    "SELECT pg_catalog.{function}(pg_catalog.hashtextextended('{key}', 0))"
                ));
                Ok(taken.map_err(RunError::from)?)
            }
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(_) => Ok(true),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(_) => Ok(true),
        }
    }

    #[cfg(not(feature = "postgres"))]
    fn ask(&self, _: &str, _: &str) -> Result<bool, Error> {
        Ok(true)
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        // Where the session is gone, so is the lock.
        let _ = self.claims.ask("pg_advisory_unlock", self.name);
    }
}
