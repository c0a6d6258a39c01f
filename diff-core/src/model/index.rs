//! An index that is not the mere mechanism of a constraint.

use serde::{Deserialize, Serialize};

use crate::model::expression::{Expression, Parameters, SourceText};
use crate::name::{Ident, QualifiedName};

/// An index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// Its name.
    pub name: Ident,
    /// Whether it forbids duplicates.
    pub unique: bool,
    /// `NULLS NOT DISTINCT`.
    pub nulls_not_distinct: bool,
    /// The access method (`btree`, `gin` …); none on SQLite.
    pub method: Option<String>,
    /// Keys in order.
    pub keys: Vec<IndexKey>,
    /// `INCLUDE` columns.
    pub include: Vec<Ident>,
    /// `WHERE`.
    pub predicate: Option<Expression>,
    /// Storage parameters as `name=value`.
    pub storage_parameters: Parameters,
    /// Tablespace, when not the default.
    pub tablespace: Option<Ident>,
    /// False after a failed concurrent build (`indisvalid`).
    pub valid: bool,
    /// The index of a partitioned table, which holds nothing itself (`relkind` I).
    pub partitioned: bool,
    /// The partitioned index that this one is a part of.
    pub parent: Option<QualifiedName>,
    /// The line of `SHOW CREATE TABLE` (MySQL), which says all.
    pub definition: String,
    /// The author's `CREATE INDEX` (SQLite).
    pub source: SourceText,
}

impl Index {
    /// A plain index over keys: what only one dialect has is as usual, so that a reader sets its own dialect's
    /// attributes and names no other's.
    pub fn new(name: Ident, unique: bool, keys: Vec<IndexKey>) -> Self {
        Self {
            name,
            unique,
            nulls_not_distinct: false,
            method: None,
            keys,
            include: Vec::new(),
            predicate: None,
            storage_parameters: Parameters::default(),
            tablespace: None,
            valid: true,
            partitioned: false,
            parent: None,
            definition: String::new(),
            source: SourceText::default(),
        }
    }

    /// The same index with the statistics targets of another, where both have as many keys.
    #[must_use]
    pub fn with_statistics_of(&self, other: &Self) -> Self {
        let mut index = self.clone();
        for (key, other) in index.keys.iter_mut().zip(&other.keys) {
            key.statistics = other.statistics;
        }
        index
    }

    /// Whether a column is one of its keys, or comes along.
    pub fn covers(&self, column: &Ident) -> bool {
        self.keys.iter().any(|key| key.value.column() == Some(column)) || self.include.contains(column)
    }
}

/// One key of an index.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexKey {
    /// What is indexed.
    pub value: IndexKeyValue,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST`.
    pub nulls_first: bool,
    /// An operator class other than the type's default, with its parameters.
    pub operator_class: Option<String>,
    /// A collation other than the column's.
    pub collation: Option<QualifiedName>,
    /// The statistics target of an expression (`attstattarget`), when set.
    pub statistics: Option<i32>,
}

impl IndexKey {
    /// A plain key: ascending, with the usual operator class and collation.
    pub const fn new(value: IndexKeyValue) -> Self {
        Self {
            value,
            descending: false,
            nulls_first: false,
            operator_class: None,
            collation: None,
            statistics: None,
        }
    }
}

/// A column or an expression.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum IndexKeyValue {
    /// A column.
    Column(Ident),
    /// An expression as the server spells it.
    Expression(Expression),
}

impl IndexKeyValue {
    /// The column, when it is one.
    pub const fn column(&self) -> Option<&Ident> {
        match self {
            Self::Column(name) => Some(name),
            Self::Expression(_) => None,
        }
    }
}
