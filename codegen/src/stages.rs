//! Changes that can't share one transaction are made in stages, each a
//! migration of its own.

use autogen_diff_core::{Capabilities, Pair, Schema, diff};

/// The schemas between `from` and `to`, without the two themselves.
///
/// Values added to an enum type can't be used before they are committed, so when
/// anything else changes too they come first, by themselves.
pub fn stages(schemas: Pair<&Schema>, capabilities: &Capabilities) -> Vec<Schema> {
    if capabilities.uses_new_enum_values_at_once {
        return Vec::new();
    }
    let mut between = schemas.from.clone();
    for (name, enum_type) in &mut between.enum_types {
        let Some(to) = schemas.to.enum_types.get(name) else { continue };
        if enum_type.values_added(to).is_some_and(|added| !added.is_empty()) {
            enum_type.clone_from(to);
        }
    }
    let first = !diff(Pair::new(schemas.from, &between)).is_empty();
    let rest = !diff(Pair::new(&between, schemas.to)).is_empty();
    if first && rest { vec![between] } else { Vec::new() }
}
