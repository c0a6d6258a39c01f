//! Cuts a file's tokens into the items that may be of a model. Functions, implementations and the like are passed over
//! without being parsed, which is most of a crate and most of the time.

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::parse::Parser as _;
use syn::{Attribute, DeriveInput, ItemType, ItemUse};

/// An item, as far as it was looked at.
pub(super) enum RawItem {
    /// A struct or an enum with attributes.
    Data(RawData),
    /// `use …;`.
    Use(ItemUse),
    /// `type Id = i64;`
    Alias(ItemType),
    /// `mod name { … }`, or `mod name;`.
    Module(Vec<Attribute>, Ident, Option<TokenStream>),
}

/// A struct or an enum, whose attributes alone are parsed.
pub(super) struct RawData {
    pub(super) attributes: Vec<Attribute>,
    rest: TokenStream,
}

impl RawData {
    /// Parses the rest.
    pub(super) fn parsed(self) -> syn::Result<DeriveInput> {
        let Self { attributes, rest } = self;
        Ok(DeriveInput { attrs: attributes, ..syn::parse2(rest)? })
    }
}

/// The items of a file or a module.
pub(super) fn split(tokens: TokenStream) -> syn::Result<Vec<RawItem>> {
    let mut items = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let mut attributes: Vec<TokenTree> = Vec::new();
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == '#' => {
                let is_inner =
                    matches!(tokens.peek(), Some(TokenTree::Punct(punct)) if punct.as_char() == '!');
                if is_inner {
                    tokens.next();
                    tokens.next();
                } else {
                    attributes.push(token);
                    attributes.extend(tokens.next());
                }
                continue;
            }
            TokenTree::Ident(word) => {
                let stated = std::mem::take(&mut attributes);
                match word.to_string().as_str() {
                    // What stands before a keyword.
                    "pub" => {
                        attributes = stated;
                        let is_scope = |token: &TokenTree| matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Parenthesis);
                        tokens.next_if(is_scope);
                        continue;
                    }
                    "struct" | "enum" => items.extend(data(stated, token, &mut tokens)?.map(RawItem::Data)),
                    "use" => items.push(RawItem::Use(syn::parse2(until_semicolon(token, &mut tokens))?)),
                    "type" => items.push(RawItem::Alias(syn::parse2(until_semicolon(token, &mut tokens))?)),
                    "mod" => items.extend(module(stated, &mut tokens)?),
                    _ => pass_over(&mut tokens),
                }
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => {}
            // The rest of something that was passed over.
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {}
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => pass_over(&mut tokens),
        }
        attributes.clear();
    }
    Ok(items)
}

type Tokens = std::iter::Peekable<proc_macro2::token_stream::IntoIter>;

fn is_end(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

/// An item ends with a semicolon or a block. One that goes on behind a block (a constant) leaves a rest that is passed over too.
fn pass_over(tokens: &mut Tokens) {
    for token in tokens.by_ref() {
        if is_end(&token) {
            return;
        }
    }
}

fn until_semicolon(first: TokenTree, tokens: &mut Tokens) -> TokenStream {
    let mut taken = vec![first];
    for token in tokens.by_ref() {
        let ends = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';');
        taken.push(token);
        if ends {
            break;
        }
    }
    taken.into_iter().collect()
}

fn parsed(attributes: Vec<TokenTree>) -> syn::Result<Vec<Attribute>> {
    Attribute::parse_outer.parse2(attributes.into_iter().collect())
}

/// A struct or an enum; one without attributes derives nothing.
fn data(attributes: Vec<TokenTree>, first: TokenTree, tokens: &mut Tokens) -> syn::Result<Option<RawData>> {
    if attributes.is_empty() {
        pass_over(tokens);
        return Ok(None);
    }
    let mut taken = vec![first];
    // A block between angle brackets is a constant's default, and no end.
    let (mut depth, mut before) = (0_i32, ' ');
    for token in tokens.by_ref() {
        let sign = if let TokenTree::Punct(punct) = &token { punct.as_char() } else { ' ' };
        match sign {
            '<' => depth += 1,
            '>' if !matches!(before, '-' | '=') => depth -= 1,
            _ => {}
        }
        before = sign;
        let ends = depth == 0 && is_end(&token);
        taken.push(token);
        if ends {
            break;
        }
    }
    Ok(Some(RawData { attributes: parsed(attributes)?, rest: taken.into_iter().collect() }))
}

fn module(attributes: Vec<TokenTree>, tokens: &mut Tokens) -> syn::Result<Option<RawItem>> {
    let Some(TokenTree::Ident(name)) = tokens.next() else { return Ok(None) };
    let content = match tokens.next() {
        Some(TokenTree::Group(group)) => Some(Group::stream(&group)),
        Some(_) | None => None,
    };
    Ok(Some(RawItem::Module(parsed(attributes)?, name, content)))
}

#[cfg(test)]
mod tests {
    use super::{RawItem, split};

    #[test]
    fn what_is_no_data_is_passed_over() {
        let text = r#"
            //! A file.
            #![allow(dead_code)]
            #[derive(A)] pub(crate) struct First<T> where T: Copy { a: T }
            const X: Y = Y { struct_: 1 }.with(|x| { x });
            static Z: fn() = if A { b } else { c };
            impl<const N: usize> From<Array<{ N }>> for First<u8> { fn f() { struct Inner; } }
            fn f() -> Wrapped<{ 3 }> where [(); { 1 }]: Sized { enum Inside {} }
            macro_rules! m { ($x:ident) => { struct $x; } }
            m!(Made); m! { Made }
            extern "C" { fn g(); }
            use a::{b, c as d};
            #[derive(B)] struct Second<const N: u8 = { 1 }>(fn() -> Vec<u8>) where u8: From<u8>;
            type T = [u8; { 3 }];
            unsafe impl Send for X {}
            pub mod inner { #[derive(C)] enum Third { A } }
            #[cfg(x)] mod outer;
            #[derive(D)] struct Fourth;
            struct Bare { a: u8 }
        "#;
        let mut found = Vec::new();
        for item in split(text.parse().unwrap()).unwrap() {
            found.push(match item {
                RawItem::Data(data) => data.parsed().unwrap().ident.to_string(),
                RawItem::Use(_) => "use".to_owned(),
                RawItem::Alias(alias) => format!("type {}", alias.ident),
                RawItem::Module(attributes, name, content) => {
                    format!("mod {name} {} {}", attributes.len(), content.is_some())
                }
            });
        }
        assert_eq!(
            found,
            ["First", "use", "Second", "type T", "mod inner 0 true", "mod outer 1 false", "Fourth"]
        );
    }
}
