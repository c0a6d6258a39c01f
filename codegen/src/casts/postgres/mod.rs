//! PostgreSQL's casts, as a column is cast: on assignment where the server does, by `USING column::type` or by way of
//! the value's text elsewhere (`crate::postgres::casts`).

mod kind;

use autogen_diff_core::Pair;

use self::kind::Kind;
use super::number::{self, Number};
use super::{Cast, Declared, fits};

/// What the cast from one type to another does to a column's values.
pub(crate) fn cast(from: &str, to: &str) -> Cast {
    if from == to {
        return Cast::Exact;
    }
    let (from, to) = (Declared::parse(from), Declared::parse(to));
    let kinds = (Kind::of(&from), Kind::of(&to));
    let kinds = Pair::new(&kinds.0, &kinds.1);
    if is_fraction_to_truth(&kinds) && (from.array || to.array) {
        // An array's elements go by their texts.
        return BY_TEXT;
    }
    let listed = match (from.array, to.array) {
        (false, false) | (true, true) => listed(kinds.from, kinds.to),
        // Text is read as an array, and any other value becomes an element.
        (false, true) if kinds.from.is_read() => Some(Cast::MayFail.then(cut(kinds))),
        (false, true) => Some(cut(kinds)),
        // An array goes by its text, which ends in a brace.
        (true, false) => array_to(kinds.to),
    };
    listed.unwrap_or(BY_TEXT)
}

/// Whether a number with digits behind its point becomes a truth value.
const fn is_fraction_to_truth(kinds: &Pair<&Kind>) -> bool {
    matches!(kinds.to, Kind::Boolean)
        && matches!(kinds.from, Kind::Number(number) if !matches!(number, Number::Integer { .. }))
}

/// What an array becomes that is no array any more.
fn array_to(to: &Kind) -> Option<Cast> {
    if let Kind::Text(length) = to {
        return Some(Cast::of(length.is_some(), false));
    }
    let cut = matches!(to, Kind::Name | Kind::Json | Kind::Jsonb).then_some(Cast::Loses);
    cut.or_else(|| matches!(to, Kind::Char(_)).then_some(Cast::MayFail))
}

/// The same, where `USING` says the type that is cast to: what is too long is cut then.
pub(crate) fn explicit_cast(from: &str, to: &str) -> Cast {
    let (declared_from, declared_to) = (Declared::parse(from), Declared::parse(to));
    if declared_from.array == declared_to.array {
        cut(Pair::new(&Kind::of(&declared_from), &Kind::of(&declared_to)))
    } else {
        cast(from, to)
    }
}

/// Between types that have nothing to do with each other the value's text is read as the other type. It may be none
/// of that, or mean something else there.
const BY_TEXT: Cast = Cast::MayFailAndLoses;

/// What is said of that.
const TEXT_IS_READ: &str = "its text is read as the other type, which may mean something else there";

/// The same, where `USING` says the type that is cast to.
pub(crate) fn explicit_loss(from: &str, to: &str) -> &'static str {
    if matches!(Kind::of(&Declared::parse(to)), Kind::Text(Some(_)) | Kind::Char(_)) {
        "cuts what is too long without an error"
    } else {
        loss(from, to)
    }
}

