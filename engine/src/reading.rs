//! Asks the project's database. All that a command asks share one session: to open another costs the server as much as an
//! answer does, and costs whoever is far from it several ways there and back.

use autogen_diff_core::{Dialect, Schema};
use autogen_runner::{RunError, Session as _};

use crate::connection::{Access, AnyConnection, with_connection};
use crate::error::Error;
use crate::project::Project;

impl Project {
    /// Asks the project's database, which no question changes. The question is asked once more where a session that was idle gives no answer.
    ///
    /// # Errors
    /// When no database is named, it can't be reached, or the question's own.
    pub(crate) fn ask<T>(
        &self,
        question: impl Fn(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Some(mut idle) = self.reading.take()
            && let Ok(answer) = question(&mut idle)
        {
            self.reading.give_back(idle);
            return Ok(answer);
        }
        let mut connection = self.open(Access::Read)?;
        let answer = question(&mut connection)?;
        if self.keeps_session() {
            self.reading.give_back(connection);
        }
        Ok(answer)
    }

    /// A file is opened at no cost, and the many databases of a fleet would have a session each.
    fn keeps_session(&self) -> bool {
        let is_file = self.database.as_ref().is_none_or(|url| url.dialect() == Dialect::Sqlite);
        !is_file && !self.is_of_fleet
    }

    /// The one text that a query of the project's database gives.
    ///
    /// # Errors
    /// When it can't be reached, or does not take the query.
    pub(crate) fn text(&self, sql: &str) -> Result<Option<String>, Error> {
        self.ask(|connection| Ok(with_connection!(connection, c => c.text(sql).map_err(RunError::from)?)))
    }

    /// Reads the live schema.
    ///
    /// # Errors
    /// When no database is named, or it can't be read.
    pub(crate) fn live_schema(&self) -> Result<Schema, Error> {
        self.ask(|connection| match connection {
            #[cfg(feature = "postgres")]
            AnyConnection::Postgres(connection) => Ok(autogen_introspect::postgres::introspect(connection)?),
            #[cfg(feature = "sqlite")]
            AnyConnection::Sqlite(connection) => Ok(autogen_introspect::sqlite::introspect(connection)?),
            #[cfg(feature = "mysql")]
            AnyConnection::Mysql(connection) => Ok(autogen_introspect::mysql::introspect(connection)?),
        })
    }
}
