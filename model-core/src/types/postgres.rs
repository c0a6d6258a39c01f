//! PostgreSQL's types for fields (manual, chapter 8; `diesel::pg::types`).

use super::scalar::Scalar;
use crate::declared::Size;

pub(super) fn sql_type(scalar: Scalar, size: &Size) -> Result<String, String> {
    let Size { max_length, fixed_length, precision, scale } = size;
    let digits = precision.map(|(digits, _)| format!("({digits})")).unwrap_or_default();
    let plain = match scalar {
        Scalar::Bool => "boolean",
        Scalar::Signed(16) => "smallint",
        Scalar::Signed(32) => "integer",
        Scalar::Signed(64) => "bigint",
        Scalar::Signed(_) => return Err("PostgreSQL's smallest integer is i16".to_owned()),
        Scalar::Unsigned(_) => {
            return Err("PostgreSQL's integers have a sign; an oid is stated: #[model(sql_type = \"oid\")]"
                .to_owned());
        }
        Scalar::Float => "real",
        Scalar::Double => "double precision",
        Scalar::Text => match (max_length, fixed_length) {
            (Some((length, _)), _) => return Ok(format!("varchar({length})")),
            (None, Some((length, _))) => return Ok(format!("char({length})")),
            (None, None) => "text",
        },
        Scalar::Bytes => "bytea",
        Scalar::MacAddr => "macaddr",
        Scalar::MacAddr8 => "macaddr8",
        Scalar::Date => "date",
        Scalar::Time => return Ok(format!("time{digits}")),
        Scalar::DateTime => return Ok(format!("timestamp{digits}")),
        Scalar::Instant => return Ok(format!("timestamp{digits} with time zone")),
        Scalar::Interval => return Ok(format!("interval{digits}")),
        Scalar::Uuid => "uuid",
        Scalar::Json => "jsonb",
        Scalar::Decimal => match (precision, scale) {
            (Some((precision, _)), Some((scale, _))) => return Ok(format!("numeric({precision}, {scale})")),
            (Some((precision, _)), None) => return Ok(format!("numeric({precision})")),
            (None, _) => "numeric",
        },
        Scalar::Money => "money",
        Scalar::Network => "inet",
        Scalar::Lsn => "pg_lsn",
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
        Scalar::Bytes => "Binary",
        Scalar::MacAddr => "MacAddr",
        Scalar::MacAddr8 => "MacAddr8",
        Scalar::Date => "Date",
        Scalar::Time => "Time",
        Scalar::DateTime => "Timestamp",
        Scalar::Instant => "Timestamptz",
        Scalar::Interval => "Interval",
        Scalar::Uuid => "Uuid",
        Scalar::Json => "Jsonb",
        Scalar::Decimal => "Numeric",
        Scalar::Money => "Money",
        Scalar::Network => "Inet",
        Scalar::Lsn => "PgLsn",
    })
}

/// The range type over an element.
pub(crate) fn range_of(element: Scalar, is_multirange: bool) -> Option<&'static str> {
    let (range, multirange) = match element {
        Scalar::Signed(32) => ("int4range", "int4multirange"),
        Scalar::Signed(64) => ("int8range", "int8multirange"),
        Scalar::Decimal => ("numrange", "nummultirange"),
        Scalar::DateTime => ("tsrange", "tsmultirange"),
        Scalar::Instant => ("tstzrange", "tstzmultirange"),
        Scalar::Date => ("daterange", "datemultirange"),
        _ => return None,
    };
    Some(if is_multirange { multirange } else { range })
}
