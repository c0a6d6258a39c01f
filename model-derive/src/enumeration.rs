//! What Diesel needs of an enum: its SQL type, and how a value is read and written.

use autogen_model_core::{Database, EnumType};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, LitByteStr, LitStr};

use crate::names;
use crate::value::conversions;

/// What an enum expands to.
pub(crate) fn expanded(input: &DeriveInput, item: &EnumType) -> syn::Result<TokenStream> {
    let Some((database, span)) = item.diesel else { return Ok(TokenStream::new()) };
    match database {
        _ if item.as_text => Ok(text_enum(input, item)),
        Some(Database::Sqlite) => Ok(text_enum(input, item)),
        Some(Database::Postgres) => {
            let name = LitStr::new(&item.name.value, item.name.span);
            let schema = item.schema.as_ref().map(|schema| {
                let schema = LitStr::new(&schema.value, schema.span);
                quote!(, schema = #schema)
            });
            let native = Native {
                backend: quote!(::diesel::pg::Pg),
                value: quote!(::diesel::pg::PgValue<'_>),
                named: quote!(postgres_type(name = #name #schema)),
            };
            Ok(native_enum(input, item, &native))
        }
        Some(Database::Mysql) => {
            let native = Native {
                backend: quote!(::diesel::mysql::Mysql),
                value: quote!(::diesel::mysql::MysqlValue<'_>),
                named: quote!(mysql_type(name = "Enum")),
            };
            Ok(native_enum(input, item, &native))
        }
        None => Err(syn::Error::new(
            span,
            "an enum is another type in each database; name it: #[model(diesel = postgres)], or make it #[model(text)]",
        )),
    }
}

/// What differs between databases that have a type for enums.
struct Native {
    backend: TokenStream,
    value: TokenStream,
    /// How Diesel finds the type.
    named: TokenStream,
}

/// The value of each variant, and the variant of each value.
fn arms(item: &EnumType) -> (Vec<TokenStream>, Vec<TokenStream>) {
    let both = item.values.iter().map(|value| {
        let (variant, text) = (&value.variant, LitStr::new(&value.value, Span::call_site()));
        let bytes = LitByteStr::new(value.value.as_bytes(), Span::call_site());
        (quote!(Self::#variant => #text), quote!(#bytes => Ok(Self::#variant)))
    });
    both.unzip()
}

fn native_enum(input: &DeriveInput, item: &EnumType, native: &Native) -> TokenStream {
    let Native { backend, value, named } = native;
    let (name, visibility, sql_type) = (&input.ident, &input.vis, names::sql_type(&input.ident));
    let (to_text, from_bytes) = arms(item);
    let unknown = format!("no {} has the value {{}}", item.rust_name);
    let conversions = conversions(name, &quote!(#sql_type));
    quote! {
        #[doc = "Diesel's SQL type of the enum."]
        #[derive(Clone, Copy, Debug, ::diesel::query_builder::QueryId, ::diesel::sql_types::SqlType)]
        #[diesel(#named)]
        #visibility struct #sql_type;
        const _: () = {
            impl ::diesel::serialize::ToSql<#sql_type, #backend> for #name {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut ::diesel::serialize::Output<'b, '_, #backend>,
                ) -> ::diesel::serialize::Result {
                    let text: &str = match self { #(#to_text,)* };
                    ::std::io::Write::write_all(out, text.as_bytes())?;
                    Ok(::diesel::serialize::IsNull::No)
                }
            }
            impl ::diesel::deserialize::FromSql<#sql_type, #backend> for #name {
                fn from_sql(value: #value) -> ::diesel::deserialize::Result<Self> {
                    match value.as_bytes() {
                        #(#from_bytes,)*
                        other => Err(::std::format!(#unknown, ::std::string::String::from_utf8_lossy(other)).into()),
                    }
                }
            }
            #conversions
        };
    }
}

/// An enum that is text.
fn text_enum(input: &DeriveInput, item: &EnumType) -> TokenStream {
    let (name, visibility, sql_type) = (&input.ident, &input.vis, names::sql_type(&input.ident));
    let (to_text, from_bytes) = arms(item);
    let unknown = format!("no {} has the value {{}}", item.rust_name);
    let text = quote!(::diesel::sql_types::Text);
    let conversions = conversions(name, &text);
    quote! {
        #[doc = "Diesel's SQL type of the enum."]
        #visibility type #sql_type = #text;
        const _: () = {
            impl<DB> ::diesel::serialize::ToSql<#text, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                str: ::diesel::serialize::ToSql<#text, DB>,
            {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut ::diesel::serialize::Output<'b, '_, DB>,
                ) -> ::diesel::serialize::Result {
                    let text: &'static str = match self { #(#to_text,)* };
                    <str as ::diesel::serialize::ToSql<#text, DB>>::to_sql(text, out)
                }
            }
            impl<DB> ::diesel::deserialize::FromSql<#text, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                ::std::string::String: ::diesel::deserialize::FromSql<#text, DB>,
            {
                fn from_sql(value: DB::RawValue<'_>) -> ::diesel::deserialize::Result<Self> {
                    let text = <::std::string::String as ::diesel::deserialize::FromSql<#text, DB>>::from_sql(value)?;
                    match text.as_bytes() {
                        #(#from_bytes,)*
                        _ => Err(::std::format!(#unknown, text).into()),
                    }
                }
            }
            #conversions
        };
    }
}
