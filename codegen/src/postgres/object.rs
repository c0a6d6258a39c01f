//! What SQL calls an object, and its comment.

use std::collections::{BTreeMap, BTreeSet};

use autogen_diff_core::diff::rename::PairOf;
use autogen_diff_core::model::definition::own_name;
use autogen_diff_core::{DefinitionKind, Dialect, Ident, ObjectId, Pair};

use super::privilege;
use crate::plan::AttachmentOperation;
use crate::quote::Quoter;

pub(super) fn statements(
    operation: &AttachmentOperation,
    acl_order: &BTreeMap<ObjectId, Vec<Option<String>>>,
    q: &Quoter,
) -> Vec<String> {
    match operation {
        AttachmentOperation::SetComment { object, text } => {
            comment(object, text.as_deref(), q).into_iter().collect()
        }
        AttachmentOperation::AlterExtensionDependency { object, extensions } => {
            depends_on_extensions(object, extensions, q)
        }
        AttachmentOperation::AlterOwner { object, owner: to } => owner(object, to, q).into_iter().collect(),
        AttachmentOperation::TakePrivileges { object, grants }
        | AttachmentOperation::AlterPrivileges { object, grants } => {
            let order = acl_order.get(object).map_or(&[][..], Vec::as_slice);
            privilege::alter(object, grants, order, q)
        }
    }
}

/// `TABLE x`, `COLUMN t.c`, `CONSTRAINT n ON t` … as `COMMENT ON` takes it.
fn reference(object: &ObjectId, q: &Quoter) -> Option<String> {
    Some(match object {
        ObjectId::Namespace(name) => format!("SCHEMA {}", q.ident(name)),
        ObjectId::Extension(name) => format!("EXTENSION {}", q.ident(name)),
        ObjectId::EnumType(name) => format!("TYPE {}", q.qualified(name)),
        ObjectId::Sequence(name) => format!("SEQUENCE {}", q.qualified(name)),
        ObjectId::Table(name) => format!("TABLE {}", q.qualified(name)),
        ObjectId::Column(table, name) => format!("COLUMN {}.{}", q.qualified(table), q.ident(name)),
        ObjectId::Constraint(table, name) => {
            format!("CONSTRAINT {} ON {}", q.ident(name), q.qualified(table))
        }
        ObjectId::Index(table, name) => format!("INDEX {}", q.qualified(&table.sibling(name.clone()))),
        ObjectId::View(name) => format!("VIEW {}", q.qualified(name)),
        ObjectId::MaterializedView(name) => format!("MATERIALIZED VIEW {}", q.qualified(name)),
        ObjectId::Definition(DefinitionKind::DefaultPrivileges | DefinitionKind::UserMapping, _) => {
            return None;
        }
        ObjectId::Definition(kind, identity) => format!("{} {identity}", kind.keyword(Dialect::Postgres)?),
    })
}

/// `ALTER … RENAME TO`.
pub(super) fn rename(ids: &PairOf<ObjectId>, q: &Quoter) -> String {
    let object = reference(&ids.from, q).expect("what is renamed has a name");
    let new = match &ids.to {
        ObjectId::Definition(_, identity) => q.text(&own_name(identity).unwrap_or_default()),
        ObjectId::Namespace(name) | ObjectId::Extension(name) => q.ident(name),
        ObjectId::EnumType(name)
        | ObjectId::Sequence(name)
        | ObjectId::Table(name)
        | ObjectId::View(name)
        | ObjectId::MaterializedView(name) => q.ident(&name.name),
        ObjectId::Column(_, name) | ObjectId::Constraint(_, name) | ObjectId::Index(_, name) => q.ident(name),
    };
    format!("ALTER {object} RENAME TO {new}")
}

pub(super) fn owner(object: &ObjectId, owner: &str, q: &Quoter) -> Option<String> {
    Some(format!("ALTER {} OWNER TO {}", reference(object, q)?, q.text(owner)))
}

/// `DEPENDS ON EXTENSION` for what is new, and `NO DEPENDS` for the rest.
pub(super) fn depends_on_extensions(
    object: &ObjectId,
    extensions: &Pair<BTreeSet<Ident>>,
    q: &Quoter,
) -> Vec<String> {
    let Some(object) = reference(object, q) else { return Vec::new() };
    let Pair { from, to } = extensions;
    let gone = from.difference(to).map(|extension| ("NO DEPENDS", extension));
    let new = to.difference(from).map(|extension| ("DEPENDS", extension));
    let statement = |(word, extension)| format!("ALTER {object} {word} ON EXTENSION {}", q.ident(extension));
    gone.chain(new).map(statement).collect()
}

pub(super) fn comment(object: &ObjectId, text: Option<&str>, q: &Quoter) -> Option<String> {
    let text = text.map_or_else(|| "NULL".to_owned(), |text| q.literal(text));
    Some(format!("COMMENT ON {} IS {text}", reference(object, q)?))
}
