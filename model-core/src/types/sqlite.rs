//! SQLite's declared types for fields: those that `diesel print-schema` reads back as the same type, wherever it has one.

use super::scalar::Scalar;

pub(super) fn sql_type(scalar: Scalar) -> Result<String, String> {
    let none =
        || Err(format!("SQLite has no type for {}; state one: #[model(sql_type = \"…\")]", scalar.name()));
    let plain = match scalar {
        Scalar::Bool => "boolean",
        Scalar::Signed(16) => "smallint",
        Scalar::Signed(32) => "integer",
        Scalar::Signed(64) => "bigint",
        Scalar::Signed(_) => return Err("Diesel's smallest integer on SQLite is i16".to_owned()),
        Scalar::Unsigned(_) => return Err("Diesel's integers on SQLite have a sign".to_owned()),
        Scalar::Float => "real",
        Scalar::Double => "double",
        Scalar::Text | Scalar::Json => "text",
        Scalar::Bytes | Scalar::Uuid => "blob",
        Scalar::Date => "date",
        Scalar::Time => "time",
        Scalar::DateTime | Scalar::Instant => "timestamp",
        Scalar::Decimal => "numeric",
        Scalar::Interval
        | Scalar::MacAddr
        | Scalar::MacAddr8
        | Scalar::Money
        | Scalar::Network
        | Scalar::Lsn => return none(),
    };
    Ok(plain.to_owned())
}

pub(super) const fn diesel_type(scalar: Scalar) -> Option<&'static str> {
    Some(match scalar {
        Scalar::Bool => "Bool",
        Scalar::Signed(16) => "SmallInt",
        Scalar::Signed(32) => "Integer",
        Scalar::Signed(64) => "BigInt",
        Scalar::Signed(_) | Scalar::Unsigned(_) => return None,
        Scalar::Float => "Float",
        Scalar::Double => "Double",
        Scalar::Text => "Text",
        Scalar::Json => "Json",
        Scalar::Bytes | Scalar::Uuid => "Binary",
        Scalar::Date => "Date",
        Scalar::Time => "Time",
        Scalar::DateTime => "Timestamp",
        Scalar::Instant => "TimestamptzSqlite",
        Scalar::Decimal => "Numeric",
        Scalar::Interval
        | Scalar::MacAddr
        | Scalar::MacAddr8
        | Scalar::Money
        | Scalar::Network
        | Scalar::Lsn => return None,
    })
}
