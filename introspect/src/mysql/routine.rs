//! Functions, procedures and MariaDB's packages.

use autogen_diff_core::{DefinitionKind, Flavor, Schema};
use mysql::Conn;

use super::code::{Code, or_replace, without_own_definer};
use super::{Context, Show, quoted, rows, show};
use crate::error::IntrospectError;

pub(super) fn read(
    connection: &mut Conn,
    schema: &mut Schema,
    context: &Context,
) -> Result<(), IntrospectError> {
    let routines: Vec<(String, String, String)> =
        rows(connection, "routines", include_str!("queries/routines.sql"))?;
    let shows: Vec<Show> = routines
        .iter()
        .map(|(kind, name, _)| Show { kind: kind_of(kind).0, name: name.clone(), column: 2 })
        .collect();
    let texts = show(connection, &shows)?;
    for ((kind, name, sql_mode), text) in routines.into_iter().zip(texts) {
        let (word, kind) = kind_of(&kind);
        let create = without_own_definer(&text, context);
        let replace = (schema.flavor == Flavor::Mariadb).then(|| or_replace(&create));
        let identity = if word == "PACKAGE BODY" { format!("BODY {}", quoted(&name)) } else { quoted(&name) };
        let code = Code {
            kind,
            identity,
            create,
            replace,
            fixed: String::new(),
            sql_mode,
            time_zone: None,
            parent: None,
        };
        let id = code.add(schema, context);
        if word == "PACKAGE BODY" {
            let package = autogen_diff_core::ObjectId::Definition(kind, quoted(&name));
            schema.dependencies.entry(id).or_default().insert(package);
        }
    }
    Ok(())
}

/// The word of `SHOW CREATE`, and ours.
fn kind_of(kind: &str) -> (&'static str, DefinitionKind) {
    match kind {
        "FUNCTION" => ("FUNCTION", DefinitionKind::Function),
        "PROCEDURE" => ("PROCEDURE", DefinitionKind::Procedure),
        "PACKAGE BODY" => ("PACKAGE BODY", DefinitionKind::Package),
        _ => ("PACKAGE", DefinitionKind::Package),
    }
}
