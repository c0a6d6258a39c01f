//! All that attributes can state for MySQL and MariaDB.

use autogen_model::{Enum, Model};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

#[derive(Enum)]
pub enum Mood {
    Sad,
    #[model(value = "it's fine")]
    Fine,
}

#[derive(Enum)]
#[model(text)]
pub enum Level {
    Low,
    High,
}

/// A company.
#[derive(Model)]
#[model(doc_comments, options = "ENGINE=InnoDB ROW_FORMAT=DYNAMIC")]
pub struct Org {
    /// It counts, it's unique.
    #[model(primary_key, identity)]
    pub id: u64,
    #[model(unique, max_length = 60, collate = "utf8mb4_bin")]
    pub name: String,
}

#[derive(Model)]
#[model(table = "people", check(name = "named", expression = "name <> ''"), unique(name, born), comment = "Who is there")]
#[model(index(columns(org_id, name(length = 10) desc)))]
#[model(index(columns(about), using = fulltext))]
#[model(index(columns(born), name = "born", using = btree))]
#[model(index(columns(score), only(postgres), where_ = "score > 0"))]
pub struct Person {
    #[model(primary_key, autoincrement)]
    pub id: i32,
    #[model(references = Org, on_delete = cascade, on_update = restrict)]
    pub org_id: u64,
    #[model(references = Self, on_delete = set_null, foreign_key = "person_boss")]
    pub boss: Option<i32>,
    #[model(max_length = 30)]
    pub name: String,
    #[model(comment = "More of it")]
    pub about: String,
    #[model(default = "'sad'")]
    pub mood: Option<Mood>,
    pub level: Level,
    #[model(generated = "lower(name)", max_length = 30)]
    pub slug: String,
    #[model(precision = 6, default = "CURRENT_TIMESTAMP(6)", options = "ON UPDATE CURRENT_TIMESTAMP(6)")]
    pub changed_at: NaiveDateTime,
    pub deleted_at: Option<DateTime<Utc>>,
    pub born: NaiveDate,
    pub gets_up: NaiveTime,
    #[model(precision = 12, scale = 2, default = "0.00")]
    pub salary: bigdecimal::BigDecimal,
    pub tiny: i8,
    pub small: i16,
    pub big: i64,
    pub utiny: u8,
    pub usmall: u16,
    pub uint: u32,
    pub rating: f32,
    pub score: f64,
    #[model(default = false)]
    pub is_active: bool,
    pub data: serde_json::Value,
    pub photo: Option<Vec<u8>>,
    #[model(fixed_length = 20)]
    pub hash: Vec<u8>,
    #[model(max_length = 300)]
    pub salt: Vec<u8>,
    pub token: uuid::Uuid,
    #[model(fixed_length = 2)]
    pub country: String,
    #[model(sql_type = "mediumtext")]
    pub page: Option<String>,
}
