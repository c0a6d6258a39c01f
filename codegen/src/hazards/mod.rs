//! What the dialects' dangers share: their wording, what a plan makes itself, and how they are written. Which operation has
//! which is said beside each dialect's renderer.

pub(crate) mod behavior;
mod breaks;
pub(crate) mod column;
pub(crate) mod column_check;
mod comment;
pub(crate) mod constraint;
mod created_here;
pub(crate) mod implication;
mod page;
mod standing;
mod waiting;

use autogen_diff_core::diff::rename::Rename;
use autogen_diff_core::diff::rename_order::is_aside;
use autogen_diff_core::hazard::{Hazard, HazardCode};
use autogen_diff_core::model::{Column, Constraint, Definition, Table};
use autogen_diff_core::{DefinitionKind, ObjectId, Pair, QualifiedName};

use crate::quote::Quoter;

pub(crate) use breaks::Breaks;
pub use comment::{printable, write_comment, write_locks};
pub use created_here::CreatedHere;
pub use page::{UnknownCode, find, page, when};
pub(crate) use standing::Standing;
pub use waiting::{validated_behind, waits, waits_behind};

/// What goes with an object that is held as text: rows, or a counter.
pub(crate) fn dropped_definition(definition: &Definition) -> Option<Hazard> {
    let name = definition.identity.clone();
    if definition.kind == DefinitionKind::VirtualTable {
        let message = "its rows are lost: recreating it does not bring them back";
        return Some(hazard(HazardCode::DropTable, name, message));
    }
    let is_counter = definition.kind == DefinitionKind::MariadbSequence;
    is_counter.then(|| lost_sequence(name))
}

/// `NULL`s in a column that takes none any more.
pub(crate) fn set_not_null(table: &QualifiedName, column: &Column, quoter: &Quoter) -> Hazard {
    let subject = format!("{table}.{}", column.name);
    let mut found = hazard(HazardCode::SetNotNull, subject, "fails if a row holds NULL");
    let (t, c) = (quoter.qualified(table), quoter.ident(&column.name));
    found.look_first = Some(format!("SELECT count(*) FROM {t} WHERE {c} IS NULL"));
    found
}

/// A danger without a query or another way.
pub(crate) fn hazard(code: HazardCode, subject: String, message: impl Into<String>) -> Hazard {
    Hazard { code, subject, message: message.into(), look_first: None, instead: None, afterwards: None }
}

/// Programs name tables, types and functions; indexes and triggers only people do.
pub(crate) fn rename_hazard(rename: &Rename) -> Option<Hazard> {
    let subject = match rename {
        Rename::Table(names) => (!is_aside(&names.from.name)).then(|| names.from.to_string())?,
        Rename::Column(table, names) => {
            (!is_aside(&names.from)).then(|| format!("{table}.{}", names.from))?
        }
        Rename::EnumValue(name, values) => format!("{name} '{}'", values.from),
        Rename::Object(ids) => is_named_by_programs(&ids.from).then(|| ids.from.to_string())?,
    };
    Some(hazard(HazardCode::Rename, subject, "programs that use the old name fail from here on"))
}

pub(crate) fn is_named_by_programs(id: &ObjectId) -> bool {
    match id {
        ObjectId::Namespace(_)
        | ObjectId::EnumType(_)
        | ObjectId::Sequence(_)
        | ObjectId::Table(_)
        | ObjectId::Column(..)
        | ObjectId::View(_)
        | ObjectId::MaterializedView(_) => true,
        ObjectId::Definition(kind, _) => {
            kind.is_type()
                || kind.is_routine()
                || matches!(kind, DefinitionKind::Aggregate | DefinitionKind::ForeignTable)
        }
        ObjectId::Extension(_) | ObjectId::Constraint(..) | ObjectId::Index(..) => false,
    }
}

/// The counter of a sequence that goes.
pub(crate) fn lost_sequence(name: String) -> Hazard {
    hazard(HazardCode::DropSequence, name, "its counter is lost, and programs that take numbers from it fail")
}

/// The rows of a table that goes.
pub(crate) fn drop_table(table: &Table) -> Hazard {
    hazard(
        HazardCode::DropTable,
        table.name.to_string(),
        "its rows are lost: recreating it does not bring them back",
    )
}

/// The counter of an identity that goes.
pub(crate) fn lost_counter(table: &QualifiedName, column: &Column) -> Hazard {
    hazard(HazardCode::DropSequence, format!("{table}.{}", column.name), "its counter is lost")
}

/// The values of a column that goes.
pub(crate) fn drop_column(table: &QualifiedName, column: &Column) -> Hazard {
    let subject = format!("{table}.{}", column.name);
    hazard(HazardCode::DropColumn, subject, "its values are lost: recreating it does not bring them back")
}

/// The constraints that a table gets in one go with other changes, but for those that new columns satisfy.
pub(crate) fn new_constraints(
    pair: &Pair<Table>,
    created: &CreatedHere,
    is_here: impl Fn(&Constraint) -> bool,
    quoter: &Quoter,
) -> Vec<Hazard> {
    let Pair { from, to } = pair;
    let new = to.constraints.iter().filter(|constraint| !from.constraints.contains(constraint));
    let new = new.filter(|constraint| is_here(constraint) && !created.is_vacuous(&to.name, constraint));
    let found = new.filter_map(|new| {
        let found = constraint::add(&to.name, new, quoter)?;
        Some((new, created.looked_for(&to.name, new, found)))
    });
    let named = found.map(|(new, found)| match new.name {
        Some(_) => found,
        None => Hazard { subject: to.name.to_string(), ..found },
    });
    named.collect()
}
