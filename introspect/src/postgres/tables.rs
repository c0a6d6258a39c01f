//! Tables with their columns and constraints.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::model::{
    Action, Check, Column, ColumnExtra, Constraint, ConstraintKind, Deferrability, Expression, ForeignKey,
    Generated, KeyConstraint, MatchType, NotNullConstraint, PartitionOf, Persistence, PostgresColumn,
    PostgresTable, Table, TableExtra, table::ReplicaIdentity,
};
use autogen_diff_core::{Ident, ObjectId, QualifiedName, Schema, Shared, Version, is_own_table};
use serde::{Deserialize, Deserializer};

use super::ids::{Ids, class};
use super::rows::{Catalog, Oid, catalog_query, parameters};
use crate::error::IntrospectError;

/// What readers of other objects ask of the columns of each relation.
pub(super) type Columns = BTreeMap<Oid, Vec<KnownColumn>>;

/// A column by its number.
pub(super) struct KnownColumn {
    pub(super) number: i32,
    pub(super) name: Ident,
    /// `GENERATED ALWAYS AS IDENTITY`.
    pub(super) is_always_identity: bool,
    pub(super) collation: Oid,
}

/// The rows of `columns.sql`, by relation. Whoever makes something of them takes them out: they are many.
pub(super) type ColumnRows = BTreeMap<Oid, Vec<ColumnRow>>;

#[derive(Deserialize)]
pub(super) struct ColumnRow {
    relation: Oid,
    number: i32,
    #[serde(deserialize_with = "exact")]
    pub(super) name: Ident,
    pub(super) data_type: String,
    not_null: bool,
    default_oid: Option<Oid>,
    pub(super) default_value: Option<String>,
    identity: String,
    generated: String,
    collation: Option<(String, String)>,
    storage: Option<String>,
    compression: Option<String>,
    statistics: Option<i32>,
    options: Option<Vec<String>>,
    collation_oid: Oid,
    inherited: bool,
    not_null_constraint: Option<NotNullRow>,
}

#[derive(Deserialize)]
struct NotNullRow {
    oid: Oid,
    #[serde(deserialize_with = "exact")]
    name: Ident,
    has_default_name: bool,
    validated: bool,
    no_inherit: bool,
    inherited: bool,
}

impl NotNullRow {
    fn constraint(&self) -> NotNullConstraint {
        let Self { oid: _, name, has_default_name, validated, no_inherit, inherited } = self;
        NotNullConstraint {
            name: Some(name.clone()),
            has_default_name: *has_default_name,
            validated: *validated,
            no_inherit: *no_inherit,
            inherited: *inherited,
        }
    }
}

/// A name in a namespace.
pub(super) fn qualified(namespace: impl AsRef<str>, name: impl AsRef<str>) -> QualifiedName {
    QualifiedName::new(Some(Ident::exact(namespace)), Ident::exact(name))
}

pub(super) fn read_columns(
    catalog: &mut Catalog<'_>,
    version: Version,
) -> Result<(ColumnRows, Columns), IntrospectError> {
    let rows: Vec<ColumnRow> = catalog_query!(catalog, "columns", version)?;
    let (mut by_relation, mut columns) = (ColumnRows::new(), Columns::new());
    // Tables have many names in common. What is made of the rows shares the text of each.
    let mut names: BTreeSet<Ident> = BTreeSet::new();
    for mut row in rows {
        match names.get(&row.name) {
            Some(known) => row.name = known.clone(),
            None => drop(names.insert(row.name.clone())),
        }
        columns.entry(row.relation).or_default().push(row.known());
        by_relation.entry(row.relation).or_default().push(row);
    }
    Ok((by_relation, columns))
}

fn exact<'de, D: Deserializer<'de>>(name: D) -> Result<Ident, D::Error> {
    String::deserialize(name).map(Ident::exact)
}

/// A column by its number.
pub(super) fn column(columns: &Columns, relation: Oid, number: i32) -> Option<&KnownColumn> {
    columns.get(&relation)?.iter().find(|column| column.number == number)
}

/// The name behind a column number.
pub(super) fn column_name(columns: &Columns, relation: Oid, number: i32) -> Option<Ident> {
    column(columns, relation, number).map(|column| column.name.clone())
}

impl ColumnRow {
    fn known(&self) -> KnownColumn {
        let (number, name) = (self.number, self.name.clone());
        KnownColumn { number, name, is_always_identity: self.identity == "a", collation: self.collation_oid }
    }

    pub(super) fn column(self) -> Column {
        let generated = matches!(self.generated.as_str(), "s" | "v");
        let (default, computed) = match self.default_value.map(Expression::new) {
            Some(expression) if generated => {
                (None, Some(Generated { expression, stored: self.generated == "s" }))
            }
            text => (text, None),
        };
        Column {
            name: self.name,
            data_type: self.data_type,
            nullable: !self.not_null,
            default,
            identity: None,
            generated: computed,
            collation: self.collation.map(|(namespace, name)| qualified(namespace, name)),
            extra: ColumnExtra::of_postgres(PostgresColumn {
                storage: self.storage,
                compression: self.compression,
                statistics: self.statistics,
                options: parameters(self.options),
                inherited: self.inherited,
                not_null: self
                    .not_null_constraint
                    .as_ref()
                    .map_or_else(NotNullConstraint::default, NotNullRow::constraint),
            }),
        }
    }

