//! Diesel's `schema.rs`: what it says of a schema, written as `diesel print-schema` 2.3 writes it.
//!
//! It is pure: no file, no connection. What the file can't state (defaults, indexes, checks, views and so on) is
//! not there, and whoever reads it must leave that alone.

mod edit;
mod file;
mod infer;
mod names;
mod print;
mod read;
mod types;

pub use types::{TypeNames, sql_type};

pub use edit::{ColumnChange, Edit, edits};
pub use file::{Column, ColumnType, CustomType, Joinable, SchemaFile, Table, is_generated};
pub use infer::{InferOptions, TableFilter, infer};
pub use print::{AppearTogether, Docs, PrintOptions, print};
pub use read::{ReadError, read};
