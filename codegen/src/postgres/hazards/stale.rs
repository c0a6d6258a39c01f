//! Values that a function computed and the database keeps: the server computes none of them again when the
//! function is replaced, since it was promised that it never changes (`IMMUTABLE`; manual, 36.7).

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::Definition;
use autogen_diff_core::{ObjectId, Pair};

use crate::hazards::{CreatedHere, hazard};
use crate::quote::Quoter;

/// What a replaced function leaves as it was.
pub(super) fn replaced(pair: &Pair<Definition>, created: &CreatedHere, quoter: &Quoter) -> Vec<Hazard> {
    if body(&pair.from) == body(&pair.to) {
        return Vec::new();
    }
    created.computed_by(&pair.from.id()).iter().filter_map(|user| stale(pair, user, quoter)).collect()
}

/// A routine's text from its body on, behind what only says how it is called (`pg_get_functiondef`).
fn body(definition: &Definition) -> Vec<&str> {
    let starts = ["\nAS ", "\nRETURN ", "\nBEGIN ATOMIC"];
    let from_body = |text: &'_ str| starts.iter().filter_map(|start| text.find(start)).min();
    let texts = definition.statements.iter();
    texts.map(|text| from_body(text).map_or(text.as_str(), |start| &text[start..])).collect()
}

fn stale(pair: &Pair<Definition>, user: &ObjectId, quoter: &Quoter) -> Option<Hazard> {
    let routine = &pair.to.identity;
    let (subject, message, afterwards) = match user {
        ObjectId::Index(table, name) => (
            name.to_string(),
            format!("finds rows by what {routine} computed before, until it is built again"),
            format!("REINDEX INDEX {}", quoter.qualified(&table.sibling(name.clone()))),
        ),
        ObjectId::Constraint(table, name) => (
            name.to_string(),
            format!("its rows were checked by what {routine} was before"),
            format!(
                "drop {} of {} and add it again, which checks all rows",
                quoter.ident(name),
                quoter.qualified(table)
            ),
        ),
        ObjectId::Column(table, column) => (
            format!("{table}.{column}"),
            format!("keeps what {routine} computed before, until its row is written again"),
            format!(
                "UPDATE {} and set a column that {} is computed from to itself, in batches",
                quoter.qualified(table),
                quoter.ident(column)
            ),
        ),
        ObjectId::Table(table) => (
            table.to_string(),
            format!(
                "its rows stay in the partitions that {routine} chose before, where queries may not look for them"
            ),
            format!(
                "write the rows of {} again, so that each goes to its partition",
                quoter.qualified(table)
            ),
        ),
        ObjectId::Definition(_, domain) => (
            domain.clone(),
            format!("values of it were checked by what {routine} was before"),
            format!("drop the check of {domain} and add it again, which checks all columns of it"),
        ),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => return None,
    };
    let mut found = hazard(HazardCode::StaleValues, subject, message);
    found.afterwards = Some(afterwards);
    Some(found)
}
