//! What Diesel needs of a struct around one value: its SQL type, and how the value is read and written.

use autogen_model_core::{Database, NewType, diesel_type, named_diesel_type};
use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, Fields};

use crate::names;
use crate::value::conversions;

/// What a struct around one value expands to.
pub(crate) fn expanded(input: &DeriveInput, item: &NewType) -> syn::Result<TokenStream> {
    let Some((database, span)) = item.diesel else { return Ok(TokenStream::new()) };
    let inner_type = inner_type(item, database).map_err(|message| syn::Error::new(span, message))?;
    let (name, visibility, sql_type) = (&input.ident, &input.vis, names::sql_type(&input.ident));
    let (inner, access, made) = wrapped(input)?;
    let conversions = conversions(name, &quote!(#sql_type));
    Ok(quote! {
        #[doc = "Diesel's SQL type of the value."]
        #visibility type #sql_type = #inner_type;
        const _: () = {
            impl<DB> ::diesel::serialize::ToSql<#sql_type, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                #inner: ::diesel::serialize::ToSql<#sql_type, DB>,
            {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut ::diesel::serialize::Output<'b, '_, DB>,
                ) -> ::diesel::serialize::Result {
                    ::diesel::serialize::ToSql::<#sql_type, DB>::to_sql(&self.#access, out)
                }
            }
            impl<DB> ::diesel::deserialize::FromSql<#sql_type, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                #inner: ::diesel::deserialize::FromSql<#sql_type, DB>,
            {
                fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                    let inner = <#inner as ::diesel::deserialize::FromSql<#sql_type, DB>>::from_sql(value)?;
                    Ok(#made)
                }
            }
            #conversions
        };
    })
}

/// Diesel's type of what it holds.
fn inner_type(item: &NewType, database: Option<Database>) -> Result<TokenStream, String> {
    if let Some(stated) = &item.diesel_type {
        return Ok(quote!(#stated));
    }
    let text = match item.sql_type.of(database)? {
        Some(stated) => named_diesel_type(&stated.value)
            .ok_or_else(|| format!("which type of Diesel's is {}? diesel_type = …", stated.value))?,
        None => {
            let mut own = |path: &syn::Path| {
                let path = names::with_last(path, names::sql_type);
                let here = if path.segments.len() == 1 { "self::" } else { "" };
                format!("{here}{}", quote!(#path))
            };
            diesel_type(database, &item.inner.ty, &mut own)?
        }
    };
    let named: syn::Type = syn::parse_str(&text).map_err(|error| error.to_string())?;
    Ok(in_sql_types(&named))
}

/// The inner type, how it is had, and how the struct is made of `inner`.
fn wrapped(input: &DeriveInput) -> syn::Result<(&syn::Type, TokenStream, TokenStream)> {
    let syn::Data::Struct(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "a Type is a struct"));
    };
    let field = data.fields.iter().next();
    let field =
        field.ok_or_else(|| syn::Error::new(input.ident.span(), "a Type is a struct around one value"))?;
    Ok(match (&data.fields, &field.ident) {
        (Fields::Named(_), Some(name)) => (&field.ty, quote!(#name), quote!(Self { #name: inner })),
        (Fields::Named(_) | Fields::Unnamed(_) | Fields::Unit, _) => {
            (&field.ty, quote!(0), quote!(Self(inner)))
        }
    })
}

/// Diesel's own types with their module; a path of the project's stays.
fn in_sql_types(ty: &syn::Type) -> TokenStream {
    let syn::Type::Path(path) = ty else { return quote!(#ty) };
    let (None, [segment]) = (&path.qself, &path.path.segments.iter().collect::<Vec<_>>()[..]) else {
        return quote!(#ty);
    };
    let name = &segment.ident;
    let syn::PathArguments::AngleBracketed(arguments) = &segment.arguments else {
        return quote!(::diesel::sql_types::#name);
    };
    let inner = arguments.args.iter().map(|argument| match argument {
        syn::GenericArgument::Type(ty) => in_sql_types(ty),
        other => quote!(#other),
    });
    quote!(::diesel::sql_types::#name<#(#inner),*>)
}
