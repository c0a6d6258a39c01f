//! Domains, which may be over other domains.

use autogen_diff_core::model::{Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{DefinitionKind, Dialect, Schema};

use crate::hazards::implication::{Rows, implies, is_taken_as_it_is};

/// The domain that a type is, and those that it is over, the last of which is over another type. Where a schema has one no more,
/// the next one tells.
pub(super) fn chain<'a>(data_type: &str, schemas: &[&'a Schema]) -> Vec<&'a DomainParts> {
    let find = |name: &str| {
        let key = (DefinitionKind::Domain, name.to_owned());
        schemas.iter().find_map(|schema| schema.definition(&key)).and_then(parts)
    };
    std::iter::successors(find(data_type), |above| find(&above.base)).collect()
}

/// Whether values have to be looked at.
pub(super) fn is_checked(chain: &[&DomainParts]) -> bool {
    chain.iter().any(|domain| domain.not_null || !domain.checks.is_empty())
}

/// The default of the nearest that has one.
pub(super) fn default<'a>(chain: &[&'a DomainParts]) -> Option<&'a str> {
    chain.iter().find_map(|domain| domain.default.as_deref())
}

/// Whether a constant of the type that a domain is over surely satisfies a condition on `VALUE`.
pub(super) fn surely_takes(base: &str, constant: &str, condition: &str) -> bool {
    let dialect = Dialect::Postgres;
    let casts = ["VALUE", "(VALUE)::text", &format!("(VALUE)::{base}")];
    let facts = casts.map(|value| format!("{value} = {constant} AND {value} IS NOT NULL"));
    let rows = Rows { dialect, numbers: &[] };
    is_taken_as_it_is(dialect, base, constant) && implies(rows, &facts.join(" AND "), condition)
}

const fn parts(domain: &Definition) -> Option<&DomainParts> {
    match &domain.parts {
        DefinitionParts::Domain(parts) => Some(parts),
        DefinitionParts::Whole | DefinitionParts::Composite(_) | DefinitionParts::Clauses(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_is_in_a_domain_only_where_that_is_sure() {
        let inside = [
            ("integer", "5", "((VALUE > 0))"),
            ("integer", "5", "(((VALUE)::integer < 100))"),
            ("integer", "5", "((VALUE IS NOT NULL))"),
            ("text", "'x'::text", "((VALUE <> ''::text))"),
            ("character varying(9)", "'x'::character varying", "(((VALUE)::text <> ''::text))"),
        ];
        for (base, constant, condition) in inside {
            assert!(surely_takes(base, constant, condition), "{constant} {condition}");
        }
        let unsure = [
            ("integer", "0", "((VALUE > 0))"),
            ("integer", "'-1'::integer", "((VALUE > 0))"),
            ("integer", "floor(random())", "((VALUE IS NOT NULL))"),
            ("text", "''::text", "((VALUE <> ''::text))"),
            ("text", "'x'::text", "((VALUE ~ '^[0-9]+$'::text))"),
        ];
        for (base, constant, condition) in unsure {
            assert!(!surely_takes(base, constant, condition), "{constant} {condition}");
        }
    }
}
