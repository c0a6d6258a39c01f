//! PostgreSQL: `information_schema.columns`, told from what `format_type` spells.

use autogen_diff_core::Schema;
use autogen_diff_core::definition_kind::DefinitionKind;
use autogen_diff_core::model::{Column, DefinitionParts};

use super::Inferred;

/// What `diesel::sql_types` has for PostgreSQL alone.
pub(super) const PROVIDED: &[&str] = &[
    "Varbinary",
    "Bit",
    "Cidr",
    "Citext",
    "Inet",
    "Jsonb",
    "MacAddr",
    "MacAddr8",
    "Money",
    "Oid",
    "Range",
    "Timestamptz",
    "Uuid",
    "Json",
    "PgLsn",
    "Record",
    "Interval",
    "Int4range",
    "Int8range",
    "Daterange",
    "Numrange",
    "Tsrange",
    "Tstzrange",
    "Int4multirange",
    "Int8multirange",
    "Datemultirange",
    "Nummultirange",
    "Tsmultirange",
    "Tstzmultirange",
    "SmallSerial",
    "BigSerial",
    "Serial",
    "Bytea",
    "Bpchar",
    "Macaddr",
    "Macaddr8",
];

/// `format_type`'s spelling and the name in `pg_type`, where the two differ.
const SPELLINGS: [(&str, &str); 16] = [
    ("smallint", "int2"),
    ("integer", "int4"),
    ("bigint", "int8"),
    ("real", "float4"),
    ("double precision", "float8"),
    ("boolean", "bool"),
    ("character varying", "varchar"),
    ("character", "bpchar"),
    ("\"char\"", "char"),
    ("bit varying", "varbit"),
    ("timestamp without time zone", "timestamp"),
    ("timestamp with time zone", "timestamptz"),
    ("time without time zone", "time"),
    ("time with time zone", "timetz"),
    ("bit", "bit"),
    ("numeric", "numeric"),
];

pub(super) fn inferred(schema: &Schema, column: &Column, is_domain_kept: &dyn Fn(&str) -> bool) -> Inferred {
    let mut nullable = column.nullable;
    let mut spelled = column.data_type.clone();
    // A domain is its base type, unless the settings keep it.
    while let Some((base, not_null)) = domain(schema, &spelled) {
        nullable &= !not_null;
        if is_domain_kept(&parts(&spelled).1) {
            let max_length = max_length(&base);
            let (namespace, sql_name) = parts(&spelled);
            return Inferred {
                sql_name,
                schema: namespace,
                nullable,
                array: false,
                unsigned: false,
                max_length,
            };
        }
        spelled = base;
    }
    let array = spelled.ends_with("[]");
    let element = spelled.trim_end_matches("[]");
    let (namespace, sql_name) = parts(element);
    let max_length = if array { None } else { max_length(element) };
    Inferred { sql_name, schema: namespace, nullable, array, unsigned: false, max_length }
}

/// The base type of a domain, and whether it is `NOT NULL`.
fn domain(schema: &Schema, spelled: &str) -> Option<(String, bool)> {
    let definition = schema.definition(&(DefinitionKind::Domain, spelled.to_owned()))?;
    match &definition.parts {
        DefinitionParts::Domain(parts) => Some((parts.base.clone(), parts.not_null)),
        _ => None,
    }
}

/// The schema and the name in `pg_type`, without length and precision.
fn parts(spelled: &str) -> (Option<String>, String) {
    let plain = without_modifier(spelled);
    if let Some((_, name)) = SPELLINGS.iter().find(|(spelling, _)| *spelling == plain) {
        return (Some("pg_catalog".to_owned()), (*name).to_owned());
    }
    if plain.starts_with("interval") {
        return (Some("pg_catalog".to_owned()), "interval".to_owned());
    }
    let (namespace, name) = split_qualified(&plain);
    (Some(namespace.unwrap_or_else(|| "pg_catalog".to_owned())), name)
}

/// `timestamp(3) with time zone` is `timestamp with time zone`; parentheses in quotes stay.
fn without_modifier(spelled: &str) -> String {
    let (mut plain, mut quoted, mut depth) = (String::new(), false, 0_u32);
    for c in spelled.chars() {
        match c {
            '"' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                continue;
            }
            _ => {}
        }
        if depth == 0 {
            plain.push(c);
        }
    }
    plain
}

/// Takes `app."Mood"` apart.
fn split_qualified(name: &str) -> (Option<String>, String) {
    let mut quoted = false;
    let dot = name.char_indices().find(|(_, c)| {
        quoted ^= *c == '"';
        *c == '.' && !quoted
    });
    let unquoted = |text: &str| match text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) {
        Some(inner) => inner.replace("\"\"", "\""),
        None => text.to_owned(),
    };
    match dot {
        Some((at, _)) => (Some(unquoted(&name[..at])), unquoted(&name[at + 1..])),
        None => (None, unquoted(name)),
    }
}

/// `character_maximum_length`: of character and bit strings.
fn max_length(spelled: &str) -> Option<u64> {
    let counted = ["character varying", "character", "bit varying", "bit"];
    let plain = without_modifier(spelled);
    let kind = counted.iter().find(|kind| plain == **kind)?;
    let modifier = spelled[kind.len()..].trim().strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    match modifier {
        Some(number) => number.parse().ok(),
        // Without a number these two have one place.
        None => matches!(*kind, "character" | "bit").then_some(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_are_taken_apart() {
        let named = |spelled: &str| {
            let (schema, name) = parts(spelled);
            format!("{}.{name}", schema.unwrap_or_default())
        };
        assert_eq!(named("timestamp(3) with time zone"), "pg_catalog.timestamptz");
        assert_eq!(named("app.\"Mood (x)\""), "app.Mood (x)");
        assert_eq!(named("public.vector(3)"), "public.vector");
        assert_eq!(named("interval day to second"), "pg_catalog.interval");
        assert_eq!(max_length("character varying(30)"), Some(30));
        assert_eq!(max_length("character varying"), None);
        assert_eq!(max_length("character"), Some(1));
        assert_eq!(max_length("numeric(10,2)"), None);
    }
}
