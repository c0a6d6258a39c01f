//! What fills a column: a counter, or an expression.

use syn::meta::ParseNestedMeta;
use syn::spanned::Spanned as _;
use syn::{Ident, Token};

use super::grammar::{each_inner_key, flag, for_one, per_database, text};
use crate::declared::{ColumnKind, Generated, Identity, PerDatabase};

/// `identity`, `autoincrement`, `serial` or `generated`.
pub(super) fn column_kind(key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<ColumnKind> {
    if key == "generated" {
        return generated(meta).map(ColumnKind::Generated);
    }
    let mut identity = Identity {
        span: meta.path.span(),
        always: false,
        serial: key == "serial",
        autoincrement: key == "autoincrement",
        options: Vec::new(),
    };
    if key != "identity" {
        flag(meta)?;
    } else if meta.input.peek(Token![=]) {
        let stated: Ident = meta.value()?.parse()?;
        if stated != "always" {
            return Err(syn::Error::new(stated.span(), "`identity = always` is known, or `identity` alone"));
        }
        identity.always = true;
    } else if meta.input.peek(syn::token::Paren) {
        each_inner_key(
            meta,
            &["always", "start", "increment", "min", "max", "cache", "cycle"],
            |key, meta| {
                let words = match key {
                    "always" => {
                        identity.always = flag(meta)?;
                        return Ok(true);
                    }
                    "cycle" => {
                        identity.options.push("CYCLE".to_owned());
                        return flag(meta);
                    }
                    "start" => "START WITH",
                    "increment" => "INCREMENT BY",
                    "min" => "MINVALUE",
                    "max" => "MAXVALUE",
                    "cache" => "CACHE",
                    _ => return Ok(false),
                };
                identity.options.push(format!("{words} {}", integer(meta)?));
                Ok(true)
            },
        )?;
    }
    Ok(ColumnKind::Identity(identity))
}

/// `= -3`.
fn integer(meta: &ParseNestedMeta<'_>) -> syn::Result<String> {
    let stated = text(meta)?;
    match stated.value.parse::<i64>() {
        Ok(number) => Ok(number.to_string()),
        Err(_) => Err(syn::Error::new(stated.span, "a whole number is expected")),
    }
}

/// `= "sql"`, or `(virtual, expression = "sql")`.
fn generated(meta: &ParseNestedMeta<'_>) -> syn::Result<Generated> {
    let mut found = Generated { expression: PerDatabase::default(), is_virtual: false };
    if !meta.input.peek(syn::token::Paren) {
        found.expression.any = Some(text(meta)?);
        return Ok(found);
    }
    let known = ["expression", "virtual", "stored", "postgres", "mysql", "sqlite"];
    each_inner_key(meta, &known, |key, meta| match key {
        "expression" => per_database(&mut found.expression, meta),
        "virtual" => {
            found.is_virtual = true;
            flag(meta)
        }
        "stored" => flag(meta),
        _ => for_one(&mut found.expression, key, meta),
    })?;
    if found.expression.is_empty() {
        return Err(meta.error("`expression = \"…\"` is missing"));
    }
    Ok(found)
}
