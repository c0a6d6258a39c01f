//! Policies of a table whose row security is on, before and after.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Definition;
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, QualifiedName, Schema};

use crate::hazards::hazard;

/// A new policy; one that only comes back changes nothing.
pub(super) fn created(policy: &Definition, schemas: Pair<&Schema>) -> Option<Hazard> {
    let message = match schemas.from.definition(&(policy.kind, policy.identity.clone())) {
        Some(old) if old.is_equivalent(policy) => return None,
        Some(_) => OTHER,
        None if is_restrictive(policy) => FEWER,
        None => MORE,
    };
    told(policy, schemas, message)
}

/// A policy that goes.
pub(super) fn dropped(policy: &Definition, schemas: Pair<&Schema>) -> Option<Hazard> {
    let returns = schemas.to.has_definition(&(policy.kind, policy.identity.clone()));
    let message = if is_restrictive(policy) { MORE } else { FEWER };
    if returns { None } else { told(policy, schemas, message) }
}

/// A policy that is altered in place.
pub(super) fn replaced(pair: &Pair<Definition>, schemas: Pair<&Schema>) -> Option<Hazard> {
    told(&pair.to, schemas, OTHER)
}

const MORE: &str = "roles see and change rows that were closed to them";
const FEWER: &str = "roles see and change fewer rows than before";
const OTHER: &str = "roles see and change other rows than before";

fn told(policy: &Definition, schemas: Pair<&Schema>, message: &str) -> Option<Hazard> {
    let table = table_of(policy)?;
    let is_on = |schema: &Schema| schema.table(table).is_some_and(|table| table.postgres().row_security);
    let holds = policy.kind == DefinitionKind::Policy && is_on(schemas.from) && is_on(schemas.to);
    holds.then(|| hazard(HazardCode::Access, policy.identity.clone(), message))
}

fn table_of(policy: &Definition) -> Option<&QualifiedName> {
    if let Some(ObjectId::Table(table)) = &policy.parent { Some(table) } else { None }
}

fn is_restrictive(policy: &Definition) -> bool {
    policy.statements.iter().any(|text| text.contains(" AS RESTRICTIVE"))
}
