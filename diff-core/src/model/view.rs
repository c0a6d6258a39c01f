//! Views and materialized views.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_with::serde_as;

use crate::model::column::PostgresColumn;
use crate::model::expression::{Expression, Parameters, SourceText};
use crate::model::index::Index;
use crate::name::{Ident, QualifiedName};
use crate::shared::Shared;

/// A view.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// Its name.
    pub name: QualifiedName,
    /// Column names in order.
    pub columns: Vec<Ident>,
    /// Column types in order, as far as the catalog knows them.
    pub column_types: Vec<String>,
    /// The query as the server spells it.
    pub query: Expression,
    /// `reloptions` as `name=value`; the check option is one of them.
    pub options: Parameters,
    /// Defaults set on view columns.
    #[serde_as(as = "Vec<(_, _)>")]
    pub column_defaults: BTreeMap<Ident, Expression>,
    /// The author's `CREATE VIEW` (SQLite).
    pub source: SourceText,
}

impl View {
    /// Whether `CREATE OR REPLACE VIEW` can turn this view into the other:
    /// it may only add columns at the end.
    pub fn can_alter_to(&self, to: &Self) -> bool {
        to.columns.len() >= self.columns.len()
            && to.columns[..self.columns.len()] == self.columns[..]
            && to.column_types.get(..self.column_types.len()) == Some(&self.column_types[..])
    }
}

/// A materialized view.
#[serde_as]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MaterializedView {
    /// Its name.
    pub name: QualifiedName,
    /// Column names in order.
    pub columns: Vec<Ident>,
    /// What columns have apart from their type's or the server's usual settings.
    #[serde_as(as = "Vec<(_, _)>")]
    pub column_settings: BTreeMap<Ident, ColumnSettings>,
    /// The query as the server spells it.
    pub query: Expression,
    /// `reloptions` as `name=value`.
    pub options: Parameters,
    /// A tablespace other than the database's.
    pub tablespace: Option<Ident>,
    /// An access method other than heap.
    pub access_method: Option<Ident>,
    /// False after `WITH NO DATA`.
    pub populated: bool,
    /// Its indexes.
    #[serde_as(as = "Vec<(_, _)>")]
    pub indexes: BTreeMap<Ident, Shared<Index>>,
    /// The index that `CLUSTER` goes by.
    pub clustered_on: Option<Ident>,
}

/// What `ALTER COLUMN … SET` changes of a materialized view's column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnSettings {
    /// Its type.
    pub data_type: String,
    /// The settings.
    pub settings: PostgresColumn,
}

impl MaterializedView {
    /// Whether it is the other but for what is altered in place.
    pub fn can_alter_to(&self, to: &Self) -> bool {
        let reached = Self {
            column_settings: to.column_settings.clone(),
            indexes: to.indexes.clone(),
            clustered_on: to.clustered_on.clone(),
            ..self.clone()
        };
        reached == *to
    }
}
