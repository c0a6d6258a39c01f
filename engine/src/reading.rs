//! Asks the project's database. All that a command asks share one session: to open another costs the server as much as an
//! answer does, and costs whoever is far from it several ways there and back.

use autogen_diff_core::{Dialect, Schema};
use autogen_introspect::IntrospectError;
use autogen_runner::{DatabaseCondition, RunError, Session as _};

use crate::connection::{Access, AnyConnection, with_connection};
use crate::error::Error;
use crate::project::Project;

impl Project {
    /// Asks the project's database, which no question changes. The question is asked once more where the session that was idle is gone.
    ///
    /// # Errors
    /// When no database is named, it can't be reached, or the question's own.
    pub(crate) fn ask<T>(
        &self,
        question: impl Fn(&mut AnyConnection) -> Result<T, Error>,
    ) -> Result<T, Error> {
        if let Some(mut idle) = self.reading.take() {
            match question(&mut idle) {
                Err(error) if is_lost(&error) => {}
                answer => {
                    answer.is_ok().then(|| self.reading.give_back(idle));
                    return answer;
                }
            }
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

/// Whether the server, or something between, ended the session.
fn is_lost(error: &Error) -> bool {
    let mut condition = None;
    if let Error::Run(error) = error {
        condition = error.condition();
    } else if let Error::Introspect(IntrospectError::Query { message, .. }) = error {
        condition = DatabaseCondition::in_message(message);
    }
    condition == Some(DatabaseCondition::ConnectionLost)
}
