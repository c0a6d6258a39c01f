//! A table with its columns, constraints and indexes.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};
use serde_with::serde_as;

use crate::model::column::Column;
use crate::model::constraint::{Constraint, ConstraintKind, KeyConstraint};
use crate::model::expression::{Expression, Parameters, SourceText};
use crate::model::extra::Extra;
use crate::model::index::Index;
use crate::name::{Ident, QualifiedName};
use crate::shared::Shared;

/// A table.
#[serde_as]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Its name.
    pub name: QualifiedName,
    /// Columns in the order of the catalog. Order alone is never a difference.
    pub columns: Vec<Column>,
    /// Constraints, by name where there is one.
    pub constraints: Vec<Constraint>,
    /// Indexes that are no mere mechanism of a constraint.
    #[serde_as(as = "Vec<(_, _)>")]
    pub indexes: BTreeMap<Ident, Shared<Index>>,
    /// What only its dialect has.
    #[serde(flatten)]
    pub extra: TableExtra,
}

/// What only one dialect has of a table.
pub type TableExtra = Extra<PostgresTable, SqliteTable, MysqlTable>;

/// With the attributes of each dialect as fields, which a fingerprint is made of.
impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, columns, constraints, indexes, extra } = self;
        f.debug_struct("Table")
            .field("name", name)
            .field("columns", columns)
            .field("constraints", constraints)
            .field("indexes", indexes)
            .field("postgres", extra.postgres())
            .field("sqlite", extra.sqlite())
            .field("mysql", extra.mysql())
            .finish()
    }
}

impl Table {
    /// A column by name.
    pub fn column(&self, name: &Ident) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == *name)
    }

    /// Whether a column that it only inherits is the other's own; partitions aside.
    pub fn makes_columns_local(&self, other: &Self) -> bool {
        let is_part = |table: &Self| table.postgres().partition_of.is_some();
        let own = |column: &Column| other.column(&column.name).is_some_and(|c| !c.postgres().inherited);
        let shared = self.columns.iter().filter(|column| column.postgres().inherited);
        !is_part(self) && !is_part(other) && shared.into_iter().any(own)
    }

    /// Whether a server can make the other's persistence of its own: on a partitioned table no statement changes it.
    pub fn switches_persistence(&self, to: &Self) -> bool {
        let is_partitioned = |table: &Self| table.postgres().partition_key.is_some();
        self.postgres().persistence != to.postgres().persistence
            && !(is_partitioned(self) && is_partitioned(to))
    }

    /// Whether a constraint has the name, one behind a `NOT NULL` included.
    pub fn has_constraint(&self, name: &Ident) -> bool {
        let mut not_nulls = self.columns.iter().filter_map(Column::not_null_name);
        self.constraint(name).is_some() || not_nulls.any(|own| own == name)
    }

    /// A constraint by name.
    pub fn constraint(&self, name: &Ident) -> Option<&Constraint> {
        self.constraints.iter().find(|constraint| constraint.name.as_ref() == Some(name))
    }

    /// The primary key: the constraint, and what it is of.
    pub fn primary_key(&self) -> Option<(&Constraint, &KeyConstraint)> {
        self.constraints.iter().find_map(|constraint| match &constraint.kind {
            ConstraintKind::PrimaryKey(key) => Some((constraint, key)),
            ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Check(_)
            | ConstraintKind::Exclude(_) => None,
        })
    }

    /// Whether there is an index of a name, be it one of its own or a constraint's.
    pub fn has_index(&self, name: &Ident) -> bool {
        let indexed = |constraint: &Constraint| constraint.key().is_some() || constraint.is_exclusion();
        self.indexes.contains_key(name) || self.constraint(name).is_some_and(indexed)
    }
}

/// Whether a table survives a crash.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Persistence {
    /// An ordinary table.
    #[default]
    Permanent,
    /// `UNLOGGED`.
    Unlogged,
}

/// Table attributes of PostgreSQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PostgresTable {
    /// `relpersistence`.
    pub persistence: Persistence,
    /// `reloptions` as `name=value`.
    pub storage_parameters: Parameters,
    /// An access method other than heap.
    pub access_method: Option<Ident>,
    /// A tablespace other than the database's.
    pub tablespace: Option<Ident>,
    /// `ENABLE ROW LEVEL SECURITY`.
    pub row_security: bool,
    /// `FORCE ROW LEVEL SECURITY`.
    pub force_row_security: bool,
    /// `REPLICA IDENTITY`, when not the default: `FULL`, `NOTHING` or `USING INDEX`.
    pub replica_identity: Option<ReplicaIdentity>,
    /// The index, or the constraint with one, that `CLUSTER` goes by (`indisclustered`).
    pub clustered_on: Option<Ident>,
    /// `pg_get_partkeydef` of a partitioned table.
    pub partition_key: Option<Expression>,
    /// The partitioned table that this one is a part of.
    pub partition_of: Option<PartitionOf>,
    /// Parents by plain inheritance, in order.
    pub inherits: Vec<QualifiedName>,
    /// The composite type of a typed table.
    pub of_type: Option<String>,
}

/// What a table writes to the log to identify an old row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReplicaIdentity {
    /// All columns.
    Full,
    /// Nothing.
    Nothing,
    /// The columns of an index.
    Index(Ident),
}

/// The place of a partition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PartitionOf {
    /// The partitioned table.
    pub parent: QualifiedName,
    /// `FOR VALUES …` or `DEFAULT`, as the server spells it.
    pub bound: Expression,
}

/// Table attributes of MySQL.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MysqlTable {
    /// `NAME=value` texts after the columns, without the counter.
    pub options: Vec<String>,
    /// `PARTITION BY …`.
    pub partition: Option<String>,
    /// Lines among the columns that are none of them: periods of system versioning.
    pub periods: Vec<String>,
}

/// Table attributes of SQLite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SqliteTable {
    /// `STRICT`.
    pub strict: bool,
    /// `WITHOUT ROWID`.
    pub without_rowid: bool,
    /// `INTEGER PRIMARY KEY AUTOINCREMENT`.
    pub autoincrement: bool,
    /// The column that is the rowid.
    pub rowid_alias: Option<Ident>,
    /// Table constraints, each as its tokens in one line.
    pub constraint_tokens: Vec<String>,
    /// The author's `CREATE TABLE`.
    pub source: SourceText,
}
