//! Changes that can't share one transaction are made in stages, each a
//! migration of its own.

use autogen_diff_core::{Capabilities, Pair, Schema, diff};

/// The schemas between `from` and `to`, without the two themselves.
///
/// Values added to an enum type can't be used before they are committed, so when anything else changes too they come first,
/// by themselves; and values that are dropped go last, since the way back adds them.
pub fn stages(schemas: Pair<&Schema>, capabilities: &Capabilities) -> Vec<Schema> {
    if capabilities.uses_new_enum_values_at_once {
        return Vec::new();
    }
    let mut path = vec![schemas.from.clone()];
    for next in [with_values_of(schemas.from, schemas.to), with_values_of(schemas.to, schemas.from)] {
        if path.last().is_some_and(|last| differ(last, &next)) {
            path.push(next);
        }
    }
    let mut between = path.split_off(1);
    while between.last().is_some_and(|last| !differ(last, schemas.to)) {
        between.pop();
    }
    between
}

/// A schema whose enum types have the values that those of another one have more.
fn with_values_of(schema: &Schema, other: &Schema) -> Schema {
    let mut with = schema.clone();
    for enum_type in with.enum_types_mut() {
        let Some(found) = other.enum_type(&enum_type.name) else { continue };
        if enum_type.values_added(found).is_some_and(|added| !added.is_empty()) {
            *enum_type = found.clone().into();
        }
    }
    with
}

fn differ(one: &Schema, other: &Schema) -> bool {
    !diff(Pair::new(one, other)).is_empty()
}
