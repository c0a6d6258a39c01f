//! Diesel's many names for one type (`diesel::sql_types`), and the SQL that makes a column of it.

use autogen_diff_core::Dialect;

use crate::file::{Column, ColumnType};

/// The name that stands for all aliases.
fn canonical(dialect: Dialect, name: &str) -> &str {
    match (dialect, name) {
        (_, "SmallInt" | "Smallint" | "Int2" | "SmallSerial") => "Int2",
        (_, "Integer" | "Int4" | "Serial") => "Int4",
        (_, "BigInt" | "Bigint" | "Int8" | "BigSerial") => "Int8",
        (_, "Float" | "Float4") => "Float4",
        (Dialect::Sqlite, "Numeric" | "Decimal" | "Double" | "Float8") => "Float8",
        (_, "Double" | "Float8") => "Float8",
        (_, "Numeric" | "Decimal") => "Numeric",
        (_, "TinyInt" | "Tinyint") => "TinyInt",
        (_, "VarChar" | "Varchar") => "Varchar",
        (Dialect::Sqlite, "Json" | "TimestamptzSqlite") => "Text",
        (Dialect::Sqlite, "Jsonb") => "Binary",
        (Dialect::Postgres, "Binary" | "Bytea") => "Bytea",
        (_, "MacAddr" | "Macaddr") => "Macaddr",
        (_, "MacAddr8" | "Macaddr8") => "Macaddr8",
        (_, "Range<Integer>" | "Range<Int4>") => "Int4range",
        (_, "Range<BigInt>" | "Range<Bigint>" | "Range<Int8>") => "Int8range",
        (_, "Range<Numeric>" | "Range<Decimal>") => "Numrange",
        (_, "Range<Timestamp>") => "Tsrange",
        (_, "Range<Timestamptz>") => "Tstzrange",
        (_, "Range<Date>") => "Daterange",
        (_, "Multirange<Integer>" | "Multirange<Int4>") => "Int4multirange",
        (_, "Multirange<BigInt>" | "Multirange<Bigint>" | "Multirange<Int8>") => "Int8multirange",
        (_, "Multirange<Numeric>" | "Multirange<Decimal>") => "Nummultirange",
        (_, "Multirange<Timestamp>") => "Tsmultirange",
        (_, "Multirange<Timestamptz>") => "Tstzmultirange",
        (_, "Multirange<Date>") => "Datemultirange",
        (_, other) => other,
    }
}

const TEXTS: [&str; 8] = ["Text", "Varchar", "Bpchar", "Char", "Tinytext", "Mediumtext", "Longtext", "Clob"];
const BLOBS: [&str; 7] = ["Binary", "Blob", "Tinyblob", "Mediumblob", "Longblob", "Varbinary", "Bit"];

/// How exactly a file names types.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TypeSpelling {
    /// As Diesel prints them: by the database's own types.
    Printed,
    /// As a person writes them: by what Diesel reads, which is one type for many of the database's.
    ByHand,
}

/// Whether two columns are of one type in the database, wherever the file can tell.
pub(crate) fn same_type(dialect: Dialect, spelling: TypeSpelling, old: &Column, new: &Column) -> bool {
    if old.ty.array != new.ty.array || old.ty.unsigned != new.ty.unsigned {
        return false;
    }
    if let (Some(old), Some(new)) = (&old.ty.custom, &new.ty.custom) {
        return dialect == Dialect::Mysql || (&old.sql_name, &old.schema) == (&new.sql_name, &new.schema);
    }
    let names = [&old.ty, &new.ty].map(|ty| canonical(dialect, &ty.rust_name));
    let read_alike = || match spelling {
        TypeSpelling::Printed => false,
        TypeSpelling::ByHand => read_alike(dialect, names),
    };
    names[0] == names[1] || same_text(dialect, names, new) || read_alike()
}

/// What Diesel reads as one type: its aliases, MySQL's two kinds of a date with a time, and the storage classes of SQLite.
fn read_alike(dialect: Dialect, names: [&str; 2]) -> bool {
    let classes: &[&[&str]] = match dialect {
        Dialect::Postgres => &[&TEXTS, &["Bytea", "Blob", "Tinyblob", "Mediumblob", "Longblob", "Varbinary"]],
        Dialect::Mysql => &[&TEXTS, &BLOBS, &["Datetime", "Timestamp"]],
        Dialect::Sqlite => &[
            &["Bool", "Int2", "Int4", "Int8"],
            &["Float4", "Float8"],
            &["Text", "Varchar", "Bpchar", "Char", "Clob", "Timestamp", "Date", "Time"],
        ],
    };
    classes.iter().any(|class| names.iter().all(|name| class.contains(name)))
}

/// What is one type to Diesel and more than one to the database.
fn same_text(dialect: Dialect, [old, new]: [&str; 2], after: &Column) -> bool {
    let both = |names: &[&str]| names.contains(&old) && names.contains(&new);
    match dialect {
        Dialect::Sqlite => both(&TEXTS) || both(&BLOBS),
        // No printed file has these, so they say no more than that it is a text.
        Dialect::Postgres => both(&TEXTS) && matches!(new, "Char" | "Tinytext" | "Mediumtext" | "Longtext"),
        Dialect::Mysql => new == "Binary" && after.max_length.is_none() && both(&BLOBS),
    }
}