/// What a cast that loses does to a value.
pub(crate) fn loss(from: &str, to: &str) -> &'static str {
    let (from, to) = (Declared::parse(from), Declared::parse(to));
    let kinds = (Kind::of(&from), Kind::of(&to));
    if from.array && !to.array && matches!(kinds.1, Kind::Json | Kind::Jsonb) {
        return "becomes an array of JSON, which no cast turns back into one";
    }
    if from.array && !to.array && kinds.1 != Kind::Name {
        return TEXT_IS_READ;
    }
    if to.array && !from.array && matches!(kinds.1, Kind::Text(Some(_)) | Kind::Char(_)) {
        return "cuts what is too long without an error";
    }
    match kinds {
        (Kind::Timestamp { .. }, Kind::Date) => "drops the time of day without an error",
        (Kind::Timestamp { .. }, Kind::Time { .. }) => "drops the date without an error",
        (Kind::Timestamp { zone: true, .. }, Kind::Timestamp { zone: false, .. })
        | (Kind::Time { zone: true, .. }, Kind::Time { zone: false, .. }) => {
            "drops the zone: a moment becomes what the clock of the session's TimeZone shows"
        }
        (Kind::Timestamp { zone: false, .. }, Kind::Timestamp { zone: true, .. }) => {
            "values become the moments at which the clock of the session's TimeZone shows them"
        }
        (Kind::Json | Kind::Text(_) | Kind::Char(_), Kind::Jsonb) => {
            "drops repeated keys, their order and white space without an error"
        }
        (Kind::Number(_), Kind::Boolean) if listed(&kinds.0, &kinds.1).is_some() => {
            "all numbers but 0 become true"
        }
        (Kind::Text(_) | Kind::Char(_) | Kind::Name, Kind::Text(_) | Kind::Char(_)) => {
            "drops blanks at the end without an error"
        }
        (Kind::Text(_) | Kind::Char(_) | Kind::Name, Kind::Number(_)) => {
            "drops zeros in front and digits that are too many without an error"
        }
        (Kind::Text(_) | Kind::Char(_) | Kind::Name, Kind::Date) => "drops a time of day without an error",
        (
            Kind::Text(_) | Kind::Char(_) | Kind::Name,
            Kind::Time { .. } | Kind::Timestamp { .. } | Kind::Interval { .. },
        ) => "drops a zone, a date or digits that the type has no place for without an error",
        (Kind::Inet, Kind::Cidr) => "drops the host's part without an error",
        kinds if listed(&kinds.0, &kinds.1).is_none() => TEXT_IS_READ,
        _ => "rounds or cuts values without an error",
    }
}

/// What the amounts of money are, in cents of 64 bits: as a source, and as a target.
const MONEY: [Number; 2] = [
    Number::Decimal { digits: 19, scale: 2, signed: true },
    Number::Decimal { digits: 18, scale: 2, signed: true },
];

/// What truth values are as numbers.
const TRUTH: Number = Number::Decimal { digits: 1, scale: 0, signed: false };

fn cut(kinds: Pair<&Kind>) -> Cast {
    // Of `true` any letters in front are enough.
    if matches!(kinds, Pair { from: Kind::Boolean, to: Kind::Text(_) | Kind::Char(_) }) {
        return Cast::Exact;
    }
    match (listed(kinds.from, kinds.to).unwrap_or(BY_TEXT), kinds.to) {
        (Cast::MayFail | Cast::MayFailAndLoses, Kind::Text(Some(_)) | Kind::Char(_)) => Cast::Loses,
        (Cast::MayFail, Kind::Bit(_) | Kind::Varbit(Some(_))) => Cast::Loses,
        (cast, _) => cast,
    }
}

/// One row a target: what each source is there. Sources that stand in no row go by their text.
fn listed(from: &Kind, to: &Kind) -> Option<Cast> {
    if from == to {
        return Some(Cast::Exact);
    }
    match to {
        Kind::Number(to) => to_number(from, *to),
        Kind::Money => to_money(from),
        Kind::Text(length) => Some(to_text(from, *length)),
        Kind::Char(length) => Some(to_char(from, *length)),
        Kind::Name => Some(to_name(from)),
        // All but the first byte is cut.
        Kind::Byte => Some(Cast::Loses),
        Kind::Bytea => to_bytea(from),
        // Of other whole numbers the text is read, which fails of all but 0 and 1.
        Kind::Boolean if matches!(from, Kind::Number(Number::Integer { bits: 16 | 64, signed: _ })) => None,
        Kind::Boolean if matches!(from, Kind::Number(_)) => Some(Cast::Loses),
        Kind::Boolean => (from.is_text() || *from == Kind::Jsonb).then_some(Cast::MayFail),
        Kind::Date if matches!(from, Kind::Timestamp { .. }) => Some(Cast::Loses),
        Kind::Date => from.is_text().then_some(Cast::MayFailAndLoses),
        Kind::Time { zone, digits } => to_time(from, *zone, *digits),
        Kind::Timestamp { zone, digits } => to_timestamp(from, *zone, *digits),
        Kind::Interval { all_fields, digits } => to_interval(from, *all_fields, *digits),
        Kind::Json => to_json(from).or_else(|| from.is_text().then_some(Cast::MayFail)),
        Kind::Jsonb => to_json(from),
        Kind::Inet if *from == Kind::Cidr => Some(Cast::Exact),
        Kind::Cidr if *from == Kind::Inet => Some(Cast::Loses),
        Kind::Macaddr8 if *from == Kind::Macaddr => Some(Cast::Exact),
        Kind::Macaddr if *from == Kind::Macaddr8 => Some(Cast::MayFail),
        Kind::Bit(_) => matches!(from, Kind::Bit(_) | Kind::Varbit(_)).then_some(Cast::MayFail),
        Kind::Varbit(length) => to_varbit(from, *length),
        // What a text is read as there, it is.
        Kind::Uuid | Kind::Inet | Kind::Macaddr | Kind::Macaddr8 => from.is_text().then_some(Cast::MayFail),
        Kind::Cidr => None,
        // What others made has values of its own, and texts of them.
        Kind::Other(_) => Some(Cast::MayFail),
    }
}

