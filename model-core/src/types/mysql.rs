//! MySQL's and MariaDB's types for fields (MySQL manual, chapter 13; `diesel::mysql::types`).

use super::scalar::Scalar;
use crate::declared::Size;

pub(super) fn sql_type(scalar: Scalar, size: &Size) -> Result<String, String> {
    let Size { max_length, fixed_length, precision, scale } = size;
    let digits = precision.map(|(digits, _)| format!("({digits})")).unwrap_or_default();
    let none =
        || Err(format!("MySQL has no type for {}; state one: #[model(sql_type = \"…\")]", scalar.name()));
    let plain = match scalar {
        Scalar::Bool => "tinyint(1)",
        Scalar::Signed(8) => "tinyint",
        Scalar::Signed(16) => "smallint",
        Scalar::Signed(32) => "int",
        Scalar::Signed(_) => "bigint",
        Scalar::Unsigned(8) => "tinyint unsigned",
        Scalar::Unsigned(16) => "smallint unsigned",
        Scalar::Unsigned(32) => "int unsigned",
        Scalar::Unsigned(_) => "bigint unsigned",
        Scalar::Float => "float",
        Scalar::Double => "double",
        Scalar::Text => match (max_length, fixed_length) {
            (Some((length, _)), _) => return Ok(format!("varchar({length})")),
            (None, Some((length, _))) => return Ok(format!("char({length})")),
            (None, None) => "text",
        },
        Scalar::Bytes => match (max_length, fixed_length) {
            (Some((length, _)), _) => return Ok(format!("varbinary({length})")),
            (None, Some((length, _))) => return Ok(format!("binary({length})")),
            (None, None) => "blob",
        },
        Scalar::Date => "date",
        Scalar::Time => return Ok(format!("time{digits}")),
        Scalar::DateTime => return Ok(format!("datetime{digits}")),
        Scalar::Instant => return Ok(format!("timestamp{digits}")),
        Scalar::Uuid => "binary(16)",
        Scalar::Json => "json",
        Scalar::Decimal => match (precision, scale) {
            (Some((precision, _)), Some((scale, _))) => return Ok(format!("decimal({precision}, {scale})")),
            (Some((precision, _)), None) => return Ok(format!("decimal({precision})")),
            // The server's own default has no digit behind the point.
            (None, _) => {
                return Err(
                    "MySQL's decimal numbers are of a fixed size: precision = 19, scale = 4".to_owned()
                );
            }
        },
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
        Scalar::Signed(8) => "TinyInt",
        Scalar::Signed(16) => "SmallInt",
        Scalar::Signed(32) => "Integer",
        Scalar::Signed(_) => "BigInt",
        Scalar::Unsigned(8) => "Unsigned<TinyInt>",
        Scalar::Unsigned(16) => "Unsigned<SmallInt>",
        Scalar::Unsigned(32) => "Unsigned<Integer>",
        Scalar::Unsigned(_) => "Unsigned<BigInt>",
        Scalar::Float => "Float",
        Scalar::Double => "Double",
        Scalar::Text => "Text",
        Scalar::Bytes | Scalar::Uuid => "Binary",
        Scalar::Date => "Date",
        Scalar::Time => "Time",
        Scalar::DateTime => "Datetime",
        Scalar::Instant => "Timestamp",
        Scalar::Json => "Json",
        Scalar::Decimal => "Numeric",
        Scalar::Interval
        | Scalar::MacAddr
        | Scalar::MacAddr8
        | Scalar::Money
        | Scalar::Network
        | Scalar::Lsn => return None,
    })
}
