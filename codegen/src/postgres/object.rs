//! What SQL calls an object, and its comment.

use autogen_diff_core::{DefinitionKind, ObjectId};

use super::definition::keyword;
use crate::quote::Quoter;

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
        ObjectId::Definition(
            DefinitionKind::DefaultPrivileges | DefinitionKind::VirtualTable | DefinitionKind::UserMapping,
            _,
        ) => {
            return None;
        }
        ObjectId::Definition(kind, identity) => format!("{} {identity}", keyword(*kind)),
    })
}

pub(super) fn comment(object: &ObjectId, text: Option<&str>, q: &Quoter) -> Option<String> {
    let text = text.map_or_else(|| "NULL".to_owned(), |text| q.literal(text));
    Some(format!("COMMENT ON {} IS {text}", reference(object, q)?))
}
