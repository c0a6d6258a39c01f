//! What MySQL's and MariaDB's types hold, as far as casts go by it.

use autogen_sql_text::{Dialect, LexemeKind, lexemes};

use crate::casts::Declared;
use crate::casts::number::Number;

/// What a type holds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Number(Number),
    Bit(u32),
    Year,
    Char(u32),
    Varchar(u32),
    /// The text types, with their bytes.
    Text(u32),
    Binary(u32),
    Varbinary(u32),
    /// The blob types, with their bytes.
    Blob(u32),
    Enum(Vec<String>),
    Set(Vec<String>),
    Date,
    Time(u32),
    Datetime(u32),
    Timestamp(u32),
    Json,
    Other(String),
}

/// The most bytes of a character.
const CHARACTER: u32 = 4;

/// The bytes of the text and blob types.
const SIZES: [u32; 4] = [255, 65_535, 16_777_215, 4_294_967_295];

impl Kind {
    pub(super) fn of(data_type: &str) -> Self {
        let lower = data_type.to_lowercase();
        let declared = Declared::parse(&lower);
        let (name, attributes) = declared.name.split_once(' ').unwrap_or((&declared.name, ""));
        let signed = !attributes.contains("unsigned");
        let integer = |bits| Self::Number(Number::Integer { bits, signed });
        let length = declared.length();
        match name {
            "tinyint" => integer(8),
            "smallint" => integer(16),
            "mediumint" => integer(24),
            "int" => integer(32),
            "bigint" => integer(64),
            "decimal" => Self::Number(decimal(&declared.arguments, signed)),
            "float" if declared.arguments.is_empty() => Self::Number(Number::Single),
            "double" if declared.arguments.is_empty() => Self::Number(Number::Double),
            "bit" => Self::Bit(length.unwrap_or(1)),
            "year" => Self::Year,
            "char" => Self::Char(length.unwrap_or(1)),
            "varchar" => Self::Varchar(length.unwrap_or(0)),
            "tinytext" => Self::Text(SIZES[0]),
            "text" => Self::Text(SIZES[1]),
            "mediumtext" => Self::Text(SIZES[2]),
            "longtext" => Self::Text(SIZES[3]),
            "binary" => Self::Binary(length.unwrap_or(1)),
            "varbinary" => Self::Varbinary(length.unwrap_or(0)),
            "tinyblob" => Self::Blob(SIZES[0]),
            "blob" => Self::Blob(SIZES[1]),
            "mediumblob" => Self::Blob(SIZES[2]),
            "longblob" => Self::Blob(SIZES[3]),
            "enum" => Self::Enum(labels(data_type)),
            "set" => Self::Set(labels(data_type)),
            "date" => Self::Date,
            "time" => Self::Time(length.unwrap_or(0)),
            "datetime" => Self::Datetime(length.unwrap_or(0)),
            "timestamp" => Self::Timestamp(length.unwrap_or(0)),
            "json" => Self::Json,
            _ => Self::Other(lower),
        }
    }

    pub(super) const fn is_text(&self) -> bool {
        matches!(self, Self::Char(_) | Self::Varchar(_) | Self::Text(_))
    }

    /// The most characters that a value's text has, if that is known.
    pub(super) fn width(&self) -> Option<u32> {
        let with_fraction = |length, digits: u32| Some(length + if digits > 0 { digits + 1 } else { 0 });
        match self {
            Self::Number(number) => number.width(),
            Self::Year => Some(4),
            Self::Char(length) | Self::Varchar(length) | Self::Text(length) => Some(*length),
            Self::Enum(labels) => labels.iter().map(|label| characters(label)).max(),
            Self::Set(labels) => {
                let commas = u32::try_from(labels.len().saturating_sub(1)).ok()?;
                Some(labels.iter().map(|label| characters(label)).sum::<u32>() + commas)
            }
            Self::Date => Some(10),
            Self::Time(digits) => with_fraction(10, *digits),
            Self::Datetime(digits) | Self::Timestamp(digits) => with_fraction(19, *digits),
            Self::Json => Some(SIZES[3]),
            Self::Bit(_) => self.number()?.width(),
            Self::Binary(_) | Self::Varbinary(_) | Self::Blob(_) | Self::Other(_) => None,
        }
    }

    /// The most bytes of a value that is kept as text or bytes.
    pub(super) fn bytes(&self) -> Option<u32> {
        match self {
            Self::Char(length) | Self::Varchar(length) => length.checked_mul(CHARACTER),
            Self::Text(bytes) | Self::Binary(bytes) | Self::Varbinary(bytes) | Self::Blob(bytes) => {
                Some(*bytes)
            }
            Self::Json => Some(SIZES[3]),
            Self::Enum(labels) => labels.iter().filter_map(|label| u32::try_from(label.len()).ok()).max(),
            Self::Set(labels) => u32::try_from(labels.join(",").len()).ok(),
            Self::Number(_)
            | Self::Bit(_)
            | Self::Year
            | Self::Date
            | Self::Time(_)
            | Self::Datetime(_)
            | Self::Timestamp(_) => self.width(),
            Self::Other(_) => None,
        }
    }

    /// The number that a value is there, where it is one: a date's digits, a label's place.
    pub(super) fn number(&self) -> Option<Number> {
        let whole = |bits| Some(Number::Integer { bits, signed: false });
        let digits = |whole: i32, fraction: u32, signed| {
            let scale = i32::try_from(fraction).ok()?;
            Some(Number::Decimal { digits: whole + scale, scale, signed })
        };
        match self {
            Self::Number(number) => Some(*number),
            Self::Bit(bits) => whole(i32::try_from(*bits).ok()?),
            // From 1901 to 2155.
            Self::Year => whole(12),
            Self::Enum(labels) => whole(bits(labels.len())),
            Self::Set(labels) => whole(i32::try_from(labels.len()).ok()?),
            Self::Date => digits(8, 0, false),
            Self::Time(fraction) => digits(7, *fraction, true),
            Self::Datetime(fraction) | Self::Timestamp(fraction) => digits(14, *fraction, false),
            Self::Char(_)
            | Self::Varchar(_)
            | Self::Text(_)
            | Self::Binary(_)
            | Self::Varbinary(_)
            | Self::Blob(_)
            | Self::Json
            | Self::Other(_) => None,
        }
    }
}

/// How many bits a count takes.
fn bits(count: usize) -> i32 {
    i32::try_from(usize::BITS - count.leading_zeros()).unwrap_or(i32::MAX)
}

fn characters(label: &str) -> u32 {
    u32::try_from(label.chars().count()).unwrap_or(u32::MAX)
}

fn decimal(arguments: &[u32], signed: bool) -> Number {
    let argument = |at: usize, usual| arguments.get(at).and_then(|n| i32::try_from(*n).ok()).unwrap_or(usual);
    Number::Decimal { digits: argument(0, 10), scale: argument(1, 0), signed }
}

/// The labels of `enum('a','b')` or `set('a','b')`.
fn labels(data_type: &str) -> Vec<String> {
    let texts = lexemes(Dialect::Mysql, data_type)
        .into_iter()
        .filter_map(|lexeme| if let LexemeKind::Text(text) = lexeme.kind { Some(text) } else { None });
    texts.collect()
}
