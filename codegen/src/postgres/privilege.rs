//! Privileges.

use std::collections::BTreeSet;

use autogen_diff_core::model::Grant;
use autogen_diff_core::{DefinitionKind, ObjectId, Pair};

use crate::quote::Quoter;

/// The statements that take one set of privileges to the other; who is given some stands in the order of the ACL, as in a dump.
pub(super) fn alter(
    object: &ObjectId,
    grants: &Pair<BTreeSet<Grant>>,
    order: &[Option<String>],
    q: &Quoter,
) -> Vec<String> {
    let Some(target) = target(object, q) else { return Vec::new() };
    let undone = grants.from.difference(&grants.to).map(|grant| (grant, !grant.revoked));
    let done = grants.to.difference(&grants.from).map(|grant| (grant, grant.revoked));
    // Taking comes before giving: a privilege may only gain or lose its grant option. What was passed on
    // hangs on the option to do so, and is taken before that and given after it.
    let mut changes: Vec<(&Grant, bool)> = undone.chain(done).collect();
    changes.sort_by_key(|(grant, revoke)| {
        let depth = depth(if *revoke { &grants.from } else { &grants.to }, grant);
        let place = order.iter().position(|grantee| !revoke && *grantee == grant.grantee);
        (!revoke, if *revoke { usize::MAX - depth } else { depth }, place, (*grant).clone())
    });
    let statements = changes.into_iter().flat_map(|(grant, revoke)| {
        let sql = statement(object, &target, grant, revoke, q);
        match &grant.grantor {
            None => vec![sql],
            Some(role) => vec![format!("SET ROLE {}", q.text(role)), sql, "RESET ROLE".to_owned()],
        }
    });
    statements.collect()
}

/// Through how many hands a privilege came.
fn depth(all: &BTreeSet<Grant>, grant: &Grant) -> usize {
    let mut seen = vec![grant];
    while let Some(grantor) = seen.last().and_then(|last| last.grantor.as_ref()) {
        let before = all.iter().find(|other| {
            let fits = other.grantee.as_ref() == Some(grantor) && other.privilege == grant.privilege;
            fits && other.grantable && !seen.contains(other)
        });
        let Some(before) = before else { break };
        seen.push(before);
    }
    seen.len()
}

fn statement(object: &ObjectId, target: &str, grant: &Grant, revoke: bool, q: &Quoter) -> String {
    let role = grant.grantee.as_deref().map_or_else(|| "PUBLIC".to_owned(), |role| q.text(role));
    let privilege = match object {
        ObjectId::Column(_, column) => format!("{} ({})", grant.privilege, q.ident(column)),
        ObjectId::Namespace(_)
        | ObjectId::Extension(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_)
        | ObjectId::Definition(..) => grant.privilege.clone(),
    };
    if let ObjectId::Definition(DefinitionKind::DefaultPrivileges, identity) = object {
        let (whose, kind) = identity.rsplit_once(" ON ").unwrap_or((identity, "TABLES"));
        let change = if revoke {
            format!("REVOKE {privilege} ON {kind} FROM {role}")
        } else {
            format!("GRANT {privilege} ON {kind} TO {role}{}", grant_option(grant))
        };
        return format!("ALTER DEFAULT PRIVILEGES {whose} {change}");
    }
    if revoke {
        return format!("REVOKE {privilege} ON {target} FROM {role}");
    }
    format!("GRANT {privilege} ON {target} TO {role}{}", grant_option(grant))
}

const fn grant_option(grant: &Grant) -> &'static str {
    if grant.grantable { " WITH GRANT OPTION" } else { "" }
}

/// An ordered-set aggregate as GRANT names it: `f(a ORDER BY b)` is `f(a, b)` there.
fn as_function(aggregate: &str) -> String {
    let Some((direct, ordered)) = aggregate.split_once(" ORDER BY ") else {
        return aggregate.replace("(ORDER BY ", "(");
    };
    // A hypothetical-set aggregate takes the same list twice.
    let arguments = direct.split_once('(').map_or(direct, |(_, arguments)| arguments);
    if arguments.starts_with("VARIADIC ") && ordered.trim_end_matches(')') == arguments {
        return format!("{direct})");
    }
    format!("{direct}, {ordered}")
}

fn target(object: &ObjectId, q: &Quoter) -> Option<String> {
    Some(match object {
        ObjectId::Namespace(name) => format!("SCHEMA {}", q.ident(name)),
        ObjectId::EnumType(name) => format!("TYPE {}", q.qualified(name)),
        ObjectId::Sequence(name) => format!("SEQUENCE {}", q.qualified(name)),
        ObjectId::Table(name) | ObjectId::View(name) | ObjectId::MaterializedView(name) => {
            format!("TABLE {}", q.qualified(name))
        }
        ObjectId::Column(table, _) => format!("TABLE {}", q.qualified(table)),
        ObjectId::Definition(DefinitionKind::Function, identity) => format!("FUNCTION {identity}"),
        ObjectId::Definition(DefinitionKind::Aggregate, identity) => {
            format!("FUNCTION {}", as_function(identity))
        }
        ObjectId::Definition(DefinitionKind::DefaultPrivileges, identity) => identity.clone(),
        ObjectId::Definition(DefinitionKind::Procedure, identity) => format!("PROCEDURE {identity}"),
        ObjectId::Definition(
            DefinitionKind::Domain
            | DefinitionKind::CompositeType
            | DefinitionKind::RangeType
            | DefinitionKind::BaseType,
            identity,
        ) => format!("TYPE {identity}"),
        ObjectId::Definition(DefinitionKind::ForeignTable, identity) => format!("TABLE {identity}"),
        ObjectId::Definition(DefinitionKind::ForeignDataWrapper, identity) => {
            format!("FOREIGN DATA WRAPPER {identity}")
        }
        ObjectId::Definition(DefinitionKind::ForeignServer, identity) => format!("FOREIGN SERVER {identity}"),
        ObjectId::Definition(DefinitionKind::Language, identity) => format!("LANGUAGE {identity}"),
        ObjectId::Extension(_)
        | ObjectId::Constraint(..)
        | ObjectId::Index(..)
        | ObjectId::Definition(..) => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordered_set_aggregates_are_functions_of_all_their_arguments() {
        for (aggregate, function) in [
            ("public.f(integer)", "public.f(integer)"),
            ("public.f(real ORDER BY integer)", "public.f(real, integer)"),
            ("public.f(ORDER BY integer)", "public.f(integer)"),
            ("public.f(VARIADIC \"any\" ORDER BY VARIADIC \"any\")", "public.f(VARIADIC \"any\")"),
        ] {
            assert_eq!(as_function(aggregate), function);
        }
    }
}
