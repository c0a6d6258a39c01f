//! What Diesel needs of a value: its SQL type, and how it is read and written.

use autogen_model_core::{Database, EnumType, NewType, diesel_type, named_diesel_type};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::{DeriveInput, Fields, Ident, LitByteStr, LitStr};

use crate::names;

/// What an enum expands to.
pub(crate) fn of_enum(input: &DeriveInput, item: &EnumType) -> syn::Result<TokenStream> {
    let Some((database, span)) = item.diesel else { return Ok(TokenStream::new()) };
    let sql_type = names::sql_type(&input.ident);
    let visibility = &input.vis;
    let name = LitStr::new(&item.name.value, item.name.span);
    match database {
        _ if item.as_text => Ok(text_enum(input, item, &sql_type)),
        Some(Database::Sqlite) => Ok(text_enum(input, item, &sql_type)),
        Some(Database::Postgres) => {
            let schema = item.schema.as_ref().map(|schema| {
                let schema = LitStr::new(&schema.value, schema.span);
                quote!(, schema = #schema)
            });
            let backend = quote!(::diesel::pg::Pg);
            let made = quote! {
                #[doc = "Diesel's SQL type of the enum."]
                #[derive(Clone, Copy, Debug, ::diesel::query_builder::QueryId, ::diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = #name #schema))]
                #visibility struct #sql_type;
            };
            Ok(native_enum(input, item, &sql_type, &backend, made, quote!(::diesel::pg::PgValue<'_>)))
        }
        Some(Database::Mysql) => {
            let backend = quote!(::diesel::mysql::Mysql);
            let made = quote! {
                #[doc = "Diesel's SQL type of the enum."]
                #[derive(Clone, Copy, Debug, ::diesel::query_builder::QueryId, ::diesel::sql_types::SqlType)]
                #[diesel(mysql_type(name = "Enum"))]
                #visibility struct #sql_type;
            };
            Ok(native_enum(input, item, &sql_type, &backend, made, quote!(::diesel::mysql::MysqlValue<'_>)))
        }
        None => Err(syn::Error::new(
            span,
            "an enum is another type in each database; name it: #[model(diesel = postgres)], or make it #[model(text)]",
        )),
    }
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

fn native_enum(
    input: &DeriveInput,
    item: &EnumType,
    sql_type: &Ident,
    backend: &TokenStream,
    made: TokenStream,
    value: TokenStream,
) -> TokenStream {
    let name = &input.ident;
    let (to_text, from_bytes) = arms(item);
    let unknown = format!("no {} has the value {{}}", item.rust_name);
    let expressions =
        expressions(name, &[quote!(#sql_type), quote!(::diesel::sql_types::Nullable<#sql_type>)]);
    quote! {
        #made
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
            impl ::diesel::deserialize::Queryable<#sql_type, #backend> for #name {
                type Row = Self;
                fn build(row: Self) -> ::diesel::deserialize::Result<Self> {
                    Ok(row)
                }
            }
            #expressions
        };
    }
}

/// An enum that is text.
fn text_enum(input: &DeriveInput, item: &EnumType, sql_type: &Ident) -> TokenStream {
    let (name, visibility) = (&input.ident, &input.vis);
    let (to_text, from_bytes) = arms(item);
    let unknown = format!("no {} has the value {{}}", item.rust_name);
    let text = quote!(::diesel::sql_types::Text);
    let expressions = expressions(name, &[text.clone(), quote!(::diesel::sql_types::Nullable<#text>)]);
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
            impl<DB> ::diesel::deserialize::Queryable<#text, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                Self: ::diesel::deserialize::FromSql<#text, DB>,
            {
                type Row = Self;
                fn build(row: Self) -> ::diesel::deserialize::Result<Self> {
                    Ok(row)
                }
            }
            #expressions
        };
    }
}

/// What a struct around one value expands to.
pub(crate) fn of_new_type(input: &DeriveInput, item: &NewType) -> syn::Result<TokenStream> {
    let Some((database, span)) = item.diesel else { return Ok(TokenStream::new()) };
    let failed = |message: String| syn::Error::new(span, message);
    let stated = database
        .and_then(|database| item.sql_type.get(database))
        .or_else(|| item.sql_type.get(Database::Postgres));
    let inner_type = match (&item.diesel_type, stated) {
        (Some(stated), _) => quote!(#stated),
        (None, Some(stated)) => {
            let named = named_diesel_type(&stated.value).ok_or_else(|| {
                failed(format!("which type of Diesel's is {}? diesel_type = …", stated.value))
            })?;
            let named: syn::Type = syn::parse_str(&named)?;
            in_sql_types(&named)
        }
        (None, None) => {
            let mut own =
                |path: &syn::Path| format!("<{} as ::autogen_model::HasSqlType>::SqlType", quote!(#path));
            let text = diesel_type(database, &item.inner.ty, &mut own).map_err(failed)?;
            let named: syn::Type = syn::parse_str(&text)?;
            in_sql_types(&named)
        }
    };
    let (name, visibility, sql_type) = (&input.ident, &input.vis, names::sql_type(&input.ident));
    let (inner, access, made) = wrapped(input)?;
    let expressions =
        expressions(name, &[quote!(#sql_type), quote!(::diesel::sql_types::Nullable<#sql_type>)]);
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
            impl<DB> ::diesel::deserialize::Queryable<#sql_type, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                Self: ::diesel::deserialize::FromSql<#sql_type, DB>,
            {
                type Row = Self;
                fn build(row: Self) -> ::diesel::deserialize::Result<Self> {
                    Ok(row)
                }
            }
            #expressions
        };
    })
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

/// The value as an expression of its types, whole and by reference.
fn expressions(name: &Ident, types: &[TokenStream]) -> TokenStream {
    let written = types.iter().map(|ty| {
        quote! {
            impl ::diesel::expression::AsExpression<#ty> for #name {
                type Expression = ::diesel::internal::derives::as_expression::Bound<#ty, Self>;
                fn as_expression(self) -> Self::Expression {
                    ::diesel::internal::derives::as_expression::Bound::new(self)
                }
            }
            impl<'expr> ::diesel::expression::AsExpression<#ty> for &'expr #name {
                type Expression = ::diesel::internal::derives::as_expression::Bound<#ty, Self>;
                fn as_expression(self) -> Self::Expression {
                    ::diesel::internal::derives::as_expression::Bound::new(self)
                }
            }
        }
    });
    let nullable = types.first().map(|ty| {
        quote! {
            impl<DB> ::diesel::serialize::ToSql<::diesel::sql_types::Nullable<#ty>, DB> for #name
            where
                DB: ::diesel::backend::Backend,
                Self: ::diesel::serialize::ToSql<#ty, DB>,
            {
                fn to_sql<'b>(
                    &'b self,
                    out: &mut ::diesel::serialize::Output<'b, '_, DB>,
                ) -> ::diesel::serialize::Result {
                    ::diesel::serialize::ToSql::<#ty, DB>::to_sql(self, out)
                }
            }
        }
    });
    quote!(#(#written)* #nullable)
}
