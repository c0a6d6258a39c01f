//! Reads a `schema.rs`: every `table!`, `joinable!` and custom type of it, wherever its modules stand.

use diesel_table_macro_syntax::{ColumnDef, TableDecl};
use syn::parse::{Parse, ParseStream};
use syn::spanned::Spanned;
use syn::{Attribute, GenericArgument, Ident, Item, Path, PathArguments, Token, Type};

use crate::file::{Column, ColumnType, CustomType, Joinable, SchemaFile, Table, is_generated};

/// What can't be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ReadError {
    /// What is wrong.
    pub message: String,
    /// From 1.
    pub line: usize,
    /// From 1.
    pub column: usize,
}

impl From<syn::Error> for ReadError {
    fn from(error: syn::Error) -> Self {
        let start = error.span().start();
        Self { message: error.to_string(), line: start.line, column: start.column + 1 }
    }
}

/// Reads the text of a file.
///
/// # Errors
/// When it is no Rust, or a macro in it is no `table!` or `joinable!` of Diesel's.
pub fn read(text: &str) -> Result<SchemaFile, ReadError> {
    let parsed = syn::parse_file(text)?;
    let mut types = Vec::new();
    custom_types(&parsed.items, &mut types)?;
    let mut file = SchemaFile { generated: is_generated(text), ..SchemaFile::default() };
    items(&parsed.items, &types, &mut file)?;
    Ok(file)
}

