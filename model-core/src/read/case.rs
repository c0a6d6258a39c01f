//! `rename_all`: how names in Rust become names in the database.

use heck::{
    ToKebabCase as _, ToLowerCamelCase as _, ToPascalCase as _, ToShoutySnakeCase as _, ToSnakeCase as _,
};
use syn::meta::ParseNestedMeta;

use super::grammar::{nearest, string};

/// What makes the one of the other.
pub(super) type Case = fn(&str) -> String;

/// As it is.
pub(super) const VERBATIM: Case = |name| name.to_owned();

/// `snake_case`.
pub(super) const SNAKE: Case = |name| name.to_snake_case();

const CASES: [(&str, Case); 8] = [
    ("snake_case", SNAKE),
    ("SCREAMING_SNAKE_CASE", |name| name.to_shouty_snake_case()),
    ("kebab-case", |name| name.to_kebab_case()),
    ("camelCase", |name| name.to_lower_camel_case()),
    ("PascalCase", |name| name.to_pascal_case()),
    ("lowercase", |name| name.to_lowercase()),
    ("UPPERCASE", |name| name.to_uppercase()),
    ("verbatim", VERBATIM),
];

/// `= "PascalCase"`.
pub(super) fn stated_case(meta: &ParseNestedMeta<'_>) -> syn::Result<Case> {
    let stated = string(meta)?;
    let named = CASES.iter().find(|(name, _)| *name == stated.value);
    let unknown = || {
        let known = CASES.map(|(name, _)| name);
        syn::Error::new(stated.span, format!("no such case; {}", nearest(&stated.value, &known)))
    };
    named.map(|(_, case)| *case).ok_or_else(unknown)
}
