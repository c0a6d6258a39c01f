//! The derives of `autogen-model`, whose documentation says what they do. Each reads with `autogen-model-core`, and writes
//! nothing but what Diesel needs.

mod enumeration;
mod names;
mod new_type;
mod table;
mod value;

use autogen_model_core as core;
use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// A struct as a table, its fields as columns.
#[proc_macro_derive(Model, attributes(model))]
pub fn model(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::table(&input, 0, &[]).and_then(|table| table::expanded(&input, &table)))
}

/// An enum as a type of the database: an enum type on PostgreSQL, `ENUM` on MySQL, text with a check on SQLite.
#[proc_macro_derive(Enum, attributes(model))]
pub fn enumeration(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::enum_type(&input, 0, &[]).and_then(|item| enumeration::expanded(&input, &item)))
}

/// A struct around one value, which is what the value is to the database, or what `sql_type` says.
#[proc_macro_derive(Type, attributes(model))]
pub fn new_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    answer(core::new_type(&input, 0, &[]).and_then(|item| new_type::expanded(&input, &item)))
}

fn answer(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.to_compile_error()).into()
}
