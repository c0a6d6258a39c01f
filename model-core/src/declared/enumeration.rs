//! An enum: a type, or a check.

use proc_macro2::Span;

use super::{Place, Text};
use crate::database::Database;

/// An enum: a type, or a check.
#[derive(Clone, Debug)]
pub struct EnumType {
    /// The enum's name.
    pub rust_name: String,
    /// The modules that it is in.
    pub module: Vec<String>,
    /// The enum.
    pub place: Place,
    /// The type's name.
    pub name: Text,
    /// The PostgreSQL schema.
    pub schema: Option<Text>,
    /// The values, in order.
    pub values: Vec<EnumValue>,
    /// Its old name.
    pub renamed_from: Option<Text>,
    /// Whether it is text with a check everywhere.
    pub as_text: bool,
    /// Whether Diesel's traits are wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}

/// A variant: a value.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The variant.
    pub variant: syn::Ident,
    /// The value.
    pub value: String,
    /// Its old name.
    pub renamed_from: Option<Text>,
}
