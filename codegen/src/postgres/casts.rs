//! What a change of type does to values: which casts lose, which may fail, and
//! which the server makes by itself (`pg_cast` with context a or i).

/// What a cast does to the values of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// Every value fits.
    Lossless,
    /// A value that does not fit is an error.
    MayFail,
    /// A value that does not fit is rounded or cut silently.
    Loses,
}

/// Pairs of types between which values are cut or rounded without an error.
const LOSSES: [(&str, &str); 4] =
    [("inet", "cidr"), ("json", "jsonb"), ("numeric", "money"), ("double precision", "money")];

fn is_interval(of: &Type) -> bool {
    of.name.starts_with("interval")
}

/// Whether an interval has all of its fields.
fn is_all_of_interval(of: &Type) -> bool {
    of.name == "interval"
}

/// What the cast from one type to another does.
pub(crate) fn effect(from: &str, to: &str) -> Effect {
    let (from, to) = (Type::parse(from), Type::parse(to));
    if from == to || (to.is_text() && to.arguments.is_empty() && to.array == from.array) {
        return Effect::Lossless;
    }
    if from.array != to.array {
        return Effect::MayFail;
    }
    match (from.family(), to.family()) {
        (Family::Integer(a), Family::Integer(b)) if a <= b => Effect::Lossless,
        (Family::Integer(_), Family::Numeric) if to.arguments.is_empty() => Effect::Lossless,
        (Family::Numeric, Family::Numeric) => numeric(&from.arguments, &to.arguments),
        (Family::Numeric | Family::Float(_), Family::Integer(_)) => Effect::Loses,
        (Family::Float(a), Family::Float(b)) if a <= b => Effect::Lossless,
        (Family::Float(_) | Family::Numeric, Family::Float(_)) => Effect::Loses,
        (Family::Float(_), Family::Numeric) => Effect::Loses,
        (Family::Text, Family::Text) => text(&from, &to),
        (Family::Timestamp, Family::Date | Family::Time) => Effect::Loses,
        // Without its zone a moment becomes what the session's clock shows then.
        (Family::Timestamp | Family::Time, Family::Timestamp | Family::Time)
            if from.has_zone() && !to.has_zone() =>
        {
            Effect::Loses
        }
        (Family::Timestamp, Family::Timestamp) | (Family::Time, Family::Time) => {
            if to.second_digits() < from.second_digits() { Effect::Loses } else { Effect::Lossless }
        }
        // A float has 24 or 53 binary digits.
        (Family::Integer(a), Family::Float(b)) => {
            if a < b {
                Effect::Lossless
            } else {
                Effect::Loses
            }
        }
        (Family::Other, Family::Other) if is_interval(&from) && is_interval(&to) => {
            let narrower = !is_all_of_interval(&to) || to.second_digits() < from.second_digits();
            if narrower { Effect::Loses } else { Effect::Lossless }
        }
        _ if LOSSES.contains(&(from.name.as_str(), to.name.as_str())) => Effect::Loses,
        // Both are cut at their length.
        (Family::Text, Family::Other) if matches!(to.name.as_str(), "name" | "\"char\"") => Effect::Loses,
        (Family::Date, Family::Timestamp) => Effect::Lossless,
        _ => Effect::MayFail,
    }
}

/// What a cast that loses does to a value.
pub(crate) fn loss(from: &str, to: &str) -> &'static str {
    let (from, to) = (Type::parse(from), Type::parse(to));
    match (from.family(), to.family()) {
        (Family::Timestamp, Family::Date) => "drops the time of day without an error",
        (Family::Timestamp, Family::Time) => "drops the date without an error",
        (Family::Timestamp | Family::Time, Family::Timestamp | Family::Time)
            if from.has_zone() && !to.has_zone() =>
        {
            "drops the zone: a moment becomes what the clock of the session's TimeZone shows"
        }
        _ if from.name == "json" && to.name == "jsonb" => {
            "drops repeated keys, their order and white space without an error"
        }
        _ => "rounds or cuts values without an error",
    }
}

