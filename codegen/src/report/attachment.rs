//! What differs of what is attached to an object: its comment, its owner, its privileges.

use autogen_diff_core::Pair;
use autogen_diff_core::diff::change::{
    CommentChange, ExtensionDependencyChange, OwnerChange, PrivilegeChange,
};
use autogen_diff_core::model::Grant;

use super::Details;
use super::attribute::Attributes;
use super::text::TextChange;

pub(super) fn comment(change: &CommentChange) -> Details {
    if let Pair { from: Some(from), to: Some(to) } = &change.text {
        let texts: Vec<TextChange> =
            TextChange::between("comment", Pair::new(from, to)).into_iter().collect();
        if !texts.is_empty() {
            return Details { lines: Vec::new(), texts };
        }
    }
    let mut found = Attributes::default();
    found.optional("comment", change.text.as_ref().map(Option::as_ref));
    Details { lines: found.into_lines(), texts: Vec::new() }
}

pub(super) fn extension_dependency(change: &ExtensionDependencyChange) -> Vec<String> {
    let lists = change.extensions.as_ref().map(|names| names.iter().collect::<Vec<_>>());
    let mut found = Attributes::default();
    found.list("depends on extension", Pair::new(&lists.from, &lists.to));
    found.into_lines()
}

pub(super) fn owner(change: &OwnerChange) -> Vec<String> {
    vec![format!("~ owner {} -> {}", change.owner.from, change.owner.to)]
}

pub(super) fn privileges(change: &PrivilegeChange) -> Vec<String> {
    let lists = change.grants.as_ref().map(|grants| grants.iter().map(grant).collect::<Vec<_>>());
    let mut found = Attributes::default();
    found.list("privilege", Pair::new(&lists.from, &lists.to));
    found.into_lines()
}

fn grant(grant: &Grant) -> String {
    let Grant { grantee, privilege, grantable, revoked, grantor } = grant;
    let mut text = if *revoked { format!("{privilege} revoked from ") } else { format!("{privilege} to ") };
    text.push_str(grantee.as_deref().unwrap_or("PUBLIC"));
    text.push_str(if *grantable { " with grant option" } else { "" });
    if let Some(grantor) = grantor {
        text.push_str(&format!(" by {grantor}"));
    }
    text
}
