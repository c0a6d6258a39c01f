//! Structs and enums as the model of a database. `autogen -m "what changed"` reads them from the source and writes the
//! migration; the derives check, while the project is compiled, that they can be read.
//!
//! ```
//! # use std::marker::PhantomData as DateTime;
//! # struct Utc;
//! # #[derive(autogen_model::Model)] struct Org { #[model(primary_key, identity)] id: i64 }
//! #[derive(autogen_model::Model)]
//! #[model(table = "users", index(columns(org_id, created_at desc), where_ = "deleted_at is null"))]
//! pub struct User {
//!     #[model(primary_key, identity)]
//!     pub id: i64,
//!     #[model(unique, max_length = 255)]
//!     pub email: String,
//!     #[model(references = Org, on_delete = cascade)]
//!     pub org_id: i64,
//!     #[model(default = "now()")]
//!     pub created_at: DateTime<Utc>,
//!     pub deleted_at: Option<DateTime<Utc>>,
//! }
//! ```
//!
//! With `#[model(diesel = postgres)]` (or `mysql`, `sqlite`) a derive also writes what Diesel needs: `table!` and `joinable!`
//! for a struct, the SQL type and its conversions for an enum. `docs/models.md` of the repository lists all attributes.

mod diesel_table;
mod diesel_value;
mod names;

use autogen_model_core as core;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// A struct as a table, its fields as columns.
#[proc_macro_derive(Model, attributes(model))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::table(&input, 0, &[]).and_then(|table| diesel_table::expanded(&input, &table)))
}

/// An enum as a type of the database: an enum type on PostgreSQL, `ENUM` on MySQL, text with a check on SQLite.
#[proc_macro_derive(Enum, attributes(model))]
pub fn enumeration(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::enum_type(&input, 0, &[]).and_then(|item| diesel_value::of_enum(&input, &item)))
}

/// A struct around one value, which is what the value is to the database, or what `sql_type` says.
#[proc_macro_derive(Type, attributes(model))]
pub fn new_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::new_type(&input, 0, &[]).and_then(|item| diesel_value::of_new_type(&input, &item)))
}

fn answer(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}