/// Whether the server casts by itself on assignment, so that `USING` is not
/// needed; with it a loud failure could become a silent loss.
pub(super) fn is_assignment(from: &str, to: &str) -> bool {
    let (from, to) = (Type::parse(from), Type::parse(to));
    if from.name == to.name && from.array == to.array {
        return true;
    }
    if from.array != to.array {
        return to.is_text() && !to.array;
    }
    let number = |family: Family| matches!(family, Family::Integer(_) | Family::Numeric | Family::Float(_));
    let (a, b) = (from.family(), to.family());
    to.is_text()
        || (number(a) && number(b))
        || (matches!(a, Family::Timestamp | Family::Date) && matches!(b, Family::Timestamp | Family::Date))
        || (a == Family::Timestamp && b == Family::Time)
        || matches!(
            (from.name.as_str(), to.name.as_str()),
            ("json", "jsonb")
                | ("jsonb", "json")
                | ("cidr", "inet")
                | ("inet", "cidr")
                | ("bit", "bit varying")
                | ("bit varying", "bit")
                | ("time without time zone", "interval")
                | ("xml", "text")
                | ("money", "numeric")
                | ("numeric", "money")
                | ("integer", "money")
                | ("bigint", "money")
                | ("integer", "oid")
                | ("bigint", "oid")
        )
}

/// An explicit cast, given a column's quoted name. Where there is none between two types, as between two
/// enum types, it goes by way of the value's text; a value that becomes an array is its only element.
pub(super) fn explicit(column: &str, from: &str, to: &str) -> String {
    let (a, b) = (Type::parse(from), Type::parse(to));
    match (a.array, b.array) {
        (false, true) if !a.is_text() => {
            format!(
                "CASE WHEN {column} IS NOT NULL THEN ARRAY[{column}]{} END::{to}",
                through(&a, &b, "::text[]")
            )
        }
        (true, true) => format!("{column}{}::{to}", through(&a, &b, "::text[]")),
        (true, false) => format!("{column}::text::{to}"),
        (false, true | false) => format!("{column}{}::{to}", through(&a, &b, "::text")),
    }
}

/// The text in between, where two element types have no cast.
fn through<'a>(from: &Type, to: &Type, text: &'a str) -> &'a str {
    let direct = [
        ("integer", "boolean"),
        ("boolean", "integer"),
        ("jsonb", "boolean"),
        ("jsonb", "integer"),
        ("jsonb", "bigint"),
        ("jsonb", "smallint"),
        ("jsonb", "numeric"),
        ("jsonb", "real"),
        ("jsonb", "double precision"),
        ("box", "point"),
        ("box", "polygon"),
        ("box", "circle"),
        ("circle", "point"),
        ("circle", "box"),
        ("circle", "polygon"),
        ("lseg", "point"),
        ("path", "polygon"),
        ("polygon", "point"),
        ("polygon", "path"),
        ("polygon", "box"),
        ("polygon", "circle"),
        ("point", "box"),
        ("macaddr", "macaddr8"),
        ("macaddr8", "macaddr"),
        ("time with time zone", "time without time zone"),
    ];
    let listed = direct.contains(&(from.name.as_str(), to.name.as_str()));
    let number = |a: &Type| matches!(a.family(), Family::Integer(_) | Family::Numeric | Family::Float(_));
    if from.is_text() || listed || from.name == to.name || (number(from) && number(to)) { "" } else { text }
}

