//! Namespaces, extensions, enum types, sequences, views.

use std::collections::BTreeMap;

use autogen_diff_core::model::{
    ColumnSettings, EnumType, Expression, Extension, Identity, MaterializedView, Namespace, Persistence,
    Sequence, SequenceOptions, SourceText, View,
};
use autogen_diff_core::{Ident, ObjectId, Schema};
use serde::Deserialize;

use super::ids::{Ids, class};
use super::rows::{Catalog, Oid, catalog_query, parameters};
use super::tables::{ColumnRow, ColumnRows, Columns, column_name, qualified};
use crate::error::IntrospectError;

#[derive(Deserialize)]
struct NamespaceRow {
    oid: Oid,
    name: String,
}

#[derive(Deserialize)]
struct ExtensionRow {
    oid: Oid,
    name: String,
    namespace: String,
    version: String,
    is_default: Option<bool>,
    /// What the server itself says about it, until someone comments on it.
    comment: Option<String>,
}

pub(super) fn read_namespaces(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<NamespaceRow> = catalog_query!(catalog, "namespaces", schema.version)?;
    for row in rows {
        let name = Ident::exact(row.name);
        ids.insert(class::NAMESPACE, row.oid, ObjectId::Namespace(name.clone()));
        schema.insert(Namespace { name });
    }
    let rows: Vec<ExtensionRow> = catalog_query!(catalog, "extensions", schema.version)?;
    for row in rows {
        let name = Ident::exact(row.name);
        ids.insert(class::EXTENSION, row.oid, ObjectId::Extension(name.clone()));
        let namespace = Ident::exact(row.namespace);
        let is_default_version = row.is_default.unwrap_or(false);
        let version = row.version;
        let own_comment = row.comment;
        let extension = Extension { name: name.clone(), namespace, version, is_default_version, own_comment };
        schema.insert(extension);
    }
    Ok(())
}

#[derive(Deserialize)]
struct EnumRow {
    oid: Oid,
    array_oid: Oid,
    namespace: String,
    name: String,
    values: Vec<String>,
}

pub(super) fn read_enum_types(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<EnumRow> = catalog_query!(catalog, "enum_types", schema.version)?;
    for row in rows {
        let name = ids.qualified(row.namespace, &row.name);
        ids.insert(class::TYPE, row.oid, ObjectId::EnumType(name.clone()));
        ids.insert_part(class::TYPE, row.array_oid, ObjectId::EnumType(name.clone()));
        schema.insert(EnumType { name, values: row.values });
    }
    Ok(())
}

#[derive(Deserialize)]
struct SequenceRow {
    oid: Oid,
    namespace: String,
    name: String,
    data_type: String,
    start: i64,
    increment: i64,
    min_value: i64,
    max_value: i64,
    cache: i64,
    cycle: bool,
    unlogged: bool,
    owner: Option<Oid>,
    owner_column: Option<i32>,
    owner_kind: Option<String>,
    /// The namespace, name and column of a foreign table.
    foreign_owner: Option<(String, String, String)>,
}

