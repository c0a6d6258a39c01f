//! `#[derive(Type)]`: a struct around one value.

use syn::spanned::Spanned as _;
use syn::{Data, DeriveInput, Fields};

use super::column::size;
use super::grammar::{Errors, each_key, once, optional_database, per_database};
use super::unraw;
use crate::declared::{NewType, PerDatabase, Place, Size};
use crate::types::{RustType, field_type};

const KEYS: [&str; 7] =
    ["sql_type", "diesel_type", "max_length", "fixed_length", "precision", "scale", "diesel"];

/// Reads a struct of one field and its attributes.
///
/// # Errors
/// All that is wrong in the attributes.
pub fn new_type(item: &DeriveInput, file: usize, module: &[String]) -> syn::Result<NewType> {
    let fields = match &item.data {
        Data::Struct(data) => &data.fields,
        Data::Enum(_) | Data::Union(_) => &Fields::Unit,
    };
    let (Some(field), 1) = (fields.iter().next(), fields.len()) else {
        return Err(syn::Error::new(
            item.ident.span(),
            "a Type is a struct around one value: struct Email(String)",
        ));
    };
    let mut errors = Errors::default();
    let mut found = NewType {
        rust_name: unraw(&item.ident),
        module: module.to_vec(),
        place: Place { file, span: item.ident.span() },
        inner: field_type(&field.ty),
        sql_type: PerDatabase::default(),
        diesel_type: None,
        size: Size::default(),
        diesel: None,
    };
    each_key(&item.attrs, &KEYS, &mut errors, |key, meta| match key {
        "sql_type" => per_database(&mut found.sql_type, meta),
        "diesel_type" => once(&mut found.diesel_type, meta, meta.value()?.parse()?),
        "diesel" => once(&mut found.diesel, meta, optional_database(meta)?),
        _ => size(&mut found.size, key, meta),
    });
    if let (RustType::Other(why), true) = (&found.inner.ty, found.sql_type.is_empty()) {
        errors.push(syn::Error::new(field.ty.span(), why));
    }
    if found.inner.nullable {
        errors.push(syn::Error::new(item.ident.span(), "whether it may be NULL is said where it is a field"));
    }
    errors.or(found)
}

/// `type Id = i64;`
pub(super) fn alias(item: &syn::ItemType, file: usize, module: &[String]) -> NewType {
    NewType {
        rust_name: unraw(&item.ident),
        module: module.to_vec(),
        place: Place { file, span: item.ident.span() },
        inner: field_type(&item.ty),
        sql_type: PerDatabase::default(),
        diesel_type: None,
        size: Size::default(),
        diesel: None,
    }
}
