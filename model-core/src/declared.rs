//! What structs and enums declare: data only, each part with the place that states it.

use proc_macro2::Span;

use crate::database::Database;
use crate::types::FieldType;

/// A place in one of the files that were read.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Which file, in the order in which they were read.
    pub file: usize,
    /// Where in it.
    pub span: Span,
}

/// A text and where it stands.
#[derive(Clone, Debug)]
pub struct Text {
    /// The text.
    pub value: String,
    /// Where it stands.
    pub span: Span,
}

/// A text that may be another one for each database: `default = "now()"`, or
/// `default(postgres = "now()", sqlite = "CURRENT_TIMESTAMP")`.
#[derive(Clone, Debug, Default)]
pub struct PerDatabase {
    pub(crate) any: Option<Text>,
    pub(crate) own: Vec<(Database, Text)>,
}

impl PerDatabase {
    /// What is stated for a database.
    pub fn get(&self, database: Database) -> Option<&Text> {
        let own = self.own.iter().find(|(named, _)| *named == database).map(|(_, text)| text);
        own.or(self.any.as_ref())
    }

    /// What is stated for a database, or for all of them when none is named.
    ///
    /// # Errors
    /// In words, when none is named and they differ.
    pub fn of(&self, database: Option<Database>) -> Result<Option<&Text>, String> {
        match database {
            Some(database) => Ok(self.get(database)),
            None if self.own.is_empty() => Ok(self.any.as_ref()),
            None => {
                Err("this is another type in each database; name it: #[model(diesel = postgres)]".to_owned())
            }
        }
    }

    /// Whether nothing is stated for any.
    pub const fn is_empty(&self) -> bool {
        self.any.is_none() && self.own.is_empty()
    }
}

/// A struct: a table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The struct's name.
    pub rust_name: String,
    /// The modules that it is in, the crate's name first.
    pub module: Vec<String>,
    /// The struct.
    pub place: Place,
    /// The table's name.
    pub name: Text,
    /// The PostgreSQL schema.
    pub schema: Option<Text>,
    /// The fields that are columns.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// UNIQUE constraints.
    pub uniques: Vec<Unique>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// CHECK constraints.
    pub checks: Vec<Check>,
    /// Foreign keys.
    pub foreign_keys: Vec<ForeignKey>,
    /// EXCLUDE constraints.
    pub excludes: Vec<Exclude>,
    /// The table's comment.
    pub comment: PerDatabase,
    /// The struct's documentation.
    pub doc: Option<Text>,
    /// Whether documentation is the comment, here and for the columns.
    pub doc_comments: bool,
    /// The table's old name.
    pub renamed_from: Option<Text>,
    /// What stands behind the columns, as SQL.
    pub options: PerDatabase,
    /// PostgreSQL's UNLOGGED.
    pub unlogged: Option<Span>,
    /// Whether `table!` is wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}

/// A field: a column.
#[derive(Clone, Debug)]
pub struct Column {
    /// The field's name.
    pub field: String,
    /// The column's name.
    pub name: Text,
    /// The field.
    pub span: Span,
    /// The field's type, and where it stands.
    pub ty: FieldType,
    /// Where the type stands.
    pub ty_span: Span,
    /// Whether NULL is allowed though the type is no `Option`.
    pub nullable: bool,
    /// The SQL type, when it is stated.
    pub sql_type: PerDatabase,
    /// Diesel's type, when it is stated.
    pub diesel_type: Option<syn::Type>,
    /// How long it is.
    pub size: Size,
    /// What fills it.
    pub kind: ColumnKind,
    /// The default, as SQL.
    pub default: PerDatabase,
    /// The collation.
    pub collate: PerDatabase,
    /// The comment.
    pub comment: PerDatabase,
    /// The field's documentation.
    pub doc: Option<Text>,
    /// The column's old name.
    pub renamed_from: Option<Text>,
    /// More of the column, as SQL.
    pub options: PerDatabase,
    /// Whether its foreign key is no join.
    pub no_join: bool,
}

/// How long a value may be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Size {
    /// `varchar(n)`, in characters.
    pub max_length: Option<(u32, Span)>,
    /// `char(n)`, in characters.
    pub fixed_length: Option<(u32, Span)>,
    /// Digits in all (numeric), or behind the second (time).
    pub precision: Option<(u32, Span)>,
    /// Digits behind the point.
    pub scale: Option<(u32, Span)>,
}

/// What fills a column.
#[derive(Clone, Debug)]
pub enum ColumnKind {
    /// Who inserts, or the default.
    Plain,
    /// It counts by itself.
    Identity(Identity),
    /// An expression.
    Generated(Generated),
}

/// `identity`, `autoincrement` or `serial`.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Where it stands.
    pub span: Span,
    /// GENERATED ALWAYS instead of BY DEFAULT.
    pub always: bool,
    /// PostgreSQL's `serial` instead of an identity column.
    pub serial: bool,
    /// SQLite's AUTOINCREMENT: no rowid is given twice.
    pub autoincrement: bool,
    /// The sequence's options (`START WITH 10`), as SQL.
    pub options: Vec<String>,
}

/// `generated = "…"`.
#[derive(Clone, Debug)]
pub struct Generated {
    /// The expression.
    pub expression: PerDatabase,
    /// Computed when it is read.
    pub is_virtual: bool,
}

