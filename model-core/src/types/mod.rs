//! The types of fields, and what they are in a database and to Diesel.

mod mysql;
mod named;
mod postgres;
mod scalar;
mod sqlite;

use syn::{GenericArgument, PathArguments, Type};

pub use named::named_diesel_type;
pub(crate) use postgres::range_of as range_name;
pub(crate) use scalar::{Scalar, scalar};

use crate::database::Database;
use crate::declared::Size;

/// A field's type.
#[derive(Clone, Debug)]
pub struct FieldType {
    /// `Option<…>`.
    pub nullable: bool,
    /// What is in it.
    pub ty: RustType,
}

/// What a field holds, without `Option`, `Box` and the like.
#[derive(Clone, Debug)]
pub enum RustType {
    /// A named type.
    Path(syn::Path),
    /// `Vec<u8>`, `&[u8]`.
    Bytes,
    /// `[u8; N]`.
    ByteArray(usize),
    /// `Vec<T>`, and whether `T` is an `Option`.
    Array(Box<RustType>, bool),
    /// `(Bound<T>, Bound<T>)`.
    Range(Box<RustType>),
    /// `Vec<(Bound<T>, Bound<T>)>`.
    Multirange(Box<RustType>),
    /// What is no column's unless its SQL type is stated, and why.
    Other(String),
}

/// Reads a field's type.
pub fn field_type(ty: &Type) -> FieldType {
    let (nullable, inner) = match argument(ty, &["Option"]) {
        Some(inner) => (true, inner),
        None => (false, ty),
    };
    FieldType { nullable, ty: rust_type(inner) }
}

fn rust_type(ty: &Type) -> RustType {
    let other = |why: &str| RustType::Other(why.to_owned());
    if let Some(inner) = argument(ty, &["Box", "Cow", "Arc", "Rc"]) {
        return rust_type(inner);
    }
    if let Some(element) = argument(ty, &["Vec"]) {
        return vector(element);
    }
    match ty {
        Type::Group(group) => rust_type(&group.elem),
        Type::Paren(paren) => rust_type(&paren.elem),
        Type::Reference(reference) => rust_type(&reference.elem),
        Type::Slice(slice) => vector(&slice.elem),
        Type::Array(array) if is_byte(&array.elem) => match length(&array.len) {
            Some(length) => RustType::ByteArray(length),
            None => other("the length of bytes is expected as a number"),
        },
        Type::Tuple(tuple) => range(tuple),
        Type::Path(path) if path.qself.is_none() => {
            let is_option = path.path.segments.last().is_some_and(|last| last.ident == "Option");
            if is_option {
                other("an Option in there is no column")
            } else {
                RustType::Path(path.path.clone())
            }
        }
        _ => other(
            "no column is of such a type: state one, #[model(sql_type = \"…\")], or #[model(skip)] the field",
        ),
    }
}

fn length(expression: &syn::Expr) -> Option<usize> {
    match expression {
        syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Int(length), .. }) => length.base10_parse().ok(),
        _ => None,
    }
}

fn vector(element: &Type) -> RustType {
    if is_byte(element) {
        return RustType::Bytes;
    }
    if let Some(inner) = argument(element, &["Option"]) {
        return RustType::Array(Box::new(rust_type(inner)), true);
    }
    match rust_type(element) {
        RustType::Range(of) => RustType::Multirange(of),
        element => RustType::Array(Box::new(element), false),
    }
}

fn range(tuple: &syn::TypeTuple) -> RustType {
    let bounds: Vec<&Type> = tuple.elems.iter().filter_map(|element| argument(element, &["Bound"])).collect();
    match bounds[..] {
        [low, high] if tuple.elems.len() == 2 && low == high => RustType::Range(Box::new(rust_type(low))),
        _ => RustType::Other("the only tuple that is a column is (Bound<T>, Bound<T>), a range".to_owned()),
    }
}

fn is_byte(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.is_ident("u8"))
}

/// What is in `Name<…>`; lifetimes are passed over.
fn argument<'a>(ty: &'a Type, names: &[&str]) -> Option<&'a Type> {
    let Type::Path(path) = ty else {
        return if let Type::Group(group) = ty { argument(&group.elem, names) } else { None };
    };
    let last = path.path.segments.last().filter(|last| names.iter().any(|name| last.ident == name))?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else { return None };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    })
}

/// The SQL type of what Diesel knows, in words why not otherwise.
pub(crate) fn sql_type(database: Database, scalar: Scalar, size: &Size) -> Result<String, String> {
    match database {
        Database::Postgres => postgres::sql_type(scalar, size),
        Database::Mysql => mysql::sql_type(scalar, size),
        Database::Sqlite => sqlite::sql_type(scalar),
    }
}

/// The type of `diesel::sql_types` for a field, without `Nullable`; types of the project's own are named by a function.
///
/// # Errors
/// In words: Diesel has none for this database, or it is another one in each and none is named.
pub fn diesel_type(
    database: Option<Database>,
    ty: &RustType,
    own: &mut dyn FnMut(&syn::Path) -> String,
) -> Result<String, String> {
    match ty {
        RustType::Path(path) => match scalar(&names(path), path) {
            Some(scalar) => diesel_scalar(database, scalar),
            None => Ok(own(path)),
        },
        RustType::Bytes => Ok("Binary".to_owned()),
        RustType::ByteArray(length) => diesel_scalar(database, Scalar::byte_array(*length)?),
        RustType::Array(element, is_nullable) => {
            let element = diesel_type(database, element, own)?;
            let element = if *is_nullable { format!("Nullable<{element}>") } else { element };
            Ok(format!("Array<{element}>"))
        }
        RustType::Range(of) => Ok(format!("Range<{}>", diesel_type(database, of, own)?)),
        RustType::Multirange(of) => Ok(format!("Multirange<{}>", diesel_type(database, of, own)?)),
        RustType::Other(why) => Err(why.clone()),
    }
}

fn diesel_scalar(database: Option<Database>, scalar: Scalar) -> Result<String, String> {
    let of = |database| match database {
        Database::Postgres => postgres::diesel_type(scalar),
        Database::Mysql => mysql::diesel_type(scalar),
        Database::Sqlite => sqlite::diesel_type(scalar),
    };
    let found = |database: Database| {
        of(database)
            .ok_or_else(|| format!("Diesel has no type for this on {database}; state one: diesel_type = …"))
    };
    if let Some(database) = database {
        return found(database).map(str::to_owned);
    }
    let all = [Database::Postgres, Database::Mysql, Database::Sqlite].map(of);
    let known: Vec<&str> = all.into_iter().flatten().collect();
    match known[..] {
        [first, ref rest @ ..] if rest.iter().all(|other| *other == first) => Ok(first.to_owned()),
        [] => Err("Diesel has no type for this; state one: diesel_type = …".to_owned()),
        _ => Err("this is another type in each database; name it: #[model(diesel = postgres)]".to_owned()),
    }
}

/// A path's names.
pub(crate) fn names(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| crate::read::unraw(&segment.ident)).collect()
}

#[cfg(test)]
mod tests;
