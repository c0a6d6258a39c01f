//! The types of Rust, chrono, time, jiff, uuid, serde_json, bigdecimal and ipnetwork that Diesel writes to a column.

use syn::PathArguments;

/// A value that a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scalar {
    Bool,
    Signed(u8),
    Unsigned(u8),
    Float,
    Double,
    Text,
    Bytes,
    MacAddr,
    MacAddr8,
    Date,
    Time,
    /// A date and a time, wherever that may be.
    DateTime,
    /// A point in time.
    Instant,
    Interval,
    Uuid,
    Json,
    Decimal,
    Money,
    Network,
    Lsn,
}

impl Scalar {
    /// `[u8; N]`.
    pub(crate) fn byte_array(length: usize) -> Result<Self, String> {
        match length {
            6 => Ok(Self::MacAddr),
            8 => Ok(Self::MacAddr8),
            _ => Err("[u8; 6] and [u8; 8] are hardware addresses; other bytes are a Vec<u8>".to_owned()),
        }
    }

    /// In words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Bool => "truth values",
            Self::Signed(_) => "integers of this size",
            Self::Unsigned(_) => "integers without a sign",
            Self::Float | Self::Double => "floating point numbers",
            Self::Text => "text",
            Self::Bytes => "bytes",
            Self::MacAddr | Self::MacAddr8 => "hardware addresses",
            Self::Date => "dates",
            Self::Time => "times",
            Self::DateTime => "dates with times",
            Self::Instant => "points in time",
            Self::Interval => "intervals",
            Self::Uuid => "UUIDs",
            Self::Json => "JSON",
            Self::Decimal => "decimal numbers",
            Self::Money => "money",
            Self::Network => "network addresses",
            Self::Lsn => "log sequence numbers",
        }
    }
}

/// What a path means whose names are written out as far as the module's imports tell; its last part may have arguments.
pub(crate) fn scalar(names: &[String], path: &syn::Path) -> Option<Scalar> {
    let (last, before) = names.split_last()?;
    let from = before.first().map(String::as_str);
    let has_arguments = path.segments.last().is_some_and(|last| last.arguments != PathArguments::None);
    Some(match (last.as_str(), from) {
        ("bool", None) => Scalar::Bool,
        ("i8", None) => Scalar::Signed(8),
        ("i16", None) => Scalar::Signed(16),
        ("i32", None) => Scalar::Signed(32),
        ("i64", None) => Scalar::Signed(64),
        ("u8", None) => Scalar::Unsigned(8),
        ("u16", None) => Scalar::Unsigned(16),
        ("u32", None) => Scalar::Unsigned(32),
        ("u64", None) => Scalar::Unsigned(64),
        ("f32", None) => Scalar::Float,
        ("f64", None) => Scalar::Double,
        ("str", None) | ("String", None | Some("std" | "alloc")) => Scalar::Text,
        ("NaiveDate", None | Some("chrono"))
        | ("Date", None | Some("time" | "jiff" | "jiff_diesel"))
        | ("PgDate", _) => Scalar::Date,
        ("NaiveTime", None | Some("chrono"))
        | ("Time", None | Some("time" | "jiff" | "jiff_diesel"))
        | ("PgTime", _) => Scalar::Time,
        // chrono's has a time zone, jiff's is civil.
        ("DateTime", None | Some("chrono")) if has_arguments => Scalar::Instant,
        ("DateTime", None | Some("jiff" | "jiff_diesel"))
        | ("NaiveDateTime", None | Some("chrono"))
        | ("PrimitiveDateTime", None | Some("time"))
        | ("SystemTime", None | Some("std"))
        | ("PgTimestamp", _) => Scalar::DateTime,
        ("OffsetDateTime" | "UtcDateTime", None | Some("time"))
        | ("Timestamp", None | Some("jiff" | "jiff_diesel")) => Scalar::Instant,
        ("Duration" | "TimeDelta", None | Some("chrono"))
        | ("Span" | "SignedDuration", Some("jiff" | "jiff_diesel"))
        | ("PgInterval", _) => Scalar::Interval,
        ("Uuid", None | Some("uuid")) => Scalar::Uuid,
        ("Value", None | Some("serde_json")) => Scalar::Json,
        ("BigDecimal", None | Some("bigdecimal")) | ("PgNumeric", _) => Scalar::Decimal,
        ("PgMoney" | "Cents", None | Some("diesel")) => Scalar::Money,
        ("IpNetwork", None | Some("ipnetwork")) | ("IpNet", None | Some("ipnet")) => Scalar::Network,
        ("PgLsn", _) => Scalar::Lsn,
        _ => return None,
    })
}
