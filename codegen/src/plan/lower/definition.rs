//! Objects held as text, domains and composite types.

use autogen_diff_core::diff::change::ObjectChange;
use autogen_diff_core::model::{Attribute, Definition, DefinitionParts};
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, Schema};

use super::{BY_HAND, whole};
use crate::plan::base_type;
use crate::plan::objects::ObjectPlans;
use crate::plan::operation::{DefinitionOperation, Operation};
use crate::plan::replace_type_in_use::{self, ReplacedType};

pub(super) fn definition(
    objects: &mut ObjectPlans,
    id: ObjectId,
    change: &ObjectChange<Definition>,
    from: &Schema,
) {
    let complete = match change {
        ObjectChange::Create(one) | ObjectChange::Drop(one) => one.is_complete(),
        ObjectChange::Alter(pair) => pair.from.is_complete() && pair.to.is_complete(),
    };
    if !complete {
        objects.refuse(id, "autogen sees this kind of object but does not write it yet", BY_HAND);
        return;
    }
    let in_use = replace_type_in_use::is_in_use(from, &id);
    match change {
        ObjectChange::Alter(pair)
            if in_use
                && replace_type_in_use::is_possible(pair)
                && (!can_replace(pair, in_use) || looks_into_values(pair, from, &id)) =>
        {
            objects.swaps.insert(id, ReplacedType::Definition(pair.clone()));
        }
        ObjectChange::Alter(pair) if can_replace(pair, in_use) => {
            objects.plan(id).alters.push(Operation::Definition(DefinitionOperation::Replace(pair.clone())));
        }
        ObjectChange::Create(_) | ObjectChange::Drop(_) | ObjectChange::Alter(_) => {
            whole(
                objects,
                id,
                change,
                |object| Operation::Definition(DefinitionOperation::Create(object)),
                |object| Operation::Definition(DefinitionOperation::Drop(object)),
            );
        }
    }
}

/// Whether the other definition is reached in place.
fn can_replace(pair: &Pair<Definition>, in_use: bool) -> bool {
    if base_type::is_shell(&pair.from) && !base_type::is_shell(&pair.to) {
        return true;
    }
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => from.can_alter_to(to),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => {
            attributes_can_become(from, to, in_use)
        }
        (DefinitionParts::Clauses(from), DefinitionParts::Clauses(to)) => {
            pair.from.parent == pair.to.parent && from.alterations(to).is_some()
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => {
            let replaceable = pair.to.kind.is_routine() || pair.to.kind == DefinitionKind::Aggregate;
            replaceable && pair.from.signature == pair.to.signature
        }
    }
}

/// Whether a domain gets a rule for values that are within others, where the server does not look (`ALTER DOMAIN` fails where a column
/// has an array or a composite type of it: `find_composite_type_dependencies` of its `tablecmds.c`).
fn looks_into_values(pair: &Pair<Definition>, from: &Schema, id: &ObjectId) -> bool {
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(old), DefinitionParts::Domain(new)) => {
            let is_looked_for = |check: &str| !check.ends_with(" NOT VALID");
            let stood = |name: &String, text: &str| old.checks.get(name).is_some_and(|old| old.text == text);
            let mut checks = new.checks.iter();
            let looks = (new.not_null && !old.not_null)
                || checks.any(|(name, check)| is_looked_for(&check.text) && !stood(name, &check.text));
            looks && is_within_values(from, id)
        }
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => false,
    }
}

/// Whether a table's column holds values of a type within arrays or composite values.
fn is_within_values(schema: &Schema, id: &ObjectId) -> bool {
    schema.dependants(id).any(|user| match user {
        ObjectId::Column(table, name) => {
            let column = schema.table(table).and_then(|table| table.column(name));
            column.is_some_and(|column| column.data_type.ends_with("[]"))
        }
        ObjectId::Definition(DefinitionKind::CompositeType, _) => {
            replace_type_in_use::is_in_use(schema, user)
        }
        ObjectId::Definition(kind, _) => kind.is_type() && is_within_values(schema, user),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => false,
    })
}

/// New attributes go to the end; a type changes only while no table holds a value.
fn attributes_can_become(from: &[Attribute], to: &[Attribute], in_use: bool) -> bool {
    let find = |list: &[Attribute], name: &str| list.iter().find(|a| a.name == name).cloned();
    let kept = from.iter().filter(|attribute| find(to, &attribute.name).is_some());
    let retyped = |old: &Attribute| find(to, &old.name).is_some_and(|new| new.data_type != old.data_type);
    let in_order = kept.clone().map(|a| &a.name).eq(to.iter().take(kept.count()).map(|a| &a.name));
    in_order && !(in_use && from.iter().any(retyped))
}
