//! Objects held as the server's own text.

use autogen_diff_core::model::{Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{DefinitionKind, Pair};

/// The word that `DROP` and `COMMENT ON` take.
pub(super) const fn keyword(kind: DefinitionKind) -> &'static str {
    match kind {
        DefinitionKind::Cast => "CAST",
        DefinitionKind::Collation => "COLLATION",
        DefinitionKind::CompositeType | DefinitionKind::RangeType | DefinitionKind::BaseType => "TYPE",
        DefinitionKind::DefaultPrivileges => "DEFAULT PRIVILEGES",
        DefinitionKind::Domain => "DOMAIN",
        DefinitionKind::Function => "FUNCTION",
        DefinitionKind::Procedure => "PROCEDURE",
        DefinitionKind::Aggregate => "AGGREGATE",
        DefinitionKind::Operator => "OPERATOR",
        DefinitionKind::Statistics => "STATISTICS",
        DefinitionKind::Rule => "RULE",
        DefinitionKind::Trigger => "TRIGGER",
        DefinitionKind::Policy => "POLICY",
        DefinitionKind::EventTrigger => "EVENT TRIGGER",
        DefinitionKind::ForeignServer => "SERVER",
        DefinitionKind::ForeignTable => "FOREIGN TABLE",
        DefinitionKind::Publication => "PUBLICATION",
        DefinitionKind::Subscription => "SUBSCRIPTION",
        DefinitionKind::TextSearch => "TEXT SEARCH",
        DefinitionKind::Language => "LANGUAGE",
        DefinitionKind::VirtualTable => "TABLE",
    }
}

pub(super) fn drop(definition: &Definition) -> String {
    format!("DROP {} {}", keyword(definition.kind), definition.identity)
}

/// `CREATE OR REPLACE` for a routine, whose text from the server says so already;
/// `ALTER` for a type.
pub(super) fn replace(pair: &Pair<Definition>) -> Vec<String> {
    let name = &pair.to.identity;
    match (&pair.from.parts, &pair.to.parts) {
        (DefinitionParts::Domain(from), DefinitionParts::Domain(to)) => alter_domain(name, from, to),
        (DefinitionParts::Composite(from), DefinitionParts::Composite(to)) => alter_composite(name, from, to),
        (DefinitionParts::Whole | DefinitionParts::Domain(_) | DefinitionParts::Composite(_), _) => {
            pair.to.statements.iter().map(|text| or_replace(text)).collect()
        }
    }
}

fn or_replace(text: &str) -> String {
    text.strip_prefix("CREATE AGGREGATE ")
        .map_or_else(|| text.to_owned(), |rest| format!("CREATE OR REPLACE AGGREGATE {rest}"))
}

fn alter_domain(name: &str, from: &DomainParts, to: &DomainParts) -> Vec<String> {
    let mut actions = Vec::new();
    for (check, text) in &from.checks {
        if to.checks.get(check) != Some(text) {
            actions.push(format!("DROP CONSTRAINT {check}"));
        }
    }
    match &to.default {
        Some(default) if from.default != to.default => actions.push(format!("SET DEFAULT {default}")),
        None if from.default.is_some() => actions.push("DROP DEFAULT".to_owned()),
        Some(_) | None => {}
    }
    if from.not_null != to.not_null {
        actions.push(if to.not_null { "SET NOT NULL" } else { "DROP NOT NULL" }.to_owned());
    }
    for (check, text) in &to.checks {
        if from.checks.get(check) != Some(text) {
            actions.push(format!("ADD CONSTRAINT {check} {text}"));
        }
    }
    actions.into_iter().map(|action| format!("ALTER DOMAIN {name} {action}")).collect()
}

fn alter_composite(name: &str, from: &[(String, String)], to: &[(String, String)]) -> Vec<String> {
    let gone = from.iter().filter(|attribute| !to.contains(attribute));
    let new = to.iter().filter(|attribute| !from.contains(attribute));
    let drops = gone.map(|(attribute, _)| format!("ALTER TYPE {name} DROP ATTRIBUTE {attribute}"));
    let adds =
        new.map(|(attribute, data_type)| format!("ALTER TYPE {name} ADD ATTRIBUTE {attribute} {data_type}"));
    drops.chain(adds).collect()
}