    /// Records the column and its default under the names of a relation.
    pub(super) fn register(&self, ids: &mut Ids, relation: &QualifiedName) {
        let id = ObjectId::Column(relation.clone(), self.name.clone());
        if let Some(oid) = self.default_oid {
            ids.insert_part(class::ATTRDEF, oid, id.clone());
        }
        if let Some(not_null) = &self.not_null_constraint {
            let constraint = ObjectId::Constraint(relation.clone(), not_null.name.clone());
            ids.insert(class::CONSTRAINT, not_null.oid, constraint);
        }
        ids.insert_column(self.relation, self.number, id);
    }
}

#[derive(Deserialize)]
struct TableRow {
    oid: Oid,
    namespace: String,
    name: String,
    row_type: Oid,
    row_array: Oid,
    unlogged: bool,
    options: Option<Vec<String>>,
    access_method: Option<String>,
    tablespace: Option<String>,
    row_security: bool,
    force_row_security: bool,
    replica_identity: String,
    replica_index: Option<String>,
    partition_key: Option<String>,
    bound: Option<String>,
    /// The number, and the namespace and name where it is a foreign table.
    parents: Option<Vec<(Oid, Option<String>, String)>>,
    of_type: Option<String>,
}

pub(super) fn read_tables(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
    columns: &mut ColumnRows,
) -> Result<(), IntrospectError> {
    let mut rows: Vec<TableRow> = catalog_query!(catalog, "tables", schema.version)?;
    rows.retain(|row| !is_own_table(&row.name));
    for row in &mut rows {
        let name = ids.qualified(std::mem::take(&mut row.namespace), &row.name);
        ids.insert_relation(row.oid, &name, ObjectId::Table(name.clone()));
        for of_rows in [row.row_type, row.row_array] {
            ids.insert_part(class::TYPE, of_rows, ObjectId::Table(name.clone()));
        }
    }
    for row in rows {
        let Some(name) = ids.relation(row.oid).cloned() else { continue };
        let own = columns.remove(&row.oid).unwrap_or_default();
        own.iter().for_each(|column| column.register(ids, &name));
        // A column is smaller than its row: in the rows' place it would hold on to what they took.
        let mut columns = Vec::with_capacity(own.len());
        columns.extend(own.into_iter().map(ColumnRow::column));
        let postgres = attributes(row, ids);
        let table = Table {
            name: name.clone(),
            columns,
            constraints: Vec::new(),
            indexes: BTreeMap::new(),
            extra: TableExtra::of_postgres(postgres),
        };
        schema.insert(table);
    }
    Ok(())
}

fn attributes(row: TableRow, ids: &Ids) -> PostgresTable {
    let parent = |(oid, namespace, name): (Oid, Option<String>, String)| match namespace {
        Some(namespace) => Some(qualified(namespace, name)),
        None => ids.relation(oid).cloned(),
    };
    let mut parents: Vec<QualifiedName> = row.parents.into_iter().flatten().filter_map(parent).collect();
    let partition_of = row
        .bound
        .filter(|_| !parents.is_empty())
        .map(|bound| PartitionOf { parent: parents.remove(0), bound: Expression::new(bound) });
    PostgresTable {
        persistence: if row.unlogged { Persistence::Unlogged } else { Persistence::Permanent },
        storage_parameters: parameters(row.options),
        access_method: row.access_method.map(Ident::exact),
        tablespace: row.tablespace.map(Ident::exact),
        row_security: row.row_security,
        force_row_security: row.force_row_security,
        replica_identity: match (row.replica_identity.as_str(), row.replica_index) {
            ("f", _) => Some(ReplicaIdentity::Full),
            ("n", _) => Some(ReplicaIdentity::Nothing),
            ("i", Some(index)) => Some(ReplicaIdentity::Index(Ident::exact(index))),
            _ => None,
        },
        // The indexes say so.
        clustered_on: None,
        partition_key: row.partition_key.map(Expression::new),
        partition_of,
        inherits: parents,
        of_type: row.of_type,
    }
}

#[derive(Deserialize)]
struct ConstraintRow {
    oid: Oid,
    relation: Oid,
    name: String,
    kind: String,
    foreign_key: bool,
    deferrable: bool,
    deferred: bool,
    validated: bool,
    index: Oid,
    columns: Option<Vec<i32>>,
    target: Oid,
    target_namespace: Option<String>,
    target_name: Option<String>,
    target_columns: Option<Vec<i32>>,
    on_update: String,
    on_delete: String,
    match_type: String,
    no_inherit: bool,
    inherited: bool,
    on_delete_columns: Option<Vec<i32>>,
    definition: Option<String>,
}

