//! `#[derive(Model)]`: a struct as a table.

use heck::ToSnakeCase as _;
use proc_macro2::TokenTree;
use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Attribute, Data, DeriveInput, Fields, Ident};

use super::case::{Case, VERBATIM, stated_case};
use super::column::{ColumnParts, column};
use super::grammar::{
    Errors, doc, each_key, flag, nearest, once, optional_database, pass_over, per_database, string,
};
use super::{constraint, index, unraw};
use crate::declared::{Column, PrimaryKey, Table, Text};

const KEYS: [&str; 15] = [
    "table",
    "schema",
    "rename_all",
    "primary_key",
    "unique",
    "index",
    "check",
    "exclude",
    "foreign_key",
    "comment",
    "doc_comments",
    "renamed_from",
    "options",
    "unlogged",
    "diesel",
];

/// Reads a struct and its attributes.
///
/// # Errors
/// All that is wrong in the attributes.
pub fn table(item: &DeriveInput, file: usize, module: &[String]) -> syn::Result<Table> {
    let Data::Struct(data) = &item.data else {
        return Err(syn::Error::new(item.ident.span(), "a Model is a struct; an enum is an Enum"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(syn::Error::new(
            item.ident.span(),
            "a Model has named fields; a struct around one value is a Type",
        ));
    };
    let mut errors = Errors::default();
    let mut table = empty(item, file, module);
    let mut parts = ColumnParts::default();
    let case = errors.take(case_of_columns(&item.attrs)).unwrap_or(VERBATIM);
    for field in &fields.named {
        table.columns.extend(column(field, case, &mut parts, &mut errors));
    }
    constraint::add_of_columns(&mut table, parts);
    each_key(&item.attrs, &KEYS, &mut errors, |key, meta| struct_key(&mut table, key, meta));
    if table.columns.is_empty() {
        errors.push(syn::Error::new(item.ident.span(), "a table has at least one column"));
    }
    if let Some(error) = same_column(&table.columns) {
        errors.push(error);
    }
    errors.or(table)
}

fn empty(item: &DeriveInput, file: usize, module: &[String]) -> Table {
    let rust_name = unraw(&item.ident);
    // Diesel's own rule for a struct that names no table.
    let value = table_of_diesel(&item.attrs).unwrap_or_else(|| format!("{}s", rust_name.to_snake_case()));
    Table {
        rust_name,
        module: module.to_vec(),
        place: crate::declared::Place { file, span: item.ident.span() },
        name: Text { value, span: item.ident.span() },
        schema: None,
        columns: Vec::new(),
        primary_key: None,
        uniques: Vec::new(),
        indexes: Vec::new(),
        checks: Vec::new(),
        foreign_keys: Vec::new(),
        excludes: Vec::new(),
        comment: crate::PerDatabase::default(),
        doc: doc(&item.attrs),
        doc_comments: false,
        renamed_from: None,
        options: crate::PerDatabase::default(),
        unlogged: None,
        diesel: None,
    }
}

/// `#[diesel(table_name = a::b)]`.
fn table_of_diesel(attributes: &[Attribute]) -> Option<String> {
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("diesel")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("table_name") {
                let path: syn::Path = meta.value()?.call(syn::Path::parse_mod_style)?;
                found = path.segments.last().map(|last| unraw(&last.ident));
                return Ok(());
            }
            pass_over(&meta)
        });
    }
    found
}

/// `rename_all = "PascalCase"`, which has to be known before the columns are.
fn case_of_columns(attributes: &[Attribute]) -> syn::Result<Case> {
    let mut case = VERBATIM;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("model")) {
        let says_so = |token| matches!(token, TokenTree::Ident(word) if word == "rename_all");
        let is_list = |list: &syn::MetaList| list.tokens.clone().into_iter().any(says_so);
        if !attribute.meta.require_list().is_ok_and(is_list) {
            continue;
        }
        attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("rename_all") {
                case = stated_case(&meta)?;
            } else {
                pass_over(&meta)?;
            }
            Ok(())
        })?;
    }
    Ok(case)
}

fn struct_key(table: &mut Table, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    match key {
        "table" => table.name = string(meta)?,
        // It was read before the columns.
        "rename_all" => drop(string(meta)?),
        "schema" => return once(&mut table.schema, meta, string(meta)?),
        "primary_key" => constraint::primary_key(table, meta)?,
        "unique" => constraint::unique(table, meta)?,
        "index" => index::of_table(table, meta)?,
        "check" => table.checks.push(constraint::check(meta)?),
        "exclude" => table.excludes.push(constraint::exclude(meta)?),
        "foreign_key" => constraint::foreign_key(table, meta)?,
        "comment" => return per_database(&mut table.comment, meta),
        "doc_comments" => table.doc_comments = flag(meta)?,
        "renamed_from" => return once(&mut table.renamed_from, meta, string(meta)?),
        "options" => return per_database(&mut table.options, meta),
        "unlogged" => {
            flag(meta)?;
            return once(&mut table.unlogged, meta, meta.path.span());
        }
        "diesel" => return once(&mut table.diesel, meta, optional_database(meta)?),
        _ => return Ok(false),
    }
    Ok(true)
}

fn same_column(columns: &[Column]) -> Option<syn::Error> {
    columns.iter().enumerate().find_map(|(i, column)| {
        let is_same = |other: &&Column| other.name.value == column.name.value;
        columns[..i].iter().find(is_same).map(|other| {
            let message = format!(
                "the fields {} and {} are both column {}",
                other.field, column.field, column.name.value
            );
            syn::Error::new(column.name.span, message)
        })
    })
}

/// The columns of fields that an attribute names.
pub(super) fn columns_of(table: &Table, fields: &[Ident]) -> syn::Result<Vec<String>> {
    let mut errors = Errors::default();
    let columns = fields.iter().filter_map(|field| errors.take(column_of(table, field))).collect();
    errors.or(columns)
}

/// The column of a field.
pub(super) fn column_of(table: &Table, field: &Ident) -> syn::Result<String> {
    let name = unraw(field);
    if let Some(column) = table.columns.iter().find(|column| column.field == name) {
        return Ok(column.name.value.clone());
    }
    let known: Vec<&str> = table.columns.iter().map(|column| column.field.as_str()).collect();
    let message = format!("{} has no field `{name}`; {}", table.rust_name, nearest(&name, &known));
    Err(syn::Error::new(field.span(), message))
}

/// Puts a primary key in, of which there is one.
pub(super) fn set_primary_key(table: &mut Table, key: PrimaryKey) -> syn::Result<()> {
    if table.primary_key.is_some() {
        return Err(syn::Error::new(key.span, "a primary key is stated already"));
    }
    table.primary_key = Some(key);
    Ok(())
}
