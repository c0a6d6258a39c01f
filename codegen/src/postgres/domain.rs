//! Domains, which may be over other domains.

use autogen_diff_core::model::{Definition, DefinitionParts, DomainParts};
use autogen_diff_core::{DefinitionKind, Schema};

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

const fn parts(domain: &Definition) -> Option<&DomainParts> {
    match &domain.parts {
        DefinitionParts::Domain(parts) => Some(parts),
        DefinitionParts::Whole | DefinitionParts::Composite(_) | DefinitionParts::Clauses(_) => None,
    }
}
