//! Sessions and tables on the connection of the `mysql` crate, which needs no client library.

use mysql::prelude::{FromRow, Queryable as _};
use mysql::{Conn, Value};

use super::mysql::MysqlSession;
use super::{Session, Tables};
use crate::bound_statement::{BoundStatement, BoundValue};
use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::tables::{AppliedRow, EnvironmentRow, HistoryRow, JournalRow, SchemaRow, TimingRow};

impl MysqlSession for Conn {}

impl Session for Conn {
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        run(self, sql).map_err(|error| told(self, error))
    }

    fn optional_texts(&mut self, sql: &str) -> Result<Vec<Option<String>>, DatabaseError> {
        rows(self, sql, |text: Option<String>| text)
    }

    fn is_true(&mut self, sql: &str) -> Result<bool, DatabaseError> {
        let found = rows(self, sql, |number: Option<i64>| number)?;
        Ok(found.first().copied().flatten().is_some_and(|number| number != 0))
    }
}

impl Tables for Conn {
    fn applied_rows(&mut self) -> Result<Vec<AppliedRow>, DatabaseError> {
        rows(self, AppliedRow::QUERY, |version| AppliedRow { version })
    }

    fn history_rows(&mut self) -> Result<Vec<HistoryRow>, DatabaseError> {
        rows(self, HistoryRow::QUERY, |(version, hash)| HistoryRow { version, hash })
    }

    fn timing_rows(&mut self) -> Result<Vec<TimingRow>, DatabaseError> {
        rows(self, TimingRow::QUERY, |(version, took_ms, estimate)| TimingRow { version, took_ms, estimate })
    }

    fn journal_rows(&mut self) -> Result<Vec<JournalRow>, DatabaseError> {
        rows(self, JournalRow::QUERY, |(version, direction, position, hash, state, object)| JournalRow {
            version,
            direction,
            position,
            hash,
            state,
            object,
        })
    }

    fn schema_row(&mut self) -> Result<Option<SchemaRow>, DatabaseError> {
        let found = rows(self, SchemaRow::QUERY, |(history, basis, fingerprint)| SchemaRow {
            history,
            basis,
            fingerprint,
        });
        Ok(found?.into_iter().next())
    }

    fn environment_row(&mut self) -> Result<Option<EnvironmentRow>, DatabaseError> {
        Ok(rows(self, EnvironmentRow::QUERY, |name| EnvironmentRow { name })?.into_iter().next())
    }

    fn is_applied(&mut self, version: &str) -> Result<bool, DatabaseError> {
        let query = AppliedRow::of(version);
        Ok(self.exec_first::<String, _, _>(query.counted(), values(&query))?.is_some())
    }

    fn change(&mut self, change: &Change) -> Result<usize, DatabaseError> {
        let statement = change.statement();
        self.exec_drop(statement.counted(), values(&statement))?;
        Ok(usize::try_from(self.affected_rows()).unwrap_or(usize::MAX))
    }
}

fn values(statement: &BoundStatement) -> Vec<Value> {
    let values = statement.values.iter().map(|value| match value {
        BoundValue::Text(text) => Value::from(text),
        BoundValue::NoText => Value::NULL,
        BoundValue::Number(number) => Value::from(number),
    });
    values.collect()
}

/// Each answer is read to its end, since the error of a later statement is behind the rows of those before it.
fn run(connection: &mut Conn, sql: &str) -> Result<(), mysql::Error> {
    let mut answers = connection.query_iter(sql)?;
    while let Some(rows) = answers.iter() {
        for row in rows {
            row?;
        }
    }
    Ok(())
}

/// MySQL says of a statement that it was interrupted when only that was ended, and when the session was.
fn told(connection: &mut Conn, error: mysql::Error) -> DatabaseError {
    const INTERRUPTED: u16 = 1317;
    let is_interrupted = matches!(&error, mysql::Error::MySqlError(said) if said.code == INTERRUPTED);
    let error = DatabaseError::from(error);
    if is_interrupted && connection.ping().is_err() { error.lost() } else { error }
}

/// The rows of a query, of which a row of another shape is an error.
fn rows<T: FromRow, U>(
    connection: &mut Conn,
    sql: &str,
    row: impl Fn(T) -> U,
) -> Result<Vec<U>, DatabaseError> {
    let found = connection.query_opt::<T, _>(sql)?;
    let of_shape =
        |found: Result<T, mysql::FromRowError>| found.map_err(|error| mysql::Error::FromRowError(error.0));
    found.into_iter().map(|found| Ok(row(of_shape(found)?))).collect()
}