/// PRIMARY KEY.
#[derive(Clone, Debug)]
pub struct PrimaryKey {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// Its columns' names.
    pub columns: Vec<String>,
    /// Whether it is checked at the end of a transaction.
    pub timing: Timing,
}

/// When a constraint is checked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Timing {
    /// NOT DEFERRABLE.
    #[default]
    Immediate,
    /// DEFERRABLE.
    Deferrable,
    /// DEFERRABLE INITIALLY DEFERRED.
    Deferred,
}

/// UNIQUE.
#[derive(Clone, Debug)]
pub struct Unique {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// Its columns' names.
    pub columns: Vec<String>,
    /// Columns that come along in the index.
    pub include: Vec<String>,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// When it is checked.
    pub timing: Timing,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// An index.
#[derive(Clone, Debug)]
pub struct Index {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// What is indexed.
    pub keys: Vec<IndexKey>,
    /// UNIQUE.
    pub unique: bool,
    /// The kind: `gin`; `fulltext` and `spatial` on MySQL.
    pub using: Option<Text>,
    /// Columns that come along.
    pub include: Vec<String>,
    /// The rows that are in it.
    pub predicate: Option<Text>,
    /// NULLS NOT DISTINCT.
    pub nulls_not_distinct: bool,
    /// What stands behind it, as SQL.
    pub options: PerDatabase,
    /// Its old name.
    pub renamed_from: Option<Text>,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// A part of an index.
#[derive(Clone, Debug)]
pub struct IndexKey {
    /// Where it stands.
    pub span: Span,
    /// A column or an expression.
    pub part: KeyPart,
    /// The collation.
    pub collate: Option<String>,
    /// PostgreSQL's operator class.
    pub opclass: Option<String>,
    /// MySQL's length of a prefix.
    pub length: Option<u32>,
    /// The direction.
    pub order: KeyOrder,
}

/// A column or an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyPart {
    /// A column's name.
    Column(String),
    /// An expression, as SQL.
    Expression(String),
}

/// A direction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct KeyOrder {
    /// DESC.
    pub descending: bool,
    /// NULLS FIRST or NULLS LAST, when stated.
    pub nulls_first: Option<bool>,
}

/// CHECK.
#[derive(Clone, Debug)]
pub struct Check {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// The expression.
    pub expression: PerDatabase,
    /// NO INHERIT.
    pub no_inherit: bool,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// EXCLUDE.
#[derive(Clone, Debug)]
pub struct Exclude {
    /// Its name.
    pub name: Option<Text>,
    /// What stands behind EXCLUDE, as SQL.
    pub definition: Text,
}

/// FOREIGN KEY.
#[derive(Clone, Debug)]
pub struct ForeignKey {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: Option<Text>,
    /// The referring columns' names.
    pub columns: Vec<String>,
    /// What they refer to.
    pub reference: Reference,
    /// When the row goes.
    pub on_delete: Action,
    /// When its key changes.
    pub on_update: Action,
    /// MATCH FULL.
    pub match_full: bool,
    /// When it is checked.
    pub timing: Timing,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// What a foreign key refers to.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it stands.
    pub span: Span,
    /// The table.
    pub target: Target,
}

/// The table that a foreign key refers to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A struct, and its fields; the primary key without any.
    Struct(syn::Path, Vec<syn::Ident>),
    /// `app.users (id)`, as SQL.
    Sql(String),
}

/// What becomes of referring rows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Action {
    /// It is not said: NO ACTION.
    #[default]
    Unstated,
    /// An action in words, such as SET NULL, and the columns that it is for when not for all.
    Stated(&'static str, Vec<String>),
}

/// An enum: a type, or a check.
#[derive(Clone, Debug)]
pub struct EnumType {
    /// The enum's name.
    pub rust_name: String,
    /// The modules that it is in.
    pub module: Vec<String>,
    /// The enum.
    pub place: Place,
    /// The type's name.
    pub name: Text,
    /// The PostgreSQL schema.
    pub schema: Option<Text>,
    /// The values, in order.
    pub values: Vec<EnumValue>,
    /// Its old name.
    pub renamed_from: Option<Text>,
    /// Whether it is text with a check everywhere.
    pub as_text: bool,
    /// Whether Diesel's traits are wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}

/// A variant: a value.
#[derive(Clone, Debug)]
pub struct EnumValue {
    /// The variant.
    pub variant: syn::Ident,
    /// The value.
    pub value: String,
    /// Its old name.
    pub renamed_from: Option<Text>,
}

/// What holds one value under another name: a struct of one field, or an alias.
#[derive(Clone, Debug)]
pub struct NewType {
    /// The struct's name.
    pub rust_name: String,
    /// The modules that it is in.
    pub module: Vec<String>,
    /// The struct.
    pub place: Place,
    /// What it holds.
    pub inner: FieldType,
    /// The SQL type, when it is stated.
    pub sql_type: PerDatabase,
    /// Diesel's type, when it is stated.
    pub diesel_type: Option<syn::Type>,
    /// How long it is.
    pub size: Size,
    /// Whether a name for Diesel's type is wanted, and for which database.
    pub diesel: Option<(Option<Database>, Span)>,
}
