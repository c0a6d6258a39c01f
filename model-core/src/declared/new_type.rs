//! What holds one value under another name.

use proc_macro2::Span;

use super::{PerDatabase, Place, Size};
use crate::database::Database;
use crate::types::FieldType;

/// What holds one value under another name: a struct of one field, or an alias.
#[derive(Clone, Debug)]
pub struct NewType {
    /// The struct's name.
    pub rust_name: String,
    /// The modules that it is in.
    pub module: Vec<String>,
    /// The struct.
    pub place: Place,
    /// What it holds.
    pub inner: FieldType,
    /// The SQL type, when it is stated.
    pub sql_type: PerDatabase,
    /// Diesel's type, when it is stated.
    pub diesel_type: Option<syn::Type>,
    /// How long it is.
    pub size: Size,
    /// Whether a name for Diesel's type is wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}
