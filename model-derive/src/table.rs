//! What Diesel needs of a table: `table!`, and `joinable!` for those that it refers to.

use autogen_model_core::{Column, Database, ForeignKey, Referenced, Table, diesel_type, named_diesel_type};
use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{DeriveInput, Ident, LitStr, Path};

use crate::names;

/// What a struct expands to.
pub(crate) fn expanded(input: &DeriveInput, table: &Table) -> syn::Result<TokenStream> {
    let referred = referred(table);
    let Some((database, span)) = table.diesel else { return Ok(referred) };
    let module = names::module(&table.name.value, table.name.span);
    let declared = declared(table, &module, database, span)?;
    let joins = joins(table, &module);
    let name = &input.ident;
    Ok(quote! {
        #declared
        impl ::autogen_model::HasTable for #name {
            type Table = self::#module::table;
            const TABLE: Self::Table = self::#module::table;
        }
        #(#joins)*
        #referred
    })
}

/// The structs that are referred to: they are there, and what imports them has a use.
fn referred(table: &Table) -> TokenStream {
    let paths = table.foreign_keys.iter().filter_map(|key| match &key.reference.target {
        Referenced::Struct(path, _) if !path.is_ident("Self") => Some(path),
        Referenced::Struct(..) | Referenced::Sql(_) => None,
    });
    let paths: Vec<&Path> = paths.collect();
    if paths.is_empty() {
        return TokenStream::new();
    }
    let names = (0..paths.len()).map(|i| format_ident!("Referred{i}"));
    quote!(const _: () = { #(#[allow(dead_code)] type #names = #paths;)* };)
}

fn declared(
    table: &Table,
    module: &Ident,
    database: Option<Database>,
    span: Span,
) -> syn::Result<TokenStream> {
    let Some(key) = &table.primary_key else {
        return Err(syn::Error::new(span, "Diesel's tables have a primary key: #[model(primary_key)]"));
    };
    let is_key = |column: &&Column| key.columns.contains(&column.name.value);
    let keys = table.columns.iter().filter(is_key).map(field);
    let mut errors: Option<syn::Error> = None;
    let mut imports = Vec::new();
    let mut columns = Vec::new();
    for column in &table.columns {
        match column_type(column, database, &mut imports) {
            Ok(ty) => {
                let (name, sql) = (field(column), LitStr::new(&column.name.value, Span::call_site()));
                let renamed = (column.field != column.name.value).then(|| quote!(#[sql_name = #sql]));
                columns.push(quote!(#renamed #name -> #ty));
            }
            Err(error) => match &mut errors {
                Some(first) => first.combine(error),
                None => errors = Some(error),
            },
        }
    }
    if let Some(error) = errors {
        return Err(error);
    }
    let sql = LitStr::new(&table.name.value, Span::call_site());
    let renamed = (*module != table.name.value).then(|| quote!(#[sql_name = #sql]));
    let schema = table.schema.as_ref().map(|schema| {
        let schema = Ident::new(&schema.value, schema.span);
        quote!(#schema.)
    });
    imports.sort_by_key(|path| quote!(#path).to_string());
    imports.dedup();
    Ok(quote! {
        ::diesel::table! {
            use ::diesel::sql_types::*;
            #(use #imports;)*
            #renamed
            #schema #module (#(#keys),*) { #(#columns,)* }
        }
    })
}

fn field(column: &Column) -> Ident {
    let is_plain = syn::parse_str::<Ident>(&column.field).is_ok();
    if is_plain { Ident::new(&column.field, column.span) } else { Ident::new_raw(&column.field, column.span) }
}

/// Diesel's type of a column; the types of the project's own are imported.
fn column_type(
    column: &Column,
    database: Option<Database>,
    imports: &mut Vec<Path>,
) -> syn::Result<TokenStream> {
    let failed = |message: String| syn::Error::new(column.ty_span, message);
    let is_nullable = column.ty.nullable || column.nullable;
    let nullable = |ty: TokenStream| if is_nullable { quote!(Nullable<#ty>) } else { ty };
    if let Some(stated) = &column.diesel_type {
        return Ok(nullable(quote!(#stated)));
    }
    let mut own = |path: &Path| {
        let path = names::with_last(path, names::sql_type);
        let last = path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        imports.push(names::from_inside(&path));
        last
    };
    let text = match column.sql_type.of(database).map_err(failed)? {
        Some(stated) => named_diesel_type(&stated.value)
            .ok_or_else(|| failed(format!("which type of Diesel's is {}? diesel_type = …", stated.value)))?,
        None => diesel_type(database, &column.ty.ty, &mut own).map_err(failed)?,
    };
    let ty: syn::Type = syn::parse_str(&text)?;
    Ok(nullable(quote!(#ty)))
}

/// `joinable!` for each table that one column refers to by its primary key; not where more than one does, since Diesel
/// could not tell by which to join.
fn joins(table: &Table, module: &Ident) -> Vec<TokenStream> {
    let simple: Vec<(&Path, &Column)> =
        table.foreign_keys.iter().filter_map(|key| simple(table, key)).collect();
    let shown = |path: &Path| quote!(#path).to_string();
    let is_only = |path: &Path| simple.iter().filter(|(other, _)| shown(other) == shown(path)).count() == 1;
    let wanted = simple.iter().filter(|(path, column)| is_only(path) && !column.no_join);
    let written = wanted.map(|(path, column)| {
        let parent = names::from_inside(path);
        let column = field(column);
        quote! {
            const _: () = {
                use self::#module as __child;
                // What `joinable!` looks for in a module of `table!`, found by the struct.
                #[allow(non_camel_case_types, non_upper_case_globals)]
                mod __parent {
                    pub(super) type table = <#parent as ::autogen_model::HasTable>::Table;
                    pub(super) const table: table = <#parent as ::autogen_model::HasTable>::TABLE;
                }
                ::diesel::joinable!(__child -> __parent (#column));
                ::diesel::allow_tables_to_appear_in_same_query!(__child, __parent);
            };
        }
    });
    written.collect()
}

fn simple<'a>(table: &'a Table, key: &'a ForeignKey) -> Option<(&'a Path, &'a Column)> {
    let Referenced::Struct(path, fields) = &key.reference.target else { return None };
    let itself =
        path.is_ident("Self") || path.segments.last().is_some_and(|last| last.ident == table.rust_name);
    let [column] = key.columns.as_slice() else { return None };
    let column = table.columns.iter().find(|found| found.name.value == *column)?;
    (fields.is_empty() && !itself).then_some((path, column))
}
