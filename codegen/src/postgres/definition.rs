//! Objects held as the server's own text.

use autogen_diff_core::model::Definition;
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

/// `CREATE OR REPLACE`; the server's text of a routine says so already.
pub(super) fn replace(pair: &Pair<Definition>) -> Vec<String> {
    let replaced = pair.to.statements.iter().map(|text| {
        text.strip_prefix("CREATE AGGREGATE ")
            .map_or_else(|| text.clone(), |rest| format!("CREATE OR REPLACE AGGREGATE {rest}"))
    });
    replaced.collect()
}
