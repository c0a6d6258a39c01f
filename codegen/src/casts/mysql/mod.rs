//! MySQL's and MariaDB's casts, as `ALTER TABLE … MODIFY` makes them while `sql_mode` is strict.

mod kind;

use autogen_diff_core::Flavor;

use self::kind::Kind;
use super::number::{self, Number};
use super::{Cast, fits};

/// What the cast from one type to another does to a column's values.
pub(crate) fn cast(flavor: Flavor, from: &str, to: &str) -> Cast {
    let (from, to) = (Kind::of(from), Kind::of(to));
    if from == to {
        return Cast::Exact;
    }
    let cast = listed(&from, &to).unwrap_or(BY_TEXT);
    // Of a long text only MariaDB cuts blanks.
    match (flavor, from, to) {
        (Flavor::Mysql, Kind::Text(_), Kind::Text(_)) if cast == Cast::MayFailAndLoses => Cast::MayFail,
        _ => cast,
    }
}

/// Between types that have nothing to do with each other digits, bytes or text are read as the other type. They may be
/// none of that, or mean something else there.
const BY_TEXT: Cast = Cast::MayFailAndLoses;

/// What a cast that loses does to a value.
pub(crate) fn loss(from: &str, to: &str) -> &'static str {
    let (from, to) = (Kind::of(from), Kind::of(to));
    match (&from, &to) {
        (Kind::Datetime(_) | Kind::Timestamp(_), Kind::Date) => "drops the time of day without an error",
        (Kind::Datetime(_) | Kind::Timestamp(_) | Kind::Date, Kind::Time(_)) => {
            "drops the date without an error"
        }
        (from, Kind::Char(_) | Kind::Varchar(_) | Kind::Text(_)) if from.is_text() => {
            "drops blanks at the end without an error"
        }
        (from, Kind::Json) if from.is_text() => {
            "drops repeated keys, their order and white space without an error"
        }
        (from, Kind::Number(_)) if from.is_text() => {
            "drops zeros in front and digits that are too many without an error"
        }
        (from, to) if listed(from, to).is_none() => {
            "its text is read as the other type, which may mean something else there"
        }
        (_, Kind::Binary(_)) => "puts zeros behind what is shorter",
        _ => "rounds or cuts values without an error",
    }
}

/// One row a target: what each source is there. Sources that stand in no row go by their text.
fn listed(from: &Kind, to: &Kind) -> Option<Cast> {
    match to {
        Kind::Number(to) => to_number(from, *to),
        Kind::Bit(bits) => {
            let bits = i32::try_from(*bits).ok()?;
            from.number().map(|from| number::cast(from, Number::Integer { bits, signed: false }))
        }
        Kind::Year => None,
        Kind::Char(_) | Kind::Varchar(_) | Kind::Text(_) => to_text(from, to),
        Kind::Binary(_) | Kind::Varbinary(_) | Kind::Blob(_) => to_bytes(from, to),
        Kind::Enum(_) | Kind::Set(_) => to_labels(from, to),
        Kind::Date | Kind::Time(_) | Kind::Datetime(_) | Kind::Timestamp(_) => to_moment(from, to),
        Kind::Json => to_json(from, to),
        // What is known of no server has values of its own, and texts of them.
        Kind::Other(_) => Some(Cast::MayFail),
    }
}

/// A decimal number is written as a double is.
fn to_json(from: &Kind, to: &Kind) -> Option<Cast> {
    let Kind::Number(number) = from else {
        return from.is_text().then_some(Cast::MayFailAndLoses);
    };
    let loses = if matches!(number, Number::Decimal { .. }) {
        number::cast(*number, Number::Double).loses()
    } else {
        loses_digits(from, to)
    };
    Some(Cast::of(false, loses))
}

/// A label is the number of its place, and a date its digits.
fn to_number(from: &Kind, to: Number) -> Option<Cast> {
    match (from, to) {
        (Kind::Enum(_) | Kind::Set(_), Number::Decimal { .. }) => None,
        (Kind::Json, _) => Some(Cast::MayFail.then(number::cast(Number::Double, to))),
        // What is too large for 64 bits becomes the largest number of them.
        (Kind::Number(Number::Single), Number::Integer { bits: 64, signed: true }) => Some(Cast::Loses),
        _ => Some(from.number().map_or(Cast::MayFailAndLoses, |from| number::cast(from, to))),
    }
}

/// Of a float six digits are written.
fn loses_digits(from: &Kind, to: &Kind) -> bool {
    *from == Kind::Number(Number::Single) && to.width().or(to.bytes()).is_none_or(|room| room > 6)
}

fn to_text(from: &Kind, to: &Kind) -> Option<Cast> {
    if matches!(from, Kind::Bit(_)) {
        return None;
    }
    let is_bytes = matches!(from, Kind::Binary(_) | Kind::Varbinary(_) | Kind::Blob(_));
    let fits = if matches!(to, Kind::Text(_)) {
        fits(from.bytes(), to.bytes())
    } else if is_bytes {
        fits(from.bytes(), to.width())
    } else {
        fits(from.width(), to.width())
    };
    // Blanks at the end are cut.
    let had_blanks = is_bytes || matches!(from, Kind::Varchar(_) | Kind::Text(_));
    let cuts = !fits && !matches!((from, to), (Kind::Varchar(_), Kind::Varchar(_)));
    let blanks = had_blanks && (matches!(to, Kind::Char(_)) || cuts);
    Some(Cast::of(!fits || is_bytes, blanks || loses_digits(from, to)))
}

fn to_bytes(from: &Kind, to: &Kind) -> Option<Cast> {
    // What is shorter gets zeros behind it.
    let pads = matches!(to, Kind::Binary(_));
    let is_labels = matches!(from, Kind::Enum(_) | Kind::Set(_));
    if matches!(from, Kind::Bit(_)) || (pads && is_labels) {
        return None;
    }
    Some(Cast::of(!fits(from.bytes(), to.bytes()), pads || loses_digits(from, to)))
}

fn to_labels(from: &Kind, to: &Kind) -> Option<Cast> {
    match (from, to) {
        (Kind::Enum(from), Kind::Enum(to)) | (Kind::Set(from), Kind::Set(to)) => {
            Some(Cast::of(from.iter().any(|label| !to.contains(label)), false))
        }
        (Kind::Char(_), _) => Some(Cast::MayFail),
        // Blanks at the end are no part of a label.
        (Kind::Varchar(_) | Kind::Text(_), _) => Some(Cast::MayFailAndLoses),
        _ => None,
    }
}

fn to_moment(from: &Kind, to: &Kind) -> Option<Cast> {
    match (from, to) {
        (Kind::Time(from), Kind::Time(to))
        | (Kind::Datetime(from) | Kind::Timestamp(from), Kind::Datetime(to))
        | (Kind::Timestamp(from), Kind::Timestamp(to)) => Some(Cast::of(false, to < from)),
        (Kind::Date, Kind::Datetime(_)) => Some(Cast::Exact),
        // From 1970 to 2038.
        (Kind::Datetime(from), Kind::Timestamp(to)) => Some(Cast::of(true, to < from)),
        (Kind::Date, Kind::Timestamp(_)) => Some(Cast::MayFail),
        (Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_), Kind::Time(_))
        | (Kind::Datetime(_) | Kind::Timestamp(_), Kind::Date)
        // The day becomes the current one.
        | (Kind::Time(_), Kind::Date | Kind::Datetime(_) | Kind::Timestamp(_)) => Some(Cast::Loses),
        _ => from.is_text().then_some(Cast::MayFailAndLoses),
    }
}
