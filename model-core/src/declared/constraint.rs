//! Keys, checks, exclusions and foreign keys.

use proc_macro2::Span;

use super::{PerDatabase, Text};
use crate::database::Database;

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
    /// More of it, as SQL.
    pub options: PerDatabase,
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
    /// More of it, as SQL.
    pub options: PerDatabase,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
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
    /// More of it, as SQL.
    pub options: PerDatabase,
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
    /// More of it, as SQL.
    pub options: PerDatabase,
    /// The databases that have it; empty for all.
    pub only: Vec<Database>,
}

/// What a foreign key refers to.
#[derive(Clone, Debug)]
pub struct Reference {
    /// Where it stands.
    pub span: Span,
    /// The table.
    pub target: Referenced,
}

/// The table that a foreign key refers to.
#[derive(Clone, Debug)]
pub enum Referenced {
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