/// How a type of the file's own is named in SQL.
pub struct TypeNames<'a> {
    /// The schema of those that state none.
    pub default_namespace: Option<&'a str>,
    /// Quotes a name.
    pub quote: &'a dyn Fn(&str) -> String,
}

/// The SQL type that a column of a file is made with.
///
/// # Errors
/// In words, when the file does not say enough.
pub fn sql_type(dialect: Dialect, column: &Column, names: &TypeNames<'_>) -> Result<String, String> {
    let ColumnType { rust_name, custom, nullable: _, array, unsigned } = &column.ty;
    let length = column.max_length.map(|length| format!("({length})"));
    let name = canonical(dialect, rust_name);
    let base = match (dialect, custom) {
        (Dialect::Postgres, Some(custom)) => {
            let schema = custom.schema.as_deref().or(names.default_namespace);
            let schema = schema.map(|schema| (names.quote)(schema) + ".");
            schema.unwrap_or_default() + &(names.quote)(&custom.sql_name)
        }
        (Dialect::Postgres, None) => postgres(name, length.as_deref()),
        (Dialect::Mysql, custom) => {
            mysql(custom.as_ref().map_or(name, |custom| &custom.sql_name), length.as_deref())
        }
        (Dialect::Sqlite, _) => sqlite(name),
    };
    if base.is_empty() {
        return Err(format!(
            "{column}: schema.rs does not say what the type {rust_name} is made of",
            column = column.sql_name
        ));
    }
    let unsigned = if *unsigned { " unsigned" } else { "" };
    let array = if *array { "[]" } else { "" };
    Ok(format!("{base}{unsigned}{array}"))
}

fn postgres(name: &str, length: Option<&str>) -> String {
    let plain = match name {
        "Bool" => "boolean",
        "Int2" => "smallint",
        "Int4" => "integer",
        "Int8" => "bigint",
        "Float4" => "real",
        "Float8" => "double precision",
        "Varchar" => return format!("character varying{}", length.unwrap_or_default()),
        "Bpchar" => return format!("character{}", length.unwrap_or_default()),
        "Bit" => return format!("bit{}", length.unwrap_or_default()),
        "Text" | "Char" | "Tinytext" | "Mediumtext" | "Longtext" => "text",
        "Timestamp" => "timestamp without time zone",
        "Timestamptz" => "timestamp with time zone",
        "Time" => "time without time zone",
        "Blob" | "Tinyblob" | "Mediumblob" | "Longblob" | "Varbinary" => "bytea",
        "PgLsn" => "pg_lsn",
        "Numeric" | "Money" | "Bytea" | "Date" | "Interval" | "Uuid" | "Json" | "Jsonb" | "Inet" | "Cidr"
        | "Macaddr" | "Macaddr8" | "Oid" | "Citext" | "Int4range" | "Int8range" | "Numrange" | "Tsrange"
        | "Tstzrange" | "Daterange" | "Int4multirange" | "Int8multirange" | "Nummultirange"
        | "Tsmultirange" | "Tstzmultirange" | "Datemultirange" => return name.to_lowercase(),
        _ => "",
    };
    plain.to_owned()
}

fn mysql(name: &str, length: Option<&str>) -> String {
    let plain = match name {
        "Bool" => "tinyint(1)",
        "TinyInt" => "tinyint",
        "Int2" => "smallint",
        "Int4" => "int",
        "Int8" => "bigint",
        "Float4" => "float",
        "Float8" => "double",
        "Numeric" => "decimal",
        "Varchar" => return format!("varchar{}", length.unwrap_or("(255)")),
        "Char" => return format!("char{}", length.unwrap_or_default()),
        "Varbinary" => return format!("varbinary{}", length.unwrap_or("(255)")),
        "Binary" => return length.map_or_else(|| "blob".to_owned(), |length| format!("binary{length}")),
        "Text" | "Tinytext" | "Mediumtext" | "Longtext" | "Blob" | "Tinyblob" | "Mediumblob" | "Longblob"
        | "Bit" | "Date" | "Time" | "Datetime" | "Timestamp" | "Json" | "year" | "mediumint" => {
            return name.to_lowercase();
        }
        _ => "",
    };
    plain.to_owned()
}

fn sqlite(name: &str) -> String {
    let plain = match name {
        "Bool" => "boolean",
        "Int2" => "smallint",
        "Int4" => "integer",
        "Int8" => "bigint",
        "Float4" => "real",
        "Float8" => "double",
        "Binary" | "Blob" | "Tinyblob" | "Mediumblob" | "Longblob" | "Varbinary" => "blob",
        "Timestamp" => "timestamp",
        "Date" => "date",
        "Time" => "time",
        text if TEXTS.contains(&text) => "text",
        _ => "",
    };
    plain.to_owned()
}