pub(super) fn read_constraints(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
    columns: &Columns,
) -> Result<(), IntrospectError> {
    let rows: Vec<ConstraintRow> = catalog_query!(catalog, "constraints", schema.version)?;
    for row in rows {
        let Some(name) = ids.relation(row.relation).cloned() else { continue };
        let Some(table) = schema.table_mut(&name) else { continue };
        let own_name = Ident::exact(&row.name);
        let id = ObjectId::Constraint(name, own_name.clone());
        ids.insert(class::CONSTRAINT, row.oid, id.clone());
        if !row.foreign_key && row.index != Oid(0) {
            // The index is the constraint's mechanism and no object of its own, but for its comment.
            ids.insert_part(class::CLASS, row.index, id);
        }
        let kind = row.constraint_kind(table, columns, ids)?;
        table.constraints.push(Constraint {
            name: Some(own_name),
            kind,
            deferrability: match (row.deferrable, row.deferred) {
                (false, _) => Deferrability::NotDeferrable,
                (true, false) => Deferrability::Immediate,
                (true, true) => Deferrability::Deferred,
            },
            inherited: row.inherited,
        });
    }
    schema.tables_mut().for_each(|table| table.constraints.shrink_to_fit());
    Ok(())
}

impl ConstraintRow {
    fn constraint_kind(
        &self,
        table: &mut Table,
        columns: &Columns,
        ids: &Ids,
    ) -> Result<ConstraintKind, IntrospectError> {
        let text = || Expression::new(self.definition.clone().unwrap_or_default());
        Ok(match self.kind.as_str() {
            "p" => ConstraintKind::PrimaryKey(self.key(table, columns)),
            "u" => ConstraintKind::Unique(self.key(table, columns)),
            "c" => ConstraintKind::Check(Check {
                expression: text(),
                no_inherit: self.no_inherit,
                validated: self.validated,
            }),
            "x" => {
                table.indexes.remove(&Ident::exact(&self.name));
                ConstraintKind::Exclude(without_deferrability(&text()))
            }
            _ => ConstraintKind::ForeignKey(self.foreign_key(columns, ids)?),
        })
    }

    /// Moves what the index says into the key; the index is then no object.
    fn key(&self, table: &mut Table, columns: &Columns) -> KeyConstraint {
        let index = table.indexes.remove(&Ident::exact(&self.name)).map(Shared::into_inner);
        let names = |numbers: &Option<Vec<i32>>| self.names(columns, self.relation, numbers.as_deref());
        index.map_or_else(
            || KeyConstraint { columns: names(&self.columns), ..KeyConstraint::default() },
            |index| KeyConstraint {
                columns: index.keys.iter().filter_map(|key| key.value.column().cloned()).collect(),
                include: index.include,
                nulls_not_distinct: index.nulls_not_distinct,
                storage_parameters: index.storage_parameters,
                tablespace: index.tablespace,
                attached_to: index.parent.filter(|_| !self.inherited),
                alone: index.partitioned && !index.valid,
                ..KeyConstraint::default()
            },
        )
    }

    fn foreign_key(&self, columns: &Columns, ids: &Ids) -> Result<ForeignKey, IntrospectError> {
        // The table may be an extension's, or one that the schema leaves out.
        let target = self.target_namespace.as_ref().zip(self.target_name.as_ref());
        let (namespace, name) = target.ok_or_else(|| IntrospectError::Row {
            query: "constraints",
            message: format!("the foreign key {} refers to a table that is not there", self.name),
        })?;
        let target = ids.relation(self.target).cloned().unwrap_or_else(|| qualified(namespace, name));
        Ok(ForeignKey {
            columns: self.names(columns, self.relation, self.columns.as_deref()),
            target,
            target_columns: self.names(columns, self.target, self.target_columns.as_deref()),
            on_delete: action(&self.on_delete),
            on_delete_columns: self.names(columns, self.relation, self.on_delete_columns.as_deref()),
            on_update: action(&self.on_update),
            match_type: if self.match_type == "f" { MatchType::Full } else { MatchType::Simple },
            validated: self.validated,
        })
    }

    fn names(&self, columns: &Columns, relation: Oid, numbers: Option<&[i32]>) -> Vec<Ident> {
        let numbers = numbers.unwrap_or_default();
        numbers.iter().filter_map(|number| column_name(columns, relation, *number)).collect()
    }
}

/// `pg_get_constraintdef` ends with what the model holds apart.
fn without_deferrability(text: &Expression) -> Expression {
    let text = text.as_str();
    let text = text.strip_suffix(" INITIALLY DEFERRED").unwrap_or(text);
    Expression::new(text.strip_suffix(" DEFERRABLE").unwrap_or(text))
}

fn action(code: &str) -> Action {
    match code {
        "r" => Action::Restrict,
        "c" => Action::Cascade,
        "n" => Action::SetNull,
        "d" => Action::SetDefault,
        _ => Action::NoAction,
    }
}
