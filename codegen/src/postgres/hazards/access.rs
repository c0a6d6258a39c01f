//! What roles see and may do from now on, beside privileges, which say so themselves.

use autogen_diff_core::Pair;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Definition, Table};

use crate::hazards::hazard;

/// Row security that is switched.
pub(super) fn row_security(pair: &Pair<Table>) -> Vec<Hazard> {
    let security = pair.as_ref().map(|table| table.postgres().row_security);
    let forced = pair.as_ref().map(|table| table.postgres().force_row_security);
    let switched = (security.from != security.to).then_some(match security.to {
        true => "roles see and change only the rows that its policies let them",
        false => "its policies hold no more: roles see and change all rows",
    });
    let for_owner = (forced.from != forced.to).then_some(match forced.to {
        true => "its policies hold for its owner too",
        false => "its policies hold for its owner no more",
    });
    let messages = switched.into_iter().chain(for_owner);
    messages.map(|message| hazard(HazardCode::Access, pair.to.name.to_string(), message)).collect()
}

/// A routine that runs with the rights of another role than before.
pub(super) fn rights(pair: &Pair<Definition>) -> Option<Hazard> {
    let is_definer = |definition: &Definition| {
        let heads = definition.statements.iter().filter_map(|text| text.split("\nAS ").next());
        heads.into_iter().any(|head| head.contains(" SECURITY DEFINER"))
    };
    let definer = pair.as_ref().map(is_definer);
    let message = match (definer.from, definer.to) {
        (true, false) => "runs with the rights of whoever calls it, no longer with its owner's",
        (false, true) => "runs with its owner's rights, whoever calls it",
        (true, true) | (false, false) => return None,
    };
    pair.to.kind.is_routine().then(|| hazard(HazardCode::Access, pair.to.identity.clone(), message))
}
