//! Names that a table's part has in the whole database: those of foreign keys, checks and triggers on MySQL and MariaDB.

use std::collections::BTreeSet;

use autogen_diff_core::model::{ConstraintKind, Definition};
use autogen_diff_core::{DefinitionKind, Dialect, Flavor, Pair, Schema};

/// A kind, and a name of that kind in lower case, since some are found whatever their case.
pub(crate) type DatabaseName = (&'static str, String);

/// The names in a schema. MariaDB has each table's checks for itself.
pub(crate) fn of(schema: &Schema) -> Vec<DatabaseName> {
    if schema.dialect != Dialect::Mysql {
        return Vec::new();
    }
    let kind = |constraint: &ConstraintKind| match constraint {
        ConstraintKind::ForeignKey(_) => Some("foreign key"),
        ConstraintKind::Check(_) if schema.flavor == Flavor::Mysql => Some("check"),
        ConstraintKind::Check(_)
        | ConstraintKind::PrimaryKey(_)
        | ConstraintKind::Unique(_)
        | ConstraintKind::Exclude(_) => None,
    };
    let constraints = schema.tables().flat_map(|table| &table.constraints);
    let of_tables = constraints.filter_map(|constraint| {
        Some((kind(&constraint.kind)?, constraint.name.as_ref()?.as_str().to_lowercase()))
    });
    let triggers = schema.definitions_of(DefinitionKind::Trigger).filter_map(Definition::own_name);
    of_tables.chain(triggers.map(|name| ("trigger", name.to_lowercase()))).collect()
}

/// Whether a name that a change brings may be another object's that the change does not see: `whole` has that, and the start of the
/// change has not. Names in other letters may be the same to the server.
pub(crate) fn meet(whole: &Schema, change: Pair<&Schema>) -> bool {
    let names = |schema| of(schema).into_iter().collect::<BTreeSet<_>>();
    let (taken, own) = (names(whole), names(change.from));
    let mut new = of(change.to).into_iter().filter(|name| !own.contains(name));
    new.any(|name| taken.contains(&name) || !name.1.is_ascii())
}
