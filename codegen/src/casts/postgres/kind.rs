//! What PostgreSQL's types hold, as far as casts go by it.

use crate::casts::Declared;
use crate::casts::number::Number;

/// What a type holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(Number),
    Money,
    /// Text and varchar, with their length.
    Text(Option<u32>),
    Char(u32),
    Name,
    /// `"char"`, a byte.
    Byte,
    Bytea,
    Boolean,
    Date,
    Time {
        zone: bool,
        digits: u32,
    },
    Timestamp {
        zone: bool,
        digits: u32,
    },
    Interval {
        all_fields: bool,
        digits: u32,
    },
    Uuid,
    Json,
    Jsonb,
    Inet,
    Cidr,
    Macaddr,
    Macaddr8,
    Bit(u32),
    Varbit(Option<u32>),
    /// A type that others made, or one that is known to nobody here.
    Other(String),
}

impl Kind {
    pub(super) fn of(declared: &Declared) -> Self {
        let integer = |bits| Self::Number(Number::Integer { bits, signed: true });
        let length = declared.length();
        // All digits of a second, where nothing else is said.
        let digits = length.unwrap_or(6);
        match declared.name.as_str() {
            "smallint" => integer(16),
            "integer" => integer(32),
            "bigint" => integer(64),
            "numeric" => Self::Number(numeric(&declared.arguments)),
            "real" => Self::Number(Number::Single),
            "double precision" => Self::Number(Number::Double),
            "money" => Self::Money,
            "text" | "character varying" => Self::Text(length),
            "character" => Self::Char(length.unwrap_or(1)),
            "name" => Self::Name,
            "\"char\"" => Self::Byte,
            "bytea" => Self::Bytea,
            "boolean" => Self::Boolean,
            "date" => Self::Date,
            "time without time zone" => Self::Time { zone: false, digits },
            "time with time zone" => Self::Time { zone: true, digits },
            "timestamp without time zone" => Self::Timestamp { zone: false, digits },
            "timestamp with time zone" => Self::Timestamp { zone: true, digits },
            "interval" => Self::Interval { all_fields: true, digits },
            "uuid" => Self::Uuid,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "inet" => Self::Inet,
            "cidr" => Self::Cidr,
            "macaddr" => Self::Macaddr,
            "macaddr8" => Self::Macaddr8,
            "bit" => Self::Bit(length.unwrap_or(1)),
            "bit varying" => Self::Varbit(length),
            fields if fields.starts_with("interval ") => {
                let digits = if fields.ends_with("second") { digits } else { 0 };
                Self::Interval { all_fields: false, digits }
            }
            other => Self::Other(other.to_owned()),
        }
    }

    pub(super) const fn is_text(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Char(_) | Self::Name)
    }

    /// Whether its text is read where an array is asked for.
    pub(super) const fn is_read(&self) -> bool {
        matches!(self, Self::Text(_) | Self::Char(_))
    }

    /// The most characters that a value's text has, if there is an end.
    pub(super) fn width(&self) -> Option<u32> {
        match self {
            Self::Number(number) => number.width(),
            Self::Text(length) | Self::Varbit(length) => *length,
            Self::Char(length) | Self::Bit(length) => Some(*length),
            Self::Name => Some(63),
            Self::Byte => Some(4),
            Self::Boolean => Some(5),
            // A year may have seven digits, and `BC` behind it.
            Self::Date => Some(13),
            Self::Uuid => Some(36),
            Self::Inet | Self::Cidr => Some(43),
            Self::Macaddr => Some(17),
            Self::Macaddr8 => Some(23),
            Self::Money => Some(30),
            Self::Time { zone, digits } => Some(8 + fraction(*digits) + if *zone { 9 } else { 0 }),
            Self::Timestamp { .. } | Self::Interval { .. } => Some(63),
            Self::Bytea | Self::Json | Self::Jsonb | Self::Other(_) => None,
        }
    }
}

/// The characters of a second's fraction.
const fn fraction(digits: u32) -> u32 {
    if digits > 0 { digits + 1 } else { 0 }
}

/// A scale beyond the digits, or below 0, is said of few columns; they count as of any size.
fn numeric(arguments: &[u32]) -> Number {
    let scale = arguments.get(1).copied().unwrap_or(0);
    match arguments.first().map(|digits| (i32::try_from(*digits), i32::try_from(scale))) {
        Some((Ok(digits), Ok(scale))) if scale <= digits => Number::Decimal { digits, scale, signed: true },
        Some(_) | None => Number::AnyDecimal,
    }
}
