//! Indexes.

use syn::ext::IdentExt as _;
use syn::meta::ParseNestedMeta;
use syn::parse::ParseStream;
use syn::spanned::Spanned as _;
use syn::{Ident, LitInt, LitStr, Token, parenthesized};

use super::grammar::{databases, each_inner_key, flag, idents, is_plain_list, once, per_database, string};
use super::table::{column_of, columns_of};
use crate::declared::{Index, IndexKey, KeyOrder, KeyPart, PerDatabase, Table, Text};

const KEYS: [&str; 10] = [
    "columns",
    "name",
    "unique",
    "using",
    "include",
    "where_",
    "nulls_not_distinct",
    "options",
    "renamed_from",
    "only",
];

/// `index(a, b desc)`, or `index(columns(a desc, "lower(b)"), unique, where_ = "…")`.
pub(super) fn of_table(table: &mut Table, meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    let mut found = empty(meta);
    let mut include = Vec::new();
    if is_plain_list(meta) {
        found.keys = keys(table, meta)?;
    } else {
        each_inner_key(meta, &KEYS, |key, meta| {
            match key {
                "columns" => found.keys = keys(table, meta)?,
                "include" => include = idents(meta)?,
                _ => return index_key(&mut found, key, meta),
            }
            Ok(true)
        })?;
    }
    if found.keys.is_empty() {
        return Err(syn::Error::new(found.span, "of what? `index(columns(a, b))`"));
    }
    found.include = columns_of(table, &include)?;
    table.indexes.push(found);
    Ok(())
}

/// `index`, or `index(name = "…", desc)`, at a field.
pub(super) fn of_column(meta: &ParseNestedMeta<'_>) -> syn::Result<Index> {
    let mut found = empty(meta);
    let mut key_part = key_of(meta.path.span(), KeyPart::Column(String::new()));
    if meta.input.peek(syn::token::Paren) {
        let known =
            ["name", "unique", "using", "where_", "desc", "opclass", "collate", "length", "options", "only"];
        each_inner_key(meta, &known, |key, meta| {
            match key {
                "desc" => key_part.order.descending = flag(meta)?,
                "opclass" => return once(&mut key_part.opclass, meta, string(meta)?.value),
                "collate" => return once(&mut key_part.collate, meta, string(meta)?.value),
                "length" => return once(&mut key_part.length, meta, super::grammar::number(meta)?.0),
                _ => return index_key(&mut found, key, meta),
            }
            Ok(true)
        })?;
    } else {
        flag(meta)?;
    }
    found.keys.push(key_part);
    Ok(found)
}

/// The index of a field, once its column's name is known.
pub(super) fn with_column(mut index: Index, column: &str) -> Index {
    for key in &mut index.keys {
        key.part = KeyPart::Column(column.to_owned());
    }
    index
}

fn empty(meta: &ParseNestedMeta<'_>) -> Index {
    Index {
        span: meta.path.span(),
        name: None,
        keys: Vec::new(),
        unique: false,
        using: None,
        include: Vec::new(),
        predicate: PerDatabase::default(),
        nulls_not_distinct: false,
        options: PerDatabase::default(),
        renamed_from: None,
        only: Vec::new(),
    }
}

fn index_key(found: &mut Index, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    match key {
        "name" => return once(&mut found.name, meta, string(meta)?),
        "unique" => found.unique = flag(meta)?,
        "using" => return once(&mut found.using, meta, word(meta)?),
        "where_" | "where" => return per_database(&mut found.predicate, meta),
        "nulls_not_distinct" => found.nulls_not_distinct = flag(meta)?,
        "options" => return per_database(&mut found.options, meta),
        "renamed_from" => return once(&mut found.renamed_from, meta, string(meta)?),
        "only" => found.only = databases(meta)?,
        _ => return Ok(false),
    }
    Ok(true)
}

/// `= gin`, or `= "gin"`.
fn word(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    let input = meta.value()?;
    if input.peek(LitStr) {
        let text: LitStr = input.parse()?;
        return Ok(Text { value: text.value(), span: text.span() });
    }
    let ident = Ident::parse_any(input)?;
    Ok(Text { value: ident.to_string(), span: ident.span() })
}

fn key_of(span: proc_macro2::Span, part: KeyPart) -> IndexKey {
    IndexKey { span, part, collate: None, opclass: None, length: None, order: KeyOrder::default() }
}

fn keys(table: &Table, meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<IndexKey>> {
    let content;
    parenthesized!(content in meta.input);
    let mut keys = Vec::new();
    while !content.is_empty() {
        keys.push(key(table, &content)?);
        if !content.is_empty() {
            content.parse::<Token![,]>()?;
        }
    }
    Ok(keys)
}

/// `a desc nulls last`, `a(opclass = "…")`, or `"lower(a)"`.
fn key(table: &Table, input: ParseStream<'_>) -> syn::Result<IndexKey> {
    let span = input.span();
    let mut key = if input.peek(LitStr) {
        let expression: LitStr = input.parse()?;
        key_of(span, KeyPart::Expression(expression.value()))
    } else {
        let field = Ident::parse_any(input)?;
        key_of(span, KeyPart::Column(column_of(table, &field)?))
    };
    if input.peek(syn::token::Paren) {
        let content;
        parenthesized!(content in input);
        key_options(&mut key, &content)?;
    }
    while !input.is_empty() && !input.peek(Token![,]) {
        let word = Ident::parse_any(input)?;
        match word.to_string().as_str() {
            "asc" => {}
            "desc" => key.order.descending = true,
            "nulls" => {
                let place = Ident::parse_any(input)?;
                key.order.nulls_first = Some(match place.to_string().as_str() {
                    "first" => true,
                    "last" => false,
                    _ => return Err(syn::Error::new(place.span(), "`nulls first` or `nulls last`")),
                });
            }
            _ => {
                return Err(syn::Error::new(
                    word.span(),
                    "`asc`, `desc`, `nulls first` or `nulls last` is expected",
                ));
            }
        }
    }
    Ok(key)
}

fn key_options(key: &mut IndexKey, input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() {
        let name: Ident = input.parse()?;
        input.parse::<Token![=]>()?;
        match name.to_string().as_str() {
            "opclass" => key.opclass = Some(input.parse::<LitStr>()?.value()),
            "collate" => key.collate = Some(input.parse::<LitStr>()?.value()),
            "length" => key.length = Some(input.parse::<LitInt>()?.base10_parse()?),
            _ => {
                return Err(syn::Error::new(name.span(), "`opclass`, `collate` and `length` are known here"));
            }
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}
