//! What stands in `#[model(…)]`: keys, values and flags, whatever they are for.

use std::borrow::Cow;

use proc_macro2::{Span, TokenTree};
use syn::meta::ParseNestedMeta;
use syn::parse::{Parse as _, ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Ident, Lit, LitInt, LitStr, Token, parenthesized};

use crate::database::Database;
use crate::declared::{PerDatabase, Text, Timing};

/// Errors, of which a file may have many.
#[derive(Default)]
pub(super) struct Errors(Option<syn::Error>);

impl Errors {
    /// Keeps an error.
    pub(super) fn push(&mut self, error: syn::Error) {
        match &mut self.0 {
            Some(first) => first.combine(error),
            None => self.0 = Some(error),
        }
    }

    /// The value, or its error is kept.
    pub(super) fn take<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// The value, unless there was an error.
    pub(super) fn or<T>(self, value: T) -> syn::Result<T> {
        match self.0 {
            Some(error) => Err(error),
            None => Ok(value),
        }
    }
}

/// Reads all `#[model(…)]` of an item; each key is given to a function that says whether it knows it.
pub(super) fn each_key(
    attributes: &[Attribute],
    known: &[&str],
    errors: &mut Errors,
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) {
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("model")) {
        errors.take(attribute.parse_nested_meta(|meta| one_key(&meta, known, &mut read)));
    }
}

/// Reads the keys inside of one.
pub(super) fn each_inner_key(
    meta: &ParseNestedMeta<'_>,
    known: &[&str],
    mut read: impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) -> syn::Result<()> {
    meta.parse_nested_meta(|meta| one_key(&meta, known, &mut read))
}

