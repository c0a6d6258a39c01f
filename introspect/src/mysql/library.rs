//! Libraries of MySQL. They are compared, so that none is passed over, and not written: their
//! bodies hold another language, which the splitter of statements does not read.

use autogen_diff_core::model::{Definition, DefinitionParts};
use autogen_diff_core::{DefinitionKind, Flavor, Schema, Version};
use mysql::Conn;

use super::{quoted, rows};
use crate::error::IntrospectError;

pub(super) fn read(connection: &mut Conn, schema: &mut Schema) -> Result<(), IntrospectError> {
    if schema.flavor != Flavor::Mysql || schema.version < Version::new(9, 2) {
        return Ok(());
    }
    let libraries: Vec<(String, String)> =
        rows(connection, "libraries", include_str!("queries/libraries.sql"))?;
    for (name, text) in libraries {
        let definition = Definition {
            kind: DefinitionKind::Library,
            identity: quoted(&name),
            parent: None,
            statements: Vec::new(),
            compared: Some(text),
            signature: None,
            parts: DefinitionParts::Whole,
        };
        schema.insert(definition);
    }
    Ok(())
}
