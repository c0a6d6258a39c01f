//! Each type's place in each database.

use std::collections::BTreeMap;

use super::*;
use crate::resolve::ColumnType;
use crate::{Item, Models, items};

const ALL: [Database; 3] = [Database::Postgres, Database::Mysql, Database::Sqlite];

/// What a field is in each database, as SQL and to Diesel; a dash for nothing.
fn mapped(field: &str) -> String {
    let text = format!("#[derive(autogen_model::Model)] struct T {{ {field} }}");
    let mut models = Models::default();
    for item in items(&text, 0, &[], &mut models.scope).unwrap_or_else(|error| panic!("{field}: {error}")) {
        if let Item::Table(table) = item {
            models.tables.push(*table);
        }
    }
    let (table, column) = (&models.tables[0], &models.tables[0].columns[0]);
    let shown = ALL.map(|database| {
        let sql = match models.column_type(database, table, column, &BTreeMap::new()) {
            Ok(ColumnType::Sql(sql, _)) => sql,
            Ok(ColumnType::Enum(_) | ColumnType::EnumArray(_)) | Err(_) => "-".to_owned(),
        };
        let diesel = diesel_type(Some(database), &column.ty.ty, &mut |_| "own".to_owned());
        format!("{sql} {}", diesel.unwrap_or_else(|_| "-".to_owned()))
    });
    shown.join(" | ")
}

#[test]
fn each_type_has_its_place_in_each_database() {
    for (field, expected) in [
        ("x: bool", "boolean Bool | tinyint(1) Bool | boolean Bool"),
        ("x: i8", "- - | tinyint TinyInt | - -"),
        ("x: i16", "smallint SmallInt | smallint SmallInt | smallint SmallInt"),
        ("x: i32", "integer Integer | int Integer | integer Integer"),
        ("x: i64", "bigint BigInt | bigint BigInt | bigint BigInt"),
        ("x: u8", "- - | tinyint unsigned Unsigned<TinyInt> | - -"),
        ("x: u64", "- - | bigint unsigned Unsigned<BigInt> | - -"),
        ("x: f32", "real Float | float Float | real Float"),
        ("x: f64", "double precision Double | double Double | double Double"),
        ("x: String", "text Text | text Text | text Text"),
        ("x: Cow<'static, str>", "text Text | text Text | text Text"),
        ("#[model(max_length = 9)] x: Box<str>", "varchar(9) Text | varchar(9) Text | text Text"),
        ("#[model(fixed_length = 9)] x: String", "char(9) Text | char(9) Text | text Text"),
        ("x: Vec<u8>", "bytea Binary | blob Binary | blob Binary"),
        ("#[model(max_length = 9)] x: Vec<u8>", "bytea Binary | varbinary(9) Binary | blob Binary"),
        ("x: chrono::NaiveDate", "date Date | date Date | date Date"),
        ("x: time::Date", "date Date | date Date | date Date"),
        ("x: jiff::civil::Date", "date Date | date Date | date Date"),
        ("x: NaiveTime", "time Time | time Time | time Time"),
        ("#[model(precision = 3)] x: time::Time", "time(3) Time | time(3) Time | time Time"),
        ("x: NaiveDateTime", "timestamp Timestamp | datetime Datetime | timestamp Timestamp"),
        ("x: jiff::civil::DateTime", "timestamp Timestamp | datetime Datetime | timestamp Timestamp"),
        ("x: PrimitiveDateTime", "timestamp Timestamp | datetime Datetime | timestamp Timestamp"),
        ("x: std::time::SystemTime", "timestamp Timestamp | datetime Datetime | timestamp Timestamp"),
        (
            "#[model(precision = 6)] x: DateTime<Utc>",
            "timestamp(6) with time zone Timestamptz | timestamp(6) Timestamp | timestamp TimestamptzSqlite",
        ),
        (
            "x: OffsetDateTime",
            "timestamp with time zone Timestamptz | timestamp Timestamp | timestamp TimestamptzSqlite",
        ),
        (
            "x: jiff_diesel::Timestamp",
            "timestamp with time zone Timestamptz | timestamp Timestamp | timestamp TimestamptzSqlite",
        ),
        ("x: chrono::Duration", "interval Interval | - - | - -"),
        ("x: uuid::Uuid", "uuid Uuid | binary(16) Binary | blob Binary"),
        ("x: serde_json::Value", "jsonb Jsonb | json Json | text Json"),
        ("x: BigDecimal", "numeric Numeric | - Numeric | numeric Numeric"),
        (
            "#[model(precision = 9, scale = 2)] x: BigDecimal",
            "numeric(9, 2) Numeric | decimal(9, 2) Numeric | numeric Numeric",
        ),
        ("x: PgMoney", "money Money | - - | - -"),
        ("x: ipnetwork::IpNetwork", "inet Inet | - - | - -"),
        ("x: [u8; 6]", "macaddr MacAddr | - - | - -"),
        ("x: [u8; 8]", "macaddr8 MacAddr8 | - - | - -"),
        ("x: PgLsn", "pg_lsn PgLsn | - - | - -"),
        ("x: Vec<i32>", "integer[] Array<Integer> | - Array<Integer> | - Array<Integer>"),
        (
            "x: Option<Vec<Option<String>>>",
            "text[] Array<Nullable<Text>> | - Array<Nullable<Text>> | - Array<Nullable<Text>>",
        ),
        ("x: (Bound<i32>, Bound<i32>)", "int4range Range<Integer> | - Range<Integer> | - Range<Integer>"),
        (
            "x: Vec<(Bound<NaiveDate>, Bound<NaiveDate>)>",
            "datemultirange Multirange<Date> | - Multirange<Date> | - Multirange<Date>",
        ),
        ("#[model(sql_type = \"hstore\")] x: Tags", "hstore own | hstore own | hstore own"),
        ("#[model(sql_type(postgres = \"point\"))] x: (i32, i32)", "point - | - - | - -"),
    ] {
        assert_eq!(mapped(field), expected, "{field}");
    }
}

#[test]
fn an_sql_type_that_is_stated_is_diesel_s_where_it_has_one() {
    for (sql, diesel) in [
        ("varchar(30)", Some("Text")),
        ("timestamp(3) with time zone", Some("Timestamptz")),
        ("INT UNSIGNED", Some("Unsigned<Integer>")),
        ("text[]", Some("Array<Nullable<Text>>")),
        ("tinyint(1)", Some("Bool")),
        ("tinyint(4)", Some("TinyInt")),
        ("hstore", None),
    ] {
        assert_eq!(named_diesel_type(sql).as_deref(), diesel, "{sql}");
    }
}
