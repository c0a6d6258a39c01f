//! Diesel's type for an SQL type that an attribute states.

/// The type of `diesel::sql_types`, without `Nullable`; `None` when Diesel has none of that name.
pub fn named_diesel_type(sql_type: &str) -> Option<String> {
    let text = sql_type.trim().to_lowercase();
    if let Some(element) = text.strip_suffix("[]") {
        return named_diesel_type(element).map(|element| format!("Array<Nullable<{element}>>"));
    }
    if let Some(signed) = text.strip_suffix(" unsigned") {
        return named_diesel_type(signed).map(|signed| format!("Unsigned<{signed}>"));
    }
    // What is in parentheses is a size: `timestamp(3) with time zone`.
    let without_size = match (text.find('('), text.find(')')) {
        (Some(open), Some(close)) if close > open => format!("{}{}", &text[..open], &text[close + 1..]),
        _ => text.clone(),
    };
    let words = without_size.split_whitespace().collect::<Vec<_>>().join(" ");
    let found = match words.as_str() {
        "boolean" | "bool" => "Bool",
        "tinyint" if text == "tinyint(1)" => "Bool",
        "tinyint" => "TinyInt",
        "smallint" | "int2" | "smallserial" => "SmallInt",
        "integer" | "int" | "int4" | "serial" => "Integer",
        "bigint" | "int8" | "bigserial" => "BigInt",
        "real" | "float4" | "float" => "Float",
        "double precision" | "float8" | "double" => "Double",
        "numeric" | "decimal" => "Numeric",
        "varchar" | "character varying" | "text" | "char" | "character" | "bpchar" | "tinytext"
        | "mediumtext" | "longtext" => "Text",
        "citext" => "Citext",
        "bytea" | "blob" | "binary" | "varbinary" | "tinyblob" | "mediumblob" | "longblob" => "Binary",
        "date" => "Date",
        "time" | "time without time zone" => "Time",
        "timestamp" | "timestamp without time zone" => "Timestamp",
        "timestamptz" | "timestamp with time zone" => "Timestamptz",
        "datetime" => "Datetime",
        "interval" => "Interval",
        "uuid" => "Uuid",
        "json" => "Json",
        "jsonb" => "Jsonb",
        "inet" => "Inet",
        "cidr" => "Cidr",
        "macaddr" => "MacAddr",
        "macaddr8" => "MacAddr8",
        "money" => "Money",
        "oid" => "Oid",
        "pg_lsn" => "PgLsn",
        "int4range" => "Int4range",
        "int8range" => "Int8range",
        "numrange" => "Numrange",
        "tsrange" => "Tsrange",
        "tstzrange" => "Tstzrange",
        "daterange" => "Daterange",
        "int4multirange" => "Int4multirange",
        "int8multirange" => "Int8multirange",
        "nummultirange" => "Nummultirange",
        "tsmultirange" => "Tsmultirange",
        "tstzmultirange" => "Tstzmultirange",
        "datemultirange" => "Datemultirange",
        "\"char\"" => "CChar",
        _ => return None,
    };
    Some(found.to_owned())
}
