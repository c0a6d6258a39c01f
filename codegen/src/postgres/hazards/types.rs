//! Dangers of types: what they demand from now on, and what no longer fits.

use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{
    Attribute, Column, Definition, DefinitionParts, DomainCheck, DomainParts, EnumType,
};
use autogen_diff_core::{ObjectId, Pair, QualifiedName, Schema};

use super::one_way;
use crate::hazards::{
    column::{explicit_type_change, is_null, type_change},
    hazard,
};
use crate::plan::{ReplacedType, RetypedColumn};
use crate::postgres::domain;
use crate::quote::Quoter;

/// What a domain demands from now on, and what a composite type loses.
pub(super) fn altered(pair: &Pair<Definition>) -> Vec<Hazard> {
    let name = &pair.to.identity;
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => changed_domain(name, from, to),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => composite(name, from, to),
        (
            DefinitionParts::Whole
            | DefinitionParts::Domain(_)
            | DefinitionParts::Composite(_)
            | DefinitionParts::Clauses(_),
            _,
        ) => Vec::new(),
    }
}

fn changed_domain(name: &str, from: &DomainParts, to: &DomainParts) -> Vec<Hazard> {
    let text = |check: Option<&DomainCheck>| check.map(|check| check.text.clone());
    let new = |(name, check): (&String, &DomainCheck)| text(from.checks.get(name)) != text(Some(check));
    let looked_at = |check: &DomainCheck| !check.text.ends_with(" NOT VALID");
    let stricter = to.checks.iter().filter(|(_, check)| looked_at(check)).filter(|check| new(*check));
    let checks = stricter.map(|(_, check)| {
        let message = format!("fails if a value in a column of this type violates {}", check.text);
        hazard(HazardCode::AddCheck, name.to_owned(), message)
    });
    let null = (to.not_null && !from.not_null).then(|| {
        hazard(HazardCode::SetNotNull, name.to_owned(), "fails if a column of this type holds NULL")
    });
    checks.chain(null).chain(one_way::nullable_domain(name, from, to)).collect()
}

/// A new column of a domain that may not take what the rows that are there would get: NULL, or the default.
pub(super) fn new_column_of_domain(table: &QualifiedName, column: &Column, to: &Schema) -> Option<Hazard> {
    if column.generated.is_some() || column.identity.is_some() {
        return None;
    }
    let domains = domain::chain(&column.data_type, &[to]);
    let own = column.default.as_ref().map(|default| default.as_str());
    let default = own.or_else(|| domain::default(&domains)).filter(|default| !is_null(default));
    let subject = format!("{table}.{}", column.name);
    let Some(default) = default else {
        let takes_null = |domain: &&DomainParts| {
            !domain.not_null && domain.checks.values().all(|check| !check.text.contains("VALUE IS NOT NULL"))
        };
        let message = format!("fails if the table holds a row: {} takes no NULL", column.data_type);
        let refuses = !domains.iter().all(takes_null);
        return refuses.then(|| hazard(HazardCode::AddRequiredColumn, subject, message));
    };
    let base = domains.last().map(|domain| domain.base.as_str()).unwrap_or_default();
    let mut checks = domains.iter().flat_map(|domain| domain.checks.values());
    let unsure = checks.find(|check| {
        let condition = check.text.trim_end_matches(" NOT VALID").trim_start_matches("CHECK ");
        !domain::surely_takes(base, default, condition)
    })?;
    let message = format!("fails if the table holds a row and {default} violates {}", unsure.text);
    Some(hazard(HazardCode::AddCheck, subject, message))
}

fn composite(name: &str, from: &[Attribute], to: &[Attribute]) -> Vec<Hazard> {
    let subject = |attribute: &Attribute| format!("{name}.{}", attribute.name);
    let mut found = Vec::new();
    for old in from {
        match to.iter().find(|new| new.name == old.name) {
            None => found.push(hazard(
                HazardCode::DropColumn,
                subject(old),
                "its values are lost: recreating it does not bring them back",
            )),
            Some(new) if new.data_type != old.data_type => {
                found.extend(type_change(&old.data_type, &new.data_type, subject(old)));
            }
            Some(_) => {}
        }
    }
    found
}

/// The dangers of types that new ones take the place of.
pub(super) fn swapped(types: &[ReplacedType], columns: &[RetypedColumn], quoter: &Quoter) -> Vec<Hazard> {
    let each = types.iter().flat_map(|swapped| match swapped {
        ReplacedType::Enum(pair) => removed_values(pair, &swapped.id(), columns, quoter),
        ReplacedType::Definition(pair) => {
            let mut found = altered(pair);
            if let (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) =
                (&pair.from.parts, &pair.to.parts)
                && from.base != to.base
            {
                found.extend(explicit_type_change(&from.base, &to.base, pair.to.identity.clone()));
            }
            found
        }
    });
    each.collect()
}

/// Rows that hold a value which goes away, column by column.
fn removed_values(
    pair: &Pair<EnumType>,
    id: &ObjectId,
    columns: &[RetypedColumn],
    quoter: &Quoter,
) -> Vec<Hazard> {
    let removed = pair.from.values.iter().filter(|value| !pair.to.values.contains(value));
    let removed: Vec<String> = removed.map(|value| quoter.literal(value)).collect();
    if removed.is_empty() {
        return Vec::new();
    }
    let each = columns.iter().filter(|column| column.type_id == *id).map(
        |RetypedColumn { table, column, .. }| {
            let mut found = hazard(
                HazardCode::RemoveEnumValue,
                format!("{table}.{}", column.to.name),
                format!("fails if a row holds {}", removed.join(" or ")),
            );
            let (table, name) = (quoter.qualified(table), quoter.ident(&column.to.name));
            let holds = if column.to.data_type.ends_with("[]") {
                format!("{name}::text[] && ARRAY[{}]", removed.join(", "))
            } else {
                format!("{name}::text IN ({})", removed.join(", "))
            };
            found.look_first = Some(format!("SELECT count(*) FROM {table} WHERE {holds}"));
            found
        },
    );
    each.collect()
}
