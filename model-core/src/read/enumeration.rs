//! `#[derive(Enum)]`: an enum as a type.

use heck::ToSnakeCase as _;
use syn::{Data, DeriveInput, Variant};

use super::case::{Case, SNAKE, stated_case};
use super::grammar::{Errors, attributes, each_key, flag, once, optional_database, string};
use super::unraw;
use crate::declared::{EnumType, EnumValue, Place, Text};

const KEYS: [&str; 6] = ["type", "schema", "rename_all", "renamed_from", "text", "diesel"];

/// Reads an enum and its attributes.
///
/// # Errors
/// All that is wrong in the attributes.
pub fn enum_type(item: &DeriveInput, file: usize, module: &[String]) -> syn::Result<EnumType> {
    let Data::Enum(data) = &item.data else {
        return Err(syn::Error::new(item.ident.span(), "an Enum is an enum; a struct is a Model or a Type"));
    };
    let mut errors = Errors::default();
    let rust_name = unraw(&item.ident);
    let mut case = SNAKE;
    let mut found = EnumType {
        name: Text { value: rust_name.to_snake_case(), span: item.ident.span() },
        rust_name,
        module: module.to_vec(),
        place: Place { file, span: item.ident.span() },
        schema: None,
        values: Vec::new(),
        renamed_from: None,
        as_text: false,
        diesel: None,
    };
    each_key(&item.attrs, &KEYS, &mut errors, |key, meta| {
        match key {
            "type" => found.name = string(meta)?,
            "schema" => return once(&mut found.schema, meta, string(meta)?),
            "rename_all" => case = stated_case(meta)?,
            "renamed_from" => return once(&mut found.renamed_from, meta, string(meta)?),
            "text" => found.as_text = flag(meta)?,
            "diesel" => return once(&mut found.diesel, meta, optional_database(meta)?),
            _ => return Ok(false),
        }
        Ok(true)
    });
    found.values = data.variants.iter().filter_map(|variant| value(variant, case, &mut errors)).collect();
    for (i, value) in found.values.iter().enumerate() {
        if found.values[..i].iter().any(|other| other.value == value.value) {
            let message = format!("two variants are the value '{}'", value.value);
            errors.push(syn::Error::new(value.variant.span(), message));
        }
    }
    if data.variants.is_empty() {
        errors.push(syn::Error::new(item.ident.span(), "a type has at least one value"));
    }
    errors.or(found)
}

fn value(variant: &Variant, case: Case, errors: &mut Errors) -> Option<EnumValue> {
    if !variant.fields.is_empty() {
        errors.push(syn::Error::new(variant.ident.span(), "a value of an enum type holds nothing"));
        return None;
    }
    let (mut stated, mut renamed_from) = (None, None);
    each_key(&attributes(&variant.attrs), &["value", "renamed_from"], errors, |key, meta| match key {
        "value" => once(&mut stated, meta, string(meta)?),
        "renamed_from" => once(&mut renamed_from, meta, string(meta)?),
        _ => Ok(false),
    });
    let value = stated.map_or_else(|| case(&unraw(&variant.ident)), |text: Text| text.value);
    Some(EnumValue { variant: variant.ident.clone(), value, renamed_from })
}
