//! Objects held as the server's own text: functions, triggers, policies, types …

use std::collections::BTreeMap;

use autogen_diff_core::model::{
    Attribute, Clause, Clauses, Definition, DefinitionParts, DomainCheck, DomainParts,
};
use autogen_diff_core::{DefinitionKind, ObjectId, Schema};
use serde::Deserialize;

use super::ids::{Ids, class};
use super::rows::{Catalog, Oid, catalog_query, query};
use crate::error::IntrospectError;

pub(super) fn read_definitions(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    read_types(catalog, schema, ids)?;
    read_functions(catalog, schema, ids)?;
    read_rest(catalog, schema, ids)
}

/// Records a definition under its number and its identity.
fn record(schema: &mut Schema, ids: &mut Ids, class: u32, oid: Oid, definition: Definition) {
    ids.insert(class, oid, definition.id());
    schema.insert(definition);
}

fn definition(kind: DefinitionKind, identity: String, statements: Vec<String>) -> Definition {
    Definition {
        kind,
        identity,
        parent: None,
        statements,
        compared: None,
        signature: None,
        parts: DefinitionParts::Whole,
    }
}

#[derive(Deserialize)]
struct TypeRow {
    oid: Oid,
    array_oid: Oid,
    kind: String,
    relation: Oid,
    identity: String,
    definition: Option<String>,
    not_valid: Vec<String>,
    domain: Option<DomainRow>,
    attributes: Option<Vec<AttributeRow>>,
    constraints: Vec<Oid>,
    fixed: Option<String>,
    settable: Option<BTreeMap<String, ClauseRow>>,
}

#[derive(Deserialize)]
struct DomainRow {
    base: String,
    collation: Option<String>,
    default: Option<String>,
    not_null: bool,
    checks: BTreeMap<String, CheckRow>,
}

#[derive(Deserialize)]
struct CheckRow {
    text: String,
    comment: Option<String>,
}

#[derive(Deserialize)]
struct AttributeRow {
    name: String,
    data_type: String,
    comment: Option<String>,
}

impl DomainRow {
    fn parts(self) -> DomainParts {
        let Self { base, collation, default, not_null, checks } = self;
        let checks = checks.into_iter().map(|(name, CheckRow { text, comment })| {
            let check = DomainCheck { text, comment };
            (name, check)
        });
        DomainParts { base, collation, default, not_null, checks: checks.collect() }
    }
}

impl AttributeRow {
    fn attribute(self) -> Attribute {
        let Self { name, data_type, comment } = self;
        Attribute { name, data_type, comment }
    }
}

fn read_types(catalog: &mut Catalog<'_>, schema: &mut Schema, ids: &mut Ids) -> Result<(), IntrospectError> {
    let rows: Vec<TypeRow> = catalog_query!(catalog, "types", schema.version)?;
    for row in rows {
        let kind = match row.kind.as_str() {
            "d" => DefinitionKind::Domain,
            "c" => DefinitionKind::CompositeType,
            "r" => DefinitionKind::RangeType,
            _ => DefinitionKind::BaseType,
        };
        let statements = row.definition.into_iter().chain(row.not_valid).collect();
        let mut definition = definition(kind, row.identity, statements);
        definition.parts = match (row.domain, row.attributes) {
            (Some(domain), _) => DefinitionParts::Domain(domain.parts()),
            (None, Some(attributes)) => {
                DefinitionParts::Composite(attributes.into_iter().map(AttributeRow::attribute).collect())
            }
            (None, None) => base_parts(row.fixed, row.settable, ids),
        };
        ids.insert_part(class::TYPE, row.array_oid, definition.id());
        if row.relation != Oid(0) {
            ids.insert_part(class::CLASS, row.relation, definition.id());
        }
        for constraint in row.constraints {
            ids.insert_part(class::CONSTRAINT, constraint, definition.id());
        }
        record(schema, ids, class::TYPE, row.oid, definition);
    }
    Ok(())
}