/// Whether the type change may leave a foreign key without an equality operator
/// between its two sides.
pub(crate) fn changes_family(from: &str, to: &str) -> bool {
    let (from, to) = (Type::parse(from), Type::parse(to));
    let (a, b) = (from.family(), to.family());
    let alike = matches!((a, b), (Family::Integer(_), Family::Integer(_)) | (Family::Text, Family::Text));
    !(from.name == to.name || alike)
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Type {
    name: String,
    arguments: Vec<i64>,
    array: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Integer(u8),
    Numeric,
    Float(u8),
    Text,
    Timestamp,
    Date,
    Time,
    Other,
}

impl Type {
    /// Reads what `format_type` writes: `numeric(10,2)`, `character varying(5)[]`,
    /// `timestamp(3) with time zone`.
    fn parse(text: &str) -> Self {
        let (text, array) = text.strip_suffix("[]").map_or((text, false), |text| (text, true));
        let Some((head, rest)) = text.split_once('(') else {
            return Self { name: text.to_owned(), arguments: Vec::new(), array };
        };
        let (arguments, tail) = rest.split_once(')').unwrap_or((rest, ""));
        let arguments = arguments.split(',').filter_map(|number| number.trim().parse().ok()).collect();
        Self { name: format!("{head}{tail}"), arguments, array }
    }

    fn is_text(&self) -> bool {
        self.family() == Family::Text
    }

    fn has_zone(&self) -> bool {
        self.name.ends_with("with time zone")
    }

    /// The digits behind a second's point.
    fn second_digits(&self) -> i64 {
        self.arguments.first().copied().unwrap_or(6)
    }

    fn family(&self) -> Family {
        match self.name.as_str() {
            "smallint" => Family::Integer(2),
            "integer" => Family::Integer(4),
            "bigint" => Family::Integer(8),
            "numeric" => Family::Numeric,
            "real" => Family::Float(4),
            "double precision" => Family::Float(8),
            "text" | "character varying" | "character" => Family::Text,
            "timestamp without time zone" | "timestamp with time zone" => Family::Timestamp,
            "date" => Family::Date,
            "time without time zone" | "time with time zone" => Family::Time,
            _ => Family::Other,
        }
    }
}

fn numeric(from: &[i64], to: &[i64]) -> Effect {
    let scale = |arguments: &[i64]| arguments.get(1).copied().unwrap_or(0);
    match (from, to) {
        (_, []) => Effect::Lossless,
        ([], _) => Effect::Loses,
        (from, to) if scale(to) < scale(from) => Effect::Loses,
        (from, to) if to[0] - scale(to) < from[0] - scale(from) => Effect::MayFail,
        _ => Effect::Lossless,
    }
}

fn text(from: &Type, to: &Type) -> Effect {
    match (from.arguments.first(), to.arguments.first()) {
        (Some(a), Some(b)) if a <= b => Effect::Lossless,
        (_, None) => Effect::Lossless,
        (Some(_) | None, Some(_)) => Effect::MayFail,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn narrowing_is_told_from_widening() {
        assert_eq!(effect("integer", "bigint"), Effect::Lossless);
        assert_eq!(effect("bigint", "integer"), Effect::MayFail);
        assert_eq!(effect("numeric(10,4)", "numeric(10,2)"), Effect::Loses);
        assert_eq!(effect("numeric(10,2)", "numeric(12,2)"), Effect::Lossless);
        assert_eq!(effect("character varying(5)", "text"), Effect::Lossless);
        assert_eq!(effect("text", "character varying(5)"), Effect::MayFail);
        assert_eq!(effect("timestamp with time zone", "date"), Effect::Loses);
        for (from, to) in [
            ("bigint", "real"),
            ("integer", "real"),
            ("bigint", "double precision"),
            ("bigint[]", "real[]"),
            ("interval", "interval(0)"),
            ("interval", "interval year"),
            ("time without time zone", "time(0) without time zone"),
            ("time with time zone", "time without time zone"),
            ("timestamp with time zone", "timestamp without time zone"),
            ("inet", "cidr"),
            ("numeric", "money"),
            ("character varying(80)", "name"),
            ("text", "\"char\""),
            ("json", "jsonb"),
        ] {
            assert_eq!(effect(from, to), Effect::Loses, "{from} to {to}");
        }
        assert_eq!(effect("smallint", "real"), Effect::Lossless);
        assert_eq!(effect("integer", "double precision"), Effect::Lossless);
        assert_eq!(effect("interval(0)", "interval"), Effect::Lossless);
    }

    #[test]
    fn text_takes_everything_and_gives_nothing_by_itself() {
        assert!(is_assignment("uuid", "text"));
        assert!(!is_assignment("text", "uuid"));
        assert!(!is_assignment("text", "integer"));
        assert!(is_assignment("character varying(5)", "character varying(3)"));
    }
}
