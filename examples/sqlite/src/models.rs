//! The model: what `autogen -m` reads, and what Diesel's queries use.

use autogen_model::{Enum, Model};
use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;

/// A list of tasks.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = lists)]
#[model(diesel = sqlite)]
pub struct List {
    #[model(primary_key, identity)]
    pub id: i32,
    #[model(unique)]
    pub title: String,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[model(diesel = sqlite)]
pub enum State {
    Open,
    InWork,
    Done,
}

/// Something to do.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = tasks)]
#[model(diesel = sqlite, index(columns(list_id, due), where_ = "state <> 'done'"), check = "length(title) > 0")]
pub struct Task {
    #[model(primary_key, identity)]
    pub id: i32,
    #[model(references = List, on_delete = cascade)]
    pub list_id: i32,
    pub title: String,
    #[model(default = "'open'")]
    pub state: State,
    pub due: Option<NaiveDate>,
    #[model(default = "CURRENT_TIMESTAMP")]
    pub created_at: NaiveDateTime,
}
