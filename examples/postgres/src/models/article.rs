//! What is written.

use autogen_model::{Enum, Model};
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::author::{Author, Email, EmailSql};

/// How far an article is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[model(diesel = postgres, type = "article_state")]
pub enum State {
    Draft,
    InReview,
    Published,
}

/// What is written.
#[derive(Debug, Queryable, Selectable, Model)]
#[diesel(table_name = articles)]
#[model(diesel = postgres)]
#[model(index(columns(author_id, created_at desc), where_ = "state = 'published'"), index(columns(tags), using = gin))]
pub struct Article {
    #[model(primary_key, default = "gen_random_uuid()")]
    pub id: Uuid,
    #[model(references = Author, on_delete = cascade)]
    pub author_id: i64,
    pub title: String,
    pub reply_to: Option<Email>,
    #[model(default = "'draft'")]
    pub state: State,
    pub before: Option<State>,
    #[model(default = "'{}'")]
    pub tags: Vec<String>,
    pub data: Option<serde_json::Value>,
    #[model(default = "now()")]
    pub created_at: DateTime<Utc>,
}
