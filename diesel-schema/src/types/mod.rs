//! The types that Diesel sees in columns, by database.

mod alias;
mod mysql;
mod postgres;
mod sqlite;

pub use alias::{TypeNames, sql_type};
pub(crate) use alias::{TypeSpelling, same_type};
use autogen_diff_core::model::Column;
use autogen_diff_core::{Dialect, Schema};

/// A type as Diesel infers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Inferred {
    /// The type's name in the database, or Diesel's own where the two are the same.
    pub(crate) sql_name: String,
    /// The PostgreSQL schema that the type is in.
    pub(crate) schema: Option<String>,
    pub(crate) nullable: bool,
    pub(crate) array: bool,
    pub(crate) unsigned: bool,
    pub(crate) max_length: Option<u64>,
}

/// The type of a column; `None` when Diesel has none and knows no way around it.
pub(crate) fn inferred(
    schema: &Schema,
    column: &Column,
    is_domain_kept: &dyn Fn(&str) -> bool,
) -> Option<Inferred> {
    match schema.dialect {
        Dialect::Postgres => Some(postgres::inferred(schema, column, is_domain_kept)),
        Dialect::Mysql => mysql::inferred(column),
        Dialect::Sqlite => sqlite::inferred(column),
    }
}

/// Whether Diesel has a type of this name for the database, so that the file need not make one.
pub(crate) fn is_provided(dialect: Dialect, name: &str) -> bool {
    let own: &[&str] = match dialect {
        Dialect::Postgres => postgres::PROVIDED,
        Dialect::Mysql => mysql::PROVIDED,
        Dialect::Sqlite => &[],
    };
    COMMON.contains(&name) || own.contains(&name)
}

/// What `diesel::sql_types` has for every database.
const COMMON: [&str; 30] = [
    "Bool",
    "Integer",
    "SmallInt",
    "BigInt",
    "Binary",
    "Text",
    "Double",
    "Float",
    "Numeric",
    "Timestamp",
    "Date",
    "Time",
    "Float4",
    "Smallint",
    "Int2",
    "Int4",
    "Int8",
    "Bigint",
    "Float8",
    "Decimal",
    "VarChar",
    "Varchar",
    "Char",
    "Tinytext",
    "Mediumtext",
    "Longtext",
    "Tinyblob",
    "Blob",
    "Mediumblob",
    "Longblob",
];
