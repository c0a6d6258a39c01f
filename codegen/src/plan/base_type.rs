//! Types that are made of functions which name the types themselves: base types, and ranges with a canonical
//! function. The type is announced first, then come the functions, then the type. All of them go in one
//! statement, since none of them can go before the others.

use autogen_diff_core::model::{Definition, DefinitionParts};
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, Schema};

use super::objects::{ObjectPlan, ObjectPlans};
use super::operation::{DefinitionOperation, Operation};

/// The functions that a type needs and that need the type.
pub(crate) fn functions<'a>(schema: &'a Schema, of_type: &'a ObjectId) -> impl Iterator<Item = &'a ObjectId> {
    let is_type =
        matches!(of_type, ObjectId::Definition(DefinitionKind::BaseType | DefinitionKind::RangeType, _));
    let needs = is_type.then(|| schema.needs(of_type)).into_iter().flatten();
    needs.filter(move |function| schema.needs(function).any(|need| need == of_type))
}

/// Whether a type is only announced (a shell).
pub(super) fn is_shell(definition: &Definition) -> bool {
    definition.kind == DefinitionKind::BaseType && definition.parts == DefinitionParts::Whole
}

/// Makes two steps of each type that is made, its announcement and the rest, and leaves the drops of its functions
/// to its own.
pub(super) fn plan(schemas: Pair<&Schema>, objects: &mut ObjectPlans) {
    let ids: Vec<ObjectId> = objects.plans.keys().cloned().collect();
    for id in ids {
        if functions(schemas.to, &id).next().is_some() {
            announce(objects.plan(id.clone()));
        }
        let is_dropped = objects.plans[&id].drop.is_some();
        for function in functions(schemas.from, &id).filter(|_| is_dropped) {
            objects.plan(function.clone()).drop = None;
        }
    }
}

fn announce(plan: &mut ObjectPlan) {
    let Some(Operation::Definition(DefinitionOperation::Create(whole))) = &plan.create else { return };
    let shell = Definition {
        statements: vec![format!("CREATE TYPE {}", whole.identity)],
        parts: DefinitionParts::Whole,
        ..whole.clone()
    };
    let rest = Operation::Definition(DefinitionOperation::Replace(Pair::new(shell.clone(), whole.clone())));
    plan.create = Some(Operation::Definition(DefinitionOperation::Create(shell)));
    plan.alters.insert(0, rest);
}