fn one_key(
    meta: &ParseNestedMeta<'_>,
    known: &[&str],
    read: &mut impl FnMut(&str, &ParseNestedMeta<'_>) -> syn::Result<bool>,
) -> syn::Result<()> {
    let key = meta.path.get_ident().map(ToString::to_string).unwrap_or_default();
    if read(&key, meta)? {
        return Ok(());
    }
    Err(syn::Error::new(meta.path.span(), format!("there is no `{key}` here; {}", nearest(&key, known))))
}

/// What may have been meant.
pub(super) fn nearest(word: &str, known: &[&str]) -> String {
    let like = |candidate: &&&str| (strsim::jaro_winkler(word, candidate) * 1000.0) as u32;
    match known.iter().max_by_key(like) {
        Some(nearest) if like(&nearest) > 700 => format!("did you mean `{nearest}`?"),
        Some(_) | None => format!("known are {}", known.join(", ")),
    }
}

/// A flag: nothing stands behind it.
pub(super) fn flag(meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if meta.input.peek(Token![=]) || meta.input.peek(syn::token::Paren) {
        return Err(meta.error("this takes no value"));
    }
    Ok(true)
}

/// Goes on behind a key, whatever it is.
pub(super) fn pass_over(meta: &ParseNestedMeta<'_>) -> syn::Result<()> {
    while !meta.input.is_empty() && !meta.input.peek(Token![,]) {
        meta.input.parse::<TokenTree>()?;
    }
    Ok(())
}

/// Sets what may be stated once.
pub(super) fn once<T>(place: &mut Option<T>, meta: &ParseNestedMeta<'_>, value: T) -> syn::Result<bool> {
    if place.is_some() {
        return Err(syn::Error::new(meta.path.span(), "this is stated twice"));
    }
    *place = Some(value);
    Ok(true)
}

/// `= "text"`, or a number or a truth value, as it stands in SQL.
pub(super) fn text(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    sql_text(meta.value()?)
}

fn sql_text(input: ParseStream<'_>) -> syn::Result<Text> {
    let span = input.span();
    let minus = input.parse::<Option<Token![-]>>()?.map_or("", |_| "-");
    let value = match Lit::parse(input)? {
        Lit::Str(text) => text.value(),
        Lit::Int(number) => format!("{minus}{}", number.base10_digits()),
        Lit::Float(number) => format!("{minus}{}", number.base10_digits()),
        Lit::Bool(truth) => truth.value.to_string(),
        other => {
            return Err(syn::Error::new(
                other.span(),
                "SQL in quotes is expected, or a number, true or false",
            ));
        }
    };
    Ok(Text { value, span })
}

/// `= "text"`, and nothing else.
pub(super) fn string(meta: &ParseNestedMeta<'_>) -> syn::Result<Text> {
    let text: LitStr = meta.value()?.parse()?;
    if text.value().is_empty() {
        return Err(syn::Error::new(text.span(), "this is empty"));
    }
    Ok(Text { value: text.value(), span: text.span() })
}

/// `= 30`.
pub(super) fn number(meta: &ParseNestedMeta<'_>) -> syn::Result<(u32, Span)> {
    let number: LitInt = meta.value()?.parse()?;
    Ok((number.base10_parse()?, number.span()))
}

/// `= "text"`, or `(postgres = "text", sqlite = "text")`.
pub(super) fn per_database(found: &mut PerDatabase, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    if !meta.input.peek(syn::token::Paren) {
        return once(&mut found.any, meta, text(meta)?);
    }
    each_inner_key(meta, &Database::KEYS, |key, meta| for_one(found, key, meta))?;
    Ok(true)
}

/// `postgres = "text"`.
pub(super) fn for_one(found: &mut PerDatabase, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    let Some(database) = Database::of(key) else { return Ok(false) };
    if found.own.iter().any(|(named, _)| *named == database) {
        return Err(meta.error("this is stated twice"));
    }
    found.own.push((database, text(meta)?));
    Ok(true)
}

/// `= postgres`, or `(postgres, mysql)`.
pub(super) fn databases(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Database>> {
    let named = if meta.input.peek(syn::token::Paren) { idents(meta)? } else { vec![meta.value()?.parse()?] };
    named.iter().map(database).collect()
}

fn database(named: &Ident) -> syn::Result<Database> {
    let unknown = || {
        syn::Error::new(
            named.span(),
            format!("no such database; {}", nearest(&named.to_string(), &Database::KEYS)),
        )
    };
    Database::of(&named.to_string()).ok_or_else(unknown)
}

/// Nothing, or `= postgres`.
pub(super) fn optional_database(meta: &ParseNestedMeta<'_>) -> syn::Result<(Option<Database>, Span)> {
    let span = meta.path.span();
    if !meta.input.peek(Token![=]) {
        flag(meta)?;
        return Ok((None, span));
    }
    let named: Ident = meta.value()?.parse()?;
    Ok((Some(database(&named)?), span))
}

/// `(a, b)`.
pub(super) fn idents(meta: &ParseNestedMeta<'_>) -> syn::Result<Vec<Ident>> {
    let content;
    parenthesized!(content in meta.input);
    comma_separated(&content)
}

/// `a, b`, keywords too.
pub(super) fn comma_separated(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    use syn::ext::IdentExt as _;
    let found = Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)?;
    if found.is_empty() {
        return Err(input.error("name at least one"));
    }
    Ok(found.into_iter().collect())
}

/// Whether what stands in the parentheses behind a key is a plain list, without any key of its own.
pub(super) fn is_plain_list(meta: &ParseNestedMeta<'_>) -> bool {
    let ahead = meta.input.fork();
    let content = || -> syn::Result<proc_macro2::TokenStream> {
        let content;
        parenthesized!(content in ahead);
        content.parse()
    };
    let has_key = |token: TokenTree| match token {
        TokenTree::Group(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == '=',
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    };
    content().is_ok_and(|tokens| !tokens.into_iter().any(has_key))
}

/// `deferrable` and `initially_deferred`.
pub(super) fn timing(found: &mut Timing, key: &str, meta: &ParseNestedMeta<'_>) -> syn::Result<bool> {
    match key {
        "deferrable" if *found == Timing::Immediate => *found = Timing::Deferrable,
        "deferrable" => {}
        "initially_deferred" => *found = Timing::Deferred,
        _ => return Ok(false),
    }
    flag(meta)
}

/// The documentation of an item.
pub(super) fn doc(attributes: &[Attribute]) -> Option<Text> {
    let mut lines = Vec::new();
    let mut span = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        let syn::Meta::NameValue(stated) = &attribute.meta else { continue };
        let syn::Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) = &stated.value else { continue };
        span.get_or_insert(text.span());
        lines.push(text.value().trim().to_owned());
    }
    let value = lines.join("\n").trim().to_owned();
    span.filter(|_| !value.is_empty()).map(|span| Text { value, span })
}

/// The attributes, and those that a `cfg_attr` gives.
pub(super) fn attributes(stated: &[Attribute]) -> Cow<'_, [Attribute]> {
    let is_conditional = |attribute: &&Attribute| attribute.path().is_ident("cfg_attr");
    if !stated.iter().any(|attribute| is_conditional(&attribute)) {
        return Cow::Borrowed(stated);
    }
    let mut given = stated.to_vec();
    for attribute in stated.iter().filter(is_conditional) {
        let syn::Meta::List(list) = &attribute.meta else { continue };
        let inner = Punctuated::<syn::Meta, Token![,]>::parse_terminated.parse2(list.tokens.clone());
        let inner = inner.into_iter().flatten().skip(1);
        given.extend(inner.map(|meta| Attribute { meta, ..attribute.clone() }));
    }
    Cow::Owned(given)
}
