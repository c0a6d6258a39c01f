//! All that attributes can state for SQLite.

use autogen_model::{Enum, Model};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

#[derive(Enum)]
pub enum Mood {
    Sad,
    #[model(value = "it's fine")]
    Fine,
}

#[derive(Model)]
#[model(options = "STRICT", doc_comments)]
pub struct Org {
    /// Documentation is no comment here.
    #[model(primary_key, identity)]
    pub id: i64,
    #[model(unique, collate = "NOCASE", sql_type = "text")]
    pub name: String,
}

#[derive(Model)]
#[model(table = "people", check = "length(name) > 0", unique(columns(name, born), name = "once", options = "ON CONFLICT IGNORE"))]
#[model(index(columns(org_id, name(collate = "NOCASE") desc), where_(sqlite = "deleted_at is null", postgres = "true")))]
#[model(index(columns("lower(name)"), unique))]
#[model(foreign_key(columns(org_id), references = Org, on_delete = cascade, on_update = set_default, deferrable, initially_deferred))]
pub struct Person {
    #[model(primary_key, autoincrement)]
    pub id: i32,
    pub org_id: i64,
    #[model(references = Person, on_delete = set_null, index)]
    pub boss: Option<i32>,
    #[model(max_length = 30)]
    pub name: String,
    #[model(default = "'sad'")]
    pub mood: Mood,
    pub mood_before: Option<Mood>,
    #[model(generated(virtual, expression = "lower(name)"))]
    pub slug: String,
    #[model(default(sqlite = "CURRENT_TIMESTAMP", postgres = "now()"))]
    pub created_at: NaiveDateTime,
    pub deleted_at: Option<DateTime<Utc>>,
    pub born: NaiveDate,
    pub gets_up: NaiveTime,
    #[model(precision = 12, scale = 2)]
    pub salary: bigdecimal::BigDecimal,
    pub small: i16,
    pub big: i64,
    pub rating: f32,
    pub score: f64,
    #[model(default = false)]
    pub is_active: bool,
    pub data: serde_json::Value,
    pub photo: Option<Vec<u8>>,
    pub token: uuid::Uuid,
}

#[derive(Model)]
#[model(table = "memberships", options = "WITHOUT ROWID", primary_key(columns(person, org), name = "members"))]
pub struct Membership {
    #[model(references = Person)]
    pub person: i32,
    #[model(references = Org)]
    pub org: i64,
}
