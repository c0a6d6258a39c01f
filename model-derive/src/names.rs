//! The names of what the derives write.

use proc_macro2::Span;
use quote::format_ident;
use syn::{Ident, Path};

/// Diesel's SQL type of an enum or of a struct around a value: `MoodSql` for `Mood`.
pub(crate) fn sql_type(rust_name: &Ident) -> Ident {
    format_ident!("{rust_name}Sql")
}

/// A path whose last name is another one.
pub(crate) fn with_last(path: &Path, rename: impl Fn(&Ident) -> Ident) -> Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.ident = rename(&last.ident);
        last.arguments = syn::PathArguments::None;
    }
    path
}

/// A path as it is written one module further in.
pub(crate) fn from_inside(path: &Path) -> Path {
    let mut path = path.clone();
    let Some(first) = path.segments.first().map(|first| first.ident.clone()) else { return path };
    if path.leading_colon.is_some() || first == "crate" {
        return path;
    }
    let up = Ident::new("super", first.span());
    let mut segments = syn::punctuated::Punctuated::new();
    segments.push(up.into());
    segments.extend(path.segments.into_iter().skip(usize::from(first == "self")));
    path.segments = segments;
    path
}

/// The module that `table!` makes for a table.
pub(crate) fn module(table: &str, span: Span) -> Ident {
    let mut name: String = table.chars().map(|c| if c.is_alphanumeric() { c } else { '_' }).collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        name.insert(0, '_');
    }
    if syn::parse_str::<Ident>(&name).is_err() {
        name.push('_');
    }
    Ident::new(&name, span)
}
