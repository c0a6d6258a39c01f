//! Indexes of tables and materialized views.

use std::collections::BTreeMap;

use autogen_diff_core::model::{Expression, Index, IndexKey, IndexKeyValue};
use autogen_diff_core::{Ident, ObjectId, QualifiedName, Schema, Version};
use serde::Deserialize;

use super::ids::{Ids, class};
use super::options::LeftOut;
use super::rows::{Catalog, Oid, catalog_query, parameters};
use super::tables::{Columns, column, column_name, qualified};
use crate::error::IntrospectError;

const DESCENDING: i32 = 1;
const NULLS_FIRST: i32 = 2;

#[derive(Deserialize)]
struct IndexRow {
    oid: Oid,
    relation: Oid,
    name: String,
    unique: bool,
    method: String,
    valid: bool,
    partitioned: bool,
    clustered: bool,
    #[serde(default)]
    nulls_not_distinct: bool,
    key_count: usize,
    columns: Vec<i32>,
    operator_classes: Vec<Oid>,
    collations: Vec<Oid>,
    options: Vec<i32>,
    storage_parameters: Option<Vec<String>>,
    tablespace: Option<String>,
    parent: Option<Oid>,
    expressions: Option<Vec<String>>,
    predicate: Option<String>,
    class_options: Option<BTreeMap<String, Vec<String>>>,
    statistics: Option<BTreeMap<String, i32>>,
}

#[derive(Deserialize)]
struct NamedRow {
    oid: Oid,
    namespace: String,
    name: String,
    is_default: bool,
    is_collation: bool,
}

/// Names of operator classes and of collations.
struct Names {
    classes: BTreeMap<Oid, ClassName>,
    collations: BTreeMap<Oid, QualifiedName>,
}

/// An operator class as it is written.
struct ClassName {
    text: String,
    /// Whether an index has it when none is named.
    is_default: bool,
}

pub(super) fn read_indexes(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
    columns: &Columns,
    left_out: &mut LeftOut,
) -> Result<(), IntrospectError> {
    let names = read_names(catalog, schema.version)?;
    let rows: Vec<IndexRow> = catalog_query!(catalog, "indexes", schema.version)?;
    let by_oid: BTreeMap<Oid, QualifiedName> = rows
        .iter()
        .filter(|row| row.partitioned)
        .filter_map(|row| Some((row.oid, ids.relation(row.relation)?.sibling(Ident::exact(&row.name)))))
        .collect();
    for mut row in rows {
        let Some(relation) = ids.relation(row.relation).cloned() else { continue };
        if let Some(options) = &mut row.class_options {
            options.values_mut().for_each(|own| left_out.keep_class_options(own));
            options.retain(|_, own| !own.is_empty());
        }
        let index = row.index(&names, columns, &by_oid);
        let clustered_on = row.clustered.then(|| index.name.clone());
        ids.insert(class::CLASS, row.oid, ObjectId::Index(relation.clone(), index.name.clone()));
        if let Some(table) = schema.table_mut(&relation) {
            if clustered_on.is_some() {
                table.postgres_mut().clustered_on = clustered_on;
            }
            table.indexes.insert(index.name.clone(), index.into());
        } else if let Some(view) = schema.materialized_view_mut(&relation) {
            view.clustered_on = clustered_on.or(view.clustered_on.take());
            view.indexes.insert(index.name.clone(), index.into());
        }
    }
    Ok(())
}

fn read_names(catalog: &mut Catalog<'_>, version: Version) -> Result<Names, IntrospectError> {
    let rows: Vec<NamedRow> = catalog_query!(catalog, "operator_classes", version)?;
    let mut names = Names { classes: BTreeMap::new(), collations: BTreeMap::new() };
    for row in rows {
        if row.is_collation {
            names.collations.insert(row.oid, qualified(row.namespace, row.name));
        } else {
            let text = if row.namespace == "pg_catalog" {
                row.name
            } else {
                format!("\"{}\".\"{}\"", row.namespace.replace('"', "\"\""), row.name.replace('"', "\"\""))
            };
            names.classes.insert(row.oid, ClassName { text, is_default: row.is_default });
        }
    }
    Ok(names)
}

impl IndexRow {
    fn index(&self, names: &Names, columns: &Columns, by_oid: &BTreeMap<Oid, QualifiedName>) -> Index {
        let include = self.columns[self.key_count..]
            .iter()
            .filter_map(|number| column_name(columns, self.relation, *number));
        let keys = (0..self.key_count).map(|i| self.key(i, names, columns)).collect();
        Index {
            nulls_not_distinct: self.nulls_not_distinct,
            method: Some(self.method.clone()),
            include: include.collect(),
            predicate: self.predicate.as_deref().map(Expression::new),
            storage_parameters: parameters(self.storage_parameters.clone()),
            tablespace: self.tablespace.as_deref().map(Ident::exact),
            valid: self.valid,
            partitioned: self.partitioned,
            parent: self.parent.and_then(|oid| by_oid.get(&oid)).cloned(),
            ..Index::new(Ident::exact(&self.name), self.unique, keys)
        }
    }

    fn key(&self, i: usize, names: &Names, columns: &Columns) -> IndexKey {
        let number = self.columns[i];
        let text = self.expressions.as_ref().and_then(|all| all.get(i)).cloned().unwrap_or_default();
        let column = column(columns, self.relation, number);
        let value = match column {
            Some(column) => IndexKeyValue::Column(column.name.clone()),
            None => IndexKeyValue::Expression(Expression::new(text)),
        };
        let own_collation = column.map_or(DEFAULT_COLLATION, |column| column.collation);
        let option = self.options.get(i).copied().unwrap_or(0);
        IndexKey {
            value,
            descending: option & DESCENDING != 0,
            nulls_first: option & NULLS_FIRST != 0,
            operator_class: self.operator_class(i, names),
            collation: self
                .collations
                .get(i)
                .filter(|oid| **oid != own_collation)
                .and_then(|oid| names.collations.get(oid))
                .cloned(),
            statistics: self.statistics.as_ref().and_then(|all| all.get(&(i + 1).to_string())).copied(),
        }
    }

    fn operator_class(&self, i: usize, names: &Names) -> Option<String> {
        let class = names.classes.get(self.operator_classes.get(i)?)?;
        let options = self.class_options.as_ref().and_then(|all| all.get(&(i + 1).to_string()));
        match options {
            // The grammar wants a name in front of parameters, the default's too.
            Some(options) => Some(format!("{} ({})", class.text, options.join(", "))),
            None => Some(class.text.clone()).filter(|_| !class.is_default),
        }
    }
}

/// `pg_collation."default"`, which expressions have when nothing else is said.
const DEFAULT_COLLATION: Oid = Oid(100);
