//! All that attributes can state for PostgreSQL.

use std::ops::Bound;

use autogen_model::{Enum, Model, Type};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// How somebody feels.
#[derive(Enum)]
#[model(schema = "app")]
pub enum Mood {
    Sad,
    #[model(value = "so so")]
    SoSo,
    VeryHappy,
}

#[derive(Enum)]
#[model(text, rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    Low,
    VeryHigh,
}

#[derive(Type)]
#[model(max_length = 320)]
pub struct Email(String);

#[derive(Type)]
#[model(sql_type = "xml")]
pub struct Page {
    pub text: String,
}

/// A company.
#[derive(Model)]
#[model(doc_comments, schema = "app", primary_key(name = "orgs_key", options = "WITH (fillfactor=80)"), options = "WITH (fillfactor=70)")]
#[model(unique(columns(region, code), name = "one_code", include(name), nulls_not_distinct, options = "WITH (fillfactor=90)"))]
#[model(check(name = "named", expression = "name <> ''", no_inherit))]
pub struct Org {
    /// Its number.
    #[model(identity(always, start = 10, increment = 2, min = 1, max = 1000, cache = 5, cycle), primary_key)]
    pub id: i32,
    #[model(max_length = 30, collate = "C")]
    pub name: String,
    #[model(unique(name = "orgs_code", deferrable, initially_deferred), fixed_length = 4)]
    pub code: String,
    /// Where it is,
    /// roughly.
    pub region: Option<String>,
    #[model(comment = "it's stated")]
    pub employees: i16,
}

#[derive(Model)]
#[model(table = "people", unlogged, comment = "Who is there")]
#[model(index(columns(org_id, created_at desc nulls last), where_ = "deleted_at is null", include(email)))]
#[model(index(columns("lower(name)", name(opclass = "text_pattern_ops", collate = "C")), name = "by_name", unique))]
#[model(index(columns(tags), using = gin, options = "WITH (fastupdate=off)"))]
#[model(index(mood, level))]
#[model(exclude(name = "apart", definition = "USING gist (during WITH &&)"))]
#[model(exclude = "USING gist (many WITH &&)")]
#[model(foreign_key(columns(org_region, org_code), references = Org(region, code), name = "by_code", match_full, options = "NOT VALID"))]
pub struct Person {
    #[model(primary_key, default = "gen_random_uuid()")]
    pub id: uuid::Uuid,
    #[model(check = "email like '%@%'", unique)]
    pub email: Email,
    #[model(references = Org, on_delete = cascade, on_update = restrict, deferrable, foreign_key = "person_org", index)]
    pub org_id: i32,
    pub org_region: Option<String>,
    #[model(fixed_length = 4)]
    pub org_code: Option<String>,
    #[model(references = Self, on_delete = set_null)]
    pub boss: Option<Box<uuid::Uuid>>,
    pub name: String,
    #[model(default = "'sad'")]
    pub mood: Mood,
    pub moods: Option<Vec<Mood>>,
    pub level: Option<Level>,
    pub levels: Vec<Level>,
    #[model(generated = "lower(name)", index(using = hash, name = "slugs"))]
    pub slug: String,
    #[model(default = "now()", precision = 3)]
    pub created_at: DateTime<Utc>,
    pub deleted_at: Option<NaiveDateTime>,
    pub born: NaiveDate,
    #[model(precision = 0)]
    pub gets_up: NaiveTime,
    pub lunch: chrono::Duration,
    #[model(precision = 12, scale = 2, default = 0)]
    pub salary: bigdecimal::BigDecimal,
    pub rating: f32,
    pub score: f64,
    #[model(default = true)]
    pub is_active: bool,
    pub tags: Vec<String>,
    pub numbers: Vec<Option<i64>>,
    pub data: serde_json::Value,
    #[model(sql_type = "json")]
    pub raw: serde_json::Value,
    pub photo: Option<Vec<u8>>,
    pub mac: [u8; 6],
    pub mac8: [u8; 8],
    pub net: ipnetwork::IpNetwork,
    pub price: diesel::data_types::PgMoney,
    pub lsn: Option<diesel::pg::data_types::PgLsn>,
    pub during: (Bound<DateTime<Utc>>, Bound<DateTime<Utc>>),
    pub many: Vec<(Bound<i32>, Bound<i32>)>,
    pub page: Option<Page>,
    #[model(sql_type = "tsvector", nullable)]
    pub search: Weird<3>,
    #[model(column = "order", options = "COMPRESSION pglz")]
    pub r#type: String,
    #[model(sql_type = "oid")]
    pub file: u32,
    #[model(skip)]
    pub cache: std::collections::HashMap<String, String>,
}

#[derive(Model)]
#[model(table = "visits", options = "PARTITION BY RANGE (at)", primary_key(at, org))]
pub struct Visit {
    pub at: NaiveDate,
    #[model(references = "app.orgs (id)")]
    pub org: i32,
    #[model(serial)]
    pub number: i64,
}
