//! Sessions and tables on Diesel's connections, once for all of them.
//!
//! Nothing is prepared under a name, so that nothing of ours stays in the application's session, nor is missed there
//! after a migration that says `DISCARD ALL`.

use diesel::connection::{LoadConnection, SimpleConnection};
use diesel::deserialize::{FromSql, FromSqlRow};
use diesel::dsl::sql;
use diesel::expression::{QueryMetadata, SqlLiteral};
use diesel::query_builder::{BoxedSqlQuery, QueryFragment, SqlQuery};
use diesel::serialize::ToSql;
use diesel::sql_types::{Bool, HasSqlType, Integer, Nullable, Text, Untyped};
use diesel::{RunQueryDsl as _, sql_query};

use super::{Session, Tables};
use crate::bound_statement::{BoundStatement, BoundValue};
use crate::change::Change;
use crate::database_error::DatabaseError;
use crate::tables::{AppliedRow, EnvironmentRow, HistoryRow, JournalRow, SchemaRow, TimingRow};

/// A connection of Diesel's.
pub(super) trait DieselConnection: LoadConnection + SimpleConnection {
    /// A statement as its server prepares it.
    fn placeholders(statement: &BoundStatement) -> String;
}

impl<C> Session for C
where
    C: DieselConnection,
    C::Backend: QueryMetadata<Nullable<Text>> + QueryMetadata<Nullable<Bool>> + 'static,
    SqlLiteral<Nullable<Text>>: QueryFragment<C::Backend>,
    SqlLiteral<Nullable<Bool>>: QueryFragment<C::Backend>,
    Option<String>: FromSqlRow<Nullable<Text>, C::Backend>,
    Option<bool>: FromSqlRow<Nullable<Bool>, C::Backend>,
{
    fn execute(&mut self, sql: &str) -> Result<(), DatabaseError> {
        Ok(self.batch_execute(sql)?)
    }

    fn optional_texts(&mut self, query: &str) -> Result<Vec<Option<String>>, DatabaseError> {
        Ok(sql::<Nullable<Text>>(query).load(self)?)
    }

    fn is_true(&mut self, query: &str) -> Result<bool, DatabaseError> {
        let found: Vec<Option<bool>> = sql::<Nullable<Bool>>(query).load(self)?;
        Ok(found.first().copied().flatten().unwrap_or(false))
    }
}

impl<C> Tables for C
where
    C: DieselConnection + Session,
    C::Backend: QueryMetadata<Untyped> + HasSqlType<Nullable<Text>> + HasSqlType<Integer> + 'static,
    SqlQuery: QueryFragment<C::Backend>,
    BoxedSqlQuery<'static, C::Backend, SqlQuery>: QueryFragment<C::Backend>,
    Option<String>: ToSql<Nullable<Text>, C::Backend> + FromSql<Nullable<Text>, C::Backend>,
    String: FromSql<Text, C::Backend>,
    i32: ToSql<Integer, C::Backend> + FromSql<Integer, C::Backend>,
{
    fn applied_rows(&mut self) -> Result<Vec<AppliedRow>, DatabaseError> {
        Ok(sql_query(AppliedRow::QUERY).load(self)?)
    }

    fn history_rows(&mut self) -> Result<Vec<HistoryRow>, DatabaseError> {
        Ok(sql_query(HistoryRow::QUERY).load(self)?)
    }

    fn timing_rows(&mut self) -> Result<Vec<TimingRow>, DatabaseError> {
        Ok(sql_query(TimingRow::QUERY).load(self)?)
    }

    fn journal_rows(&mut self) -> Result<Vec<JournalRow>, DatabaseError> {
        Ok(sql_query(JournalRow::QUERY).load(self)?)
    }

    fn schema_row(&mut self) -> Result<Option<SchemaRow>, DatabaseError> {
        Ok(sql_query(SchemaRow::QUERY).load(self)?.into_iter().next())
    }

    fn environment_row(&mut self) -> Result<Option<EnvironmentRow>, DatabaseError> {
        Ok(sql_query(EnvironmentRow::QUERY).load(self)?.into_iter().next())
    }

    fn is_applied(&mut self, version: &str) -> Result<bool, DatabaseError> {
        let found: Vec<AppliedRow> = bound::<C>(AppliedRow::of(version)).load(self)?;
        Ok(!found.is_empty())
    }

    fn change(&mut self, change: &Change) -> Result<usize, DatabaseError> {
        Ok(bound::<C>(change.statement()).execute(self)?)
    }
}

/// A statement with its values, unprepared.
fn bound<C>(statement: BoundStatement) -> BoxedSqlQuery<'static, C::Backend, SqlQuery>
where
    C: DieselConnection,
    C::Backend: HasSqlType<Nullable<Text>> + HasSqlType<Integer> + 'static,
    Option<String>: ToSql<Nullable<Text>, C::Backend>,
    i32: ToSql<Integer, C::Backend>,
{
    let mut bound = sql_query(C::placeholders(&statement)).into_boxed::<C::Backend>();
    for value in statement.values {
        bound = match value {
            BoundValue::Text(text) => bound.bind::<Nullable<Text>, _>(Some(text)),
            BoundValue::NoText => bound.bind::<Nullable<Text>, _>(None::<String>),
            BoundValue::Number(number) => bound.bind::<Integer, _>(number),
        };
    }
    bound
}
