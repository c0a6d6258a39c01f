//! A column of a table.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::expression::{Expression, Parameters, SourceText};
use crate::model::extra::Extra;
use crate::model::sequence::SequenceOptions;
use crate::model::table::Persistence;
use crate::name::{Ident, QualifiedName};

/// A column.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Its name.
    pub name: Ident,
    /// The type as the server spells it (`format_type` on PostgreSQL).
    pub data_type: String,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// The default, if any.
    pub default: Option<Expression>,
    /// `GENERATED … AS IDENTITY`.
    pub identity: Option<Box<Identity>>,
    /// `GENERATED ALWAYS AS (…)`.
    pub generated: Option<Generated>,
    /// A collation other than the type's own.
    pub collation: Option<QualifiedName>,
    /// What only its dialect has.
    #[serde(flatten)]
    pub extra: ColumnExtra,
}

/// What only one dialect has of a column.
pub type ColumnExtra = Extra<PostgresColumn, SqliteColumn, MysqlColumn>;

/// With the attributes of each dialect as fields, which a fingerprint is made of.
impl fmt::Debug for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, data_type, nullable, default, identity, generated, collation, extra } = self;
        f.debug_struct("Column")
            .field("name", name)
            .field("data_type", data_type)
            .field("nullable", nullable)
            .field("default", default)
            .field("identity", identity)
            .field("generated", generated)
            .field("collation", collation)
            .field("postgres", extra.postgres())
            .field("sqlite", extra.sqlite())
            .field("mysql", extra.mysql())
            .finish()
    }
}

impl Column {
    /// The name of the constraint behind its `NOT NULL`, where the server has one.
    pub fn not_null_name(&self) -> Option<&Ident> {
        self.postgres().not_null.name.as_ref().filter(|_| !self.nullable)
    }

    /// Whether its `NOT NULL` is a constraint that the table has for itself, and keeps when its parents' goes (PostgreSQL 18).
    pub fn has_local_not_null(&self) -> bool {
        self.not_null_name().is_some() && !self.postgres().not_null.inherited
    }

    /// The column as it would be without `NOT NULL` (PostgreSQL).
    #[must_use]
    pub fn without_not_null(&self) -> Self {
        let mut column = Self { nullable: true, ..self.clone() };
        column.postgres_mut().not_null = NotNullConstraint::default();
        column
    }

    /// Whether its default takes the numbers of a sequence (PostgreSQL's `serial`).
    pub fn has_nextval_default(&self) -> bool {
        self.default.as_ref().is_some_and(|default| default.as_str().contains("nextval("))
    }
}

/// An identity column (`attidentity`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `ALWAYS` instead of `BY DEFAULT`.
    pub always: bool,
    /// The name of the sequence behind it.
    pub sequence: QualifiedName,
    /// Its numbers.
    pub options: SequenceOptions,
    /// Whether the sequence is lost in a crash; without a word it is as its table (PostgreSQL 15).
    pub persistence: Persistence,
}

/// A generated column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Generated {
    /// What it is computed from.
    pub expression: Expression,
    /// Stored on disk instead of computed on reading.
    pub stored: bool,
}

/// Column attributes of PostgreSQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostgresColumn {
    /// `attstorage`, when it is not the type's own.
    pub storage: Option<String>,
    /// `attcompression`: `pglz` or `lz4`.
    pub compression: Option<String>,
    /// `attstattarget`, when set.
    pub statistics: Option<i32>,
    /// `attoptions`.
    pub options: Parameters,
    /// Inherited from a parent or partitioned table, and not declared here.
    pub inherited: bool,
    /// The constraint behind `NOT NULL`, where the server has one (PostgreSQL 18).
    pub not_null: NotNullConstraint,
}

/// The constraint behind `NOT NULL` (`pg_constraint` with `contype` n).
///
/// What a server without such constraints means by `NOT NULL` equals one of the
/// default name that holds for all rows and is inherited.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NotNullConstraint {
    /// Its name.
    pub name: Option<Ident>,
    /// Whether that is the name it gets when none is given.
    pub has_default_name: bool,
    /// False while `NOT VALID`.
    pub validated: bool,
    /// `NO INHERIT`.
    pub no_inherit: bool,
    /// Only inherited, and not declared here; no part of a comparison.
    pub inherited: bool,
}

impl NotNullConstraint {
    /// The name, when it was given.
    pub fn given_name(&self) -> Option<&Ident> {
        self.name.as_ref().filter(|_| !self.has_default_name)
    }

    /// Whether both have one name, or names that nobody gave. A partition's given one is as if it came from its whole once it
    /// was attached (`MergeConstraintsIntoExisting` of the server's `tablecmds.c`).
    pub fn is_named_as(&self, other: &Self) -> bool {
        self.given_name() == other.given_name() || (self.name.is_some() && self.name == other.name)
    }

    /// Whether it says what a comparison passes over: a name that nobody gave, or where it comes from.
    pub(crate) const fn is_recorded(&self) -> bool {
        self.name.is_some() || !self.has_default_name || self.inherited
    }
}

impl Default for NotNullConstraint {
    fn default() -> Self {
        Self { name: None, has_default_name: true, validated: true, no_inherit: false, inherited: false }
    }
}

impl PartialEq for NotNullConstraint {
    fn eq(&self, other: &Self) -> bool {
        self.is_named_as(other) && self.validated == other.validated && self.no_inherit == other.no_inherit
    }
}

impl Eq for NotNullConstraint {}

/// Column attributes of MySQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MysqlColumn {
    /// The name in its own letters, since names compare without regard to case.
    pub spelling: String,
    /// All that follows the name in `SHOW CREATE TABLE`.
    pub definition: String,
}

/// Column attributes of SQLite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteColumn {
    /// The column's definition as it stands in the `CREATE TABLE`.
    pub source: SourceText,
    /// The definition's tokens, lower case and unquoted, in one line.
    pub tokens: String,
}