/// The structs of all `sql_types`.
fn custom_types(items: &[Item], found: &mut Vec<CustomType>) -> Result<(), ReadError> {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    custom_types(items, found)?;
                }
            }
            Item::Struct(item) => {
                for attribute in item.attrs.iter().filter(|attribute| attribute.path().is_ident("diesel")) {
                    found.extend(custom_type(&item.ident, attribute)?);
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// `#[diesel(postgres_type(name = "mood", schema = "app"))]`.
fn custom_type(name: &Ident, attribute: &Attribute) -> Result<Option<CustomType>, ReadError> {
    let (mut sql_name, mut schema) = (None, None);
    attribute.parse_nested_meta(|meta| {
        let is_type =
            ["postgres_type", "mysql_type", "sqlite_type"].iter().any(|kind| meta.path.is_ident(kind));
        if !is_type {
            // Something else of Diesel's; its value, if any, is passed over.
            if meta.input.peek(Token![=]) {
                let _: syn::Expr = meta.value()?.parse()?;
            }
            return Ok(());
        }
        meta.parse_nested_meta(|inner| {
            let value: syn::Lit = inner.value()?.parse()?;
            if let syn::Lit::Str(text) = value {
                match inner.path.get_ident().map(ToString::to_string).as_deref() {
                    Some("name") => sql_name = Some(text.value()),
                    Some("schema") => schema = Some(text.value()),
                    _ => {}
                }
            }
            Ok(())
        })
    })?;
    Ok(sql_name.map(|sql_name| CustomType { rust_name: name.to_string(), sql_name, schema }))
}

fn items(items: &[Item], types: &[CustomType], file: &mut SchemaFile) -> Result<(), ReadError> {
    for item in items {
        match item {
            Item::Mod(module) => {
                if let Some((_, items)) = &module.content {
                    self::items(items, types, file)?;
                }
            }
            Item::Macro(item) => {
                match item.mac.path.segments.last().map(|last| last.ident.to_string()).as_deref() {
                    Some("table") => {
                        let declared: TableDecl = syn::parse2(item.mac.tokens.clone())?;
                        file.tables.push(table(&declared, types)?);
                    }
                    Some("joinable") => {
                        let JoinableDecl(join) = syn::parse2(item.mac.tokens.clone())?;
                        file.joinables.push(join);
                    }
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// `child -> parent (column)`.
struct JoinableDecl(Joinable);

impl Parse for JoinableDecl {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let child: Path = input.call(Path::parse_mod_style)?;
        input.parse::<Token![->]>()?;
        let parent: Path = input.call(Path::parse_mod_style)?;
        let column;
        syn::parenthesized!(column in input);
        let column: Ident = column.parse()?;
        let last = |path: &Path| path.segments.last().map(|last| name(&last.ident)).unwrap_or_default();
        Ok(Self(Joinable { child: last(&child), parent: last(&parent), column: name(&column) }))
    }
}

/// A name without `r#`.
fn name(ident: &Ident) -> String {
    use syn::ext::IdentExt as _;
    ident.unraw().to_string()
}

fn table(declared: &TableDecl, types: &[CustomType]) -> Result<Table, ReadError> {
    let rust_name = name(&declared.table_name);
    // `sql_name` may hold the schema too.
    let stated = declared.sql_name.as_str();
    let namespace = declared.schema.as_ref().map(name);
    let sql_name = match &namespace {
        Some(namespace) => stated.strip_prefix(&format!("{namespace}.")).unwrap_or(stated).to_owned(),
        None => stated.to_owned(),
    };
    let columns = declared.column_defs.iter().map(|column| self::column(column, types));
    let primary_key = declared
        .primary_keys
        .as_ref()
        .map_or_else(|| vec!["id".to_owned()], |keys| keys.keys.iter().map(name).collect());
    Ok(Table {
        namespace,
        sql_name,
        rust_name,
        primary_key,
        columns: columns.collect::<Result<_, _>>()?,
        comment: None,
    })
}

fn column(declared: &ColumnDef, types: &[CustomType]) -> Result<Column, ReadError> {
    let max_length = declared.max_length.as_ref().map(syn::LitInt::base10_parse).transpose()?;
    let mut ty =
        ColumnType { rust_name: String::new(), custom: None, nullable: false, array: false, unsigned: false };
    column_type(&declared.tpe, &mut ty)?;
    ty.custom = types.iter().find(|custom| custom.rust_name == ty.rust_name).cloned();
    Ok(Column {
        sql_name: declared.sql_name.clone(),
        rust_name: name(&declared.column_name),
        ty,
        max_length,
        comment: None,
    })
}

/// Takes the wrappers off. `Nullable` inside of an array says nothing of the column.
fn column_type(path: &syn::TypePath, found: &mut ColumnType) -> Result<(), ReadError> {
    let Some(last) = path.path.segments.last() else { return Ok(()) };
    let inner = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => arguments.args.first(),
        PathArguments::None | PathArguments::Parenthesized(_) => None,
    };
    let wrapper = last.ident.to_string();
    let argument = match inner {
        None => {
            found.rust_name = name(&last.ident);
            return Ok(());
        }
        Some(GenericArgument::Type(Type::Path(path))) => path,
        Some(other) => {
            return Err(syn::Error::new(other.span(), "a column of such a type is not understood").into());
        }
    };
    match wrapper.as_str() {
        "Nullable" if !found.array => found.nullable = true,
        "Nullable" => {}
        "Array" => found.array = true,
        "Unsigned" => found.unsigned = true,
        "Range" | "Multirange" => {
            let mut element = found.clone();
            column_type(argument, &mut element)?;
            found.rust_name = format!("{wrapper}<{}>", element.rust_name);
            return Ok(());
        }
        other => {
            return Err(
                syn::Error::new(last.span(), format!("{other}<…> is no wrapper of Diesel's types")).into()
            );
        }
    }
    column_type(argument, found)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn all_written_forms_are_read() {
        let file = read(
            r##"
            pub mod sql_types {
                #[derive(diesel::sql_types::SqlType)]
                #[diesel(postgres_type(name = "mood", schema = "app"))]
                pub struct Mood;
            }
            table! { users { id -> Integer, r#type -> Nullable<Text>, } }
            diesel::table! {
                use diesel::sql_types::*;
                use super::sql_types::Mood;
                /// Things.
                #[sql_name = "two words"]
                two_words (id, other_id) {
                    id -> Int8,
                    /// Doc.
                    #[sql_name = "other id"]
                    #[max_length = 30]
                    other_id -> diesel::sql_types::Varchar,
                    moods -> Nullable<Array<Nullable<Mood>>>,
                    many -> Unsigned<Bigint>,
                    at -> Range<Timestamptz>,
                }
            }
            pub mod app { diesel::table! { app.things (id) { id -> Int4, } } }
            diesel::joinable!(two_words -> users (id));
            diesel::allow_tables_to_appear_in_same_query!(users, two_words,);
            "##,
        )
        .unwrap();
        let shown: Vec<String> = file
            .tables
            .iter()
            .map(|table| {
                let columns =
                    table.columns.iter().map(|c| format!("{} {} {:?}", c.sql_name, c.ty, c.max_length));
                format!(
                    "{} [{}] {}",
                    table.full_sql_name(),
                    table.primary_key.join(" "),
                    columns.collect::<Vec<_>>().join(", ")
                )
            })
            .collect();
        assert_eq!(
            shown,
            [
                "users [id] id Integer None, type Nullable<Text> None",
                "two words [id other_id] id Int8 None, other id Varchar Some(30), moods Nullable<Array<Nullable<Mood>>> None, many Unsigned<Bigint> None, at Range<Timestamptz> None",
                "app.things [id] id Int4 None",
            ]
        );
        assert_eq!(file.joinables[0].parent, "users");
        let mood = file.tables[1].columns[2].ty.custom.as_ref().unwrap();
        assert_eq!((mood.sql_name.as_str(), mood.schema.as_deref()), ("mood", Some("app")));
    }

    #[test]
    fn what_is_no_table_is_named_by_its_place() {
        let error = read("table! {\n  users (id) {\n    id -> ,\n  }\n}\n").unwrap_err();
        assert_eq!(error.line, 3, "{error}");
    }
}