fn to_number(from: &Kind, to: Number) -> Option<Cast> {
    if let Kind::Number(from) = from {
        return Some(number::cast(*from, to));
    }
    let is_decimal = matches!(to, Number::Decimal { .. } | Number::AnyDecimal);
    let money = (*from == Kind::Money && is_decimal).then(|| number::cast(MONEY[0], to));
    let truth = (*from == Kind::Boolean).then(|| number::cast(TRUTH, to));
    let json = (*from == Kind::Jsonb).then(|| Cast::MayFail.then(number::cast(Number::AnyDecimal, to)));
    money.or(truth).or(json)
}

fn to_money(from: &Kind) -> Option<Cast> {
    if let Kind::Number(from) = from { Some(number::cast(*from, MONEY[1])) } else { None }
}

fn to_text(from: &Kind, length: Option<u32>) -> Cast {
    // Blanks at the end are cut, and what else is too long is an error.
    let blanks = matches!(from, Kind::Text(_) | Kind::Name);
    let fits = fits(from.width(), length);
    Cast::of(!fits, !fits && blanks)
}

/// Blanks at the end mean nothing in `character`.
fn to_char(from: &Kind, length: u32) -> Cast {
    Cast::of(!fits(from.width(), Some(length)), matches!(from, Kind::Text(_) | Kind::Name))
}

/// Cut behind 63 bytes, and a character may have four of them.
fn to_name(from: &Kind) -> Cast {
    let bytes = if from.is_text() { 4 } else { 1 };
    let width = from.width().and_then(|width| width.checked_mul(bytes));
    Cast::of(false, !fits(width, Some(63)))
}

/// A backslash in a text begins an escape of `bytea`.
fn to_bytea(from: &Kind) -> Option<Cast> {
    let by_text = from.is_text() || matches!(from, Kind::Json | Kind::Jsonb | Kind::Byte | Kind::Other(_));
    (!by_text).then_some(Cast::Exact)
}

fn to_varbit(from: &Kind, length: Option<u32>) -> Option<Cast> {
    let had = if let Kind::Varbit(had) = from {
        *had
    } else {
        let Kind::Bit(had) = from else { return None };
        Some(*had)
    };
    Some(Cast::of(!fits(had, length), false))
}

fn to_time(from: &Kind, zone: bool, digits: u32) -> Option<Cast> {
    if let Kind::Time { zone: had_zone, digits: had } = from {
        return Some(Cast::of(false, (*had_zone && !zone) || digits < *had));
    }
    matches!(from, Kind::Timestamp { .. }).then_some(Cast::Loses)
}

fn to_timestamp(from: &Kind, zone: bool, digits: u32) -> Option<Cast> {
    if let Kind::Timestamp { zone: had_zone, digits: had } = from {
        return Some(Cast::of(false, *had_zone != zone || digits < *had));
    }
    (*from == Kind::Date).then_some(Cast::Exact)
}

fn to_interval(from: &Kind, all_fields: bool, digits: u32) -> Option<Cast> {
    let (Kind::Interval { all_fields: _, digits: had } | Kind::Time { zone: false, digits: had }) = from
    else {
        return None;
    };
    Some(Cast::of(false, !all_fields || digits < *had))
}

/// The texts of numbers and truth values are JSON; infinity is not.
fn to_json(from: &Kind) -> Option<Cast> {
    if let Kind::Number(from) = from {
        return Some(Cast::of(matches!(from, Number::Single | Number::Double), false));
    }
    matches!(from, Kind::Jsonb | Kind::Boolean).then_some(Cast::Exact)
}
