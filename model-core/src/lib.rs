//! Structs as a database's model: what the attributes of `#[derive(autogen_model::Model)]` say, and the SQL that it is.
//!
//! It is pure: no file, no connection. The derive reads with the same code as `autogen -m`, so that what compiles is
//! what is understood; hence nothing heavy is needed here.

mod database;
mod declared;
mod naming;
mod read;
mod resolve;
mod scope;
mod sql;
mod types;

pub use database::Database;
pub use declared::{
    Action, Check, Column, ColumnKind, EnumType, EnumValue, Exclude, ForeignKey, Generated, Identity, Index,
    IndexKey, KeyOrder, KeyPart, NewType, PerDatabase, Place, PrimaryKey, Reference, Referenced, Size, Table,
    Text, Timing, Unique,
};
pub use naming::{Naming, NamingError};
pub use read::{Item, Module, enum_type, items, new_type, table};
pub use resolve::{Fault, Models};
pub use scope::Scope;
pub use sql::{ModelSql, SqlOptions, write};
pub use types::{FieldType, RustType, diesel_type, field_type, named_diesel_type};
