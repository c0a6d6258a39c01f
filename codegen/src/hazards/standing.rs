//! What holds for the rows of a table before a script runs, so that asking for no more can't fail.

use autogen_diff_core::model::{Column, Constraint, ConstraintKind, Index, IndexKey, Table};
use autogen_diff_core::{Dialect, Ident, QualifiedName};

use super::implication::{Rows, implies};
use crate::plan::mentions;
use crate::quote::server_ident;
use crate::sqlite::Affinity;

/// The keys and checks of a table as it was.
#[derive(Clone, Debug, Default)]
pub(crate) struct Standing {
    /// None where nothing stands.
    dialect: Option<Dialect>,
    keys: Vec<StandingKey>,
    /// The checks that all rows were looked at for.
    checks: Vec<StandingCheck>,
    required: Vec<Ident>,
    /// The column that is the rowid, which is never NULL (SQLite).
    rowid: Option<Ident>,
    types: Vec<(Ident, String)>,
}

/// A unique key that no two rows share.
#[derive(Clone, Debug)]
pub(crate) struct StandingKey {
    pub(crate) name: Option<Ident>,
    columns: Vec<StandingColumn>,
    /// Whether two NULLs are the same, or there are none.
    tells_nulls_alike: bool,
}

/// A column of a key, and by which equality its values differ.
#[derive(Clone, Debug, PartialEq, Eq)]
struct StandingColumn {
    name: Ident,
    /// Other than those of the column and its type.
    operator_class: Option<String>,
    collation: Option<QualifiedName>,
}

impl StandingColumn {
    /// By the equality of the column itself.
    const fn usual(name: Ident) -> Self {
        Self { name, operator_class: None, collation: None }
    }

    fn of_index(key: &IndexKey) -> Option<Self> {
        let IndexKey { value, descending: _, nulls_first: _, operator_class, collation, statistics: _ } = key;
        let (operator_class, collation) = (operator_class.clone(), collation.clone());
        value.column().map(|name| Self { name: name.clone(), operator_class, collation })
    }
}

/// A check that all rows satisfy.
#[derive(Clone, Debug)]
pub(crate) struct StandingCheck {
    pub(crate) name: Option<String>,
    pub(crate) expression: String,
}

/// Whether the values of a type are numbers in SQLite.
pub(crate) fn holds_numbers(data_type: &str) -> bool {
    match Affinity::of(data_type) {
        Affinity::Integer | Affinity::Real | Affinity::Numeric => true,
        Affinity::Text | Affinity::Blob => false,
    }
}

impl Standing {
    pub(crate) fn of(dialect: Dialect, table: &Table) -> Self {
        let constraints = table.constraints.iter().filter_map(of_constraint);
        let indexes = table.indexes.values().filter_map(|index| of_index(index));
        let checks = table.constraints.iter().filter_map(|constraint| match &constraint.kind {
            // What children do not have says nothing of their rows.
            ConstraintKind::Check(check) if check.validated && !check.no_inherit => Some(StandingCheck {
                name: constraint.name.as_ref().map(Ident::to_string),
                expression: check.expression.to_string(),
            }),
            ConstraintKind::Check(_)
            | ConstraintKind::PrimaryKey(_)
            | ConstraintKind::Unique(_)
            | ConstraintKind::ForeignKey(_)
            | ConstraintKind::Exclude(_) => None,
        });
        // What children do not have says nothing of their rows.
        let required = table.columns.iter().filter(|column| {
            let constraint = &column.postgres().not_null;
            !column.nullable && constraint.validated && !constraint.no_inherit
        });
        Self {
            dialect: Some(dialect),
            keys: constraints.chain(indexes).collect(),
            checks: checks.collect(),
            required: required.map(|column| column.name.clone()).collect(),
            rowid: (dialect == Dialect::Sqlite).then(|| table.sqlite().rowid_alias.clone()).flatten(),
            types: table
                .columns
                .iter()
                .map(|column| (column.name.clone(), column.data_type.clone()))
                .collect(),
        }
    }

    /// A table of which only the columns are known.
    #[cfg(test)]
    pub(crate) fn of_columns(types: impl IntoIterator<Item = (Ident, String)>) -> Self {
        Self { types: types.into_iter().collect(), ..Self::default() }
    }

    /// Whether no two rows can hold the same: with more columns than those of a key none do.
    fn is_unique(&self, columns: &[StandingColumn], nulls_not_distinct: bool) -> bool {
        self.keys.iter().any(|key| {
            let has_nulls = nulls_not_distinct
                && !key.tells_nulls_alike
                && key.columns.iter().any(|column| !self.required.contains(&column.name));
            !has_nulls && key.columns.iter().all(|column| columns.contains(column))
        })
    }

