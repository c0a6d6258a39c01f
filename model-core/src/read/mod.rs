//! Reads attributes: of one item for the derive, of a whole file for `autogen -m`.

mod case;
mod column;
mod column_kind;
mod constraint;
mod enumeration;
mod grammar;
mod index;
mod new_type;
mod split;
mod table;

use proc_macro2::TokenStream;
use split::RawItem;
use syn::Attribute;

use crate::declared::{EnumType, NewType, Table};
use crate::scope::Scope;

pub use enumeration::enum_type;
pub use new_type::new_type;
pub use table::table;

/// What a file declares.
#[derive(Clone, Debug)]
pub enum Item {
    /// `#[derive(Model)]`.
    Table(Box<Table>),
    /// `#[derive(Enum)]`.
    Enum(EnumType),
    /// `#[derive(Type)]`, or an alias.
    NewType(NewType),
    /// `mod name;`: the file that is named has more.
    Module(Module),
}

/// A module in a file of its own.
#[derive(Clone, Debug)]
pub struct Module {
    /// The module's path from the crate's root.
    pub path: Vec<String>,
    /// Its name.
    pub name: syn::Ident,
    /// Its attributes.
    pub attributes: Vec<Attribute>,
}

/// What a file declares, with the modules inside of it.
///
/// `file` is the file's number, for places; `module` the path of the module that it is, the crate's name first. The names
/// that its `use` brings in are put into `scope`.
///
/// # Errors
/// All that is wrong in the attributes, or in the text.
pub fn items(text: &str, file: usize, module: &[String], scope: &mut Scope) -> syn::Result<Vec<Item>> {
    let mut found = Vec::new();
    let mut errors = grammar::Errors::default();
    let tokens: TokenStream = syn::parse_str(text)?;
    items_of(tokens, file, module, scope, &mut found, &mut errors);
    errors.or(found)
}

fn items_of(
    tokens: TokenStream,
    file: usize,
    module: &[String],
    scope: &mut Scope,
    found: &mut Vec<Item>,
    errors: &mut grammar::Errors,
) {
    let mut data = Vec::new();
    let mut modules = Vec::new();
    for item in errors.take(split::split(tokens)).into_iter().flatten() {
        match item {
            RawItem::Use(imported) => scope.import(module, &imported.tree),
            RawItem::Alias(item) => found.push(Item::NewType(new_type::alias(&item, file, module))),
            RawItem::Data(item) => data.push(item),
            RawItem::Module(attributes, name, content) => modules.push((attributes, name, content)),
        }
    }
    for mut item in data {
        item.attributes = grammar::attributes(&item.attributes).into_owned();
        let Some(derived) = derived(&item.attributes, module, scope) else { continue };
        let Some(item) = errors.take(item.parsed()) else { continue };
        found.extend(match derived {
            Derived::Model => {
                errors.take(table(&item, file, module)).map(|table| Item::Table(Box::new(table)))
            }
            Derived::Enum => errors.take(enum_type(&item, file, module)).map(Item::Enum),
            Derived::Type => errors.take(new_type(&item, file, module)).map(Item::NewType),
        });
    }
    for (attributes, name, content) in
        modules.into_iter().filter(|(attributes, ..)| !is_for_tests(attributes))
    {
        let mut path = module.to_vec();
        path.push(unraw(&name));
        match content {
            Some(content) => items_of(content, file, &path, scope, found, errors),
            None => found.push(Item::Module(Module { path, name, attributes })),
        }
    }
}

/// A name without `r#`.
pub(crate) fn unraw(ident: &syn::Ident) -> String {
    use syn::ext::IdentExt as _;
    ident.unraw().to_string()
}

/// `#[cfg(test)]`.
fn is_for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Path>().is_ok_and(|path| path.is_ident("test"))
    })
}

enum Derived {
    Model,
    Enum,
    Type,
}

/// Which of our derives an item has. A bare `Model` may be another crate's: it is ours when the module imports it from us,
/// or the item has attributes of ours.
fn derived(attributes: &[Attribute], module: &[String], scope: &Scope) -> Option<Derived> {
    let has_ours = attributes.iter().any(|attribute| attribute.path().is_ident("model"));
    let mut found = None;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("derive")) {
        let _ = attribute.parse_nested_meta(|meta| {
            let names: Vec<String> = meta.path.segments.iter().map(|segment| unraw(&segment.ident)).collect();
            let names = scope.expanded(module, &names);
            let (last, before) =
                names.split_last().map(|(last, before)| (last.as_str(), before)).unwrap_or_default();
            let is_ours = match before.first().map(String::as_str) {
                Some("autogen_model") => true,
                Some(_) => false,
                None => has_ours || scope.takes_all_of(module, "autogen_model"),
            };
            match last {
                "Model" if is_ours => found = Some(Derived::Model),
                "Enum" if is_ours => found = Some(Derived::Enum),
                "Type" if is_ours => found = Some(Derived::Type),
                _ => {}
            }
            Ok(())
        });
    }
    found
}
