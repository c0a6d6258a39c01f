//! How a column is cast: which casts the server makes by itself (`pg_cast` with context a or i), and the others.
//! What they do to values is in `crate::casts`.

use super::extension_casts;
use crate::casts::Declared;

/// Whether the server casts by itself on assignment, so that `USING` is not
/// needed; with it a loud failure could become a silent loss.
pub(super) fn is_assignment(from: &str, to: &str) -> bool {
    let (from, to) = (Declared::parse(from), Declared::parse(to));
    if from.name == to.name && from.array == to.array {
        return true;
    }
    if from.is_from_namespace() && from.array == to.array {
        // A type that is not the server's may have a cast to text that is explicit (CREATE CAST), as semver's.
        return false;
    }
    if from.array != to.array {
        return to.is_text() && !to.array;
    }
    let number = |family: Family| matches!(family, Family::Integer(_) | Family::Numeric | Family::Float(_));
    let (a, b) = (from.family(), to.family());
    to.is_text()
        || (number(a) && number(b))
        || (matches!(a, Family::Timestamp | Family::Date) && matches!(b, Family::Timestamp | Family::Date))
        || (a == Family::Timestamp && b == Family::Time && (from.has_zone() || !to.has_zone()))
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

/// A value of one type as it is assigned to a column of another one.
pub(crate) fn cast(value: &str, from: &str, to: &str) -> String {
    if is_assignment(from, to) { value.to_owned() } else { explicit(value, from, to) }
}

/// An explicit cast, given a column's quoted name. Where there is none between two types, as between two
/// enum types, it goes by way of the value's text; a value that becomes an array is its only element.
pub(super) fn explicit(column: &str, from: &str, to: &str) -> String {
    let (a, b) = (Declared::parse(from), Declared::parse(to));
    if b.is_text() && a.array == b.array {
        // Its length is held to by the assignment, which fails where an explicit cast would cut.
        return format!("{column}::text{}", if b.array { "[]" } else { "" });
    }
    let is_fraction = matches!(a.family(), Family::Numeric | Family::Float(_));
    match (a.array, b.array) {
        // The text of a number with digits behind its point is no truth value.
        (false, false) if is_fraction && b.name == "boolean" => format!("{column} <> 0"),
        (false, true) if !a.is_text() => {
            format!("CASE WHEN {column} IS NOT NULL THEN ARRAY[{column}]{} END::{to}", through(&a, &b))
        }
        (true, true) => format!("{column}{}::{to}", through(&a, &b)),
        // The text of an array is none of JSON's: `{}` would be an object.
        (true, false) if ["json", "jsonb"].contains(&b.name.as_str()) => format!("to_{}({column})", b.name),
        (true, false) => format!("{column}::text::{to}"),
        (false, true | false) => format!("{column}{}::{to}", through(&a, &b)),
    }
}

/// The cast in between, where two element types have none: to the text, or of a truth value to the only number it has one to.
fn through(from: &Declared, to: &Declared) -> String {
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
    let listed = direct.contains(&(from.name.as_str(), to.name.as_str()))
        || extension_casts::is_cast(&from.name, &to.name);
    let number = |a: &Declared| matches!(a.family(), Family::Integer(_) | Family::Numeric | Family::Float(_));
    if from.is_text() || listed || from.name == to.name || (number(from) && number(to)) {
        return String::new();
    }
    let between = if from.name == "boolean" && number(to) { "integer" } else { "text" };
    format!("::{between}{}", if to.array { "[]" } else { "" })
}

/// Whether the type change may leave a foreign key without an equality operator
/// between its two sides.
pub(crate) fn changes_family(from: &str, to: &str) -> bool {
    let (from, to) = (Declared::parse(from), Declared::parse(to));
    let (a, b) = (from.family(), to.family());
    let alike = matches!((a, b), (Family::Integer(_), Family::Integer(_)) | (Family::Text, Family::Text));
    !(from.name == to.name || alike)
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

impl Declared {
    /// Whether it is none of the server's own types, which are read without a namespace.
    fn is_from_namespace(&self) -> bool {
        self.name.contains('.')
    }

    fn is_text(&self) -> bool {
        self.family() == Family::Text
    }

    fn has_zone(&self) -> bool {
        self.name.ends_with("with time zone")
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cast_of_an_extension_is_taken_and_no_text_in_between() {
        assert_eq!(explicit("h", "public.hstore", "jsonb"), "h::jsonb");
        assert_eq!(explicit("g", "gis.geometry(Point,4326)", "gis.geography"), "g::gis.geography");
        assert_eq!(explicit("i", "inet", "public.ip4r"), "i::text::public.ip4r");
        assert_eq!(explicit("i", "app.mood", "app.other"), "i::text::app.other");
    }

    #[test]
    fn text_takes_everything_and_gives_nothing_by_itself() {
        assert!(is_assignment("uuid", "text"));
        assert!(!is_assignment("text", "uuid"));
        assert!(!is_assignment("text", "integer"));
        assert!(is_assignment("character varying(5)", "character varying(3)"));
        assert!(!is_assignment("public.semver", "text"));
        assert_eq!(explicit("v", "public.semver", "character varying(5)"), "v::text");
        assert_eq!(explicit("v", "public.ip4r[]", "text[]"), "v::text[]");
    }
}
