//! Reads attributes: of one item for the derive, of a whole file for `autogen -m`.

mod case;
mod column;
mod constraint;
mod enumeration;
mod grammar;
mod index;
mod new_type;
mod table;

use syn::{Attribute, DeriveInput, ItemMod};

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
    /// `#[derive(Type)]`.
    NewType(NewType),
    /// `mod name;`: the file that is named has more.
    Module(Vec<String>, ItemMod),
}

/// What the items of a file declare, with those of the modules inside of it.
///
/// `file` is the file's number, for places; `module` the path of the module that it is. The names that its `use` brings in
/// are put into `scope`.
///
/// # Errors
/// All that is wrong in the attributes.
pub fn items(
    content: &[syn::Item],
    file: usize,
    module: &[String],
    scope: &mut Scope,
) -> syn::Result<Vec<Item>> {
    let mut found = Vec::new();
    let mut errors = grammar::Errors::default();
    for item in content {
        if let syn::Item::Use(imported) = item {
            scope.import(module, &imported.tree);
        }
    }
    for item in content {
        match item {
            syn::Item::Struct(item) => {
                let attributes = grammar::attributes(&item.attrs);
                match derived(&attributes, module, scope) {
                    Some(Derived::Model) => {
                        let item = DeriveInput { attrs: attributes, ..item.clone().into() };
                        let read = errors.take(table(&item, file, module));
                        found.extend(read.map(|table| Item::Table(Box::new(table))));
                    }
                    Some(Derived::Type) => {
                        let item = DeriveInput { attrs: attributes, ..item.clone().into() };
                        found.extend(errors.take(new_type(&item, file, module)).map(Item::NewType));
                    }
                    Some(Derived::Enum) | None => {}
                }
            }
            syn::Item::Enum(item) => {
                let attributes = grammar::attributes(&item.attrs);
                if let Some(Derived::Enum) = derived(&attributes, module, scope) {
                    let item = DeriveInput { attrs: attributes, ..item.clone().into() };
                    found.extend(errors.take(enum_type(&item, file, module)).map(Item::Enum));
                }
            }
            syn::Item::Mod(item) if !is_for_tests(&item.attrs) => {
                let mut path = module.to_vec();
                path.push(unraw(&item.ident));
                match &item.content {
                    Some((_, inner)) => {
                        found.extend(errors.take(items(inner, file, &path, scope)).into_iter().flatten());
                    }
                    None => found.push(Item::Module(path, item.clone())),
                }
            }
            _ => {}
        }
    }
    errors.or(found)
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
