//! Objects held as the server's own text: functions, triggers, policies, types …

use std::collections::BTreeMap;

use autogen_diff_core::model::{Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{DefinitionKind, ObjectId, Schema};
use diesel::PgConnection;
use serde::Deserialize;

use super::ids::{Ids, class};
use super::rows::{Oid, catalog_query};
use crate::error::IntrospectError;

pub(super) fn read_definitions(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    read_types(connection, schema, ids)?;
    read_functions(connection, schema, ids)?;
    read_triggers(connection, schema, ids)?;
    read_policies(connection, schema, ids)?;
    read_rules(connection, schema, ids)?;
    read_others(connection, schema, ids)
}

/// Records a definition under its number and its identity.
fn record(schema: &mut Schema, ids: &mut Ids, class: u32, oid: Oid, definition: Definition) {
    ids.insert(class, oid, definition.id());
    schema.definitions.insert((definition.kind, definition.identity.clone()), definition);
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
    attributes: Option<Vec<String>>,
    constraints: Vec<Oid>,
}

#[derive(Deserialize)]
struct DomainRow {
    base: String,
    collation: bool,
    default: Option<String>,
    not_null: bool,
    checks: BTreeMap<String, String>,
}

impl DomainRow {
    fn parts(self) -> DomainParts {
        let Self { base, collation, default, not_null, checks } = self;
        DomainParts { base: (base, collation), default, not_null, checks }
    }
}

/// Splits `"a b" integer` behind the name.
fn attribute(text: &str) -> (String, String) {
    let end = if let Some(rest) = text.strip_prefix('"') {
        let close = rest.replace("\"\"", "__").find('"').unwrap_or(rest.len());
        close + 2
    } else {
        text.find(' ').unwrap_or(text.len())
    };
    let (name, data_type) = text.split_at(end.min(text.len()));
    (name.to_owned(), data_type.trim().to_owned())
}

fn read_types(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<TypeRow> = catalog_query!(connection, "types")?;
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
                DefinitionParts::Composite(attributes.iter().map(|text| attribute(text)).collect())
            }
            (None, None) => DefinitionParts::Whole,
        };
        ids.insert(class::TYPE, row.array_oid, definition.id());
        if row.relation != Oid(0) {
            ids.insert(class::CLASS, row.relation, definition.id());
        }
        for constraint in row.constraints {
            ids.insert(class::CONSTRAINT, constraint, definition.id());
        }
        record(schema, ids, class::TYPE, row.oid, definition);
    }
    Ok(())
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
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<FunctionRow> = catalog_query!(connection, "functions")?;
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
struct AttachedRow {
    oid: Oid,
    relation: Oid,
    identity: String,
    definition: String,
    #[serde(default)]
    state: Option<String>,
}

impl AttachedRow {
    fn record(self, kind: DefinitionKind, class: u32, schema: &mut Schema, ids: &mut Ids) {
        let Some(parent) = ids.get(class::CLASS, self.relation, 0).cloned() else { return };
        let text = self.definition.trim_end_matches(';').to_owned();
        let statements = std::iter::once(text).chain(self.state).collect();
        let mut definition = definition(kind, self.identity, statements);
        definition.parent = Some(parent);
        record(schema, ids, class, self.oid, definition);
    }
}

fn read_triggers(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<AttachedRow> = catalog_query!(connection, "triggers")?;
    rows.into_iter().for_each(|row| row.record(DefinitionKind::Trigger, class::TRIGGER, schema, ids));
    Ok(())
}

fn read_policies(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<AttachedRow> = catalog_query!(connection, "policies")?;
    rows.into_iter().for_each(|row| row.record(DefinitionKind::Policy, class::POLICY, schema, ids));
    Ok(())
}

fn read_rules(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<AttachedRow> = catalog_query!(connection, "rules")?;
    rows.into_iter().for_each(|row| row.record(DefinitionKind::Rule, class::REWRITE, schema, ids));
    Ok(())
}

#[derive(Deserialize)]
struct OtherRow {
    class: Oid,
    oid: Oid,
    kind: String,
    identity: String,
    statement: Option<String>,
    compared: Option<String>,
    relation: Option<Oid>,
}

const OTHER_KINDS: [DefinitionKind; 11] = [
    DefinitionKind::Statistics,
    DefinitionKind::EventTrigger,
    DefinitionKind::Publication,
    DefinitionKind::Subscription,
    DefinitionKind::Cast,
    DefinitionKind::Collation,
    DefinitionKind::Operator,
    DefinitionKind::ForeignServer,
    DefinitionKind::ForeignTable,
    DefinitionKind::TextSearch,
    DefinitionKind::Language,
];

fn read_others(
    connection: &mut PgConnection,
    schema: &mut Schema,
    ids: &mut Ids,
) -> Result<(), IntrospectError> {
    let rows: Vec<OtherRow> = catalog_query!(connection, "others")?;
    for row in rows {
        let named = OTHER_KINDS.into_iter().find(|kind| kind.name() == row.kind);
        let kind = named.ok_or_else(|| IntrospectError::Row {
            query: "others",
            message: format!("the kind {} is unknown", row.kind),
        })?;
        let mut definition = definition(kind, row.identity, row.statement.into_iter().collect());
        definition.compared = row.compared;
        let parent = row.relation.and_then(|oid| ids.get(class::CLASS, oid, 0));
        definition.parent = parent.cloned().filter(|id| matches!(id, ObjectId::Table(_)));
        record(schema, ids, row.class.0, row.oid, definition);
    }
    Ok(())
}