    /// The columns whose values are numbers in SQLite.
    fn numbers(&self) -> Vec<Ident> {
        let columns = self.types.iter().filter(|(_, data_type)| holds_numbers(data_type));
        columns.map(|(name, _)| name.clone()).collect()
    }

    /// Whether an expression names a column that may hold NULL.
    pub(crate) fn may_be_null(&self, expression: &str) -> bool {
        let mut named = self.types.iter().filter(|(name, _)| mentions(expression, name.as_str()));
        named.any(|(name, _)| !self.required.contains(name) && self.rowid.as_ref() != Some(name))
    }

    /// Whether a constraint asks for no more than a key or a check that stands.
    pub(crate) fn implies(&self, constraint: &Constraint) -> bool {
        match &constraint.kind {
            ConstraintKind::PrimaryKey(key) | ConstraintKind::Unique(key) => {
                let columns: Vec<StandingColumn> = usual(&key.columns).collect();
                !has_prefix(&key.definition) && self.is_unique(&columns, key.nulls_not_distinct)
            }
            ConstraintKind::Check(new) => {
                let Some(dialect) = self.dialect else { return false };
                let rows = Rows { dialect, numbers: &self.numbers() };
                self.checks.iter().any(|held| implies(rows, &held.expression, new.expression.as_str()))
            }
            ConstraintKind::ForeignKey(_) | ConstraintKind::Exclude(_) => false,
        }
    }

    /// The same of a unique index. One over the beginnings of texts asks for more.
    pub(crate) fn implies_index(&self, index: &Index) -> bool {
        let columns: Vec<StandingColumn> = index.keys.iter().filter_map(StandingColumn::of_index).collect();
        !has_prefix(&index.definition) && self.is_unique(&columns, index.nulls_not_distinct)
    }

    /// The checks that name a column.
    pub(crate) fn checks_over(&self, column: &Ident) -> impl Iterator<Item = &StandingCheck> {
        self.checks.iter().filter(|check| mentions(&check.expression, column.as_str()))
    }

    /// The type of a column.
    pub(crate) fn type_of(&self, column: &str) -> Option<&str> {
        self.types.iter().find(|(name, _)| name.as_str() == column).map(|(_, data_type)| data_type.as_str())
    }

    /// The keys that a column is in.
    pub(crate) fn keys_over<'a>(&'a self, column: &'a Ident) -> impl Iterator<Item = &'a StandingKey> {
        self.keys.iter().filter(|key| key.columns.iter().any(|own| own.name == *column))
    }

    /// Whether no row held NULL in a column before anything was done.
    pub(crate) fn requires(&self, column: &Ident) -> bool {
        self.required.contains(column)
    }

    /// Whether a check, which all rows satisfy, has no row with NULL in a column.
    pub(crate) fn has_no_null(&self, column: &Column) -> bool {
        let wanted = format!("{} IS NOT NULL", server_ident(column.name.as_str()));
        self.checks.iter().map(|check| &check.expression).any(|check| {
            let is_plain = ![" OR ", "NOT (", "CASE "].iter().any(|word| check.contains(word));
            let bare = check.replace(['(', ')'], "");
            is_plain && bare.split(" AND ").any(|part| part == wanted)
        })
    }
}

fn of_constraint(constraint: &Constraint) -> Option<StandingKey> {
    let key = constraint.key().filter(|key| !key.alone)?;
    let is_primary = matches!(constraint.kind, ConstraintKind::PrimaryKey(_));
    Some(StandingKey {
        name: constraint.name.clone(),
        columns: usual(&key.columns).collect(),
        tells_nulls_alike: is_primary || key.nulls_not_distinct,
    })
}

fn usual(columns: &[Ident]) -> impl Iterator<Item = StandingColumn> {
    columns.iter().cloned().map(StandingColumn::usual)
}

/// One that holds for all rows and whole columns.
fn of_index(index: &Index) -> Option<StandingKey> {
    let columns: Option<Vec<StandingColumn>> = index.keys.iter().map(StandingColumn::of_index).collect();
    let columns = columns.filter(|columns| !columns.is_empty())?;
    let holds = index.unique && index.valid && index.predicate.is_none();
    holds.then(|| StandingKey {
        name: Some(index.name.clone()),
        columns,
        tells_nulls_alike: index.nulls_not_distinct,
    })
}

/// Whether a key's line says how much of a text it is over (MySQL).
fn has_prefix(definition: &str) -> bool {
    definition.contains("`(")
}