pub(super) fn read_sequences(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
    columns: &Columns,
) -> Result<(), IntrospectError> {
    let rows: Vec<SequenceRow> = catalog_query!(catalog, "sequences", schema.version)?;
    for row in rows {
        let name = ids.qualified(row.namespace, &row.name);
        let options = SequenceOptions {
            start: row.start,
            increment: row.increment,
            min_value: row.min_value,
            max_value: row.max_value,
            cache: row.cache,
            cycle: row.cycle,
        };
        let owner = row.owner.zip(row.owner_column).and_then(|(relation, number)| {
            Some((ids.relation(relation)?.clone(), column_name(columns, relation, number)?))
        });
        let foreign = row.foreign_owner.map(|(namespace, table, column)| {
            let column = Ident::exact(column);
            (qualified(namespace, table), column)
        });
        let owner = foreign.or(owner);
        if row.owner_kind.as_deref() == Some("i") {
            let Some((table, column)) = owner else { continue };
            ids.insert(class::CLASS, row.oid, ObjectId::Sequence(name.clone()));
            ids.insert_part(class::CLASS, row.oid, ObjectId::Column(table.clone(), column.clone()));
            let own = row.owner.and_then(|oid| columns.get(&oid));
            let known = own.and_then(|own| own.iter().find(|known| known.name == column));
            let always = known.is_some_and(|column| column.is_always_identity);
            let has_own = schema.version.major >= 15;
            let Some(table) = schema.table_mut(&table) else { continue };
            let persistence = if has_own { persistence(row.unlogged) } else { table.postgres().persistence };
            if let Some(found) = table.columns.iter_mut().find(|c| c.name == column) {
                found.identity = Some(Box::new(Identity { always, sequence: name, options, persistence }));
            }
            continue;
        }
        ids.insert(class::CLASS, row.oid, ObjectId::Sequence(name.clone()));
        let sequence = Sequence {
            name: name.clone(),
            data_type: row.data_type,
            options,
            unlogged: row.unlogged,
            owned_by: owner,
        };
        schema.insert(sequence);
    }
    Ok(())
}

#[derive(Deserialize)]
struct ViewRow {
    oid: Oid,
    rule: Oid,
    namespace: String,
    name: String,
    materialized: bool,
    row_type: Oid,
    row_array: Oid,
    query: String,
    options: Option<Vec<String>>,
    populated: bool,
    tablespace: Option<String>,
    access_method: Option<String>,
}

pub(super) fn read_views(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
    columns: &mut ColumnRows,
) -> Result<(), IntrospectError> {
    let rows: Vec<ViewRow> = catalog_query!(catalog, "views", schema.version)?;
    for row in rows {
        let name = ids.qualified(row.namespace, &row.name);
        let id = if row.materialized {
            ObjectId::MaterializedView(name.clone())
        } else {
            ObjectId::View(name.clone())
        };
        ids.insert_relation(row.oid, &name, id.clone());
        for of_rows in [row.row_type, row.row_array] {
            ids.insert_part(class::TYPE, of_rows, id.clone());
        }
        ids.insert_part(class::REWRITE, row.rule, id);
        let own = columns.remove(&row.oid).unwrap_or_default();
        own.iter().for_each(|column| column.register(ids, &name));
        let names: Vec<Ident> = own.iter().map(|column| column.name.clone()).collect();
        let query = Expression::new(row.query.trim().trim_end_matches(';'));
        if row.materialized {
            let view = MaterializedView {
                name: name.clone(),
                columns: names,
                column_settings: own.into_iter().map(settings_of).collect(),
                query,
                options: parameters(row.options),
                tablespace: row.tablespace.map(Ident::exact),
                access_method: row.access_method.map(Ident::exact),
                populated: row.populated,
                indexes: BTreeMap::new(),
                clustered_on: None,
            };
            schema.insert(view);
        } else {
            let view = View {
                name: name.clone(),
                columns: names,
                column_types: own.iter().map(|column| column.data_type.clone()).collect(),
                query,
                options: parameters(row.options),
                column_defaults: own.iter().filter_map(default_of).collect(),
                source: SourceText::default(),
            };
            schema.insert(view);
        }
    }
    Ok(())
}

const fn persistence(unlogged: bool) -> Persistence {
    if unlogged { Persistence::Unlogged } else { Persistence::Permanent }
}

fn settings_of(column: ColumnRow) -> (Ident, ColumnSettings) {
    let column = column.column();
    let settings = column.postgres().clone();
    (column.name, ColumnSettings { data_type: column.data_type, settings })
}

fn default_of(column: &ColumnRow) -> Option<(Ident, Expression)> {
    let value = column.default_value.as_deref()?;
    Some((column.name.clone(), Expression::new(value)))
}