/// What `ALTER TYPE … SET` changes of a base type, and what it does not.
fn base_parts(
    fixed: Option<String>,
    settable: Option<BTreeMap<String, ClauseRow>>,
    ids: &Ids,
) -> DefinitionParts {
    let Some(base) = fixed else { return DefinitionParts::Whole };
    let clauses = settable.unwrap_or_default().into_iter();
    let clauses = clauses.map(|(name, clause)| (name, clause.clause(ids))).collect();
    DefinitionParts::Clauses(Clauses { base, clauses })
}

#[derive(Deserialize)]
struct FunctionRow {
    oid: Oid,
    kind: String,
    identity: String,
    definition: Option<String>,
    signature: Option<String>,
    aggregate: Option<String>,
}

fn read_functions(
    catalog: &mut Catalog<'_>,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<FunctionRow> = catalog_query!(catalog, "functions", schema.version)?;
    for row in rows {
        let kind = match row.kind.as_str() {
            "p" => DefinitionKind::Procedure,
            "a" => DefinitionKind::Aggregate,
            _ => DefinitionKind::Function,
        };
        let statements = row.definition.or(row.aggregate).map(|text| text.trim_end().to_owned());
        let mut definition = definition(kind, row.identity, statements.into_iter().collect());
        definition.signature = row.signature;
        record(schema, ids, class::PROC, row.oid, definition);
    }
    Ok(())
}

#[derive(Deserialize)]
struct Row {
    class: Oid,
    oid: Oid,
    kind: String,
    identity: String,
    statement: Option<String>,
    /// The relation that it goes with.
    relation: Option<Oid>,
    /// What can't be altered in place, for kinds that are altered clause by clause.
    base: Option<String>,
    clauses: Option<BTreeMap<String, ClauseRow>>,
    /// Rows of other catalogs that are a part of it, by class and number.
    aliases: Option<Vec<(Oid, Oid)>>,
}

#[derive(Deserialize)]
struct ClauseRow {
    value: String,
    #[serde(default)]
    within: Option<String>,
    separate: bool,
    /// The relation that it stands on, where that is another than the whole's.
    #[serde(default)]
    on: Option<Oid>,
    #[serde(default)]
    add: Option<String>,
    #[serde(default)]
    alter: Option<String>,
    #[serde(default)]
    drop: Option<String>,
}

impl ClauseRow {
    fn clause(self, ids: &Ids) -> Clause {
        let Self { value, within, separate, on, add, alter, drop } = self;
        let on = on.and_then(|oid| ids.get(class::CLASS, oid, 0)).cloned();
        Clause { value, within, separate, on, add, alter, drop }
    }
}

fn read_rest(catalog: &mut Catalog<'_>, schema: &mut Schema, ids: &mut Ids) -> Result<(), IntrospectError> {
    let Some(sql) = catalog.kinds.definitions() else { return Ok(()) };
    let rows: Vec<Row> = query(catalog, "definitions", &sql, schema.version)?;
    for row in &rows {
        // A trigger may stand on a foreign table, which comes later in the list.
        if row.kind == DefinitionKind::ForeignTable.name() {
            let id = ObjectId::Definition(DefinitionKind::ForeignTable, row.identity.clone());
            ids.insert(row.class.0, row.oid, id);
        }
    }
    for row in rows {
        let kind = DefinitionKind::named(&row.kind).ok_or_else(|| IntrospectError::Row {
            query: "definitions",
            message: format!("the kind {} is unknown", row.kind),
        })?;
        let clauses: BTreeMap<String, Clause> = row
            .clauses
            .unwrap_or_default()
            .into_iter()
            .map(|(name, clause)| (name, clause.clause(ids)))
            .collect();
        let separate = clauses.values().filter(|clause| clause.separate).filter_map(|c| c.add.clone());
        let statements = row.statement.into_iter().chain(separate).collect();
        let mut definition = definition(kind, row.identity, statements);
        if let Some(base) = row.base {
            definition.parts = DefinitionParts::Clauses(Clauses { base, clauses });
        }
        definition.parent = row.relation.and_then(|oid| ids.get(class::CLASS, oid, 0)).cloned();
        if row.relation.is_some() && definition.parent.is_none() {
            // It stands on a table that is not ours.
            continue;
        }
        for (class, oid) in row.aliases.unwrap_or_default() {
            ids.insert_part(class.0, oid, definition.id());
        }
        record(schema, ids, row.class.0, row.oid, definition);
    }
    Ok(())
}
